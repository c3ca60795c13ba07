"""What becomes of a decision: delivered, archived, appealed against, revoked; and when it may still change."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect

from rectify_api.domain.accountability import ACTS, DECIDED, AccountabilityAction, in_effect
from rectify_api.domain.permissions import permissions_of
from rectify_api.domain.sanctions import SANCTIONS
from rectify_api.domain.vocabulary import ActionState, AppealOutcome, Appellant, Role, Sanction, SubjectType
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.problems import Conflict, RuleBroken

AT = datetime(2021, 7, 20, 2, 0, tzinfo=UTC)
DECIDED_ON, APPROVED_ON, LATER = date(2021, 6, 30), date(2021, 7, 20), date(2021, 9, 1)
S = ActionState
EVERYBODY = Actor(name="everybody", permissions=permissions_of(Role))
RULING: dict[str, Any] = {"reason": "事实不清", "body": "区纪委监委", "decision_no": "某纪复〔2021〕3号"}

STANDING = (S.decided, S.upheld, S.changed)
ALLOWED = {
    **{("delivery", state): state for state in (*STANDING, S.appealed)},
    **{("archiving", state): state for state in S},
    **{("appeal", state): S.appealed for state in STANDING},
    ("appeal-decision", S.appealed): S.upheld,
    **{("revocation", state): S.revoked for state in STANDING},
}
VERBS: dict[str, Callable[[AccountabilityAction], None]] = {
    "delivery": lambda action: action.deliver(on=LATER),
    "archiving": lambda action: action.archive(on=LATER),
    "appeal": lambda action: action.appeal(by=Appellant.subject, on=LATER),
    "appeal-decision": lambda action: action.decide_appeal(AppealOutcome.upheld, on=LATER, **RULING),
    "revocation": lambda action: action.revoke(on=LATER, **RULING),
}
RECORDED_AS = {
    "delivery": "delivered",
    "archiving": "archived",
    "appeal": "appealed",
    "appeal-decision": "upheld",
    "revocation": "revoked",
}


def an_action(**fields: Any) -> AccountabilityAction:
    dates = {"code": "PARTY_WARNING", "decision_date": DECIDED_ON, "approval_date": APPROVED_ON}
    action = AccountabilityAction(inspection_id=uuid4(), organisation_id=uuid4(), **(dates | fields))
    action.fill_effect_period()
    return action


def columns(action: AccountabilityAction) -> dict[str, Any]:
    return dict(inspect(action).dict)


def appealed(**fields: Any) -> AccountabilityAction:
    action = an_action(**fields)
    action.appeal(by=Appellant.subject, on=LATER)
    return action


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("noun", list(ACTS))
def test_each_act_in_each_state(noun: str, state: ActionState) -> None:
    action = an_action(status=state)
    offered = noun in ACTS.allowed(inspect(action).dict, EVERYBODY)
    if (noun, state) in ALLOWED:
        VERBS[noun](action)
        assert action.status == ALLOWED[noun, state]
        assert inspect(action).info["verb"] == RECORDED_AS[noun]
        assert offered
    else:
        before = columns(action)
        with pytest.raises(RuleBroken, match="it can be") as refused:
            VERBS[noun](action)
        assert (columns(action), offered) == (before, False)
        assert state.zh in refused.value.detail.zh


def test_only_the_commission_decides_on_appeals_and_revokes() -> None:
    clerk = Actor(name="clerk", permissions=permissions_of([Role.ledger_clerk]))
    assert ACTS.allowed(inspect(an_action()).dict, clerk) == ["delivery", "archiving", "appeal"]
    commission = Actor(name="commission", permissions=permissions_of([Role.discipline_commission]))
    assert "revocation" in ACTS.allowed(inspect(an_action()).dict, commission)
    assert "appeal-decision" in ACTS.allowed(inspect(appealed()).dict, commission)


@pytest.mark.parametrize("noun", ["delivery", "archiving", "appeal", "revocation"])
@pytest.mark.parametrize("code", ["PARTY_TOTAL", "MIXED_EDUCATION", "FORM_1"])
def test_a_count_out_of_a_bulletin_is_no_decision_that_anything_could_become_of(noun: str, code: str) -> None:
    with pytest.raises(RuleBroken, match="not a decision on somebody"):
        VERBS[noun](an_action(code=code))
    assert not ACTS.allowed(inspect(an_action(code=code)).dict, EVERYBODY)


@pytest.mark.parametrize("noun", list(ACTS))
def test_nothing_becomes_of_a_withdrawn_row(noun: str) -> None:
    with pytest.raises(Conflict, match="withdrawn"):
        VERBS[noun](an_action(withdrawn_at=AT))


def test_an_approval_before_the_decision_is_refused() -> None:
    with pytest.raises(RuleBroken, match=r"approval on 2021-06-29 lies before the decision on 2021-06-30") as refused:
        an_action(approval_date=date(2021, 6, 29)).check_sound()
    assert "批准日期 2021-06-29 早于决定日期 2021-06-30" in refused.value.detail.zh
    an_action(approval_date=DECIDED_ON).check_sound()
    an_action(decision_date=None).check_sound()


@pytest.mark.parametrize("noun", ["delivery", "archiving", "appeal", "revocation"])
def test_nothing_becomes_of_a_decision_before_it_is_approved(noun: str) -> None:
    action = an_action(approval_date=date(2021, 9, 2))
    with pytest.raises(RuleBroken, match="lies before the approval"):
        VERBS[noun](action)
    assert action.status == S.decided


def test_papers_are_archived_after_the_delivery() -> None:
    action = an_action()
    action.deliver(on=LATER)
    with pytest.raises(RuleBroken, match="archiving on 2021-08-31 lies before the delivery"):
        action.archive(on=date(2021, 8, 31))
    action.deliver(on=date(2021, 8, 31))
    action.archive(on=date(2021, 8, 31))
    assert (action.delivered_on, action.archived_on) == (date(2021, 8, 31), date(2021, 8, 31))
    with pytest.raises(RuleBroken, match="lies before the delivery"):
        action.deliver(on=LATER)


def test_an_edit_cannot_put_the_decision_after_its_delivery() -> None:
    action = an_action()
    action.deliver(on=LATER)
    action.approval_date = date(2021, 9, 2)
    with pytest.raises(RuleBroken, match="delivery on 2021-09-01 lies before the approval"):
        action.check_sound()


def test_an_appeal_leaves_the_effect_as_it_is_until_it_is_decided() -> None:
    action = appealed()
    assert (action.effective_from, action.effective_to) == (APPROVED_ON, date(2022, 7, 20))
    assert (action.appeals, action.appealed_by, action.appeal_outcome) == (1, "subject", None)
    with pytest.raises(RuleBroken, match="decision on the appeal on 2021-08-31 lies before the appeal"):
        action.decide_appeal(AppealOutcome.upheld, on=date(2021, 8, 31), **RULING)


def test_an_upheld_decision_may_be_appealed_against_once_more_but_not_before_the_last_was_decided() -> None:
    action = appealed()
    action.decide_appeal(AppealOutcome.upheld, on=date(2021, 10, 1), **RULING)
    with pytest.raises(RuleBroken, match="lies before the decision on the last appeal"):
        action.appeal(by=Appellant.relative, on=date(2021, 9, 30))
    action.appeal(by=Appellant.relative, on=date(2021, 10, 8))
    assert (action.status, action.appeals, action.appeal_decision_no) == (S.appealed, 2, None)


def test_a_changed_decision_has_the_new_measure_from_the_same_day_and_keeps_the_first() -> None:
    action = appealed(code="PARTY_PROBATION", term_months=24)
    action.decide_appeal(AppealOutcome.changed, code=Sanction.PARTY_SERIOUS_WARNING, on=LATER, **RULING)
    assert (action.status, action.code, action.form) == (S.changed, "PARTY_SERIOUS_WARNING", 2)
    assert (action.effective_from, action.effective_to) == (APPROVED_ON, date(2023, 1, 20))
    assert (action.original_code, action.original_term_months) == ("PARTY_PROBATION", 24)
    action.appeal(by=Appellant.subject, on=LATER)
    action.decide_appeal(AppealOutcome.changed, code=Sanction.PARTY_WARNING, on=LATER, **RULING)
    assert (action.code, action.original_code) == ("PARTY_WARNING", "PARTY_PROBATION")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, "Say which measure"),
        ({"code": Sanction.PARTY_PROBATION, "term_months": 24}, "same as before"),
        ({"code": Sanction.PARTY_PROBATION}, "term is missing"),
        ({"code": Sanction.PARTY_WARNING, "term_months": 3}, "no term of its own"),
        ({"code": Sanction.PARTY_TOTAL}, "A total is no measure"),
        ({"code": Sanction.UNIT_CIRCULATED}, "not for this kind of subject"),
    ],
)
def test_a_decision_changes_only_to_another_possible_measure(change: dict[str, Any], why: str) -> None:
    action = appealed(code="PARTY_PROBATION", term_months=24)
    before = columns(action)
    with pytest.raises(RuleBroken, match=why):
        action.decide_appeal(AppealOutcome.changed, on=LATER, **RULING, **change)
    assert columns(action) == before


def test_what_is_upheld_or_revoked_takes_no_new_measure() -> None:
    for outcome in (AppealOutcome.upheld, AppealOutcome.revoked):
        with pytest.raises(RuleBroken, match="Only a change"):
            appealed().decide_appeal(outcome, code=Sanction.PARTY_SERIOUS_WARNING, on=LATER, **RULING)


def test_a_revocation_ends_the_effect_the_day_before_and_says_who_took_it_back_and_why() -> None:
    action = an_action()
    action.revoke(on=LATER, **RULING)
    assert (action.effective_from, action.effective_to) == (APPROVED_ON, date(2021, 8, 31))
    assert (action.revoked_on, action.revoked_by) == (LATER, "区纪委监委")
    assert (action.revocation_no, action.revocation_reason) == ("某纪复〔2021〕3号", "事实不清")


def test_an_appeal_may_end_in_a_revocation() -> None:
    action = appealed()
    action.decide_appeal(AppealOutcome.revoked, on=date(2021, 10, 1), **RULING)
    assert (action.status, action.appeal_outcome) == (S.revoked, AppealOutcome.revoked)
    assert (action.revoked_on, action.effective_to) == (date(2021, 10, 1), date(2021, 9, 30))


def test_a_dismissal_without_end_ends_when_it_is_revoked() -> None:
    action = an_action(code="GOV_DISMISSAL")
    action.revoke(on=LATER, **RULING)
    assert (action.effective_from, action.effective_to) == (DECIDED_ON, date(2021, 8, 31))


def test_a_revocation_after_the_period_leaves_it_and_one_on_its_first_day_takes_it_away() -> None:
    late, at_once = an_action(), an_action()
    late.revoke(on=date(2023, 1, 1), **RULING)
    assert late.effective_to == date(2022, 7, 20)
    at_once.revoke(on=APPROVED_ON, **RULING)
    assert (at_once.effective_from, at_once.effective_to) == (None, None)


@given(st.sampled_from(list(SANCTIONS)), st.dates(APPROVED_ON, date(2040, 1, 1)), st.dates())
def test_no_revoked_action_is_in_effect_on_or_after_its_revocation(code: Sanction, revoked_on: date, day: date) -> None:
    action = an_action(code=code, term_months=12 if code == Sanction.PARTY_PROBATION else None)
    was = in_effect(columns(action), on=day)
    if SANCTIONS[code].kind == "aggregate":
        assert not was
        return
    action.revoke(on=revoked_on, **RULING)
    assert in_effect(columns(action), on=day) == (was and day < revoked_on)


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2021, 7, 19), False),
        (APPROVED_ON, True),
        (date(2022, 7, 20), True),
        (date(2022, 7, 21), False),
    ],
)
def test_first_and_last_day_are_part_of_the_effect(day: date, held: bool) -> None:
    assert in_effect(columns(an_action()), on=day) is held
    assert in_effect(columns(an_action(code="EDU_INTERVIEW")), on=day) is False


@pytest.mark.parametrize(
    "fields",
    [{"decision_no": "某纪〔2021〕12号"}, {"delivered_on": LATER}, {"status": S.appealed}, {"status": S.upheld}],
)
def test_a_decision_that_is_out_is_not_withdrawn_but_revoked(fields: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken, match="revoked") as refused:
        an_action(**fields).withdraw(reason="录错", at=AT)
    assert refused.value.extension == {"act": "revocation"}
    assert "撤销" in refused.value.detail.zh


def test_a_mistake_of_entry_is_withdrawn() -> None:
    action = an_action()
    action.withdraw(reason="录错", at=AT)
    assert action.withdrawn_at == AT


def test_the_number_of_a_decision_cannot_be_taken_away_but_corrected() -> None:
    with pytest.raises(RuleBroken, match="cannot be taken away"):
        an_action().check_edit({"decision_no": "某纪〔2021〕12号"})
    an_action(decision_no="某纪〔2021〕13号").check_edit({"decision_no": "某纪〔2021〕12号"})


@pytest.mark.parametrize("field", sorted(DECIDED))
@pytest.mark.parametrize("state", [S.appealed, S.upheld, S.changed])
def test_what_was_appealed_against_changes_only_by_the_decision_on_it(field: str, state: ActionState) -> None:
    with pytest.raises(RuleBroken) as refused:
        an_action(status=state, decision_no="某纪〔2021〕13号").check_edit({field: "某值"})
    assert refused.value.extension == {"fields": [field]}
    an_action(status=state).check_edit({"remark": None})
    an_action(status=S.decided, decision_no="某纪〔2021〕13号").check_edit({field: "某值"})


def test_a_revoked_action_takes_no_edit_at_all() -> None:
    with pytest.raises(RuleBroken, match="revoked and stands"):
        an_action(status=S.revoked).check_edit({"remark": None})


def test_a_total_has_no_document_number() -> None:
    with pytest.raises(RuleBroken, match="no document number"):
        an_action(code="PARTY_TOTAL", decision_no="某纪〔2021〕12号").check_sound()


@pytest.mark.parametrize("fields", [{"persons": 2}, {"persons": 0}, {"subject_type": SubjectType.organization}])
def test_a_reference_stands_for_exactly_one_person(fields: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken) as refused:
        an_action(person_ref="P-17", **fields).check_sound()
    assert refused.value.extension == {"field": "person_ref"}
    an_action(person_ref="P-17").check_sound()


@pytest.mark.parametrize(("code", "form"), [("PARTY_EXPULSION", 4), ("GOV_DISMISSAL", 4), ("ORG_REASSIGNMENT", 3)])
def test_grave_cases_are_of_a_graver_form(code: str, form: int) -> None:
    grave, usual = an_action(code=code, graver_form=True), an_action(code=code)
    grave.check_sound()
    assert (grave.form, usual.form) == (form, form - 1)


def test_most_measures_are_of_one_form_only() -> None:
    with pytest.raises(RuleBroken, match="one form only"):
        an_action(graver_form=True).check_sound()
