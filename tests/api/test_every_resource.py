"""What every resource of the ledger does alike: 401, 403, 404, 422, 428, 412, 304, withdrawal, record, query budget."""

from typing import Any
from uuid import uuid4

import pytest

from rectify_api.domain.vocabulary import Role

# name → how one is made, and a change that it takes
RESOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    "organisations": ("organisation", {"short_name": "示例"}),
    "inspections": ("inspection", {"round": "十届区委第三轮"}),
    "categories": ("category", {"title": "另一方面"}),
    "items": ("item", {"title": "另一项"}),
    "issues": ("issue", {"root_cause": "制度缺位"}),
    "measures": ("measure", {"text": "另一措施"}),
    "plans": ("plan", {"text": "另一正文"}),
    "progress-reports": ("progress_report", {"text": "又有进展"}),
    "evidence-files": ("evidence_file", {"title": "另一题名"}),
    "accountability-actions": ("accountability_action", {"remark": "已送达"}),
    "recoveries": ("recovery", {"what": "另一款项"}),
    "rule-changes": ("rule_change", {"title": "另一制度"}),
    "supervision-checks": ("supervision_check", {"findings": "另一发现"}),
    "supervision-notices": ("supervision_notice", {"text": "另一要求"}),
    "evaluations": ("evaluation", {"remark": "另一意见"}),
}
TABLE_OF = {name: made for name, (made, _) in RESOURCES.items()}


@pytest.fixture(params=RESOURCES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def row(name: str, make: Any) -> dict[str, Any]:
    made: dict[str, Any] = await getattr(make, RESOURCES[name][0])()
    return made


async def test_a_row_reads_back_as_it_was_made(name: str, row: Any, clerk: Any) -> None:
    answer = await clerk.get(f"/{name}/{row['id']}")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert answer.json() == row
    unchanged = await clerk.get(f"/{name}/{row['id']}", headers={"If-None-Match": '"1"'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_a_change_needs_and_moves_the_version(name: str, row: Any, clerk: Any, acts_on: Any) -> None:
    path, change = f"/{name}/{row['id']}", RESOURCES[name][1]
    assert (await clerk.patch(path, change, if_match=None)).status_code == 428
    changed = await clerk.patch(path, change)
    assert changed.status_code == 200, changed.text
    assert changed.json() | {"updated_at": 0, "version": 1} == row | change | {"updated_at": 0}
    assert (await clerk.patch(path, change)).status_code == 412
    assert (await clerk.get(path)).json() == changed.json()
    assert await acts_on(row["id"]) == [f"{TABLE_OF[name]}.created", f"{TABLE_OF[name]}.updated"]


async def test_a_withdrawn_row_takes_no_more_change(name: str, row: Any, clerk: Any, acts_on: Any) -> None:
    path = f"/{name}/{row['id']}"
    assert (await clerk.delete(path, if_match=None)).status_code == 428
    assert (await clerk.delete(path)).status_code == 204
    assert (await clerk.get(path)).json()["withdrawal_reason"] == "录错了"
    assert (await clerk.patch(path, RESOURCES[name][1], if_match='"2"')).status_code == 409
    assert (await clerk.delete(path, if_match='"2"')).status_code == 409
    assert (await acts_on(row["id"]))[-1] == f"{TABLE_OF[name]}.withdrawn"


async def test_nobody_and_the_wrong_role_are_turned_away(name: str, row: Any, anonymous: Any, caller: Any) -> None:
    auditor = await caller(Role.auditor)
    for path in (f"/{name}", f"/{name}/{row['id']}"):
        assert (await anonymous.get(path)).status_code == 401
        refused = await auditor.get(path)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:rectify:problem:forbidden")
    assert (await auditor.patch(f"/{name}/{row['id']}", RESOURCES[name][1])).status_code == 403


async def test_what_is_out_of_scope_is_not_there(name: str, row: Any, make: Any, caller: Any) -> None:
    roles = (Role.ledger_clerk, Role.inspection_office)
    elsewhere = await caller(*roles, organisation_id=(await make.organisation())["id"])
    path = f"/{name}/{row['id']}"
    assert (await elsewhere.get(path)).status_code == 404
    assert (await elsewhere.patch(path, RESOURCES[name][1])).status_code == 404
    assert row["id"] not in [r["id"] for r in (await elsewhere.get(f"/{name}?limit=200")).json()["items"]]


async def test_unknown_things_are_said_to_be_unknown(name: str, row: Any, clerk: Any) -> None:
    assert (await clerk.get(f"/{name}/{uuid4()}")).status_code == 404
    assert (await clerk.get(f"/{name}/nonsense")).status_code == 422
    assert (await clerk.get(f"/{name}?nonsense=1")).status_code == 422
    refused = await clerk.patch(f"/{name}/{row['id']}", {"nonsense": 1})
    assert refused.json()["errors"][0]["pointer"] == "/nonsense"


async def test_reading_costs_two_queries(name: str, row: Any, clerk: Any, queries: Any) -> None:
    for path in (f"/{name}/{row['id']}", f"/{name}?limit=3"):
        queries.clear()
        assert (await clerk.get(path)).status_code == 200
        assert len(queries) == 2, queries.seen
