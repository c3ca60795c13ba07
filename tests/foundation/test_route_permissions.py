"""A route names its permission, and is entered only by a caller who has it, before its body is read."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Any

import pytest
from fastapi import APIRouter

from rectify_api.domain.callers import Caller, CallerKey
from rectify_api.domain.vocabulary import Role
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.clock import now
from rectify_api.foundation.database import Database
from rectify_api.foundation.routes import LedgerRoute, may, permission_of

BOSS = Actor(name="test")


def test_a_route_without_a_permission_does_not_start() -> None:
    router = APIRouter(route_class=LedgerRoute)
    with pytest.raises(TypeError, match="/open names no permission"):

        @router.get("/open")
        async def open_to_all() -> None: ...


def test_a_route_with_a_permission_says_so_in_its_schema() -> None:
    router = APIRouter(route_class=LedgerRoute)

    @router.get("/shut")
    async def shut(actor: Annotated[Actor, may("issues:read")]) -> None: ...

    (route,) = router.routes
    assert isinstance(route, LedgerRoute)
    assert permission_of(route.dependant) == "issues:read"
    assert route.openapi_extra == {"x-permission": "issues:read"}


def check_refused(answer: Any) -> None:
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:rectify:problem:unauthenticated"


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "bearer rk_" + "x" * 43,
        "Basic cms6eA==",
        "rk_x",
        "Bearer " + "x" * 9000,
    ],
)
async def test_without_a_good_key_nobody_enters(anonymous: Any, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    check_refused(await anonymous.get("/issues", headers=headers))
    check_refused(await anonymous.request("POST", "/issues", content=b"{", headers=headers))


async def the_key(database: Database, caller_id: Any) -> Any:
    (row,) = await database.rows("SELECT id FROM caller_key WHERE caller_id = $1", caller_id)
    return row["id"]


async def test_an_expired_key_is_refused(caller: Any, database: Database) -> None:
    api = await caller(Role.auditor)
    assert (await api.get("/vocabularies")).status_code == 200
    async with database.transaction(BOSS) as db:
        key = await db.get_one(CallerKey, await the_key(database, api.caller_id))
        key.expires_at = now() - timedelta(seconds=1)
    check_refused(await api.get("/vocabularies"))


async def test_a_revoked_key_is_refused(caller: Any, database: Database) -> None:
    api = await caller(Role.auditor)
    async with database.transaction(BOSS) as db:
        key = await db.get_one(CallerKey, await the_key(database, api.caller_id))
        key.revoke(at=now() - timedelta(seconds=1))
    check_refused(await api.get("/vocabularies"))


async def test_a_key_that_will_be_revoked_still_lets_in(caller: Any, database: Database) -> None:
    api = await caller(Role.auditor)
    async with database.transaction(BOSS) as db:
        key = await db.get_one(CallerKey, await the_key(database, api.caller_id))
        key.revoke(at=now() + timedelta(hours=1))
    assert (await api.get("/vocabularies")).status_code == 200


async def test_the_keys_of_a_withdrawn_caller_are_refused(caller: Any, database: Database) -> None:
    api = await caller(Role.auditor)
    async with database.transaction(BOSS) as db:
        who = await db.get_one(Caller, api.caller_id)
        who.withdraw(reason="停用", at=now())
    check_refused(await api.get("/vocabularies"))


async def test_a_narrowed_key_has_only_its_own_permissions(caller: Any, database: Database) -> None:
    api = await caller(Role.ledger_clerk)
    async with database.transaction(BOSS) as db:
        key = await db.get_one(CallerKey, await the_key(database, api.caller_id))
        key.permissions = ["issues:read", "callers:write"]
    assert (await api.get("/issues")).status_code == 200
    assert (await api.get("/measures")).status_code == 403
    assert (await api.post("/callers", {"name": "x"})).status_code == 403


async def test_a_missing_permission_is_said_before_the_body_is_read(caller: Any) -> None:
    auditor = await caller(Role.auditor)
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"{"

    answer = await auditor.request("POST", "/issues", content=body(), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:rectify:problem:forbidden"
    assert "issues:write" in answer.json()["detail"]


async def test_a_caller_without_roles_may_do_nothing(caller: Any) -> None:
    nobody = await caller()
    for path in ("/issues", "/vocabularies", "/callers", "/audit-entries"):
        assert (await nobody.get(path)).status_code == 403
