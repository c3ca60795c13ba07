"""The routes of a procedure: `POST /v1/<resource>/{id}/<noun>` for each act, and for many rows at once."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Header, Request, Response
from pydantic import BaseModel, ConfigDict, create_model
from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from .audit import Actor, Recorded
from .contract import Sent
from .database import fetch, save
from .http import language_of
from .listing import etag
from .problems import Changed, Conflict, NotFound, Problem, RuleBroken
from .procedure import Procedure
from .resource import Resource
from .routes import Db, may, responses

RowT = TypeVar("RowT", bound=Recorded)
# Gathers the facts and calls the verb of the row, which is locked; what was sent is None for an act without a body.
Verb = Callable[[AsyncSession, Actor, Any, Any], Awaitable[None]]
MANY = 200
Version = Annotated[
    str | None,
    Header(alias="If-Match", description="读取时的 ETag，已变则 412 · the ETag you read; 412 when it changed"),
]


class Acts(Generic[RowT]):
    """Mounts the acts of `procedure` on the routes of `resource`. The permission of each is the table's."""

    def __init__(self, resource: Resource[RowT], procedure: Procedure[Any]) -> None:
        self._resource, self._procedure = resource, procedure

    def does(self, noun: str, body: type[Sent] | None = None, *, many: str | None = None) -> Callable[[Verb], Verb]:
        """Mount the decorated verb as the act `noun`; with `many` also for 200 rows: `POST /v1/<resource>/-/<many>`."""

        def mount(verb: Verb) -> Verb:
            self._mount(noun, body, verb)
            if many:
                self._mount_many(noun, body or Sent, verb, many)
            return verb

        return mount

    async def _do(
        self, db: AsyncSession, actor: Actor, id: UUID, sent: Sent | None, verb: Verb, if_match: str | None
    ) -> RowT:
        row = await fetch(db, self._resource.table, id, lock=True)
        if if_match not in {None, "*", etag(row.version)}:
            raise Changed(version=row.version)
        await verb(db, actor, row, sent)
        return await save(db, row)

    def _mount(self, noun: str, body: type[Sent] | None, verb: Verb) -> None:
        act, resource = self._procedure[noun], self._resource

        async def do(
            db: Db, actor: Annotated[Actor, may(act.permission)], id: UUID, body: Any, if_match: Version = None
        ) -> Response:
            return resource.listing.answer(await self._do(db, actor, id, body, verb, if_match), actor)

        async def do_bare(
            db: Db, actor: Annotated[Actor, may(act.permission)], id: UUID, if_match: Version = None
        ) -> Response:
            return resource.listing.answer(await self._do(db, actor, id, None, verb, if_match), actor)

        do.__annotations__["body"] = body
        resource.router.post(
            f"/{{id}}/{noun}",
            response_model=resource.listing.read,
            responses=responses(NotFound, RuleBroken, Conflict, Changed),
            summary=f"{act.zh} · {noun.replace('-', ' ')} of {resource.called.en}",
            operation_id=f"{resource.name}.{noun}",
        )(do_bare if body is None else do)

    def _mount_many(self, noun: str, body: type[Sent], verb: Verb, many: str) -> None:
        act, resource = self._procedure[noun], self._resource
        name = "".join(part.capitalize() for part in f"{resource.name}-{many}".split("-"))
        one = create_model(f"{name}Row", __base__=body, id=(UUID, ...))
        rows = (list[one], Field(min_length=1, max_length=MANY))
        sent_model = create_model(f"{name}Sent", __base__=Sent, rows=rows, atomic=(bool, _ATOMIC))
        shown: Any = resource.listing.read
        done_model = create_model(f"{name}Done", __base__=_Done, row=(shown | None, ...))
        answer_model = create_model(f"{name}Answer", __base__=_Results, results=(list[done_model], ...))

        async def do_many(
            request: Request, db: Db, actor: Annotated[Actor, may(act.permission)], body: Any
        ) -> Response:
            results: list[dict[str, Any]] = [{} for _ in body.rows]
            language = language_of(request.headers)
            # In the order of the ids, so that two such requests do not wait for each other in a ring.
            for place, sent in sorted(enumerate(body.rows), key=lambda placed: placed[1].id.int):
                try:
                    async with db.begin_nested():
                        row = await self._do(db, actor, sent.id, sent, verb, None)
                    results[place] = {"id": sent.id, "status": 200, "row": resource.listing.as_json(row, actor)}
                except Problem as problem:
                    problem_body = problem.body(instance=f"/v1/{resource.name}/{sent.id}/{noun}", language=language)
                    results[place] = {"id": sent.id, "status": problem.status, "problem": problem_body}
            told = [{"row": None, "problem": None} | result for result in results]
            refused = [result for result in told if result["problem"]]
            if refused and body.atomic:
                raise RuleBroken(
                    f"{len(refused)} 条不能{act.zh}，全部未办理",
                    f"{len(refused)} rows cannot be {act.done}, so none was",
                    results=[{name: result[name] for name in ("id", "status", "problem")} for result in refused],
                )
            answer = {"done": len(told) - len(refused), "refused": len(refused), "results": told}
            return Response(to_json(answer), media_type="application/json")

        do_many.__annotations__["body"] = sent_model
        resource.router.post(
            f"/-/{many}",
            response_model=answer_model,
            responses=responses(NotFound, RuleBroken, Conflict),
            summary=f"批量{act.zh} · {many} of {resource.called.en} rows",
            operation_id=f"{resource.name}.{many}",
        )(do_many)


_ATOMIC = Field(default=True, description="全部办理或全不办理 all or none; false: each by itself")


class _Done(BaseModel):
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: UUID
    status: int
    problem: dict[str, Any] | None = Field(default=None, description="RFC 9457")


class _Results(BaseModel):
    done: int
    refused: int
