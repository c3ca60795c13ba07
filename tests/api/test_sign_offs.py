"""Sign-offs of the bodies: what they stand for, what makes them fall, who may not give them, and many at once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from rectify_api.domain.vocabulary import Role
from walk import acted

BODIES = ["inspection_office", "discipline_commission", "organization_department"]
DONE = {"result": "已更换路灯 24 盏"}


@pytest.fixture
async def signed(database: Any) -> Any:
    """`await signed(issue)` is what the ledger holds of each body's word on it, in order."""

    async def words(issue: dict[str, Any]) -> list[dict[str, Any]]:
        found = await database.rows(
            "SELECT * FROM verification WHERE issue_id = $1 ORDER BY created_at, id", UUID(issue["id"])
        )
        return [dict(row) for row in found]

    return words


async def with_a_measure(make: Any, **fields: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """An issue in work, with one measure that is done and its proof."""
    issue = await make.issue_in("in_progress", **fields)
    measure = await make.measure(issue_id=issue["id"])
    await acted(make.api, "measures", measure["id"], "completion", DONE)
    here = {"inspection_id": issue["inspection_id"], "measure_id": measure["id"]}
    return issue, measure, await make.evidence_file(**here)


async def brought(make: Any, issue: dict[str, Any], state: str) -> dict[str, Any]:
    """The issue from work to `state`; `submitted` is with two signatures of three."""
    for noun in {"submitted": ["submission"], "verified": ["submission", "verification"]}.get(
        state, ["submission", "verification", "closure"]
    ):
        issue = await make.act(issue["id"], noun)
    if state == "submitted":
        for body in make.bodies[:2]:
            issue = await acted(body, "issues", issue["id"], "verification", {"comment": "现场已核"})
    return issue


async def read(make: Any, resource: str, row: dict[str, Any], **query: str) -> dict[str, Any]:
    found: dict[str, Any] = (await make.api.get(f"/{resource}/{row['id']}", params=query)).json()
    return found


async def test_an_issue_is_verified_when_all_three_have_signed_and_each_word_is_kept(make: Any, signed: Any) -> None:
    issue, _, proof = await with_a_measure(make)
    issue = await make.act(issue["id"], "submission")
    versions = []
    for number, body in enumerate(make.bodies):
        assert issue["status"] == "submitted"
        assert issue["awaiting"] == BODIES[number:]
        versions.append(issue["version"])
        issue = await acted(body, "issues", issue["id"], "verification", {"comment": f"第 {number + 1} 方同意"})
    assert (issue["status"], issue["awaiting"], issue["verifying_bodies"]) == ("verified", [], BODIES)
    words = await signed(issue)
    assert [(word["body"], word["decision"], word["comment"]) for word in words] == [
        (body, "signed", f"第 {number} 方同意") for number, body in enumerate(BODIES, start=1)
    ]
    assert [word["subject_version"] for word in words] == versions
    assert [len(word["digest"]) for word in words] == [64, 64, 64]
    assert proof["sha256"] not in {word["digest"] for word in words}


async def test_the_digest_stands_for_text_measures_and_proof_and_not_for_who_signs(make: Any, signed: Any) -> None:
    issue, measure, _ = await with_a_measure(make)
    await brought(make, issue, "verified")
    before = await signed(issue)
    assert len({word["digest"] for word in before}) == 1
    await acted(make.bodies[0], "issues", issue["id"], "return", {"reason": "佐证不足"})
    await acted(make.api, "issues", issue["id"], "start")
    await make.evidence_file(
        b"more", inspection_id=issue["inspection_id"], issue_id=issue["id"], measure_id=measure["id"]
    )
    await brought(make, issue, "verified")
    again = [word["digest"] for word in await signed(issue) if word["decision"] == "signed"][-3:]
    assert len(set(again)) == 1
    assert again[0] != before[0]["digest"]


async def patched(make: Any, resource: str, row: dict[str, Any], **changes: Any) -> Any:
    return await make.api.patch(f"/{resource}/{row['id']}", changes, if_match="*")


Trio = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
CHANGES = {
    "another text": lambda make, trio: patched(make, "issues", trio[0], text="公园设施和路灯破损"),
    "another result": lambda make, trio: patched(make, "issues", trio[0], result="已修复 23 处"),
    "another status": lambda make, trio: patched(make, "issues", trio[0], rectification_status="basically_completed"),
    "another text of a measure": lambda make, trio: patched(make, "measures", trio[1], text="更换全部路灯"),
    "a measure for another issue too": lambda make, trio: patched(
        make, "measures", trio[1], also_issue_ids=[trio[0]["other"]]
    ),
    "a measure reopened": lambda make, trio: make.api.post(f"/measures/{trio[1]['id']}/reopening"),
    "a new measure": lambda make, trio: make.api.post(
        "/measures", {"issue_id": trio[0]["id"], "ordinal": 2, "text": "建立巡查制度"}
    ),
    "a new measure of another issue that answers it too": lambda make, trio: make.api.post(
        "/measures",
        {"issue_id": trio[0]["other"], "also_issue_ids": [trio[0]["id"]], "ordinal": 2, "text": "建立巡查制度"},
    ),
    "proof withdrawn": lambda make, trio: make.api.delete(f"/evidence-files/{trio[2]['id']}", if_match="*"),
    "proof moved elsewhere": lambda make, trio: patched(make, "evidence-files", trio[2], measure_id=None),
}


async def ready_to_change(make: Any, state: str) -> Trio:
    issue, measure, proof = await with_a_measure(make, rectification_status="completed")
    other = await make.issue(inspection_id=issue["inspection_id"], ordinal=2)
    return await brought(make, issue, state) | {"other": other["id"]}, measure, proof


@pytest.mark.parametrize("state", ["submitted", "verified"])
@pytest.mark.parametrize("change", CHANGES)
async def test_what_was_signed_and_then_changes_loses_its_signatures_on_the_record(
    change: str, state: str, make: Any, signed: Any, acts_on: Any
) -> None:
    trio = await ready_to_change(make, state)
    issue = trio[0]
    standing = [word for word in await signed(issue) if word["withdrawn_at"] is None]
    assert len(standing) == (2 if state == "submitted" else 3)
    before = await acts_on(issue["id"])
    answer = await CHANGES[change](make, trio)
    assert answer.status_code in {200, 201, 204}, answer.text
    now = await read(make, "issues", issue)
    assert (now["status"], now["awaiting"], now["verified_at"]) == ("submitted", BODIES, None)
    assert now["version"] == issue["version"] + 1
    assert await acts_on(issue["id"]) == [*before, "issue.sign_offs_fell"]
    words = await signed(issue)
    assert [word["id"] for word in words if word["withdrawn_at"] is None] == []
    for word in standing:
        assert await acts_on(word["id"]) == ["verification.created", "verification.lapsed"]
    for body in make.bodies:
        assert "verification" in (await body.get(f"/issues/{issue['id']}")).json()["allowed_actions"]


@pytest.mark.parametrize("change", CHANGES)
async def test_what_a_closed_issue_was_signed_for_does_not_change(
    change: str, make: Any, signed: Any, acts_on: Any
) -> None:
    trio = await ready_to_change(make, "closed")
    before = await acts_on(trio[0]["id"]), await acts_on(trio[1]["id"]), await acts_on(trio[2]["id"])
    refused = await CHANGES[change](make, trio)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:rectify:problem:rule-broken")
    assert "已销号" in refused.json()["detail"]
    after = await acts_on(trio[0]["id"]), await acts_on(trio[1]["id"]), await acts_on(trio[2]["id"])
    assert after == before
    assert [word["withdrawn_at"] for word in await signed(trio[0])] == [None] * 3


async def test_a_measure_added_and_withdrawn_after_a_signature_makes_it_fall_twice(make: Any, acts_on: Any) -> None:
    issue, _, _ = await with_a_measure(make)
    await brought(make, issue, "submitted")
    added = await make.measure(issue_id=issue["id"], ordinal=2)
    await acted(make.bodies[0], "issues", issue["id"], "verification", {})
    assert (await make.api.delete(f"/measures/{added['id']}")).status_code == 204
    assert (await read(make, "issues", issue))["awaiting"] == BODIES
    assert (await acts_on(issue["id"]))[-3:] == ["issue.sign_offs_fell", "issue.signed_off", "issue.sign_offs_fell"]


async def test_a_measure_that_no_longer_answers_an_issue_was_part_of_what_was_signed_there(make: Any) -> None:
    issue, measure, _ = await with_a_measure(make)
    other = await make.issue_in("in_progress", inspection_id=issue["inspection_id"], ordinal=2)
    assert (await patched(make, "measures", measure, also_issue_ids=[other["id"]])).status_code == 200
    await brought(make, other, "verified")
    assert (await patched(make, "measures", measure, also_issue_ids=[])).status_code == 200
    assert (await read(make, "issues", other))["status"] == "submitted"


async def test_a_measure_stays_with_a_closed_issue_that_it_answered(make: Any) -> None:
    issue, measure, _ = await with_a_measure(make)
    other = await make.issue_in("in_progress", inspection_id=issue["inspection_id"], ordinal=2)
    assert (await patched(make, "measures", measure, also_issue_ids=[other["id"]])).status_code == 200
    await brought(make, other, "closed")
    assert (await patched(make, "measures", measure, also_issue_ids=[])).status_code == 409
    assert (await read(make, "measures", measure))["also_issue_ids"] == [other["id"]]


async def test_proof_moved_from_one_issue_to_another_was_part_of_what_was_signed(make: Any) -> None:
    issue = await make.issue_in("submitted")
    here = {"inspection_id": issue["inspection_id"]}
    other = await make.issue(ordinal=2, **here)
    (proof,) = (await make.api.get("/evidence-files", params={"issue_id": issue["id"]})).json()["items"]
    await make.act(issue["id"], "verification")
    assert (await patched(make, "evidence-files", proof, issue_id=other["id"])).status_code == 200
    assert (await read(make, "issues", issue))["status"] == "submitted"


async def test_a_closed_issue_changes_after_it_is_reopened_and_is_signed_anew(make: Any, signed: Any) -> None:
    issue, measure, _ = await with_a_measure(make)
    await brought(make, issue, "closed")
    await make.act(issue["id"], "reopening")
    assert all(word["withdrawn_at"] for word in await signed(issue))
    assert (await patched(make, "measures", measure, text="更换全部路灯")).status_code == 200
    assert (await brought(make, issue, "closed"))["status"] == "closed"
    assert [word["withdrawn_at"] is None for word in await signed(issue)] == [False] * 3 + [True] * 3


@pytest.mark.parametrize("state", ["submitted", "verified", "closed"])
async def test_more_proof_and_what_is_not_signed_leave_the_signatures(
    state: str, make: Any, signed: Any, acts_on: Any
) -> None:
    issue, measure, proof = await with_a_measure(make)
    issue = await brought(make, issue, state)
    before = await acts_on(issue["id"])
    here = {"inspection_id": issue["inspection_id"], "issue_id": issue["id"], "measure_id": measure["id"]}
    await make.evidence_file(b"another", **here)
    assert (await patched(make, "evidence-files", proof, title="验收照片")).status_code == 200
    await make.progress_report(inspection_id=issue["inspection_id"], issue_id=issue["id"])
    assert await acts_on(issue["id"]) == before
    assert (await read(make, "issues", issue))["status"] == state
    assert all(word["withdrawn_at"] is None for word in await signed(issue))


async def test_saying_the_same_again_changes_nothing(make: Any, acts_on: Any) -> None:
    issue, _, _ = await with_a_measure(make)
    issue = await brought(make, issue, "verified")
    before = await acts_on(issue["id"])
    assert (await patched(make, "issues", issue, text=issue["text"], result=issue["result"])).status_code == 200
    assert (await acts_on(issue["id"]), (await read(make, "issues", issue))["status"]) == (before, "verified")


async def test_the_inspection_office_decides_which_bodies_sign(make: Any, caller: Any) -> None:
    issue, _, _ = await with_a_measure(make)
    setting = {"verifying_bodies": ["organization_department", "inspection_office"]}
    unit = await caller(Role.ledger_clerk)
    path = f"/inspections/{issue['inspection_id']}"
    assert (await unit.patch(path, setting, if_match="*")).status_code == 403
    assert (await make.bodies[0].patch(path, setting, if_match="*")).status_code == 200
    issue = await make.act(issue["id"], "submission")
    assert issue["awaiting"] == ["inspection_office", "organization_department"]
    office, commission, department = make.bodies
    stranger = await commission.post(f"/issues/{issue['id']}/verification", {})
    assert (stranger.status_code, stranger.json()["awaiting"]) == (409, issue["awaiting"])
    await acted(office, "issues", issue["id"], "verification", {})
    twice = await office.post(f"/issues/{issue['id']}/verification", {})
    assert (twice.status_code, twice.json()["awaiting"]) == (409, ["organization_department"])
    assert (await acted(department, "issues", issue["id"], "verification", {}))["status"] == "verified"


async def test_a_later_setting_does_not_reach_what_is_under_way(make: Any) -> None:
    issue, _, _ = await with_a_measure(make)
    issue = await brought(make, issue, "submitted")
    path = f"/inspections/{issue['inspection_id']}"
    only = {"verifying_bodies": ["inspection_office"]}
    assert (await make.bodies[0].patch(path, only, if_match="*")).status_code == 200
    assert (await read(make, "issues", issue))["awaiting"] == ["organization_department"]
    issue = await acted(make.bodies[2], "issues", issue["id"], "verification", {})
    assert issue["status"] == "verified"


async def test_nobody_signs_what_its_own_organisation_submitted(make: Any, caller: Any, signed: Any) -> None:
    issue, _, _ = await with_a_measure(make)
    own = issue["organisation_id"]
    unit = await caller(Role.responsible_unit, organisation_id=own)
    await acted(unit, "issues", issue["id"], "submission")
    colleague = await caller(Role.inspection_office, organisation_id=own)
    assert "verification" not in (await colleague.get(f"/issues/{issue['id']}")).json()["allowed_actions"]
    refused = await colleague.post(f"/issues/{issue['id']}/verification", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:rectify:problem:rule-broken")
    assert await signed(issue) == []
    office = make.bodies[0]
    assert (await office.post(f"/issues/{issue['id']}/verification", {})).status_code == 200


async def test_nobody_signs_what_he_submitted_himself(make: Any, caller: Any) -> None:
    issue, _, _ = await with_a_measure(make)
    both = await caller(Role.ledger_clerk, Role.inspection_office)
    submitted = await acted(both, "issues", issue["id"], "submission")
    assert "verification" not in submitted["allowed_actions"]
    assert (await both.post(f"/issues/{issue['id']}/verification", {})).status_code == 409


@pytest.mark.parametrize("state", ["submitted", "verified"])
async def test_a_return_takes_back_the_signatures_and_keeps_who_returned_it(state: str, make: Any, signed: Any) -> None:
    issue, _, _ = await with_a_measure(make)
    await brought(make, issue, state)
    returned = await acted(make.bodies[1], "issues", issue["id"], "return", {"reason": "数据前后矛盾"})
    assert (returned["status"], returned["awaiting"], returned["verifying_bodies"]) == ("returned", [], [])
    words = await signed(issue)
    standing = [(word["body"], word["decision"], word["comment"]) for word in words if word["withdrawn_at"] is None]
    assert standing == [("discipline_commission", "returned", "数据前后矛盾")]


async def test_a_review_of_what_is_kept_up_takes_all_bodies_again(make: Any, acts_on: Any) -> None:
    issue, _, _ = await with_a_measure(make, rectification_status="long_term")
    issue = await brought(make, issue, "verified")
    assert (issue["status"], issue["awaiting"]) == ("long_term", BODIES)
    assert issue["next_review_on"] is not None
    reviewed = await make.act(issue["id"], "verification")
    assert (reviewed["status"], reviewed["awaiting"]) == ("long_term", BODIES)
    assert (await acts_on(issue["id"]))[-3:] == ["issue.signed_off", "issue.signed_off", "issue.reviewed"]


async def test_what_was_kept_up_and_is_now_completed_is_signed_anew_and_closes(make: Any) -> None:
    issue, _, _ = await with_a_measure(make, rectification_status="long_term")
    issue = await brought(make, issue, "verified")
    changed = await patched(make, "issues", issue, rectification_status="completed")
    assert (changed.json()["status"], changed.json()["next_review_on"]) == ("submitted", None)
    assert (await make.act(issue["id"], "verification"))["status"] == "verified"
    assert (await make.act(issue["id"], "closure"))["status"] == "closed"


async def test_a_measure_that_answers_two_issues_is_one_and_shown_under_both(make: Any, signed: Any) -> None:
    one = await make.issue_in("in_progress")
    here = {"inspection_id": one["inspection_id"]}
    other = await make.issue_in("in_progress", ordinal=2, **here)
    shared = await make.measure(issue_id=one["id"], also_issue_ids=[other["id"]])
    for issue in (one, other):
        held = await make.api.post(f"/issues/{issue['id']}/submission")
        assert (held.status_code, held.json()["unfinished"]) == (409, 1)
        assert [row["id"] for row in (await read(make, "issues", issue, include="measures"))["measures"]] == [
            shared["id"]
        ]
    figures = (await make.api.get(f"/inspections/{one['inspection_id']}/figures")).json()["counted"]
    assert (figures["issues"], figures["measures"], figures["measures_by_status"]) == (2, 1, {"planned": 1})
    await acted(make.api, "measures", shared["id"], "completion", DONE)
    for issue in (one, other):
        lacking = await make.api.post(f"/issues/{issue['id']}/submission")
        assert (lacking.status_code, lacking.json()["evidence_missing"]) == (409, 1)
    await make.evidence_file(issue_id=one["id"], measure_id=shared["id"], **here)
    for issue in (one, other):
        assert (await brought(make, issue, "verified"))["status"] == "verified"
    assert (await patched(make, "measures", shared, text="更换全部路灯")).status_code == 200
    for issue in (one, other):
        assert (await read(make, "issues", issue))["status"] == "submitted"
        assert all(word["withdrawn_at"] for word in await signed(issue))


async def test_a_measure_answers_no_issue_of_another_inspection(make: Any) -> None:
    mine, theirs = await make.issue(), await make.issue()
    for ids in ([theirs["id"]], [mine["id"], theirs["id"]]):
        body = {"issue_id": mine["id"], "ordinal": 1, "text": "示例措施", "also_issue_ids": ids}
        assert (await make.api.post("/measures", body)).status_code == 409
    measure = await make.measure(issue_id=mine["id"])
    assert (await patched(make, "measures", measure, also_issue_ids=[theirs["id"]])).status_code == 409
    assert (await patched(make, "measures", measure, also_issue_ids=[str(uuid4())])).status_code == 404
    assert (await read(make, "measures", measure))["also_issue_ids"] == []


async def test_a_signature_given_while_its_measure_changes_falls_or_has_seen_the_change(make: Any, signed: Any) -> None:
    issue, measure, _ = await with_a_measure(make)
    await make.act(issue["id"], "submission")
    office, commission, _ = make.bodies
    for turn in range(12):
        answers = await asyncio.gather(
            office.post(f"/issues/{issue['id']}/verification", {}),
            patched(make, "measures", measure, text=f"更换路灯 {turn} 盏"),
        )
        assert {answer.status_code for answer in answers} <= {200, 409}
        if "inspection_office" in (await read(make, "issues", issue))["awaiting"]:
            continue
        await acted(commission, "issues", issue["id"], "verification", {})
        standing = [word["digest"] for word in await signed(issue) if word["withdrawn_at"] is None]
        assert len(standing) == 2
        assert len(set(standing)) == 1
        # Back to where nobody has signed.
        assert (await patched(make, "measures", measure, text="更换全部路灯")).status_code == 200
