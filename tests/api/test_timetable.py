"""The timetable of an inspection over HTTP."""

from typing import Any
from uuid import UUID, uuid4

from rectify_api.domain.issues import Issue
from rectify_api.domain.plans import Plan
from rectify_api.domain.vocabulary import IssueState, PlanKind, Role
from rectify_api.foundation.audit import Actor, record
from rectify_api.foundation.clock import days_later, now, today
from rectify_api.foundation.database import fetch, save


async def timetable(api: Any, inspection: Any) -> dict[str, Any]:
    answer = await api.get(f"/inspections/{inspection['id']}/timetable")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def by_key(found: dict[str, Any]) -> dict[str, Any]:
    return {milestone["key"]: milestone for milestone in found["milestones"]}


async def test_a_timetable_shows_days_labels_and_where_they_come_from(clerk: Any, make: Any) -> None:
    found = await timetable(clerk, await make.inspection(feedback_date="2024-09-02"))
    assert found["rules"]["name"] == "city-county-2024"
    assert by_key(found)["concentrated_period"] == {
        "key": "concentrated_period",
        "zh": "集中整改期满",
        "en": "end of the concentrated period",
        "start_event": "feedback_date",
        "start_date": "2024-09-02",
        "due_date": "2024-12-02",
        "latest_start": "2024-09-02",
        "extendable_to": None,
        "done_on": None,
        "light": "red",
        "citation": "市县通行做法，3个月 / practice of cities and counties, three months",
        "verified": False,
        "calendar_incomplete": False,
    }
    assert found["light"] == "red"


async def test_the_kind_a_jurisdiction_and_an_end_of_its_own_decide(clerk: Any, make: Any) -> None:
    of_province = await timetable(clerk, await make.inspection(feedback_date="2025-08-31", kind="xunshi"))
    assert by_key(of_province)["concentrated_period"]["due_date"] == "2026-02-28"
    named = await make.inspection(feedback_date="2025-08-31", jurisdiction="province", concentrated_until="2026-01-15")
    found = await timetable(clerk, named)
    assert found["rules"]["jurisdiction"] == "province"
    assert by_key(found)["concentrated_period"]["due_date"] == "2026-01-15"
    assert by_key(found)["progress_report"]["due_date"] == "2026-01-22"


async def test_without_a_feedback_or_rules_for_its_day_nothing_is_counted(clerk: Any, make: Any) -> None:
    for fields in ({}, {"feedback_date": "2014-01-01"}, {"feedback_date": "2025-01-01", "kind": "audit"}):
        found = await timetable(clerk, await make.inspection(**fields))
        assert (found["rules"], found["milestones"], found["light"]) == (None, [], None)


async def test_a_published_inspection_has_nothing_overdue(clerk: Any, make: Any) -> None:
    inspection = await make.inspection(feedback_date="2020-09-02", published_on="2021-07-20")
    found = await timetable(clerk, inspection)
    assert by_key(found)["public_publication"]["done_on"] == "2021-07-20"
    assert found["light"] is None


async def test_its_light_is_the_worst_of_its_milestones_and_open_issues(clerk: Any, make: Any, database: Any) -> None:
    day = today()
    inspection = await make.inspection(feedback_date=str(day))
    found = await timetable(clerk, inspection)
    assert (found["light"], found["issues_light"]) == ("green", None)
    overdue = str(days_later(day, -1))
    issue = await make.issue(inspection_id=inspection["id"], due_date=overdue)
    await make.issue(inspection_id=inspection["id"], ordinal=2, due_date=str(days_later(day, 90)))
    found = await timetable(clerk, inspection)
    assert (found["light"], found["issues_light"], found["earliest_open_issue"]) == ("red", "red", overdue)
    async with database.transaction(Actor(name="test")) as db:
        row = await fetch(db, Issue, UUID(issue["id"]), lock=True)
        row.status, row.verified_at = IssueState.verified, now()
        await save(db, row)
    found = await timetable(clerk, inspection)
    assert (found["light"], found["issues_light"]) == ("green", "green")
    assert by_key(found)["concentrated_period"]["done_on"] is None


async def test_the_period_is_done_when_its_last_issue_is(clerk: Any, make: Any, database: Any) -> None:
    inspection = await make.inspection(feedback_date="2024-09-02")
    issue = await make.issue(inspection_id=inspection["id"])
    async with database.transaction(Actor(name="test")) as db:
        row = await fetch(db, Issue, UUID(issue["id"]), lock=True)
        row.status, row.verified_at = IssueState.closed, now()
        await save(db, row)
    milestone = by_key(await timetable(clerk, inspection))["concentrated_period"]
    assert (milestone["done_on"], milestone["light"]) == (str(today()), None)


async def test_a_plan_is_submitted_and_reviewed_when_the_record_says_so(clerk: Any, make: Any, database: Any) -> None:
    inspection = await make.inspection(feedback_date="2024-09-02")
    place = {"inspection_id": UUID(inspection["id"]), "organisation_id": UUID(inspection["organisation_id"])}
    plan = Plan(title="整改方案", kind=PlanKind.overall_plan, **place)
    async with database.transaction(Actor(name="test")) as db:
        await save(db, plan)
        record(db.sync_session, "plan", plan.id, "submitted", {}, organisation_id=plan.organisation_id)
    found = by_key(await timetable(clerk, inspection))
    assert (found["plan_submission"]["done_on"], found["plan_submission"]["light"]) == (str(today()), None)
    assert found["plan_review"]["start_date"] == str(today())
    assert (found["plan_review"]["done_on"], found["progress_report"]["done_on"]) == (None, None)


async def test_a_timetable_is_read_by_who_reads_inspections_and_sees_this_one(
    clerk: Any, make: Any, caller: Any, anonymous: Any, queries: Any
) -> None:
    inspection = await make.inspection(feedback_date="2024-09-02")
    path = f"/inspections/{inspection['id']}/timetable"
    assert (await anonymous.get(path)).status_code == 401
    assert (await (await caller(Role.auditor)).get(path)).status_code == 403
    elsewhere = await caller(Role.ledger_clerk, organisation_id=(await make.organisation())["id"])
    assert (await elsewhere.get(path)).status_code == 404
    assert (await clerk.get(f"/inspections/{uuid4()}/timetable")).status_code == 404
    queries.clear()
    await timetable(clerk, inspection)
    assert len(queries) == 4, queries.seen
