"""Plans and reports over HTTP: versions, three reviews, what falls, and the measures that they hold."""

import asyncio
import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest

from rectify_api.domain.vocabulary import Role


@pytest.fixture
async def plan(make: Any) -> dict[str, Any]:
    made: dict[str, Any] = await make.plan()
    return made


async def approved(clerk: Any, bodies: Any, plan: Any) -> Any:
    assert (await clerk.post(f"/plans/{plan['id']}/submission")).status_code == 200
    for body in bodies:
        answer = await body.post(f"/plans/{plan['id']}/review", {"comment": "同意"})
        assert answer.status_code == 200, answer.text
    return answer.json()


async def test_three_bodies_review_a_plan(clerk: Any, bodies: Any, plan: Any, acts_on: Any) -> None:
    done = await approved(clerk, bodies, plan)
    assert (done["status"], done["awaiting"], done["edition"]) == ("approved", [], 1)
    assert done["submitted_on"] == done["approved_on"]
    assert await acts_on(plan["id"]) == [
        "plan.created",
        "plan.submitted",
        "plan.signed_off",
        "plan.signed_off",
        "plan.approved",
    ]
    signed = (await clerk.get("/verifications", params={"plan_id": plan["id"]})).json()["items"]
    assert [row["body"] for row in signed] == ["inspection_office", "discipline_commission", "organization_department"]
    state = {"plan": {name: plan[name] for name in ("title", "topic", "leader", "text")}, "evidence": []}
    written = json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert {row["digest"] for row in signed} == {hashlib.sha256(written.encode()).hexdigest()}


async def test_a_returned_plan_is_changed_and_submitted_again(clerk: Any, bodies: Any, plan: Any) -> None:
    await clerk.post(f"/plans/{plan['id']}/submission")
    await bodies[1].post(f"/plans/{plan['id']}/review", {})
    returned = await bodies[0].post(f"/plans/{plan['id']}/return", {"comment": "时限不够具体"})
    assert (returned.json()["status"], returned.json()["return_comment"]) == ("returned", "时限不够具体")
    words = (await clerk.get("/verifications", params={"plan_id": plan["id"]})).json()["items"]
    assert [(row["body"], row["decision"], row["comment"]) for row in words] == [
        ("inspection_office", "returned", "时限不够具体")
    ]
    edited = await clerk.patch(f"/plans/{plan['id']}", {"text": "时限具体到日"}, if_match=returned.headers["etag"])
    assert edited.status_code == 200
    assert (await approved(clerk, bodies, plan))["status"] == "approved"


async def test_a_change_makes_the_sign_offs_fall(clerk: Any, bodies: Any, plan: Any, acts_on: Any) -> None:
    await clerk.post(f"/plans/{plan['id']}/submission")
    signed = await bodies[0].post(f"/plans/{plan['id']}/review", {})
    edited = await clerk.patch(f"/plans/{plan['id']}", {"text": "改了措施"}, if_match=signed.headers["etag"])
    assert len(edited.json()["awaiting"]) == 3
    assert (await clerk.get("/verifications", params={"plan_id": plan["id"]})).json()["items"] == []
    fallen = (await clerk.get("/verifications", params={"plan_id": plan["id"], "withdrawn": "true"})).json()["items"]
    assert await acts_on(fallen[0]["id"]) == ["verification.created", "verification.lapsed"]
    assert (await acts_on(plan["id"]))[-1] == "plan.sign_offs_fell"


async def test_a_new_version_takes_the_place_and_the_measures_of_the_last(
    clerk: Any, bodies: Any, make: Any, plan: Any, acts_on: Any
) -> None:
    issue = await make.issue(inspection_id=plan["inspection_id"])
    measure = await make.measure(issue_id=issue["id"])
    bound = await clerk.post(f"/plans/{plan['id']}/measures", {"measure_ids": [measure["id"]]})
    assert bound.json() == {"bound": 1}
    early = await clerk.post(f"/measures/{measure['id']}/start")
    assert (early.status_code, early.json()["state"]) == (409, "draft")
    first = await approved(clerk, bodies, plan)
    assert (await clerk.post(f"/measures/{measure['id']}/start")).status_code == 200
    stands = await clerk.patch(f"/plans/{plan['id']}", {"text": "悄悄改动"}, if_match=f'"{first["version"]}"')
    assert stands.status_code == 409

    second = await make.plan(inspection_id=plan["inspection_id"])
    assert (second["edition"], second["previous_id"]) == (2, plan["id"])
    third = {"inspection_id": plan["inspection_id"], "kind": "overall_plan", "title": "又一版"}
    assert (await clerk.post("/plans", third)).status_code == 409
    await approved(clerk, bodies, second)
    assert (await clerk.get(f"/plans/{plan['id']}")).json()["status"] == "superseded"
    assert (await clerk.get(f"/measures/{measure['id']}")).json()["plan_id"] == second["id"]
    assert (await acts_on(measure["id"]))[-1] == "measure.updated"
    assert [row["id"] for row in (await clerk.get(f"/measures?plan_id={second['id']}")).json()["items"]] == [
        measure["id"]
    ]


