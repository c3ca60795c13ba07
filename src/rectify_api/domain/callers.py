"""Callers: the systems and clients that use the service, their keys, and what a key lets in."""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from ..foundation.audit import Actor, Recorded
from ..foundation.clock import now
from ..foundation.database import Database
from ..foundation.problems import Conflict, RuleBroken, Unauthenticated, Unavailable
from .permissions import permissions_of, refuse_mixed_offices
from .vocabulary import Role


class CallerFields(SQLModel):
    name: str = Field(min_length=1, max_length=100, description="调用方名称 name of the system or client")
    organisation_id: UUID | None = Field(
        default=None,
        foreign_key="organisation.id",
        index=True,
        description="可见范围 sees this body and all below; null: all",
    )


class Caller(Recorded, CallerFields, table=True):
    """Who may call. Its roles say what it may do, its organisation what it sees."""

    roles: list[str] = Field(default=[], sa_column=Column(ARRAY(Text), nullable=False, default=list))

    def give_roles(self, roles: list[Role]) -> None:
        """Replace the roles. Raises RuleBroken when two of the three offices (三员) would meet in one caller."""
        self.check_not_withdrawn()
        refuse_mixed_offices(roles)
        self.roles = sorted({role.value for role in roles})
        self.name_act("roles_given")


class CallerKey(Recorded, table=True):
    """A key of a caller; only the SHA-256 of the secret is kept, as it has 256 random bits."""

    __tablename__ = "caller_key"
    mask = frozenset({"digest"})

    caller_id: UUID = Field(foreign_key="caller.id", index=True)
    digest: str = Field(unique=True, max_length=64)
    hint: str = Field(max_length=16, description="the key's first characters")
    permissions: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    @classmethod
    def cut(
        cls, caller: Caller, *, secret: str | None = None, expires_at: datetime | None = None
    ) -> tuple["CallerKey", str]:
        """A new key and its secret, which is shown this once. Raises RuleBroken for an expiry in the past."""
        caller.check_not_withdrawn()
        if expires_at is not None and expires_at <= now():
            raise RuleBroken("密钥的失效时间已过", "The key would already have expired")
        secret = secret or "rk_" + secrets.token_urlsafe(32)
        return cls(caller_id=caller.id, digest=digest_of(secret), hint=secret[:8], expires_at=expires_at), secret

    def revoke(self, *, at: datetime) -> None:
        if self.revoked_at is not None and self.revoked_at <= at:
            raise Conflict("密钥已作废", "The key is revoked already")
        self.revoked_at = at
        self.name_act("revoked")


class KeyUse(SQLModel, table=True):
    """When a key was last used, to the minute. Not a ledger row: it changes with every call."""

    __tablename__ = "key_use"

    key_id: UUID = Field(primary_key=True, foreign_key="caller_key.id")
    last_used_at: datetime


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# The caller and the organisations below its own, in one statement.
_LOOK_UP = """
SELECT c.id AS caller_id, c.name, c.roles, c.organisation_id, {key},
       CASE WHEN c.organisation_id IS NOT NULL THEN ARRAY(
         WITH RECURSIVE below(id) AS (
           SELECT c.organisation_id UNION SELECT o.id FROM organisation o JOIN below b ON o.parent_id = b.id)
         SELECT id FROM below) END AS scope
FROM caller c {join} WHERE c.withdrawn_at IS NULL AND {which}
"""
_BY_KEY = _LOOK_UP.format(
    key="k.id AS key_id, k.permissions",
    join="JOIN caller_key k ON k.caller_id = c.id",
    which="k.digest = $1 AND (k.revoked_at IS NULL OR k.revoked_at > now())"
    " AND (k.expires_at IS NULL OR k.expires_at > now())",
)
_BY_ID = _LOOK_UP.format(key="NULL::uuid AS key_id, NULL::text[] AS permissions", join="", which="c.id = $1")


async def caller_with_key(database: Database, secret: str, *, request_id: str | None, address: str | None) -> Actor:
    """The caller that holds this key, now. Raises Unauthenticated for an unknown, expired or revoked key."""
    found = await database.rows(_BY_KEY, digest_of(secret))
    if not found:
        raise Unauthenticated("密钥无效、已过期或已作废", "The key is unknown, expired or revoked")
    return replace(_actor(found[0]), request_id=request_id, address=address)


async def caller_again(database: Database, caller_id: UUID) -> Actor:
    """The caller as it is now, for work that it asked for earlier. Raises Unauthenticated when it was withdrawn."""
    found = await database.rows(_BY_ID, caller_id)
    if not found:
        raise Unauthenticated("调用方已撤回", "The caller was withdrawn")
    return _actor(found[0])


def _actor(row: Mapping[str, Any]) -> Actor:
    permissions = permissions_of(Role(role) for role in row["roles"])
    if row["permissions"] is not None:
        permissions &= frozenset(row["permissions"])
    return Actor(
        name=row["name"],
        caller_id=row["caller_id"],
        permissions=permissions,
        organisation_id=row["organisation_id"],
        scope=None if row["scope"] is None else tuple(row["scope"]),
        key_id=row["key_id"],
    )


class KeyUses:
    """Remembers when each key was last used and writes it down once a minute and at the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[UUID, datetime] = {}

    def note(self, key_id: UUID) -> None:
        self._seen[key_id] = now()

    async def __aenter__(self) -> "KeyUses":
        self._task = asyncio.create_task(self._every_minute())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self.write_down()

    async def _every_minute(self) -> None:
        while True:
            await asyncio.sleep(60)
            with contextlib.suppress(Unavailable):
                await self.write_down()

    async def write_down(self) -> None:
        seen, self._seen = self._seen, {}
        if seen:
            await self._database.rows(
                "INSERT INTO key_use SELECT * FROM unnest($1::uuid[], $2::timestamptz[]) "
                "ON CONFLICT (key_id) DO UPDATE "
                "SET last_used_at = greatest(key_use.last_used_at, excluded.last_used_at)",
                list(seen),
                list(seen.values()),
            )
