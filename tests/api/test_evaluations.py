"""Schemes and evaluations over HTTP: what is computed, who confirms, and the notices a low grade leaves behind."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from rectify_api.domain.vocabulary import Role
from rectify_api.features.evaluations import EXAMPLE

SURVEY = [
    {"indicator": "satisfaction", "question": "对整改是否满意", "satisfied": 60, "basically": 30, "valid": 100},
]
SHAM = {"code": "sham", "count": 7, "reason": "台账与现场不符"}


@pytest.fixture
async def office(bodies: Any) -> Any:
    return bodies[0]


async def test_an_evaluation_is_computed_from_its_scheme(make: Any, office: Any) -> None:
    issue = await make.issue()
    found = [
        {"code": "unfinished", "count": 2, "reason": "路灯未修复", "issue_id": issue["id"]},
        {"code": "no_meeting", "reason": "全年未研究整改"},
    ]
    made = await make.evaluation(inspection_id=issue["inspection_id"], deductions=found, survey=SURVEY)
    assert [(each["code"], each["score"]) for each in made["scores"]] == [
        ("organisation", "12.00"),
        ("responsibility", "15.00"),
        ("task_completion", "52.00"),
        ("satisfaction", "7.80"),
    ]
    assert (made["score"], made["grade"], made["grade_label"]) == ("86.80", "good", "较好")
    assert (made["status"], made["follow_ups"]) == ("draft", [])
    assert made["deductions"] == [found[0], found[1] | {"count": 1, "issue_id": None}]
    path = f"/evaluations/{made['id']}"
    assert (await office.get(path)).json() | {"allowed_actions": 0} == made | {"allowed_actions": 0}
    again = (await office.patch(path, {"deductions": []})).json()
    assert (again["score"], again["grade"]) == ("97.80", "excellent")


async def test_a_confirmed_low_grade_leaves_drafts_of_notices(make: Any, office: Any, acts_on: Any) -> None:
    organisation = await make.organisation()
    inspection = await make.inspection(organisation_id=organisation["id"])
    made = await make.evaluation(inspection_id=inspection["id"], deductions=[SHAM], survey=SURVEY)
    assert [each["due"] for each in made["follow_ups"]] == [None, "2026-04-30", "2027-01-31"]
    path = f"/evaluations/{made['id']}"
    confirmed = await office.post(f"{path}/confirmation")
    assert confirmed.status_code == 200, confirmed.text
    assert (confirmed.json()["status"], confirmed.json()["score"]) == ("confirmed", "41.80")
    notices = (await office.get("/supervision-notices", params={"evaluation_id": made["id"]})).json()["items"]
    assert [(row["type"], row["status"], row["answer_due"]) for row in reversed(notices)] == [
        ("warn", "drafted", None),
        ("supervise", "drafted", "2026-04-30"),
        ("remind", "drafted", "2027-01-31"),
    ]
    assert {row["addressed_to"] for row in notices} == {organisation["name"]}
    assert {row["organisation_id"] for row in notices} == {organisation["id"]}
    assert await acts_on(made["id"]) == ["evaluation.created", "evaluation.confirmed"]
    assert await acts_on(notices[0]["id"]) == ["supervision_notice.created"]


async def test_a_confirmed_evaluation_stands_and_another_may_follow(make: Any, office: Any) -> None:
    first = await make.evaluation(survey=SURVEY)
    path = f"/evaluations/{first['id']}"
    assert (await office.post(f"{path}/confirmation")).json()["allowed_actions"] == []
    for refused in (
        await office.patch(path, {"remark": "另议"}, if_match='"2"'),
        await office.delete(path, if_match='"2"'),
        await office.post(f"{path}/confirmation"),
    ):
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:rectify:problem:rule-broken")
    second = await make.evaluation(
        inspection_id=first["inspection_id"], scheme_id=first["scheme_id"], evaluated_on="2026-06-30"
    )
    kept = (await office.get("/evaluations", params={"inspection_id": first["inspection_id"]})).json()["items"]
    assert [row["id"] for row in kept] == [second["id"], first["id"]]


async def test_nothing_is_confirmed_and_no_notice_made_while_the_survey_is_missing(make: Any, office: Any) -> None:
    made = await make.evaluation(deductions=[SHAM])
    refused = await office.post(f"/evaluations/{made['id']}/confirmation")
    assert (refused.status_code, refused.json()["missing"]) == (409, ["satisfaction"])
    assert "群众满意度" in refused.json()["detail"]
    notices = await office.get("/supervision-notices", params={"evaluation_id": made["id"]})
    assert notices.json()["items"] == []


async def test_of_five_simultaneous_confirmations_one_succeeds(make: Any, office: Any) -> None:
    made = await make.evaluation(deductions=[SHAM], survey=SURVEY)
    answers = await asyncio.gather(*(office.post(f"/evaluations/{made['id']}/confirmation") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    notices = await office.get("/supervision-notices", params={"evaluation_id": made["id"]})
    assert len(notices.json()["items"]) == 3


async def test_simultaneous_first_evaluations_all_find_their_scheme(make: Any, acts_on: Any) -> None:
    scheme, inspection = await make.evaluation_scheme(), await make.inspection()
    here = {"scheme_id": scheme["id"], "inspection_id": inspection["id"]}
    await asyncio.gather(*(make.evaluation(**here) for _ in range(5)))
    assert await acts_on(scheme["id"]) == ["evaluation_scheme.created", "evaluation_scheme.used"]


async def test_only_the_office_confirms_and_the_inspected_side_only_reads(make: Any, bodies: Any, caller: Any) -> None:
    made = await make.evaluation(survey=SURVEY)
    path = f"/evaluations/{made['id']}"
    clerk = await caller(Role.ledger_clerk)
    for api, offered in ((bodies[0], ["confirmation"]), (bodies[1], []), (bodies[2], []), (clerk, [])):
        assert (await api.get(path)).json()["allowed_actions"] == offered
    for api in (bodies[1], bodies[2], clerk):
        assert (await api.post(f"{path}/confirmation")).status_code == 403
    for refused in (
        await clerk.patch(path, {"remark": "有异议"}),
        await clerk.post("/evaluations", {}),
        await clerk.post("/evaluation-schemes", EXAMPLE),
    ):
        assert refused.status_code == 403
    assert (await bodies[1].patch(path, {"remark": "同意"})).status_code == 200


async def test_what_belongs_to_others_cannot_be_evaluated_or_named(make: Any, office: Any, caller: Any) -> None:
    made = await make.evaluation(survey=SURVEY)
    roles, home = (Role.inspection_office,), (await make.organisation())["id"]
    elsewhere = await caller(*roles, organisation_id=home)
    assert (await elsewhere.post(f"/evaluations/{made['id']}/confirmation")).status_code == 404
    body = {"scheme_id": made["scheme_id"], "evaluated_on": "2026-01-31", "evaluated_by": ["inspection_office"]}
    assert (await elsewhere.post("/evaluations", body | {"inspection_id": made["inspection_id"]})).status_code == 404
    foreign = (await make.issue())["id"]
    change = {"deductions": [SHAM | {"issue_id": foreign}]}
    refused = await office.patch(f"/evaluations/{made['id']}", change)
    assert (refused.status_code, refused.json()["issues"]) == (409, [foreign])
    assert (await office.post("/evaluations", body | {"inspection_id": str(uuid4())})).status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"deductions": [SHAM | {"issue": "1"}]}, "/deductions/0/issue"),
        ({"deductions": [SHAM | {"count": 0}]}, "/deductions/0/count"),
        ({"survey": [SURVEY[0] | {"valid": 0}]}, "/survey/0/valid"),
        ({"evaluated_by": []}, "/evaluated_by"),
        ({"score": "100.00"}, "/score"),
        ({"status": "confirmed"}, "/status"),
    ],
)
async def test_what_is_computed_or_malformed_is_not_taken(
    make: Any, office: Any, change: dict[str, Any], pointer: str
) -> None:
    made = await make.evaluation()
    refused = await office.patch(f"/evaluations/{made['id']}", change)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_scheme_is_changed_until_it_is_used_and_then_retired(make: Any, office: Any, acts_on: Any) -> None:
    scheme = await make.evaluation_scheme()
    path = f"/evaluation-schemes/{scheme['id']}"
    assert scheme | {"description": 0} == (await office.get(path)).json() | {"description": 0}
    assert (await office.patch(path, {"full_score": "120.00"})).json()["total"] == "100.00"
    assert (await office.patch(path, {"basically_counts": "1.00"})).status_code == 200
    made = await make.evaluation(scheme_id=scheme["id"], survey=SURVEY)
    assert made["score"] == "99.00"
    assert (await office.get(path)).json()["in_use"] is True
    assert (await office.patch(path, {"basically_counts": "0.50"}, if_match='"3"')).status_code == 409
    assert (await office.delete(path, if_match='"3"')).status_code == 409
    retired = await office.post(f"{path}/retirement")
    assert (retired.json()["status"], retired.json()["allowed_actions"]) == ("retired", [])
    body = {"scheme_id": scheme["id"], "evaluated_on": "2026-01-31", "evaluated_by": ["inspection_office"]}
    refused = await office.post("/evaluations", body | {"inspection_id": made["inspection_id"]})
    assert (refused.status_code, refused.json()["detail"]) == (409, "评估办法已停用，不能再用于新的评估")
    assert (await office.patch(f"/evaluations/{made['id']}", {"remark": "照办"})).status_code == 200
    assert await acts_on(scheme["id"]) == [
        f"evaluation_scheme.{verb}" for verb in ("created", "updated", "used", "retired")
    ]


async def test_an_unused_scheme_is_withdrawn(make: Any, office: Any) -> None:
    scheme = await make.evaluation_scheme(name="暂行办法")
    path = f"/evaluation-schemes/{scheme['id']}"
    assert (await office.delete(path)).status_code == 204
    body = {"scheme_id": scheme["id"], "evaluated_on": "2026-01-31", "evaluated_by": ["inspection_office"]}
    refused = await office.post("/evaluations", body | {"inspection_id": (await make.inspection())["id"]})
    assert refused.status_code == 409


async def test_a_scheme_that_does_not_add_up_is_refused_in_both_languages(office: Any) -> None:
    short = EXAMPLE | {"indicators": EXAMPLE["indicators"][:3]}
    refused = await office.post("/evaluation-schemes", short)
    assert (refused.status_code, refused.json()["detail"]) == (409, "各项指标分值合计 90.00，应等于满分 100.00")
    english = await office.post("/evaluation-schemes", short, headers={"Accept-Language": "en"})
    assert english.json()["detail"] == "The weights add up to 90.00, not to the full score of 100.00"
    nested = EXAMPLE | {"indicators": [EXAMPLE["indicators"][0] | {"colour": "red"}]}
    assert (await office.post("/evaluation-schemes", nested)).json()["errors"][0]["pointer"] == "/indicators/0/colour"


async def test_lists_cost_two_queries_and_can_be_narrowed(make: Any, office: Any, queries: Any) -> None:
    scheme, inspection = await make.evaluation_scheme(name=f"办法 {uuid4().hex}"), await make.inspection()
    here = {"scheme_id": scheme["id"], "inspection_id": inspection["id"]}
    for found in ([], [SHAM]):
        await make.evaluation(**here, deductions=found)
    for path, params in (
        ("/evaluations", here | {"sort": "score"}),
        ("/evaluation-schemes", {"q": scheme["name"], "in_use": "true", "status": "in_force"}),
    ):
        queries.clear()
        listed = await office.get(path, params=params)
        assert listed.status_code == 200, listed.text
        assert len(queries) == 2, queries.seen
    assert [row["id"] for row in listed.json()["items"]] == [scheme["id"]]
    scores = (await office.get("/evaluations", params=here | {"sort": "score"})).json()["items"]
    assert [row["score"] for row in scores] == ["44.00", "100.00"]
    poor = (await office.get("/evaluations", params=here | {"grade": "poor", "status": "draft"})).json()["items"]
    assert [row["score"] for row in poor] == ["44.00"]
