"""Accountability over HTTP: from decision to revocation, who sees whom, and the count in both ways."""

import random
from typing import Any
from uuid import UUID, uuid4

import pytest

from rectify_api.domain.accountability import AccountabilityAction
from rectify_api.domain.sanctions import SANCTIONS
from rectify_api.domain.tally import DEFINITIONS, TALLY, tally, tally_of, tally_values
from rectify_api.domain.vocabulary import ActionState, Role
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.clock import now

RULING = {"reason": "事实不清", "deciding_body": "区纪委监委", "decision_no": "某纪复[2025] 3 号"}
DECISION = {"code": "GOV_DEMERIT", "decision_date": "2025-02-28", "decision_no": "某纪〔2025〕12号"}


@pytest.fixture
async def commission(caller: Any) -> Any:
    return await caller(Role.discipline_commission)


async def figures_of(api: Any, action: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"/inspections/{action['inspection_id']}/figures")).json()
    return found


async def test_a_decision_is_delivered_archived_appealed_against_and_changed(
    clerk: Any, commission: Any, make: Any, acts_on: Any
) -> None:
    action = await make.accountability_action(**DECISION)
    assert (action["status"], action["allowed_actions"]) == ("decided", ["delivery", "archiving", "appeal"])
    path = f"/accountability-actions/{action['id']}"
    early = await clerk.post(f"{path}/delivery", {"delivered_on": "2025-02-27"})
    assert (early.status_code, early.json()["detail"]) == (409, "送达日期 2025-02-27 早于决定日期 2025-02-28")
    assert (await clerk.post(f"{path}/delivery", {"delivered_on": "2025-03-03"})).json()["delivered_on"] == "2025-03-03"
    assert (await clerk.post(f"{path}/archiving", {"archived_on": "2025-03-10"})).json()["archived_on"] == "2025-03-10"
    appealed = (await clerk.post(f"{path}/appeal", {"filed_on": "2025-03-12"})).json()
    assert (appealed["status"], appealed["appealed_by"], appealed["appeals"]) == ("appealed", "subject", 1)
    decision = RULING | {"outcome": "changed", "code": "GOV_WARNING", "decided_on": "2025-04-01"}
    assert (await clerk.post(f"{path}/appeal-decision", decision)).status_code == 403
    changed = (await commission.post(f"{path}/appeal-decision", decision)).json()
    assert (changed["status"], changed["code"], changed["original_code"]) == ("changed", "GOV_WARNING", "GOV_DEMERIT")
    assert (changed["effective_to"], changed["appeal_decision_no"]) == ("2025-08-28", "某纪复〔2025〕3号")
    assert (await clerk.patch(path, {"code": "GOV_DEMERIT"}, if_match='"5"')).status_code == 409
    acts = ["created", "delivered", "archived", "appealed", "changed"]
    assert await acts_on(action["id"]) == [f"accountability_action.{act}" for act in acts]


async def test_a_decision_is_revoked_instead_of_deleted_and_leaves_the_figures(
    clerk: Any, commission: Any, make: Any
) -> None:
    action = await make.accountability_action(**DECISION, person_ref="P-17", cases=1)
    path = f"/accountability-actions/{action['id']}"
    refused = await clerk.delete(path)
    assert (refused.status_code, refused.json()["act"]) == (409, "revocation")
    assert "撤销" in refused.json()["detail"]
    before = await figures_of(clerk, action)
    assert before["sanctions"] == [{"code": "GOV_DEMERIT", "label": "记过", "count": 1}]
    assert (before["accountability"]["persons"], before["accountability"]["cases"]) == (1, 1)
    body = RULING | {"revoked_on": "2025-05-01"}
    assert (await clerk.post(f"{path}/revocation", body)).status_code == 403
    assert (await commission.post(f"{path}/revocation", {"reason": "事实不清"})).status_code == 422
    revoked = (await commission.post(f"{path}/revocation", body)).json()
    assert (revoked["status"], revoked["revoked_by"], revoked["revocation_no"]) == (
        "revoked",
        "区纪委监委",
        "某纪复〔2025〕3号",
    )
    assert (revoked["effective_to"], revoked["in_effect"], revoked["allowed_actions"]) == (
        "2025-04-30",
        False,
        ["archiving"],
    )
    again = await commission.post(f"{path}/revocation", body)
    assert (again.status_code, again.json()["state"]) == (409, "revoked")
    assert (await clerk.get(path)).json()["revocation_reason"] == "事实不清"
    assert (await clerk.patch(path, {"remark": "补记"}, if_match='"2"')).status_code == 409
    after = await figures_of(clerk, action)
    assert (after["sanctions"], after["accountability"]["person_times"], after["accountability"]["cases"]) == ([], 0, 0)


async def test_the_list_knows_what_was_in_effect_on_a_day(clerk: Any, commission: Any, make: Any) -> None:
    inspection_id = (await make.inspection())["id"]
    demerit = await make.accountability_action(inspection_id=inspection_id, **DECISION)
    dismissed = await make.accountability_action(
        inspection_id=inspection_id, code="GOV_DISMISSAL", decision_date="2025-06-01"
    )
    await make.accountability_action(inspection_id=inspection_id, code="EDU_INTERVIEW", decision_date="2025-03-01")
    revoked = {"revoked_on": "2025-07-01"}
    await commission.post(f"/accountability-actions/{demerit['id']}/revocation", RULING | revoked)

    async def in_effect_on(day: str) -> list[str]:
        asked = {"inspection_id": inspection_id, "in_effect_on": day}
        return [row["id"] for row in (await clerk.get("/accountability-actions", params=asked)).json()["items"]]

    assert await in_effect_on("2025-02-27") == []
    assert await in_effect_on("2025-02-28") == [demerit["id"]]
    assert await in_effect_on("2025-06-30") == [demerit["id"], dismissed["id"]]
    assert await in_effect_on("2025-07-01") == await in_effect_on("2999-01-01") == [dismissed["id"]]
    asked = {"inspection_id": inspection_id, "status": "revoked"}
    (row,) = (await clerk.get("/accountability-actions", params=asked)).json()["items"]
    assert row["id"] == demerit["id"]
    assert (await clerk.get(f"/accountability-actions/{dismissed['id']}")).json()["in_effect"] is True


