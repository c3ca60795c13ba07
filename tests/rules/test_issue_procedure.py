"""Every act on an issue in every state, and what each asks for."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from rectify_api.domain.issues import ACTS, Issue
from rectify_api.domain.permissions import permissions_of
from rectify_api.domain.vocabulary import (
    ExtensionState,
    IssueState,
    ObjectionKind,
    ObjectionState,
    RectificationStatus,
    Role,
    VerifyingBody,
)
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.problems import Conflict, RuleBroken

AT = datetime(2021, 7, 20, 2, 0, tzinfo=UTC)
DAY = date(2021, 7, 20)
S = IssueState
OFFICE = VerifyingBody.inspection_office
EVERYBODY = Actor(name="everybody", permissions=permissions_of(Role))
UNIT = Actor(name="unit", caller_id=uuid4(), organisation_id=uuid4())
REVIEWER = Actor(name="office", caller_id=uuid4(), permissions=permissions_of([Role.inspection_office]))

# Written out by hand, not read from the table that it checks.
ALLOWED = {
    ("claim", S.registered): S.claimed,
    ("objection", S.registered): S.registered,
    ("objection", S.claimed): S.claimed,
    ("objection-decision", S.registered): S.set_aside,
    ("objection-decision", S.claimed): S.set_aside,
    **{("extension", state): state for state in (S.claimed, S.in_progress, S.returned)},
    **{("extension-decision", state): state for state in (S.claimed, S.in_progress, S.returned)},
    **{
        ("handover", state): state
        for state in (S.claimed, S.in_progress, S.returned, S.submitted, S.verified, S.long_term)
    },
    ("start", S.claimed): S.in_progress,
    ("start", S.returned): S.in_progress,
    ("submission", S.in_progress): S.submitted,
    ("return", S.submitted): S.returned,
    ("return", S.verified): S.returned,
    ("return", S.long_term): S.returned,
    ("verification", S.submitted): S.verified,
    ("verification", S.long_term): S.verified,
    ("closure", S.verified): S.closed,
    ("reopening", S.closed): S.in_progress,
    ("reopening", S.set_aside): S.in_progress,
}
# What an act needs beside the state.
GIVEN: dict[str, dict[str, Any]] = {
    "objection-decision": {"objection_state": ObjectionState.raised},
    "extension": {"due_date": DAY},
    "extension-decision": {
        "due_date": DAY,
        "extension_state": ExtensionState.requested,
        "extension_until": date(2021, 9, 1),
    },
    "verification": {"verifying_bodies": [OFFICE], "awaiting": [OFFICE]},
}
RECORDED_AS = {
    "claim": "claimed",
    "objection": "contested",
    "objection-decision": "objection_decided",
    "start": "started",
    "extension": "extension_requested",
    "extension-decision": "extension_granted",
    "handover": "handed_over",
    "submission": "submitted",
    "return": "returned",
    "verification": "verified",
    "closure": "closed",
    "reopening": "reopened",
}


def submit(issue: Issue, **facts: Any) -> None:
    known: dict[str, Any] = {"unfinished_measures": 0, "evidence_missing": 0, "bodies": [OFFICE], "by": UNIT, "at": AT}
    issue.submit(**(known | facts))


def verify(issue: Issue, *, body: VerifyingBody = OFFICE, by: Actor = REVIEWER, at: datetime = AT) -> None:
    issue.verify(body=body, by=by, at=at, next_review_on=date(2022, 1, 20))


VERBS: dict[str, Callable[[Issue], None]] = {
    "claim": lambda issue: issue.claim(leader="李副局长", at=AT),
    "objection": lambda issue: issue.contest(kind=ObjectionKind.not_so, reason="已按期召开", belongs_to=None),
    "objection-decision": lambda issue: issue.decide_objection(upheld=True, comment="情况属实"),
    "start": lambda issue: issue.start(at=AT),
    "extension": lambda issue: issue.ask_extension(until=date(2021, 9, 1), reason="汛期不能施工"),
    "extension-decision": lambda issue: issue.decide_extension(granted=True, comment=None),
    "handover": lambda issue: issue.hand_over(leader="赵副局长", on=DAY),
    "submission": submit,
    "return": lambda issue: issue.send_back(reason="佐证材料与措施不符"),
    "verification": verify,
    "closure": lambda issue: issue.close(unfinished_measures=0, at=AT),
    "reopening": lambda issue: issue.reopen(cause="占道经营反弹"),
}


def an_issue(status: str = S.registered, **fields: Any) -> Issue:
    given: dict[str, Any] = {
        "text": "公共设施破损无人管护",
        "result": "已修复 24 处",
        "ordinal": 1,
        "status": status,
    } | fields
    return Issue(inspection_id=uuid4(), organisation_id=uuid4(), **given)


def verb_of(issue: Issue) -> str | None:
    verb: str | None = inspect(issue).info.get("verb")
    return verb


def test_every_act_has_its_verb_here() -> None:
    assert set(ACTS) == VERBS.keys() == RECORDED_AS.keys()


@pytest.mark.parametrize("state", IssueState)
@pytest.mark.parametrize("noun", VERBS)
def test_an_act_is_done_from_its_states_and_refused_from_all_others(noun: str, state: IssueState) -> None:
    issue = an_issue(state, **GIVEN.get(noun, {}))
    before = issue.model_dump()
    if (to := ALLOWED.get((noun, state))) is not None:
        VERBS[noun](issue)
        assert issue.status == to
        assert verb_of(issue) == RECORDED_AS[noun]
    else:
        with pytest.raises(RuleBroken) as refused:
            VERBS[noun](issue)
        assert state.zh in refused.value.detail.zh
        assert state.en in refused.value.detail.en
        assert refused.value.extension["state"] == state
        assert refused.value.extension["needed"] == [s for n, s in ALLOWED if n == noun]
        assert issue.model_dump() == before
        assert verb_of(issue) is None


@pytest.mark.parametrize("state", IssueState)
@pytest.mark.parametrize("noun", VERBS)
def test_an_act_is_offered_where_it_works_and_to_those_who_may(noun: str, state: IssueState) -> None:
    issue = an_issue(state, **GIVEN.get(noun, {}))
    assert (noun in ACTS.allowed(vars(issue), EVERYBODY)) == ((noun, state) in ALLOWED)
    assert noun not in ACTS.allowed(vars(issue), Actor(name="nobody"))


@pytest.mark.parametrize("state", IssueState)
def test_every_state_can_be_reached_and_left(state: IssueState) -> None:
    assert state in {from_ for _, from_ in ALLOWED}
    assert state in {S.registered, S.long_term, *ALLOWED.values()}


def test_an_issue_goes_all_the_way_to_closure() -> None:
    issue = an_issue()
    for noun in ("claim", "start", "submission", "verification", "closure"):
        VERBS[noun](issue)
    assert issue.status == S.closed
    assert issue.responsible_leader == "李副局长"
    assert (issue.claimed_at, issue.submitted_at, issue.verified_at, issue.closed_at) == (AT, AT, AT, AT)


def test_a_state_read_back_from_the_database_as_text_counts_the_same() -> None:
    issue = an_issue("verified")
    issue.close(unfinished_measures=0, at=AT)
    assert issue.status == "closed"


@pytest.mark.parametrize("act", ["submission", "closure"])
def test_unfinished_measures_hold_an_issue_up(act: str) -> None:
    issue = an_issue(S.in_progress if act == "submission" else S.verified)
    do = partial(submit, issue) if act == "submission" else partial(issue.close, at=AT)
    with pytest.raises(RuleBroken, match="2 measures are unfinished") as refused:
        do(unfinished_measures=2)
    assert "2 条整改措施未完成" in refused.value.detail.zh
    assert refused.value.extension == {"unfinished": 2}
    assert issue.status in {S.in_progress, S.verified}


def test_an_issue_is_not_submitted_without_evidence_for_each_measure() -> None:
    with pytest.raises(RuleBroken, match="3 measures have no evidence") as refused:
        submit(an_issue(S.in_progress), evidence_missing=3)
    assert "佐证材料" in refused.value.detail.zh


@pytest.mark.parametrize("result", [None, ""])
def test_an_issue_is_not_submitted_without_a_result(result: str | None) -> None:
    issue = an_issue(S.in_progress, result=result)
    with pytest.raises(RuleBroken) as refused:
        submit(issue)
    assert refused.value.extension == {"missing": "result"}
    assert (issue.status, issue.submitted_at) == (S.in_progress, None)


def test_the_wrong_state_is_named_before_what_else_is_missing() -> None:
    with pytest.raises(RuleBroken) as refused:
        submit(an_issue(S.registered), unfinished_measures=2, evidence_missing=2)
    assert refused.value.detail.zh == "问题处于“已登记”，须为“整改中”才能提交验收"
    assert refused.value.detail.en == "The issue is registered; it can be submitted only when in progress"


def test_a_returned_issue_says_why_and_is_no_longer_submitted_or_verified() -> None:
    issue = an_issue(S.verified, submitted_at=AT, verified_at=AT)
    issue.send_back(reason="数据前后矛盾")
    assert (issue.return_reason, issue.submitted_at, issue.verified_at) == ("数据前后矛盾", None, None)


def test_each_recurrence_is_counted_with_its_cause() -> None:
    issue = an_issue(S.closed, submitted_at=AT, verified_at=AT, closed_at=AT)
    issue.reopen(cause="占道经营反弹")
    assert (issue.recurrences, issue.recurrence_cause) == (1, "占道经营反弹")
    assert (issue.submitted_at, issue.verified_at, issue.closed_at) == (None, None, None)
    for noun in ("submission", "verification", "closure", "reopening"):
        VERBS[noun](issue)
    assert issue.recurrences == 2


def test_an_issue_that_was_set_aside_returns_to_work_without_a_recurrence() -> None:
    issue = an_issue(S.set_aside)
    issue.reopen(cause="复核后改由本单位负责")
    assert (issue.status, issue.recurrences) == (S.in_progress, 0)


def test_it_is_verified_when_the_last_of_the_bodies_has_signed() -> None:
    issue = an_issue(S.in_progress)
    submit(issue, bodies=list(VerifyingBody))
    for body in VerifyingBody:
        assert issue.status == S.submitted
        signing = Actor(name=body, caller_id=uuid4(), permissions=permissions_of([Role(body.value)]))
        assert ACTS.allowed(vars(issue), signing) == ["return", "verification"]
        verify(issue, body=body, by=signing)
        assert "verification" not in ACTS.allowed(vars(issue), signing)
    assert (issue.status, issue.awaiting, issue.verified_at) == (S.verified, [], AT)


@pytest.mark.parametrize("same", ["caller", "organisation"])
def test_nobody_verifies_what_its_own_organisation_submitted(same: str) -> None:
    issue = an_issue(S.in_progress)
    submit(issue)
    own = Actor(
        name="own",
        caller_id=UNIT.caller_id if same == "caller" else uuid4(),
        organisation_id=UNIT.organisation_id if same == "organisation" else None,
        permissions=REVIEWER.permissions,
    )
    assert "verification" not in ACTS.allowed(vars(issue), own)
    with pytest.raises(RuleBroken, match="its own organisation"):
        verify(issue, by=own)
    assert issue.status == S.submitted


def test_a_body_that_is_not_asked_for_cannot_sign() -> None:
    issue = an_issue(S.in_progress)
    submit(issue, bodies=[VerifyingBody.organization_department])
    with pytest.raises(RuleBroken, match="waits for organisation department"):
        verify(issue)


def test_an_objection_holds_the_issue_until_it_is_decided() -> None:
    issue = an_issue()
    with pytest.raises(RuleBroken, match="to which body"):
        issue.contest(kind=ObjectionKind.belongs_elsewhere, reason="由水务部门牵头", belongs_to=None)
    issue.contest(kind=ObjectionKind.belongs_elsewhere, reason="由水务部门牵头", belongs_to="区水务局")
    with pytest.raises(RuleBroken, match="still to be decided"):
        issue.claim(leader="李副局长", at=AT)
    issue.decide_objection(upheld=False, comment="本单位亦有职责")
    assert (issue.status, issue.objection_state) == (S.registered, "dismissed")
    issue.claim(leader="李副局长", at=AT)


def test_an_extension_keeps_the_first_deadline_beside_the_one_that_holds() -> None:
    issue = an_issue(S.claimed, due_date=DAY)
    for until in (date(2021, 9, 1), date(2021, 10, 1)):
        issue.ask_extension(until=until, reason="汛期不能施工")
        with pytest.raises(RuleBroken, match="not yet decided"):
            issue.ask_extension(until=until, reason="再申请")
        issue.decide_extension(granted=True, comment="同意")
        assert (issue.due_date, issue.original_due_date, issue.extension_state) == (until, DAY, "granted")
    assert issue.extensions == 2


def test_a_refused_extension_leaves_the_deadline() -> None:
    issue = an_issue(S.claimed, due_date=DAY)
    issue.ask_extension(until=date(2021, 9, 1), reason="人手不足")
    issue.decide_extension(granted=False, comment="理由不充分")
    assert (issue.due_date, issue.original_due_date, issue.extensions) == (DAY, None, 0)
    assert (issue.extension_state, issue.extension_comment, verb_of(issue)) == (
        "refused",
        "理由不充分",
        "extension_refused",
    )


@pytest.mark.parametrize(("due", "until"), [(None, DAY), (DAY, DAY), (DAY, date(2021, 7, 1))])
def test_an_extension_needs_a_deadline_and_a_later_day(due: date | None, until: date) -> None:
    with pytest.raises(RuleBroken):
        an_issue(S.claimed, due_date=due).ask_extension(until=until, reason="理由")


def test_an_extension_that_waits_for_its_answer_holds_the_submission_up() -> None:
    issue = an_issue(S.in_progress, due_date=DAY)
    issue.ask_extension(until=date(2021, 9, 1), reason="汛期不能施工")
    with pytest.raises(RuleBroken, match="not yet decided"):
        submit(issue)


def test_a_hand_over_keeps_who_had_it() -> None:
    issue = an_issue(S.in_progress, responsible_leader="李副局长")
    with pytest.raises(RuleBroken, match="already"):
        issue.hand_over(leader="李副局长", on=DAY)
    issue.hand_over(leader="赵副局长", on=DAY)
    assert (issue.previous_leader, issue.responsible_leader, issue.handed_over_on) == ("李副局长", "赵副局长", DAY)


@pytest.mark.parametrize("field", ["due_date", "responsible_leader"])
def test_deadline_and_leader_change_by_acts_once_the_issue_is_claimed(field: str) -> None:
    with pytest.raises(RuleBroken, match=field):
        an_issue(S.claimed).check_edit({field: "what was there"})
    an_issue(S.registered).check_edit({field: "what was there"})
    an_issue(S.claimed).check_edit({field: None})


@pytest.mark.parametrize("state", IssueState)
def test_sign_offs_fall_when_what_was_signed_changes(state: IssueState) -> None:
    given: dict[str, Any] = {
        "verifying_bodies": list(VerifyingBody),
        "awaiting": [VerifyingBody.organization_department],
    }
    issue = an_issue(state, **given, verified_at=AT)
    if state == S.closed:
        with pytest.raises(RuleBroken, match="reopen it first"):
            issue.changed_materially()
        return
    fell = issue.changed_materially()
    assert fell == (state in {S.submitted, S.verified, S.long_term})
    if fell:
        assert (issue.status, issue.awaiting) == (S.submitted, list(VerifyingBody))
        assert issue.changed_materially() is False


def test_what_has_to_be_kept_up_is_not_verified_for_good() -> None:
    issue = an_issue(
        S.submitted, rectification_status=RectificationStatus.long_term, verifying_bodies=[OFFICE], awaiting=[OFFICE]
    )
    verify(issue)
    assert (issue.status, issue.awaiting, issue.next_review_on) == (S.long_term, [OFFICE], date(2022, 1, 20))
    with pytest.raises(RuleBroken, match="kept up for the long term"):
        issue.close(unfinished_measures=0, at=AT)


def test_a_long_term_issue_stays_so_after_a_review_and_closes_once_a_review_finds_it_completed() -> None:
    later = AT.replace(year=2022)
    issue = an_issue(
        S.long_term,
        rectification_status="long_term",
        verified_at=AT,
        verifying_bodies=[OFFICE],
        awaiting=[OFFICE],
    )
    verify(issue, at=later)
    assert (issue.status, issue.verified_at, verb_of(issue)) == (S.long_term, later, "reviewed")
    issue.rectification_status = RectificationStatus.completed
    verify(issue, at=later)
    issue.close(unfinished_measures=0, at=later)
    assert issue.status == S.closed


@pytest.mark.parametrize("state", [state for state in IssueState if state is not S.registered])
def test_an_issue_cannot_be_withdrawn_once_work_has_started(state: IssueState) -> None:
    issue = an_issue(state)
    with pytest.raises(RuleBroken, match="Work on the issue has started"):
        issue.withdraw(reason="录入重复", at=AT)
    assert issue.withdrawn_at is None


def test_a_registered_issue_is_withdrawn_once_with_its_reason() -> None:
    issue = an_issue()
    issue.withdraw(reason="录入重复", at=AT)
    assert (issue.withdrawn_at, issue.withdrawal_reason, verb_of(issue)) == (AT, "录入重复", "withdrawn")
    with pytest.raises(Conflict):
        issue.withdraw(reason="再撤一次", at=AT)


@pytest.mark.parametrize("noun", VERBS)
def test_nothing_is_done_to_a_withdrawn_issue(noun: str) -> None:
    issue = an_issue(ACTS[noun].states[0], withdrawn_at=AT, **GIVEN.get(noun, {}))
    with pytest.raises(Conflict) as refused:
        VERBS[noun](issue)
    assert "已撤回" in refused.value.detail.zh
