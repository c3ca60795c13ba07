"""Idempotency-Key: a POST that is sent again is answered as the first time and changes nothing."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import col

from rectify_api.domain.callers import Caller
from rectify_api.domain.vocabulary import Role
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.clock import now
from rectify_api.foundation.database import Database
from rectify_api.foundation.idempotency import FirstAnswer, forget_old


def fresh() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def a_body() -> dict[str, str]:
    return {"name": f"示例局 {uuid4().hex}"}


async def count_named(database: Database, name: str) -> int:
    return len(await database.rows("SELECT 1 FROM organisation WHERE name = $1", name))


async def set_back(database: Database, key: str, by: timedelta) -> None:
    async with database.transaction(Actor(name="test")) as db:
        row = (await db.scalars(select(FirstAnswer).where(col(FirstAnswer.key) == key))).one()
        row.at = now() - by


async def test_the_same_key_and_body_replay_the_first_answer(clerk: Any, database: Database, acts_on: Any) -> None:
    headers, body = fresh(), a_body()
    first = await clerk.post("/organisations", body, headers=headers)
    again = await clerk.post("/organisations", body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    for name in ("location", "etag", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await count_named(database, body["name"]) == 1
    assert await acts_on(first.json()["id"]) == ["organisation.created"]


async def test_the_same_key_with_another_body_is_refused(clerk: Any) -> None:
    headers = fresh()
    assert (await clerk.post("/organisations", a_body(), headers=headers)).status_code == 201
    other = await clerk.post("/organisations", a_body(), headers=headers)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:rectify:problem:idempotency-key-reused"


async def test_the_same_key_on_another_path_is_refused(clerk: Any, make: Any) -> None:
    headers, body = fresh(), a_body()
    assert (await clerk.post("/organisations", body, headers=headers)).status_code == 201
    issue = await make.issue()
    other = await clerk.post(f"/issues/{issue['id']}/claim", {"responsible_leader": "李某"}, headers=headers)
    assert other.status_code == 422


async def test_of_simultaneous_posts_with_one_key_one_makes_the_row(clerk: Any, database: Database) -> None:
    headers, body = fresh(), a_body()
    answers = await asyncio.gather(*(clerk.post("/organisations", body, headers=headers) for _ in range(6)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    busy = [answer.json()["type"] for answer in answers if answer.status_code == 409]
    assert set(busy) <= {"urn:rectify:problem:idempotency-key-in-use"}
    assert await count_named(database, body["name"]) == 1


async def test_while_the_first_is_running_the_second_is_told_so(clerk: Any, make: Any, database: Database) -> None:
    issue, headers = await make.issue(), fresh()
    body = {"responsible_leader": "李某"}
    async with database.transaction(Actor(name="test")) as db:
        await db.connection()
        await database_lock(db, issue["id"])
        first = asyncio.create_task(clerk.post(f"/issues/{issue['id']}/claim", body, headers=headers))
        await until_waiting(database)
        second = await clerk.post(f"/issues/{issue['id']}/claim", body, headers=headers)
    assert second.status_code == 409
    assert second.json()["type"] == "urn:rectify:problem:idempotency-key-in-use"
    assert (await first).status_code == 200


async def database_lock(db: Any, id: str) -> None:
    connection = await db.connection()
    await connection.exec_driver_sql(f"SELECT 1 FROM issue WHERE id = '{id}' FOR UPDATE")


async def until_waiting(database: Database) -> None:
    """Until some transaction of this database waits for a lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while not await database.rows(waiting):
        await asyncio.sleep(0.01)


async def test_a_key_belongs_to_its_caller(caller: Any, database: Database) -> None:
    headers, body = fresh(), a_body()
    one, other = await caller(Role.ledger_clerk), await caller(Role.ledger_clerk)
    first = await one.post("/organisations", body, headers=headers)
    second = await other.post("/organisations", {"name": body["name"] + "二"}, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


async def test_after_24_hours_a_key_is_new_again(clerk: Any, database: Database) -> None:
    headers = fresh()
    first = await clerk.post("/organisations", a_body(), headers=headers)
    await set_back(database, headers["Idempotency-Key"], timedelta(hours=24, seconds=1))
    second = await clerk.post("/organisations", a_body(), headers=headers)
    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]


