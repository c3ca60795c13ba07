"""The five routes every resource of the ledger has, declared in one line: list, read, create, edit, withdraw."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BeforeValidator
from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from .audit import Actor, Recorded
from .clock import now
from .contract import Sent, clean
from .database import actor_of, fetch, save
from .listing import Listing, Page, etag
from .problems import Changed, ConditionMissing, Conflict, NotFound, RuleBroken, Text
from .routes import Db, LedgerRoute, may, responses

RowT = TypeVar("RowT", bound=Recorded)
Prepare = Callable[[AsyncSession, RowT], Awaitable[None]]

IfMatch = Annotated[
    str | None,
    Header(description="ETag 读取时的版本 · the ETag you read", pattern=r'^(\*|(W/)?"[0-9]+")$'),
]
Withdrawal = Annotated[
    str,
    BeforeValidator(clean),
    Query(min_length=1, max_length=500, description="撤回理由 · why it is withdrawn"),
]


def titled(name: str, called: Text, zh: str, en: str) -> dict[str, Any]:
    """Summary and operation id of a route: `问题` + `列出`/`list` → `列出问题 · list issue`, `issues.list`."""
    return {"summary": f"{zh}{called.zh} · {en} {called.en}", "operation_id": f"{name}.{en}"}


def read_routes(name: str, listing: Listing[Any], *, called: Text) -> APIRouter:
    """A router with the list and the single row, for `<name>:read`."""
    router = APIRouter(prefix=f"/{name}", tags=[name], route_class=LedgerRoute)
    permission = f"{name}:read"

    async def list_rows(request: Request, actor: Annotated[Actor, may(permission)], query: Any) -> Response:
        return await listing.page(request.app.state.database, actor, query, request)

    list_rows.__annotations__["query"] = Annotated[listing.query, Query()]
    page = Page[listing.read]  # type: ignore[name-defined]  # the model of this listing, for OpenAPI
    router.get("", response_model=page, **titled(name, called, "列出", "list"))(list_rows)

    @router.get(
        "/{id}",
        response_model=listing.read,
        responses=responses(NotFound) | {304: {"description": "未变 not modified"}},
        **titled(name, called, "读取", "read"),
    )
    async def read_row(
        request: Request,
        actor: Annotated[Actor, may(permission)],
        id: UUID,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        return await listing.one(request.app.state.database, actor, id, request)

    return router


class Resource(Generic[RowT]):
    """Routes of `/v1/<name>` over `table`, with the permissions `<name>:read` and `<name>:write`.

    Every `…_id` a client sends is looked up within what he may see; the row inherits its organisation and
    inspection from there. `prepare` sets what a new or edited row must compute, and refuses what no schema can.
    """

    def __init__(
        self,
        name: str,
        table: type[RowT],
        listing: Listing[Any],
        *,
        called: Text,
        create: type[SQLModel] | None = None,
        update: type[Sent] | None = None,
        prepare: Prepare[RowT] | None = None,
    ) -> None:
        self.name, self.table, self.listing, self.called = name, table, listing, called
        self._prepare = prepare
        self.router = read_routes(name, listing, called=called)
        if create is not None:
            self._mount_create(create)
        if update is not None:
            self._mount_update(update)
            self._mount_withdraw()

    def _title(self, zh: str, en: str) -> dict[str, Any]:
        return titled(self.name, self.called, zh, en)

    def _mount_create(self, create: type[SQLModel]) -> None:
        async def create_row(db: Db, actor: Annotated[Actor, may(f"{self.name}:write")], body: Any) -> Response:
            sent = as_dict(body)
            row = self.table.model_validate(sent | await inherit(db, self.table, sent))
            if self._prepare:
                await self._prepare(db, row)
            await save(db, row)
            location = {"Location": f"/v1/{self.name}/{row.id}"}
            return self.listing.answer(row, actor, status=201, headers=location)

        create_row.__annotations__["body"] = create
        self.router.post(
            "",
            status_code=201,
            response_model=self.listing.read,
            responses=responses(NotFound, Conflict, RuleBroken),
            **self._title("新增", "create"),
        )(create_row)

    def _mount_update(self, update: type[Sent]) -> None:
        async def edit_row(
            db: Db, actor: Annotated[Actor, may(f"{self.name}:write")], id: UUID, body: Any, if_match: IfMatch = None
        ) -> Response:
            row = await fetch_current(db, self.table, id, if_match)
            row.check_not_withdrawn()
            changes = as_dict(body)
            row.sqlmodel_update(changes | await inherit(db, self.table, changes, within=row))
            if self._prepare:
                await self._prepare(db, row)
            return self.listing.answer(await save(db, row), actor)

        edit_row.__annotations__["body"] = update
        self.router.patch(
            "/{id}",
            response_model=self.listing.read,
            responses=responses(NotFound, Conflict, RuleBroken, Changed, ConditionMissing),
            **self._title("修改", "edit"),
        )(edit_row)

    def _mount_withdraw(self) -> None:
        @self.router.delete(
            "/{id}",
            status_code=204,
            responses=responses(NotFound, Conflict, RuleBroken, Changed, ConditionMissing),
            **self._title("撤回", "withdraw"),
        )
        async def withdraw_row(
            db: Db,
            actor: Annotated[Actor, may(f"{self.name}:write")],
            id: UUID,
            reason: Withdrawal,
            if_match: IfMatch = None,
        ) -> None:
            row = await fetch_current(db, self.table, id, if_match)
            row.withdraw(reason=reason, at=now())
            await save(db, row)


def as_dict(body: SQLModel) -> dict[str, Any]:
    """What was sent, and only that; what is inside of a sent value is whole."""
    whole = body.model_dump()
    return {name: whole[name] for name in body.model_fields_set}


async def fetch_current(db: AsyncSession, table: type[RowT], id: UUID, if_match: str | None) -> RowT:
    """The row, locked, in the version the caller has read; ConditionMissing or Changed otherwise."""
    row = await fetch(db, table, id, lock=True)
    if if_match is None:
        raise ConditionMissing()
    if if_match not in {"*", etag(row.version)}:
        raise Changed(version=row.version)
    return row


async def inherit(
    db: AsyncSession, table: type[Recorded], sent: dict[str, Any], *, within: Recorded | None = None
) -> dict[str, Any]:
    """Look up each row the sent ids point to, in what the actor may see, and take over where they belong.

    Returns `organisation_id` and `inspection_id` for the row. Raises NotFound for an id out of sight, Conflict
    when two of them belong to different inspections or the row would leave its own.
    """
    columns = inspect(table).columns
    taken: dict[str, Any] = {}
    pointed = [(name, _points_to(columns[name]), value) for name, value in sent.items() if name in columns]
    each = [(name, target, id) for name, target, value in pointed if target for id in _ids(value)]
    for name, target_name, value in each:
        target = _table_named(target_name)
        parent = await fetch(db, target, value)
        parent.check_not_withdrawn()
        place = {"organisation_id": parent.id if target.__tablename__ == "organisation" else None}
        place["organisation_id"] = place["organisation_id"] or getattr(parent, "organisation_id", None)
        place["inspection_id"] = (
            parent.id if target.__tablename__ == "inspection" else getattr(parent, "inspection_id", None)
        )
        for field, belongs in place.items():
            if field not in columns or field == name or belongs is None or table.__tablename__ == "organisation":
                continue
            known = taken.get(field, sent.get(field) or getattr(within, field, None))
            if known is not None and known != belongs:
                raise Conflict(
                    f"{name} 指向另一次巡察或另一单位的内容", f"{name} points into another inspection or organisation"
                )
            taken[field] = belongs
    scope = actor_of(db).scope
    if scope is not None and "organisation_id" in columns and within is None:
        own = taken.get("organisation_id", sent.get("organisation_id"))
        if own is None or own not in scope:
            raise NotFound("不在您的可见范围", "This is outside of what you may see")
    return taken


def _points_to(column: Any) -> str | None:
    """The table a column of ids points to; an array of ids, which can have no foreign key, says so itself."""
    for key in column.foreign_keys:
        return str(key.column.table.name)
    return column.info.get("references")  # type: ignore[no-any-return]


def _ids(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _table_named(name: str) -> type[Recorded]:
    for mapper in SQLModel._sa_registry.mappers:
        if mapper.local_table is not None and mapper.local_table.name == name:  # type: ignore[attr-defined]
            found: type[Recorded] = mapper.class_
            return found
    raise LookupError(name)
