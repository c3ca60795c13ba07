"""A route of the ledger names its permission or does not start; it is entered only by a caller who has it."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response, Security
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.types import Message

from . import idempotency
from .audit import Actor
from .database import Database
from .problems import (
    Forbidden,
    Invalid,
    Problem,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)
from .settings import Settings

_FORM = 1 << 20  # bytes of a form beside its file
_bearer = HTTPBearer(auto_error=False, description="Authorization: Bearer <密钥 key>", scheme_name="key")


def may(permission: str) -> Any:
    """The caller, who has `permission`: `actor: Annotated[Actor, may("issues:close")]`."""

    async def granted(request: Request, _key: Annotated[Any, Security(_bearer)]) -> Actor:
        actor: Actor = request.state.actor
        return actor

    granted.permission = permission  # type: ignore[attr-defined]  # read back by LedgerRoute
    return Depends(granted)


def permission_of(dependant: Dependant) -> str | None:
    for inner in dependant.dependencies:
        if found := getattr(inner.call, "permission", None):
            return str(found)
    return None


def responses(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI answers for the problems a route may raise."""
    found: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        answer = found.setdefault(problem.status, {"description": "", "content": {}})
        titles = f"{problem.title.zh} {problem.title.en} (`{problem.kind}`)"
        answer["description"] = "; ".join(filter(None, [answer["description"], titles]))
        answer["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return found


class LedgerRoute(APIRoute):
    """Checks key and permission before the body is read; replays answers to repeated POSTs."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        always = responses(Unauthenticated, Forbidden, Invalid, Unavailable)
        options["responses"] = always | (options.get("responses") or {})
        super().__init__(path, endpoint, **options)
        if (permission := permission_of(self.dependant)) is None:
            raise TypeError(f'{path} names no permission: add `Annotated[Actor, may("…")]`')
        self.openapi_extra = {"x-permission": permission} | (self.openapi_extra or {})
        if self.body_field:
            self.responses |= responses(TooLarge, UnsupportedMediaType)
        if "POST" in (self.methods or ()):
            self.openapi_extra |= {"parameters": [idempotency.PARAMETER]}
            self.responses |= responses(*idempotency.PROBLEMS) | self.responses

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        permission = permission_of(self.dependant)
        takes_form = self.body_field is not None and isinstance(self.body_field.field_info, Form)
        takes_json = self.body_field is not None and not takes_form

        async def handle(request: Request) -> Response:
            actor: Actor = await request.app.state.authenticate(request)
            if permission is None or not actor.may(permission):
                raise Forbidden(f"需要权限 {permission}", f"This needs the permission {permission}")
            request.state.actor = actor
            settings: Settings = request.app.state.settings
            limit_body(request, settings.max_upload_bytes + _FORM if takes_form else settings.max_body_bytes)
            if takes_json and not request.headers.get("content-type", "").startswith("application/json"):
                raise UnsupportedMediaType("请用 application/json", "Send application/json")
            if takes_json and b"\0" in await request.body():
                raise HTTPException(400)  # UTF-16 or UTF-32, which Python's reader would take
            try:
                response = await answer(request)
            except idempotency.Replayed as first:
                return first.response
            await idempotency.remember(request, response)
            return response

        return handle


def limit_body(request: Request, limit: int) -> None:
    """Refuse the body with 413 when more than `limit` bytes are announced, or as soon as more have come."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise TooLarge(limit=limit)
    receive, come = request._receive, 0

    async def counted() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        if come > limit:
            raise HTTPException(413)  # the only kind that FastAPI lets through while it reads a body
        return message

    request._receive = counted


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.transaction(request.state.actor) as session:
        await idempotency.recall(request, session)
        yield session


# Function scope: the commit must come before the answer, or a failed commit would still say 201.
Db = Annotated[AsyncSession, Depends(_session, scope="function")]