async def test_within_24_hours_a_key_is_kept_and_then_dropped(clerk: Any, database: Database) -> None:
    headers, body = fresh(), a_body()
    first = await clerk.post("/organisations", body, headers=headers)
    await set_back(database, headers["Idempotency-Key"], timedelta(hours=23, minutes=59))
    async with database.transaction(Actor(name="test")) as db:
        await forget_old(db)
    assert (await clerk.post("/organisations", body, headers=headers)).content == first.content
    await set_back(database, headers["Idempotency-Key"], timedelta(hours=24, seconds=1))
    async with database.transaction(Actor(name="test")) as db:
        await forget_old(db)
    assert await database.rows("SELECT 1 FROM first_answer WHERE key = $1", headers["Idempotency-Key"]) == []


async def test_an_upload_sent_again_with_another_boundary_is_replayed(clerk: Any, make: Any) -> None:
    inspection, headers = await make.inspection(), fresh()
    data = {"title": "照片", "inspection_id": inspection["id"]}

    async def upload(content: bytes, boundary: str) -> Any:
        typed = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        file = {"file": ("照片.jpg", content, "image/jpeg")}
        return await clerk.request("POST", "/evidence-files", data=data, files=file, headers=headers | typed)

    first = await upload(b"\xff\xd8 one", "b1")
    again = await upload(b"\xff\xd8 one", "b2")
    assert first.status_code == 201, first.text
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert (await upload(b"\xff\xd8 two", "b3")).status_code == 422


async def test_a_first_request_that_failed_is_not_kept(clerk: Any, make: Any, database: Database) -> None:
    issue, headers = await make.issue(), fresh()
    refused = await clerk.post(f"/issues/{issue['id']}/start", headers=headers)
    assert refused.status_code == 409
    assert await database.rows("SELECT 1 FROM first_answer WHERE key = $1", headers["Idempotency-Key"]) == []
    await clerk.post(f"/issues/{issue['id']}/claim", {"responsible_leader": "李某"})
    started = await clerk.post(f"/issues/{issue['id']}/start", headers=headers)
    assert started.status_code == 200
    assert (await clerk.post(f"/issues/{issue['id']}/start", headers=headers)).content == started.content


async def test_a_body_that_was_refused_can_be_sent_again_mended(clerk: Any) -> None:
    headers = fresh()
    assert (await clerk.post("/organisations", {}, headers=headers)).status_code == 422
    assert (await clerk.post("/organisations", a_body(), headers=headers)).status_code == 201


async def test_a_key_that_is_no_key_is_refused(clerk: Any) -> None:
    for key in ("", " ", "a b", "x" * 201, "\x7f"):
        answer = await clerk.post("/organisations", a_body(), headers={"Idempotency-Key": key})
        assert answer.status_code == 422, key


async def test_a_replay_needs_the_permission_anew(caller: Any, database: Database) -> None:
    headers, body = fresh(), a_body()
    one = await caller(Role.ledger_clerk)
    assert (await one.post("/organisations", body, headers=headers)).status_code == 201
    async with database.transaction(Actor(name="test")) as db:
        who = await db.get_one(Caller, one.caller_id)
        who.give_roles([Role.auditor])
    assert (await one.post("/organisations", body, headers=headers)).status_code == 403


async def test_an_answer_that_must_not_be_stored_is_not_replayed_but_refused(caller: Any, database: Database) -> None:
    admin, headers = await caller(Role.system_admin), fresh()
    made = (await admin.post("/callers", {"name": f"某系统 {uuid4().hex[:6]}"})).json()
    key = await admin.post(f"/callers/{made['id']}/keys", {}, headers=headers)
    assert (key.status_code, key.headers.get("cache-control")) == (201, "no-store")
    stored = await database.rows("SELECT body FROM first_answer WHERE key = $1", headers["Idempotency-Key"])
    assert all(key.json()["key"].encode() not in row["body"] for row in stored)
    again = await admin.post(f"/callers/{made['id']}/keys", {}, headers=headers)
    assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")
    assert again.json()["type"] == "urn:rectify:problem:shown-once"
    assert len((await admin.get(f"/callers/{made['id']}/keys")).json()["items"]) == 1
