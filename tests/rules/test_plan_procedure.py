"""Every act on a plan in every state, and what its versions ask for."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from rectify_api.domain.permissions import permissions_of
from rectify_api.domain.plans import ACTS, Plan
from rectify_api.domain.vocabulary import PlanKind, PlanState, Role, VerifyingBody
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.problems import Conflict, RuleBroken

DAY = date(2020, 10, 2)
S = PlanState
K = PlanKind
OFFICE = VerifyingBody.inspection_office
CLERK = Actor(name="clerk", caller_id=uuid4(), organisation_id=uuid4())
REVIEWER = Actor(name="office", caller_id=uuid4(), permissions=permissions_of([Role.inspection_office]))
EVERYBODY = Actor(name="everybody", permissions=permissions_of(Role))

ALLOWED = {
    ("submission", S.draft): S.submitted,
    ("submission", S.returned): S.submitted,
    ("review", S.submitted): S.approved,
    ("return", S.submitted): S.returned,
}
VERBS: dict[str, Callable[[Plan], Any]] = {
    "submission": lambda plan: plan.submit(files=0, bodies=[OFFICE], by=CLERK, on=DAY),
    "review": lambda plan: plan.review(files=0, body=OFFICE, by=REVIEWER, on=DAY),
    "return": lambda plan: plan.send_back(comment="时限不够具体"),
}
RECORDED_AS = {"submission": "submitted", "review": "approved", "return": "returned"}


def a_plan(status: PlanState = S.draft, **fields: Any) -> Plan:
    given: dict[str, Any] = {"kind": K.overall_plan, "title": "总体整改方案", "text": "目标和措施", "status": status}
    asked = {"verifying_bodies": [OFFICE], "awaiting": [OFFICE]} if status == S.submitted else {}
    return Plan(inspection_id=uuid4(), organisation_id=uuid4(), **(given | asked | fields))


def test_every_act_has_its_verb_here() -> None:
    assert set(ACTS) == VERBS.keys() == RECORDED_AS.keys()


@pytest.mark.parametrize("state", PlanState)
@pytest.mark.parametrize("noun", VERBS)
def test_an_act_is_done_from_its_states_and_refused_from_all_others(noun: str, state: PlanState) -> None:
    plan = a_plan(state)
    before = plan.model_dump()
    assert (noun in ACTS.allowed(vars(plan), EVERYBODY)) == ((noun, state) in ALLOWED)
    if (to := ALLOWED.get((noun, state))) is not None:
        VERBS[noun](plan)
        assert plan.status == to
        assert inspect(plan).info["verb"] == RECORDED_AS[noun]
    else:
        with pytest.raises(RuleBroken) as refused:
            VERBS[noun](plan)
        assert state.zh in refused.value.detail.zh
        assert plan.model_dump() == before


def test_it_is_approved_when_the_last_of_the_bodies_has_signed() -> None:
    plan = a_plan()
    plan.submit(files=0, bodies=list(VerifyingBody), by=CLERK, on=DAY)
    signed = [
        plan.review(
            files=0,
            body=body,
            by=Actor(name=body, caller_id=uuid4(), permissions=permissions_of([Role(body.value)])),
            on=DAY,
        )
        for body in VerifyingBody
    ]
    assert signed == [False, False, True]
    assert (plan.status, plan.submitted_on, plan.approved_on) == (S.approved, DAY, DAY)


def test_nobody_reviews_what_its_own_organisation_submitted() -> None:
    plan = a_plan()
    VERBS["submission"](plan)
    own = Actor(name="own", caller_id=uuid4(), organisation_id=CLERK.organisation_id, permissions=REVIEWER.permissions)
    with pytest.raises(RuleBroken, match="its own organisation"):
        plan.review(files=0, body=OFFICE, by=own, on=DAY)


def test_an_empty_plan_is_not_submitted_unless_a_file_holds_it() -> None:
    plan = a_plan(text=None)
    with pytest.raises(RuleBroken, match="neither text nor a file"):
        plan.submit(files=0, bodies=[OFFICE], by=CLERK, on=DAY)
    plan.submit(files=1, bodies=[OFFICE], by=CLERK, on=DAY)
    assert plan.status == S.submitted


def test_what_was_emptied_since_is_not_agreed_to() -> None:
    plan = a_plan(S.submitted, text=None)
    with pytest.raises(RuleBroken, match="neither text nor a file"):
        plan.review(files=0, body=OFFICE, by=REVIEWER, on=DAY)
    assert plan.review(files=1, body=OFFICE, by=REVIEWER, on=DAY)


def test_a_withdrawn_plan_takes_no_measures_and_lets_none_begin() -> None:
    plan = a_plan(withdrawn_at=datetime(2020, 10, 2, tzinfo=UTC))
    with pytest.raises(Conflict):
        plan.check_takes_measures()
    with pytest.raises(RuleBroken, match="was withdrawn"):
        plan.check_in_force()


@pytest.mark.parametrize(
    ("fields", "sound"),
    [
        ({"kind": K.overall_plan}, True),
        ({"kind": K.overall_plan, "topic": "选人用人"}, False),
        ({"kind": K.topical_plan}, False),
        ({"kind": K.topical_plan, "topic": "选人用人"}, True),
        ({"kind": K.topical_report, "topic": "选人用人"}, True),
        ({"kind": K.leader_report}, False),
        ({"kind": K.leader_report, "leader": "周某"}, True),
    ],
)
def test_topical_ones_have_a_topic_and_the_leaders_report_a_leader(fields: dict[str, Any], sound: bool) -> None:
    if sound:
        a_plan(**fields).check_sound()
    else:
        with pytest.raises(RuleBroken):
            a_plan(**fields).check_sound()


@pytest.mark.parametrize("state", PlanState)
def test_a_new_version_follows_an_approved_one_only(state: PlanState) -> None:
    last, new = a_plan(state, edition=3), a_plan()
    if state in {S.approved, S.superseded}:
        new.follow(last)
        assert (new.edition, new.previous_id) == (4, last.id)
    else:
        with pytest.raises(RuleBroken, match="Edition 3 is"):
            new.follow(last)


@pytest.mark.parametrize("state", PlanState)
def test_sign_offs_fall_when_a_submitted_version_changes_and_an_approved_one_does_not_change(state: PlanState) -> None:
    given: dict[str, Any] = {"verifying_bodies": list(VerifyingBody), "awaiting": [OFFICE]}
    plan = a_plan(state, **given)
    if state in {S.approved, S.superseded}:
        with pytest.raises(RuleBroken, match="draft a new one"):
            plan.changed_materially()
        return
    assert plan.changed_materially() == (state == S.submitted)
    if state == S.submitted:
        assert plan.awaiting == list(VerifyingBody)


@pytest.mark.parametrize("state", PlanState)
@pytest.mark.parametrize("kind", PlanKind)
def test_measures_are_taken_and_begun_by_the_state_of_their_plan(kind: PlanKind, state: PlanState) -> None:
    plan = a_plan(state, kind=kind)
    takes = kind in {K.overall_plan, K.topical_plan} and state in {S.draft, S.submitted, S.approved}
    begins = state in {S.approved, S.superseded}
    for check, passes in ((plan.check_takes_measures, takes), (plan.check_in_force, begins)):
        if passes:
            check()
        else:
            with pytest.raises(RuleBroken, match=plan.title):
                check()


@pytest.mark.parametrize("state", [state for state in PlanState if state is not S.draft])
def test_a_plan_is_not_withdrawn_once_it_was_submitted(state: PlanState) -> None:
    with pytest.raises(RuleBroken, match="was submitted"):
        a_plan(state).check_withdrawable()
