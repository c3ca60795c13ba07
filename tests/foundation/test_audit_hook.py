"""The record: each change has its entry, none goes round it, and nobody rewrites it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from rectify_api.domain.accountability import AccountabilityAction
from rectify_api.domain.callers import CallerKey
from rectify_api.domain.organisations import Organisation
from rectify_api.domain.rule_changes import RuleChange
from rectify_api.foundation import http
from rectify_api.foundation.audit import Actor, AuditEntry, OutboxMessage
from rectify_api.foundation.database import Database
from rectify_api.foundation.routes import Db, LedgerRoute, may

LI = Actor(name="clerk:li")


async def an_organisation(database: Database) -> UUID:
    async with database.transaction(LI) as db:
        row = Organisation(name=f"示例局 {uuid4().hex[:8]}")
        db.add(row)
    return row.id


async def entries_of(database: Database, id: Any) -> list[Any]:
    sql = "SELECT * FROM audit_entry WHERE subject_id = $1 ORDER BY id"
    return await database.rows(sql, UUID(str(id)))


async def test_create_edit_and_edit_to_the_same_leave_two_entries_and_two_messages(database: Database) -> None:
    id = await an_organisation(database)
    for short_name in ("示例", "示例"):
        async with database.transaction(LI) as db:
            row = await db.get_one(Organisation, id)
            row.short_name = short_name
    made, edited = await entries_of(database, id)
    assert (made["act"], edited["act"]) == ("organisation.created", "organisation.updated")
    assert (edited["actor"], edited["changes"]["short_name"]) == ("clerk:li", [None, "示例"])
    assert set(edited["changes"]) <= {"short_name", "version", "updated_at"}
    sent = await database.rows("SELECT 1 FROM outbox_message WHERE entry_id = ANY($1)", [made["id"], edited["id"]])
    assert len(sent) == 2


async def test_an_edit_forth_and_back_in_one_act_changes_nothing(database: Database) -> None:
    id = await an_organisation(database)
    async with database.transaction(LI) as db:
        row = await db.get_one(Organisation, id)
        row.short_name = "别名"
        row.short_name = None
    assert len(await entries_of(database, id)) == 1
    (stored,) = await database.rows("SELECT version FROM organisation WHERE id = $1", id)
    assert stored["version"] == 1


async def test_a_named_act_is_recorded_under_its_name_and_only_once(database: Database) -> None:
    id = await an_organisation(database)
    async with database.transaction(LI) as db:
        row = await db.get_one(Organisation, id)
        row.short_name = "一"
        row.name_act("renamed")
        await db.flush()
        row.short_name = "二"
    acts = [entry["act"] for entry in await entries_of(database, id)]
    assert acts == ["organisation.created", "organisation.renamed", "organisation.updated"]


async def test_an_act_that_fails_leaves_neither_change_nor_entry(clerk: Any, make: Any, database: Database) -> None:
    issue = await make.issue()
    answer = await clerk.post(f"/issues/{issue['id']}/closure")
    assert answer.status_code == 409
    assert [entry["act"] for entry in await entries_of(database, issue["id"])] == ["issue.created"]
    assert (await clerk.get(f"/issues/{issue['id']}")).json() == issue


async def test_an_act_that_fails_after_its_flush_leaves_nothing(database: Database) -> None:
    row = Organisation(name=f"示例局 {uuid4().hex[:8]}")

    async def fail_late() -> None:
        async with database.transaction(LI) as db:
            db.add(row)
            await db.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_late()
    assert await entries_of(database, row.id) == []
    assert await database.rows("SELECT 1 FROM organisation WHERE id = $1", row.id) == []


async def test_a_change_by_nobody_is_refused(database: Database) -> None:
    async with database.transaction(LI) as db:
        del db.sync_session.info["actor"]
        db.add(Organisation(name="无人"))
        with pytest.raises(RuntimeError, match="organisation changed by nobody"):
            await db.flush()
        await db.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        update(Organisation).values(short_name="x"),
        delete(Organisation),
        insert(Organisation).values(name="x"),
        delete(AuditEntry),
        update(AuditEntry).values(actor="x"),
    ],
    ids=["update rows", "delete rows", "insert rows", "delete entries", "update entries"],
)
async def test_bulk_writes_through_the_session_are_refused(database: Database, statement: Any) -> None:
    with pytest.raises(RuntimeError, match="Bulk writes skip the record"):
        async with database.transaction(LI) as db:
            await db.execute(statement)


async def test_a_savepoint_rolled_back_takes_its_entry_along(database: Database) -> None:
    rows = [Organisation(name=f"示例局 {uuid4().hex[:8]} {n}") for n in range(3)]
    async with database.transaction(LI) as db:
        for n, row in enumerate(rows):
            try:
                async with db.begin_nested():
                    db.add(row)
                    await db.flush()
                    if n == 1:
                        raise ValueError
            except ValueError:
                continue
    assert [len(await entries_of(database, row.id)) for row in rows] == [1, 0, 1]


def _core_insert(db: AsyncSession) -> Awaitable[Any]:
    row = Organisation(name="绕过")
    return db.execute(insert(Organisation.__table__).values(**row.model_dump()))  # type: ignore[attr-defined]


def _bulk_save(db: AsyncSession) -> Awaitable[Any]:
    return db.run_sync(lambda session: session.bulk_save_objects([Organisation(name="绕过")]))


def _raw(sql: str) -> Callable[[AsyncSession], Awaitable[Any]]:
    return lambda db: db.execute(text(sql))


@pytest.mark.parametrize(
    "go_round",
    [
        _core_insert,
        _bulk_save,
        _raw("UPDATE organisation SET short_name = '绕过'"),
        _raw("UPDATE caller_key SET revoked_at = NULL"),
    ],
    ids=["core insert", "bulk_save_objects", "raw update", "raw update of keys"],
)
async def test_a_way_round_the_hook_does_not_commit(
    clerk: Any, database: Database, go_round: Callable[[AsyncSession], Awaitable[Any]]
) -> None:
    await an_organisation(database)
    with pytest.raises(DBAPIError, match="changed without an audit entry"):
        async with database.transaction(LI) as db:
            await go_round(db)
    assert await database.rows("SELECT 1 FROM organisation WHERE name = '绕过' OR short_name = '绕过'") == []


async def test_a_raw_delete_does_not_commit(database: Database) -> None:
    id = await an_organisation(database)
    with pytest.raises(DBAPIError, match="changed without an audit entry"):
        async with database.transaction(LI) as db:
            await db.execute(text("DELETE FROM organisation WHERE id = :id"), {"id": id})
    assert await database.rows("SELECT 1 FROM organisation WHERE id = $1", id)


async def test_an_entry_of_an_earlier_transaction_does_not_cover_a_later_change(database: Database) -> None:
    id = await an_organisation(database)
    with pytest.raises(DBAPIError, match="changed without an audit entry"):
        async with database.transaction(LI) as db:
            await db.execute(text("UPDATE organisation SET short_name = 'x' WHERE id = :id"), {"id": id})


@pytest.mark.parametrize(
    "sql",
    ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry CASCADE"],
    ids=["update", "delete", "truncate"],
)
async def test_the_record_is_only_added_to(database: Database, sql: str) -> None:
    id = await an_organisation(database)
    with pytest.raises(DBAPIError, match="audit_entry is only added to"):
        async with database.transaction(LI) as db:
            await db.execute(text(sql))
    assert len(await entries_of(database, id)) == 1


async def test_a_recorded_table_cannot_be_emptied(database: Database) -> None:
    with pytest.raises(DBAPIError, match="is only added to"):
        async with database.transaction(LI) as db:
            await db.execute(text("TRUNCATE rule_change CASCADE"))


async def test_masked_values_never_enter_the_record(make: Any, database: Database) -> None:
    inspection = await make.inspection()
    name = f"王某某{uuid4().hex[:6]}"
    action = await make.accountability_action(inspection_id=inspection["id"], subject_name=name)
    (made,) = await entries_of(database, action["id"])
    assert made["changes"]["subject_name"] == "changed"
    keys = await database.rows("SELECT changes FROM audit_entry WHERE subject_type = 'caller_key'")
    assert keys
    assert {key["changes"]["digest"] for key in keys} == {"changed"}
    for where in ("audit_entry e", "outbox_message e", "first_answer e"):
        assert await database.rows(f"SELECT 1 FROM {where} WHERE e::text LIKE '%' || $1 || '%'", name) == []


def test_tables_with_secrets_or_names_mask_them() -> None:
    assert "digest" in CallerKey.mask
    assert "subject_name" in AccountabilityAction.mask


async def test_two_thousand_rows_in_one_transaction_have_two_thousand_entries(make: Any, database: Database) -> None:
    inspection = await make.inspection()
    place = {"inspection_id": UUID(inspection["id"]), "organisation_id": UUID(inspection["organisation_id"])}
    async with database.transaction(LI) as db:
        db.add_all([RuleChange(**place, kind="new", title=f"制度 {n}") for n in range(2000)])
    counted = await database.rows(
        "SELECT count(*) AS rows, count(e.id) AS entries FROM rule_change r"
        " LEFT JOIN audit_entry e ON e.subject_id = r.id WHERE r.inspection_id = $1",
        place["inspection_id"],
    )
    assert (counted[0]["rows"], counted[0]["entries"]) == (2000, 2000)


async def test_each_entry_says_who_asked_from_where_and_in_which_request(clerk: Any, database: Database) -> None:
    answer = await clerk.post("/organisations", {"name": f"示例局 {uuid4().hex[:8]}"})
    (entry,) = await entries_of(database, answer.json()["id"])
    assert entry["request_id"] == answer.headers["x-request-id"]
    assert entry["caller_id"] == clerk.caller_id
    assert entry["address"] == "127.0.0.1"
    assert entry["organisation_id"] == UUID(answer.json()["id"])


async def test_a_commit_that_fails_is_never_answered_with_success(app: FastAPI, clerk: Any) -> None:
    router = APIRouter(route_class=LedgerRoute)

    @router.post("/careless", status_code=201)
    async def careless(db: Db, actor: Annotated[Actor, may("organisations:write")]) -> str:
        await _core_insert(db)
        return "done"

    other = FastAPI()
    http.install(other)
    other.include_router(router)
    other.add_middleware(http.RequestId)
    other.state = app.state
    transport = httpx.ASGITransport(app=other, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://ledger", headers=clerk.http.headers) as api:
        answers = [await api.post("/careless", headers=key) for key in ({}, {"Idempotency-Key": uuid4().hex})]
    assert [answer.status_code for answer in answers] == [409, 409]


async def test_the_record_and_its_message_are_one_transaction(database: Database) -> None:
    id = await an_organisation(database)
    async with database.transaction(LI) as db:
        entry = (await db.scalars(select(AuditEntry).where(col(AuditEntry.subject_id) == id))).one()
        assert await db.get(OutboxMessage, entry.id) is not None
