"""Quality flags, each where it is raised and where it is not."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from rectify_api.domain.issues import Issue
from rectify_api.domain.vocabulary import IssueState, QualityFlag
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.database import fetch, save

CLOSED_ON = date(2026, 3, 20)


@pytest.fixture
async def inspection(make: Any) -> dict[str, Any]:
    found: dict[str, Any] = await make.inspection(inspection_start="2026-01-05", feedback_date="2026-02-01")
    return found


@pytest.fixture
def changed(database: Any) -> Any:
    """Puts an issue into a state that the procedure leads to only by many acts."""

    async def change(id: str, **values: Any) -> None:
        async with database.transaction(Actor(name="test")) as db:
            issue = await fetch(db, Issue, UUID(id))
            for name, value in values.items():
                setattr(issue, name, value)
            await save(db, issue)

    return change


@pytest.fixture
def closed(changed: Any) -> Any:
    async def close(id: str) -> None:
        at = datetime(CLOSED_ON.year, CLOSED_ON.month, CLOSED_ON.day, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
        await changed(id, status=IssueState.closed, closed_at=at)

    return close


async def flags(api: Any, inspection: dict[str, Any]) -> dict[str, set[str]]:
    answer = await api.get(f"/inspections/{inspection['id']}/quality")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    counted = {flag["flag"]: flag["issues"] for flag in found["flags"] if flag["issues"]}
    by_issue = {issue["issue_id"]: set(issue["flags"]) for issue in found["flagged"]}
    assert counted == {
        flag.value: sum(flag in shown for shown in by_issue.values())
        for flag in QualityFlag
        if any(flag in shown for shown in by_issue.values())
    }
    return by_issue


async def issues_of(make: Any, inspection: dict[str, Any], *results: str | None, **fields: Any) -> list[str]:
    made = []
    for n, result in enumerate(results, 1):
        said = {"result": result} if result else {}
        issue = await make.issue(inspection_id=inspection["id"], ordinal=n, **said, **fields)
        await make.measure(issue_id=issue["id"])
        made.append(issue["id"])
    return made


async def test_an_answer_that_only_promises(clerk: Any, make: Any, inspection: Any, changed: Any) -> None:
    promised, done = await issues_of(make, inspection, "将进一步加强管理", "已修复 24 处")
    await changed(promised, flags=["promise_only"])
    assert await flags(clerk, inspection) == {promised: {"promise_only"}}
    assert done not in await flags(clerk, inspection)


async def test_the_same_words_under_several_issues(clerk: Any, make: Any, inspection: Any) -> None:
    first, second, _other = await issues_of(make, inspection, "已全部整改 OK。", "已全部\n整改ok", "已修复 24 处")
    elsewhere = await make.inspection()
    await issues_of(make, elsewhere, "已全部整改OK")
    assert await flags(clerk, inspection) == {first: {"same_text"}, second: {"same_text"}}
    assert await flags(clerk, elsewhere) == {}
    found = (await clerk.get(f"/inspections/{inspection['id']}/quality")).json()
    assert [issue["same_text_as"] for issue in found["flagged"]] == [[second], [first]]


async def test_issues_that_one_report_answers_may_say_the_same(clerk: Any, make: Any, inspection: Any) -> None:
    first, second = await issues_of(make, inspection, "已全部整改", "已全部整改")
    await make.progress_report(inspection_id=inspection["id"], issue_id=first, also_issue_ids=[second])
    assert await flags(clerk, inspection) == {}
    third = (await make.issue(inspection_id=inspection["id"], ordinal=3, result="已全部整改"))["id"]
    assert (await flags(clerk, inspection))[third] == {"same_text", "no_measure"}


async def test_closed_without_evidence(clerk: Any, make: Any, inspection: Any, closed: Any) -> None:
    bare, own, by_measure, by_report, still_open = await issues_of(make, inspection, *[None] * 5)
    await make.evidence_file(inspection_id=inspection["id"], issue_id=own)
    measure = await make.measure(issue_id=own, also_issue_ids=[by_measure], ordinal=2)
    await make.evidence_file(inspection_id=inspection["id"], measure_id=measure["id"])
    measure = await make.measure(issue_id=by_report, ordinal=2)
    report = await make.progress_report(inspection_id=inspection["id"], measure_id=measure["id"])
    await make.evidence_file(inspection_id=inspection["id"], progress_report_id=report["id"])
    for id in (bare, own, by_measure, by_report):
        await closed(id)
    assert await flags(clerk, inspection) == {bare: {"closed_without_evidence"}}
    assert still_open not in await flags(clerk, inspection)


async def test_evidence_older_than_the_problem(clerk: Any, make: Any, inspection: Any) -> None:
    old, in_time, undated = await issues_of(make, inspection, None, None, None)
    days = {old: {"fact_date": "2026-01-04"}, in_time: {"fact_date": "2026-01-05"}, undated: {}}
    files = {
        id: await make.evidence_file(inspection_id=inspection["id"], issue_id=id, **day) for id, day in days.items()
    }
    assert await flags(clerk, inspection) == {old: {"evidence_older_than_problem"}}
    (issue,) = (await clerk.get(f"/inspections/{inspection['id']}/quality")).json()["flagged"]
    assert issue["older_evidence"] == [files[old]["id"]]
    unknown = await make.inspection(feedback_date="2026-02-01")
    (issue_id,) = await issues_of(make, unknown, None)
    await make.evidence_file(inspection_id=unknown["id"], issue_id=issue_id, fact_date="2020-01-01")
    assert await flags(clerk, unknown) == {}


async def test_closed_after_the_deadline(clerk: Any, make: Any, inspection: Any, closed: Any) -> None:
    (late,) = await issues_of(make, inspection, None, due_date="2026-03-19")
    (in_time,) = await issues_of(make, inspection, None, due_date=str(CLOSED_ON))
    for id in (late, in_time):
        await make.evidence_file(inspection_id=inspection["id"], issue_id=id)
        await closed(id)
    assert await flags(clerk, inspection) == {late: {"overdue_closure"}}


async def test_no_measure(clerk: Any, make: Any, inspection: Any, changed: Any) -> None:
    bare, measured, shared, new, elsewhere = [
        (await make.issue(inspection_id=inspection["id"], ordinal=n))["id"] for n in range(1, 6)
    ]
    await make.measure(issue_id=measured, also_issue_ids=[shared])
    for id in (bare, measured, shared):
        await changed(id, status=IssueState.claimed)
    await changed(elsewhere, status=IssueState.set_aside)
    assert await flags(clerk, inspection) == {bare: {"no_measure"}}
    await changed(new, result="已整改")
    assert await flags(clerk, inspection) == {bare: {"no_measure"}, new: {"no_measure"}}


async def test_an_opinion_shows_no_flag(clerk: Any, make: Any, inspection: Any) -> None:
    await make.issue(inspection_id=inspection["id"], kind="opinion", result="已研究")
    found = (await clerk.get(f"/inspections/{inspection['id']}/quality")).json()
    assert (found["issues"], found["flagged"]) == (0, [])


async def test_no_more_than_two_hundred_issues_are_listed_and_all_are_counted(
    clerk: Any, make: Any, database: Any, inspection: Any
) -> None:
    place = {"inspection_id": UUID(inspection["id"]), "organisation_id": UUID(inspection["organisation_id"])}
    async with database.transaction(Actor(name="test")) as db:
        db.add_all([Issue(**place, ordinal=n, text="问题", result=f"已整改 {n} 处") for n in range(1, 231)])
    found = (await clerk.get("/statistics/quality", params={"inspection_id": inspection["id"]})).json()
    (figure,) = [figure for figure in found["figures"] if figure["code"] == "no_measure"]
    assert (figure["total"]["numerator"], len(figure["issue_ids"])) == (230, 200)


async def test_an_inspection_out_of_sight_has_no_flags_to_show(clerk: Any, anonymous: Any, make: Any) -> None:
    assert (await clerk.get("/inspections/01890000-0000-7000-8000-000000000000/quality")).status_code == 404
    assert (await anonymous.get(f"/inspections/{(await make.inspection())['id']}/quality")).status_code == 401
