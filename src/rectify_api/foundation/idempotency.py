"""Idempotency-Key: the first answer of a POST is kept for 24 hours and given again.

The answer is stored in the transaction of the change itself, so after a crash either both are there or neither.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col
from starlette.datastructures import FormData, UploadFile

from .clock import now
from .problems import Conflict, Invalid, KeyInUse, Problem, Text

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
PARAMETER: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "同一键同一内容重放第一次的回答 · the same key and body replay the first answer, for 24 hours",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


class KeyReused(Problem):
    status, kind = 422, "idempotency-key-reused"
    title = Text("幂等键已用于其他内容", "This Idempotency-Key came with another body before")


class ShownOnce(Conflict):
    """Replayed in place of an answer with `Cache-Control: no-store`, which holds a secret and is not kept."""

    kind = "shown-once"
    title = Text("首次请求已成功，其中的密钥只显示一次", "The first request succeeded; its secret was shown that once")


PROBLEMS: tuple[type[Problem], ...] = (KeyInUse, KeyReused, ShownOnce, Invalid)


class FirstAnswer(SQLModel, table=True):
    """What was answered to the first POST with this key of this caller."""

    __tablename__ = "first_answer"

    caller_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=200)
    fingerprint: str
    status: int
    headers: dict[str, str] = Field(sa_type=JSONB)
    body: bytes
    at: datetime = Field(default_factory=now, index=True)


class Replayed(Exception):
    """Ends the request with the stored answer; the transaction has changed nothing."""

    def __init__(self, response: Response) -> None:
        self.response = response


async def recall(request: Request, session: AsyncSession) -> None:
    """Raise Replayed when this POST was answered before; KeyInUse while the first one runs."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return
    if not 1 <= len(key) <= 200 or not all("!" <= sign <= "~" for sign in key):
        raise Invalid("Idempotency-Key 须为 1–200 个可见 ASCII 字符", "Idempotency-Key takes 1–200 visible ASCII signs")
    caller = request.state.actor.caller_id
    lock = func.hashtextextended(f"{caller}/{key}", 0)
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise KeyInUse()
    fingerprint = await _fingerprint(request)
    first = await session.get(FirstAnswer, (caller, key))
    if first is not None and first.at < now() - KEPT:
        await session.delete(first)
        await session.flush()
        first = None
    if first is None:
        request.state.first_answer = (session, caller, key, fingerprint)
    elif first.fingerprint != fingerprint:
        raise KeyReused()
    elif first.headers.get("cache-control") == "no-store":
        raise ShownOnce()
    else:
        raise Replayed(Response(first.body, first.status, first.headers | {"Idempotency-Replayed": "true"}))


async def remember(request: Request, response: Response) -> None:
    """Store the answer in the still open transaction."""
    if (use := getattr(request.state, "first_answer", None)) is None:
        return
    session, caller, key, fingerprint = use
    kept = {name: value for name, value in response.headers.items() if name != "content-length"}
    answer = FirstAnswer(
        caller_id=caller,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        headers=kept,
        body=b"" if kept.get("cache-control") == "no-store" else bytes(response.body),
    )
    session.add(answer)
    await session.flush()


async def forget_old(session: AsyncSession) -> None:
    """Drop answers older than 24 hours; the worker does it now and then."""
    await session.execute(delete(FirstAnswer).where(col(FirstAnswer.at) < now() - KEPT))


async def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.url.path}?{request.url.query}\n".encode())
    form: FormData | None = getattr(request, "_form", None)
    if form is None:
        digest.update(await request.body())
        return digest.hexdigest()
    # A retry makes a new multipart boundary, so the parts count and not the bytes on the wire.
    for name, value in form.multi_items():
        digest.update(f"\n{name}=".encode())
        if isinstance(value, UploadFile):
            digest.update(f"{value.filename};".encode())
            while part := await value.read(1 << 20):
                digest.update(part)
            await value.seek(0)
        else:
            digest.update(value.encode())
    return digest.hexdigest()
