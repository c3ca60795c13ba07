"""The four lists of an inspection."""

from typing import Any

import pytest

from rectify_api.domain.vocabulary import Role
from rectify_api.foundation.clock import days_later, today

LISTS = ("issues", "tasks", "responsibilities", "deadlines")
NOWHERE = "01890000-0000-7000-8000-000000000000"


async def listed(api: Any, inspection: Any, name: str) -> list[dict[str, Any]]:
    answer = await api.get(f"/inspections/{inspection['id']}/lists/{name}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.fixture
async def inspection(make: Any) -> dict[str, Any]:
    found: dict[str, Any] = await make.inspection()
    return found


async def test_the_list_of_issues_holds_what_was_found(clerk: Any, make: Any, inspection: Any) -> None:
    category = await make.category(inspection_id=inspection["id"], title="方面甲")
    item = await make.item(inspection_id=inspection["id"], category_id=category["id"], title="项甲")
    fields = {"number": "(2)", "text": "管理不严", "root_cause": "制度不全", "target": "制度健全", "result": "已建制度"}
    second = await make.issue(
        inspection_id=inspection["id"], ordinal=2, category_id=category["id"], item_id=item["id"], **fields
    )
    first = await make.issue(inspection_id=inspection["id"], ordinal=1, kind="opinion")
    gone = await make.issue(inspection_id=inspection["id"], ordinal=3)
    assert (await clerk.delete(f"/issues/{gone['id']}")).status_code == 204
    rows = await listed(clerk, inspection, "issues")
    assert [row["issue_id"] for row in rows] == [first["id"], second["id"]]
    assert rows[0]["kind"] == "opinion"
    assert rows[1] == {
        "issue_id": second["id"],
        "issue_ordinal": 2,
        "issue_number": "(2)",
        "issue_text": "管理不严",
        "kind": "issue",
        "category": "方面甲",
        "item": "项甲",
        "root_cause": "制度不全",
        "target": "制度健全",
        "result": "已建制度",
        "status": "registered",
        "rectification_status": "unknown",
    }


async def test_the_list_of_tasks_shows_a_shared_measure_under_each_of_its_issues(
    clerk: Any, make: Any, inspection: Any
) -> None:
    issues = [await make.issue(inspection_id=inspection["id"], ordinal=n, target=f"目标 {n}") for n in (1, 2, 3)]
    shared = await make.measure(issue_id=issues[1]["id"], also_issue_ids=[issues[0]["id"]], ordinal=2, text="共用措施")
    own = await make.measure(issue_id=issues[0]["id"], ordinal=1, text="单独措施")
    gone = await make.measure(issue_id=issues[2]["id"])
    assert (await clerk.delete(f"/measures/{gone['id']}")).status_code == 204
    rows = await listed(clerk, inspection, "tasks")
    assert [(row["issue_ordinal"], row["measure_id"], row["shared"]) for row in rows] == [
        (1, own["id"], False),
        (1, shared["id"], True),
        (2, shared["id"], True),
        (3, None, False),
    ]
    assert rows[0] | {"issue_id": None} == {
        "issue_id": None,
        "issue_ordinal": 1,
        "issue_number": "",
        "issue_text": "示例问题",
        "measure_id": own["id"],
        "measure_ordinal": 1,
        "measure_text": "单独措施",
        "shared": False,
        "target": "目标 1",
        "status": "planned",
        "result": None,
    }
    assert (rows[3]["measure_text"], rows[3]["status"]) == (None, None)


async def test_the_list_of_responsibilities_names_who_answers_for_what(clerk: Any, make: Any, inspection: Any) -> None:
    who = {
        "responsible_leader": "李某",
        "lead_unit": "办公室",
        "responsible_unit": "财务科",
        "cooperating_units": ["人事科", "工会"],
        "responsible_person": "王某",
    }
    issue = await make.issue(inspection_id=inspection["id"], **who)
    measure = await make.measure(issue_id=issue["id"], **who | {"responsible_leader": "赵某", "cooperating_units": []})
    of_issue, of_measure = await listed(clerk, inspection, "responsibilities")
    assert {name: of_issue[name] for name in who} == who
    assert (of_issue["measure_id"], of_measure["measure_id"]) == (None, measure["id"])
    assert (of_measure["responsible_leader"], of_measure["cooperating_units"]) == ("赵某", [])


async def test_the_list_of_deadlines_shows_what_was_planned_what_happened_and_the_light(
    clerk: Any, make: Any, inspection: Any
) -> None:
    past, soon = str(days_later(today(), -3)), str(days_later(today(), 2))
    issue = await make.issue(inspection_id=inspection["id"], planned_start=past, due_date=soon)
    late = await make.measure(issue_id=issue["id"], ordinal=1, due_date=past)
    done = await make.measure(issue_id=issue["id"], ordinal=2, due_date=past)
    answer = await clerk.post(f"/measures/{done['id']}/completion", {"result": "已完成", "completed_on": past})
    assert answer.status_code == 200, answer.text
    rows = await listed(clerk, inspection, "deadlines")
    assert [row["measure_id"] for row in rows] == [None, late["id"], done["id"]]
    assert [row["light"] for row in rows] == ["amber", "red", None]
    assert [row["due_date"] for row in rows] == [soon, past, past]
    assert [row["completed_on"] for row in rows] == [None, None, past]
    assert (rows[0]["planned_start"], rows[0]["started_on"], rows[0]["status"]) == (past, None, "registered")


async def test_a_deadline_that_was_extended_keeps_the_first_one_beside_it(
    clerk: Any, make: Any, inspection: Any
) -> None:
    first, later = str(days_later(today(), 5)), str(days_later(today(), 50))
    issue = await make.issue_in("in_progress", inspection_id=inspection["id"], due_date=first)
    for act, body in (("extension", {"until": later, "reason": "招标延迟"}), ("extension-decision", {"granted": True})):
        answer = await clerk.post(f"/issues/{issue['id']}/{act}", body)
        assert answer.status_code == 200, answer.text
    (row,) = await listed(clerk, inspection, "deadlines")
    assert (row["original_due_date"], row["due_date"], row["extensions"]) == (first, later, 1)
    assert (row["started_on"], row["light"]) == (str(today()), "green")


async def test_a_verified_issue_is_done_on_the_day_of_its_verification(clerk: Any, make: Any, inspection: Any) -> None:
    await make.issue_in("verified", inspection_id=inspection["id"], due_date=str(days_later(today(), -9)))
    (row,) = await listed(clerk, inspection, "deadlines")
    assert (row["completed_on"], row["light"]) == (str(today()), None)


@pytest.mark.parametrize("name", LISTS)
async def test_an_inspection_without_issues_has_empty_lists(clerk: Any, inspection: Any, name: str) -> None:
    assert await listed(clerk, inspection, name) == []


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_costs_one_query(clerk: Any, make: Any, inspection: Any, queries: Any, name: str) -> None:
    for n in range(1, 4):
        await make.measure(issue_id=(await make.issue(inspection_id=inspection["id"], ordinal=n))["id"])
    await listed(clerk, inspection, name)
    queries.clear()
    assert len(await listed(clerk, inspection, name)) >= 3
    assert len([sql for sql in queries.seen if "FROM inspection n" in sql]) == 1
    assert len(queries) <= 3


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_is_read_by_those_who_read_the_inspection(
    caller: Any, anonymous: Any, make: Any, inspection: Any, name: str
) -> None:
    path = f"/inspections/{inspection['id']}/lists/{name}"
    unit = await caller(Role.responsible_unit, organisation_id=inspection["organisation_id"])
    other = await caller(Role.responsible_unit, organisation_id=(await make.organisation())["id"])
    assert (await unit.get(path)).status_code == 200
    assert (await other.get(path)).status_code == 404
    assert (await anonymous.get(path)).status_code == 401
    assert (await (await caller(Role.hotline)).get(path)).status_code == 403
    assert (await unit.get(f"/inspections/{NOWHERE}/lists/{name}")).status_code == 404
    assert (await unit.get(f"/inspections/{inspection['id']}/lists/{name}x")).status_code == 404
