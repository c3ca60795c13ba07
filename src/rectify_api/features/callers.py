"""Callers (调用方), their roles and keys. One administrator makes callers, another gives them roles."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Response
from pydantic import AwareDatetime
from sqlalchemy import select
from sqlmodel import Field, SQLModel, col

from ..domain.callers import Caller, CallerFields, CallerKey, KeyUse
from ..domain.vocabulary import Role
from ..foundation.audit import Actor
from ..foundation.clock import now
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import fetch, save
from ..foundation.listing import Listing, Query, contains, one_of
from ..foundation.problems import Conflict, NotFound, RuleBroken, Text
from ..foundation.resource import Resource
from ..foundation.routes import Db, may, responses


class CallerCreate(Sent, CallerFields):
    pass


class CallerRead(CallerFields, Shown):
    roles: list[Role]


class CallerQuery(Query):
    organisation_id: list[UUID] = []
    q: str | None = None
    sort: Literal["name", "-name", "created_at", "-created_at"] = "name"


callers = Resource(
    "callers",
    Caller,
    Listing(
        Caller,
        CallerRead,
        CallerQuery,
        where={"organisation_id": one_of(Caller.organisation_id), "q": contains(Caller.name)},
        sort={"name": Caller.name, "created_at": Caller.created_at},
    ),
    called=Text("调用方", "caller"),
    create=CallerCreate,
    update=patch_of("CallerUpdate", CallerFields),
)


class RolesGiven(Sent):
    roles: list[Role] = Field(max_length=10, description="全部角色，替换原有 all roles, replacing the former")


@callers.router.put(
    "/{id}/roles",
    response_model=CallerRead,
    responses=responses(NotFound, RuleBroken, Conflict),
    summary="授予角色 · give roles",
    operation_id="callers.give-roles",
)
async def give_roles(db: Db, actor: Annotated[Actor, may("roles:write")], id: UUID, body: RolesGiven) -> Response:
    caller = await fetch(db, Caller, id, lock=True)
    caller.give_roles(body.roles)
    return callers.listing.answer(await save(db, caller), actor)


class KeyAsked(Sent):
    expires_at: AwareDatetime | None = Field(default=None, description="失效时间; null: does not expire")
    permissions: list[str] | None = Field(
        default=None, max_length=100, description="只给这些权限; null: all that the caller's roles give"
    )


class RotationAsked(Sent):
    overlap_hours: int = Field(default=24, ge=0, le=720, description="旧密钥还能用多少小时 the old key works on")


class KeyRead(SQLModel):
    id: UUID
    caller_id: UUID
    hint: str
    permissions: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class KeyShown(KeyRead):
    key: str = Field(description="只显示这一次 shown this once")


class KeyList(SQLModel):
    items: list[KeyRead]


def _read(key: CallerKey, used: datetime | None = None) -> KeyRead:
    return KeyRead.model_validate(key, update={"last_used_at": used})


def _shown(key: CallerKey, secret: str) -> KeyShown:
    return KeyShown.model_validate(key, update={"last_used_at": None, "key": secret})


@callers.router.get(
    "/{id}/keys", responses=responses(NotFound), summary="列出密钥 · list keys", operation_id="callers.list-keys"
)
async def list_keys(db: Db, actor: Annotated[Actor, may("callers:read")], id: UUID) -> KeyList:
    await fetch(db, Caller, id)
    found = await db.execute(
        select(CallerKey, col(KeyUse.last_used_at))
        .outerjoin(KeyUse, col(KeyUse.key_id) == col(CallerKey.id))
        .where(col(CallerKey.caller_id) == id)
        .order_by(col(CallerKey.created_at))
    )
    return KeyList(items=[_read(key, used) for key, used in found.all()])


@callers.router.post(
    "/{id}/keys",
    status_code=201,
    responses=responses(NotFound, RuleBroken, Conflict),
    summary="发放密钥 · issue key",
    operation_id="callers.issue-key",
)
async def issue_key(
    db: Db, response: Response, actor: Annotated[Actor, may("callers:write")], id: UUID, body: KeyAsked
) -> KeyShown:
    caller = await fetch(db, Caller, id, lock=True)
    key, secret = CallerKey.cut(caller, expires_at=body.expires_at)
    key.permissions = body.permissions
    response.headers["Cache-Control"] = "no-store"
    return _shown(await save(db, key), secret)


@callers.router.post(
    "/{id}/keys/{key_id}/rotation",
    status_code=201,
    responses=responses(NotFound, RuleBroken, Conflict),
    summary="轮换密钥 · rotate key",
    operation_id="callers.rotate-key",
)
async def rotate_key(
    db: Db,
    response: Response,
    actor: Annotated[Actor, may("callers:write")],
    id: UUID,
    key_id: UUID,
    body: RotationAsked,
) -> KeyShown:
    caller = await fetch(db, Caller, id, lock=True)
    old = await _key_of(db, caller, key_id)
    old.revoke(at=now() + timedelta(hours=body.overlap_hours))
    await save(db, old)
    key, secret = CallerKey.cut(caller, expires_at=old.expires_at)
    key.permissions = old.permissions
    response.headers["Cache-Control"] = "no-store"
    return _shown(await save(db, key), secret)


@callers.router.delete(
    "/{id}/keys/{key_id}",
    status_code=204,
    responses=responses(NotFound, Conflict),
    summary="作废密钥 · revoke key",
    operation_id="callers.revoke-key",
)
async def revoke_key(db: Db, actor: Annotated[Actor, may("callers:write")], id: UUID, key_id: UUID) -> None:
    key = await _key_of(db, await fetch(db, Caller, id), key_id)
    key.revoke(at=now())
    await save(db, key)


async def _key_of(db: Db, caller: Caller, key_id: UUID) -> CallerKey:
    key = await fetch(db, CallerKey, key_id, lock=True)
    if key.caller_id != caller.id:
        raise NotFound("该调用方没有这把密钥", "This caller has no such key")
    return key