async def test_one_overall_plan_and_a_topical_one_per_topic(clerk: Any, make: Any, plan: Any) -> None:
    inside = {"inspection_id": plan["inspection_id"]}
    for topic in ("选人用人", "意识形态"):
        await make.plan(**inside, kind="topical_plan", topic=topic)
    again = {**inside, "kind": "topical_plan", "topic": "选人用人", "title": "又一份"}
    assert (await clerk.post("/plans", again)).json()["plan_id"]
    assert (await clerk.post("/plans", again | {"kind": "overall_plan"})).status_code == 409


async def test_a_measure_of_another_inspection_is_not_bound(clerk: Any, make: Any, plan: Any) -> None:
    other = await make.measure()
    assert (await clerk.post(f"/plans/{plan['id']}/measures", {"measure_ids": [other["id"]]})).status_code == 409
    assert (await clerk.patch(f"/measures/{other['id']}", {"plan_id": plan["id"]})).status_code == 409


async def test_a_file_may_hold_the_plan_and_stands_once_it_is_approved(clerk: Any, bodies: Any, make: Any) -> None:
    plan = await make.plan(text=None)
    assert (await clerk.post(f"/plans/{plan['id']}/submission")).status_code == 409
    file = await make.evidence_file(inspection_id=plan["inspection_id"], plan_id=plan["id"])
    await approved(clerk, bodies, plan)
    assert (await clerk.delete(f"/evidence-files/{file['id']}")).status_code == 409


async def test_a_file_added_to_what_was_signed_makes_the_sign_offs_fall(clerk: Any, bodies: Any, make: Any) -> None:
    plan = await make.plan()
    here = {"inspection_id": plan["inspection_id"], "plan_id": plan["id"]}
    await clerk.post(f"/plans/{plan['id']}/submission")
    await bodies[0].post(f"/plans/{plan['id']}/review", {})
    await make.evidence_file(**here)
    assert len((await clerk.get(f"/plans/{plan['id']}")).json()["awaiting"]) == 3
    for body in bodies:
        await body.post(f"/plans/{plan['id']}/review", {})
    signed = (await clerk.get("/verifications", params={"plan_id": plan["id"]})).json()["items"]
    assert len({row["digest"] for row in signed}) == 1
    late = await clerk.request(
        "POST", "/evidence-files", data={"title": "夹带", **here}, files={"file": ("夹带.txt", b"more")}
    )
    assert (late.status_code, late.json()["type"]) == (409, "urn:rectify:problem:rule-broken")


async def test_the_file_of_a_plan_may_prove_a_closed_issue_too(make: Any) -> None:
    issue = await make.issue_in("closed")
    plan = await make.plan(inspection_id=issue["inspection_id"])
    here = {"inspection_id": issue["inspection_id"], "issue_id": issue["id"], "plan_id": plan["id"]}
    assert (await make.evidence_file(b"both", **here))["plan_id"] == plan["id"]
    assert (await make.api.get(f"/issues/{issue['id']}")).json()["version"] == issue["version"]


async def test_what_was_emptied_after_its_submission_is_not_agreed_to(clerk: Any, bodies: Any, plan: Any) -> None:
    await clerk.post(f"/plans/{plan['id']}/submission")
    assert (await clerk.patch(f"/plans/{plan['id']}", {"text": None}, if_match="*")).status_code == 200
    refused = await bodies[0].post(f"/plans/{plan['id']}/review", {})
    assert (refused.status_code, refused.json()["missing"]) == (409, "text")
    assert (await clerk.get("/verifications", params={"plan_id": plan["id"]})).json()["items"] == []


async def test_many_measures_are_bound_or_none(clerk: Any, make: Any, plan: Any) -> None:
    issue = await make.issue(inspection_id=plan["inspection_id"])
    measure = await make.measure(issue_id=issue["id"])
    path, unknown = f"/plans/{plan['id']}/measures", str(uuid4())
    assert (await clerk.post(path, {"measure_ids": [measure["id"], unknown]})).status_code == 404
    assert (await clerk.get(f"/measures/{measure['id']}")).json()["plan_id"] is None
    assert (await clerk.post(path, {"measure_ids": [str(uuid4()) for _ in range(201)]})).status_code == 422
    assert (await clerk.post(path, {"measure_ids": [measure["id"]] * 2})).json() == {"bound": 1}


