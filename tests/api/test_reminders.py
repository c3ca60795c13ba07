"""Reminders: each stage once, cancelled with the deadline, on the record, read by whoever reads the ledger."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from rectify_api.domain.issues import Issue
from rectify_api.domain.measures import Measure
from rectify_api.domain.vocabulary import IssueState, MeasureState, Role
from rectify_api.features import reminding
from rectify_api.features.reminding import raise_reminders
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.clock import days_later, today
from rectify_api.foundation.database import Database, fetch, save
from rectify_api.worker import Worker

SYSTEM = Actor(name="system:test")
DUE = date(2031, 5, 20)
Run = Callable[[int], Awaitable[None]]


@pytest.fixture
def run(database: Database) -> Run:
    """`await run(-3)` is the daily job three days before DUE, until there is nothing left to raise."""

    async def job(days: int) -> None:
        raised = 1
        while raised:
            async with database.transaction(SYSTEM) as db:
                raised = await raise_reminders(db, on=DUE + timedelta(days=days))

    return job


@pytest.fixture
def stages(clerk: Any) -> Callable[..., Awaitable[list[str]]]:
    """The stages raised for a row, oldest first; with `withdrawn` those cancelled."""

    async def read(row: dict[str, Any], *, withdrawn: bool = False) -> list[str]:
        asked = {"subject_id": row["id"], "sort": "raised_on", "withdrawn": str(withdrawn).lower()}
        return [item["stage"] for item in (await clerk.get("/reminders", params=asked)).json()["items"]]

    return read


async def change(database: Database, table: Any, row: dict[str, Any], **fields: Any) -> None:
    async with database.transaction(SYSTEM) as db:
        found = await fetch(db, table, UUID(row["id"]), lock=True)
        found.sqlmodel_update(fields)
        await save(db, found)


async def test_each_stage_is_raised_once(make: Any, run: Run, stages: Any) -> None:
    issue = await make.issue(due_date=str(DUE))
    for days in (-8, -7, -7, -6, -4, -3, -2, -1, 0, 0, 1, 2, 6, 7, 8, 29, 30, 31, 400):
        await run(days)
    expected = ["due_in_7", "due_in_3", "due_tomorrow", "due_today", "overdue", "overdue_7", "overdue_30"]
    assert await stages(issue) == expected
    assert await stages(issue, withdrawn=True) == []


async def test_nothing_is_raised_more_than_a_week_before(make: Any, run: Run, stages: Any) -> None:
    issue, undated = await make.issue(due_date=str(DUE)), await make.issue()
    await run(-8)
    assert await stages(issue) == []
    await run(-7)
    assert await stages(issue) == ["due_in_7"]
    assert await stages(undated) == []


@pytest.mark.parametrize(
    ("days", "raised"),
    [
        (-4, ["due_in_7"]),
        (-2, ["due_in_3"]),
        (0, ["due_today"]),
        (6, ["overdue"]),
        (9, ["overdue", "overdue_7"]),
        (300, ["overdue", "overdue_30"]),
    ],
)
async def test_after_a_pause_only_the_newest_stage_is_raised_and_being_overdue_always(
    make: Any, run: Run, stages: Any, days: int, raised: list[str]
) -> None:
    issue = await make.issue(due_date=str(DUE))
    await run(days)
    assert sorted(await stages(issue)) == raised


async def test_the_record_names_the_acts_that_others_hear_of(make: Any, run: Run, clerk: Any, acts_on: Any) -> None:
    issue = await make.issue(due_date=str(DUE))
    await run(0)
    await run(1)
    answer = await clerk.get("/reminders", params={"subject_id": issue["id"], "sort": "raised_on"})
    today_, overdue = answer.json()["items"]
    assert (today_["stage"], today_["subject_type"], today_["due_date"]) == ("due_today", "issue", str(DUE))
    assert today_["inspection_id"] == issue["inspection_id"]
    assert today_["organisation_id"] == issue["organisation_id"]
    assert await acts_on(today_["id"]) == ["reminder.raised"]
    assert await acts_on(overdue["id"]) == ["reminder.became_overdue"]


async def test_a_deadline_that_moved_cancels_its_reminders(make: Any, run: Run, stages: Any, clerk: Any) -> None:
    issue = await make.issue(due_date=str(DUE))
    await run(-1)
    later = DUE + timedelta(days=60)
    await clerk.patch(f"/issues/{issue['id']}", {"due_date": str(later)})
    await run(-1)
    assert await stages(issue) == []
    (cancelled,) = (await clerk.get("/reminders", params={"subject_id": issue["id"], "withdrawn": "true"})).json()[
        "items"
    ]
    assert cancelled["withdrawal_reason"] == f"时限改为 {later}"
    await run(60)
    assert await stages(issue) == ["due_today"]


async def test_a_deadline_that_moved_and_came_back_is_reminded_of_again(
    make: Any, run: Run, stages: Any, database: Database
) -> None:
    issue = await make.issue(due_date=str(DUE))
    await run(-1)
    await change(database, Issue, issue, due_date=DUE + timedelta(days=60))
    await run(-1)
    await change(database, Issue, issue, due_date=DUE)
    await run(-1)
    assert await stages(issue) == await stages(issue, withdrawn=True) == ["due_tomorrow"]


@pytest.mark.parametrize("state", [IssueState.verified, IssueState.long_term, IssueState.closed, IssueState.set_aside])
async def test_a_finished_issue_is_not_reminded_of_until_it_comes_back(
    make: Any, run: Run, stages: Any, database: Database, acts_on: Any, state: IssueState
) -> None:
    issue = await make.issue(due_date=str(DUE))
    await run(1)
    await change(database, Issue, issue, status=state)
    await run(7)
    assert await stages(issue) == []
    assert await stages(issue, withdrawn=True) == ["overdue"]
    cancelled = await database.rows("SELECT id FROM reminder WHERE subject_id = $1", UUID(issue["id"]))
    assert await acts_on(cancelled[0]["id"]) == ["reminder.became_overdue", "reminder.cancelled"]
    await change(database, Issue, issue, status=IssueState.returned)
    await run(8)
    assert sorted(await stages(issue)) == ["overdue", "overdue_7"]


async def test_a_withdrawn_issue_is_not_reminded_of(make: Any, run: Run, stages: Any, clerk: Any) -> None:
    issue = await make.issue(due_date=str(DUE))
    await run(0)
    await clerk.delete(f"/issues/{issue['id']}")
    await run(1)
    assert await stages(issue) == []


async def test_a_measure_is_reminded_of_until_it_or_its_issue_is_finished(
    make: Any, run: Run, stages: Any, database: Database
) -> None:
    issue = await make.issue()
    open_, done, kept_up = [await make.measure(issue_id=issue["id"], ordinal=n, due_date=str(DUE)) for n in (1, 2, 3)]
    await change(database, Measure, done, status=MeasureState.done)
    await change(database, Measure, kept_up, status=MeasureState.long_term)
    await run(-3)
    assert [await stages(measure) for measure in (open_, done, kept_up)] == [["due_in_3"], [], []]
    await change(database, Issue, issue, status=IssueState.set_aside)
    await run(0)
    assert await stages(open_) == []


async def test_of_two_workers_at_once_one_raises(make: Any, run: Run, stages: Any, database: Database) -> None:
    issues = [await make.issue(due_date=str(DUE)) for _ in range(3)]

    async def work() -> None:
        async with database.transaction(SYSTEM) as db:
            await raise_reminders(db, on=DUE)

    await asyncio.gather(*(work() for _ in range(4)))
    await run(0)
    assert [await stages(issue) for issue in issues] == [["due_today"]] * 3


async def test_many_are_raised_batch_by_batch_with_few_statements_each(
    make: Any, run: Run, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run(0)
    inspection = await make.inspection()
    for n in range(1, 8):
        await make.issue(inspection_id=inspection["id"], ordinal=n, due_date=str(DUE))
    monkeypatch.setattr(reminding, "BATCH", 5)
    statements: list[str] = []
    counts, costs = [], []
    for _ in range(3):
        statements.clear()
        async with database.transaction(SYSTEM) as db:
            connection = (await db.connection()).sync_connection
            event.listen(connection, "before_cursor_execute", lambda *told: statements.append(told[2]))
            counts.append(await raise_reminders(db, on=DUE))
        costs.append(len(statements))
    assert counts == [5, 2, 0]
    # The lock, two reads, and one write each of reminders, entries and messages.
    assert costs == [6, 6, 3]


async def test_a_worker_reminds_as_soon_as_it_starts(make: Any, app: Any, database: Database, stages: Any) -> None:
    issue = await make.issue(due_date=str(days_later(today(), -1)))
    async with Worker(database, app.state.blobs), asyncio.timeout(20):
        while not (raised := await stages(issue)):
            pass
    assert raised == ["overdue"]


async def test_reminders_are_filtered_and_read(make: Any, run: Run, clerk: Any, queries: Any) -> None:
    inspection = await make.inspection()
    issue = await make.issue(inspection_id=inspection["id"], due_date=str(DUE))
    measure = await make.measure(issue_id=issue["id"], due_date=str(DUE + timedelta(days=1)))
    await run(0)

    async def asked(**filters: Any) -> list[str]:
        answer = await clerk.get("/reminders", params={"inspection_id": inspection["id"]} | filters)
        assert answer.status_code == 200, answer.text
        return [item["subject_id"] for item in answer.json()["items"]]

    assert sorted(await asked()) == sorted([issue["id"], measure["id"]])
    assert await asked(stage="due_tomorrow") == [measure["id"]]
    assert await asked(subject_type="issue") == await asked(subject_id=issue["id"]) == [issue["id"]]
    assert await asked(raised_from=str(DUE + timedelta(days=1))) == await asked(raised_to="2031-05-19") == []
    assert len(await asked(raised_from=str(DUE), raised_to=str(DUE))) == 2
    queries.clear()
    (row,) = (await clerk.get("/reminders", params={"subject_id": issue["id"]})).json()["items"]
    assert len(queries) == 2, queries.seen
    read = await clerk.get(f"/reminders/{row['id']}")
    assert (read.status_code, read.json()) == (200, row)
    assert (await clerk.get("/reminders", params={"stage": "late"})).status_code == 422


async def test_who_reads_the_ledger_reads_its_reminders_within_his_sight(
    make: Any, run: Run, clerk: Any, caller: Any, anonymous: Any
) -> None:
    issue = await make.issue(due_date=str(DUE))
    await run(0)
    (row,) = (await clerk.get("/reminders", params={"subject_id": issue["id"]})).json()["items"]
    path = f"/reminders/{row['id']}"
    assert (await anonymous.get(path)).status_code == 401
    for role in (Role.auditor, Role.system_admin, Role.hotline, Role.public_site):
        assert (await (await caller(role)).get(path)).status_code == 403
    here = await caller(Role.responsible_unit, organisation_id=issue["organisation_id"])
    assert (await here.get(path)).status_code == 200
    elsewhere = await caller(Role.responsible_unit, organisation_id=(await make.organisation())["id"])
    assert (await elsewhere.get(path)).status_code == 404
    assert (await clerk.get(f"/reminders/{uuid4()}")).status_code == 404
    assert (await clerk.post("/reminders", {})).status_code == 405