async def test_an_action_is_found_by_each_issue_it_answers(clerk: Any, make: Any) -> None:
    inspection_id = (await make.inspection())["id"]
    one, other = [await make.issue(inspection_id=inspection_id, ordinal=n) for n in (1, 2)]
    link = {"issue_id": one["id"], "also_issue_ids": [other["id"]]}
    action = await make.accountability_action(inspection_id=inspection_id, **link)
    for issue in (one, other):
        found = (await clerk.get("/accountability-actions", params={"issue_id": issue["id"]})).json()["items"]
        assert [row["id"] for row in found] == [action["id"]]
    elsewhere = await make.issue()
    path = f"/accountability-actions/{action['id']}"
    assert (await clerk.patch(path, {"also_issue_ids": [elsewhere["id"]]})).status_code == 409
    assert (await clerk.patch(path, {"also_issue_ids": [str(uuid4())]})).status_code == 404


async def test_an_approval_before_the_decision_is_refused(clerk: Any, make: Any) -> None:
    body = {"inspection_id": (await make.inspection())["id"], "code": "PARTY_WARNING", "decision_date": "2025-03-01"}
    refused = await clerk.post("/accountability-actions", body | {"approval_date": "2025-02-28"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:rectify:problem:rule-broken")
    assert "批准日期 2025-02-28 早于决定日期" in refused.json()["detail"]


async def test_who_may_not_know_the_person_does_not_see_the_reference_and_who_may_is_on_the_record(
    clerk: Any, commission: Any, make: Any, acts_on: Any, database: Any
) -> None:
    reference = f"RY-{uuid4().hex[:8]}"
    action = await make.accountability_action(person_ref=reference)
    path = f"/accountability-actions/{action['id']}"
    assert action["person_ref"] == (await clerk.get(path)).json()["person_ref"] == "***"
    assert (await commission.get(path)).json()["person_ref"] == reference
    assert await acts_on(action["id"]) == ["accountability_action.created", "accountability_action.personal_read"]
    for where in ("audit_entry e", "outbox_message e", "first_answer e"):
        assert await database.rows(f"SELECT 1 FROM {where} WHERE e::text LIKE '%' || $1 || '%'", reference) == []


async def test_a_list_of_many_is_still_two_queries(clerk: Any, make: Any, queries: Any) -> None:
    inspection_id = (await make.inspection())["id"]
    for n in range(5):
        await make.accountability_action(inspection_id=inspection_id, person_ref=f"P-{n}")
    queries.clear()
    asked = {"inspection_id": inspection_id, "in_effect_on": "2025-01-01", "status": "decided"}
    assert (await clerk.get("/accountability-actions", params=asked)).status_code == 200
    assert len(queries) == 2, queries.seen


async def test_the_figures_say_what_their_numbers_mean(clerk: Any, make: Any) -> None:
    found = (await figures_of(clerk, await make.accountability_action()))["accountability"]
    assert found["definitions"] == {name: {"zh": text.zh, "en": text.en} for name, text in DEFINITIONS.items()}
    assert found["by_form"] == {"1": 0, "2": 1, "3": 0, "4": 0}


@pytest.mark.parametrize("seed", range(4))
async def test_the_query_counts_as_the_definition_does(make: Any, database: Any, seed: int) -> None:
    inspection, chance = await make.inspection(), random.Random(seed)
    place = {"inspection_id": UUID(inspection["id"]), "organisation_id": UUID(inspection["organisation_id"])}
    codes, rows = list(SANCTIONS), []
    for _ in range(120):
        action = AccountabilityAction(
            **place,
            code=chance.choice(codes),
            persons=chance.choice([0, 1, 1, 1, 2, 24]),
            cases=chance.choice([None, 0, 1, 3]),
            person_ref=chance.choice([None, None, *(f"P-{n}" for n in range(12))]),
            subject_type=chance.choice(["person", "person", "person", "organization"]),
            status=chance.choice([*ActionState, "decided", "decided"]),
            withdrawn_at=chance.choice([None, None, None, now()]),
        )
        action.fill_effect_period()
        rows.append(action)
    async with database.transaction(Actor(name="test")) as db:
        db.add_all(rows)
    (record,) = await database.rows(TALLY, *tally_values(inspections=[place["inspection_id"]]))
    assert tally_of(record) == tally(rows)
    assert tally_of(record).persons < tally_of(record).person_times


async def test_a_count_keeps_to_the_organisations_and_days_asked_for(make: Any, database: Any) -> None:
    action = await make.accountability_action(**DECISION)
    mine = await make.accountability_action(inspection_id=action["inspection_id"], code="PARTY_WARNING")
    place = {"inspections": [UUID(action["inspection_id"])]}
    days = {day: now().date().replace(year=2025, month=2, day=day) for day in (27, 28)}
    cases: list[tuple[dict[str, Any], int]] = [
        ({}, 2),
        ({"organisations": [UUID(mine["organisation_id"])]}, 2),
        ({"organisations": [uuid4()]}, 0),
        ({"decided_from": days[28], "decided_to": days[28]}, 1),
        ({"decided_to": days[27]}, 0),
    ]
    for asked, counted in cases:
        (record,) = await database.rows(TALLY, *tally_values(**place, **asked))
        assert tally_of(record).person_times == counted, asked