async def test_a_withdrawn_plan_holds_no_measures_and_frees_its_place(clerk: Any, make: Any, plan: Any) -> None:
    issue = await make.issue(inspection_id=plan["inspection_id"])
    measure = await make.measure(issue_id=issue["id"], plan_id=plan["id"])
    assert (await clerk.delete(f"/plans/{plan['id']}")).status_code == 204
    assert (await clerk.post(f"/plans/{plan['id']}/measures", {"measure_ids": [measure["id"]]})).status_code == 409
    stopped = await clerk.post(f"/measures/{measure['id']}/start")
    assert (stopped.status_code, "已撤回" in stopped.json()["detail"]) == (409, True)
    again = await make.plan(inspection_id=plan["inspection_id"])
    assert (again["edition"], again["previous_id"]) == (1, None)


async def test_a_withdrawn_measure_stays_with_the_version_that_it_was_in(
    clerk: Any, bodies: Any, make: Any, plan: Any, acts_on: Any
) -> None:
    issue = await make.issue(inspection_id=plan["inspection_id"])
    measure = await make.measure(issue_id=issue["id"], plan_id=plan["id"])
    await approved(clerk, bodies, plan)
    await clerk.delete(f"/measures/{measure['id']}")
    await approved(clerk, bodies, await make.plan(inspection_id=plan["inspection_id"]))
    assert (await acts_on(measure["id"]))[-1] == "measure.withdrawn"


async def test_measures_bound_while_the_next_version_is_approved_are_not_left_behind(
    clerk: Any, bodies: Any, make: Any, plan: Any
) -> None:
    issue = await make.issue(inspection_id=plan["inspection_id"])
    for _ in range(6):
        await approved(clerk, bodies, plan)
        following = await make.plan(inspection_id=plan["inspection_id"])
        measure = await make.measure(issue_id=issue["id"])
        await clerk.post(f"/plans/{following['id']}/submission")
        for body in bodies[:2]:
            await body.post(f"/plans/{following['id']}/review", {})
        bound, last = await asyncio.gather(
            clerk.post(f"/plans/{plan['id']}/measures", {"measure_ids": [measure["id"]]}),
            bodies[2].post(f"/plans/{following['id']}/review", {}),
        )
        assert last.json()["status"] == "approved"
        held = (await clerk.get(f"/measures/{measure['id']}")).json()["plan_id"]
        assert (bound.status_code, held) in {(200, following["id"]), (409, None)}
        plan = await make.plan(inspection_id=plan["inspection_id"])


async def test_of_versions_drafted_at_once_one_is_made(clerk: Any, make: Any) -> None:
    body = {"inspection_id": (await make.inspection())["id"], "kind": "overall_plan", "title": "总体整改方案"}
    answers = await asyncio.gather(*(clerk.post("/plans", body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_bodies_that_review_at_once_sign_once_each(clerk: Any, bodies: Any, plan: Any, acts_on: Any) -> None:
    await clerk.post(f"/plans/{plan['id']}/submission")
    answers = await asyncio.gather(*(body.post(f"/plans/{plan['id']}/review", {}) for body in [*bodies, *bodies]))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 409, 409, 409]
    assert (await acts_on(plan["id"]))[2:] == ["plan.signed_off", "plan.signed_off", "plan.approved"]


async def test_nobody_reviews_what_its_own_organisation_submitted(clerk: Any, caller: Any, plan: Any) -> None:
    own = plan["organisation_id"]
    unit = await caller(Role.ledger_clerk, organisation_id=own)
    assert (await unit.post(f"/plans/{plan['id']}/submission")).status_code == 200
    colleague = await caller(Role.inspection_office, organisation_id=own)
    assert "review" not in (await colleague.get(f"/plans/{plan['id']}")).json()["allowed_actions"]
    assert (await colleague.post(f"/plans/{plan['id']}/review", {})).status_code == 409
    assert (await clerk.get("/verifications", params={"plan_id": plan["id"]})).json()["items"] == []


async def test_who_may_not_does_not_submit_review_or_see(clerk: Any, bodies: Any, caller: Any, plan: Any) -> None:
    assert (await bodies[0].post(f"/plans/{plan['id']}/submission")).status_code == 403
    await clerk.post(f"/plans/{plan['id']}/submission")
    unit = await caller(Role.responsible_unit)
    assert (await unit.post(f"/plans/{plan['id']}/review", {})).status_code == 403
    stranger = await caller(Role.inspection_office, organisation_id=(await caller_organisation(clerk)))
    assert (await stranger.post(f"/plans/{plan['id']}/review", {})).status_code == 404


async def caller_organisation(clerk: Any) -> str:
    made = await clerk.post("/organisations", {"name": "另一单位的机构"})
    return str(made.json()["id"])


async def test_a_list_of_plans_costs_two_queries(clerk: Any, plan: Any, queries: Any) -> None:
    for path in ("/plans?limit=5", f"/plans/{plan['id']}", "/verifications"):
        queries.clear()
        assert (await clerk.get(path)).status_code == 200
        assert len(queries) == 2, queries.seen
