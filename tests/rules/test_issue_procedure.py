"""Every act on an issue in every state, and what each asks for."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from rectify_api.domain.issues import ACTS, Issue, acts_from
from rectify_api.domain.vocabulary import IssueState, RectificationStatus
from rectify_api.foundation.problems import Conflict, RuleBroken

AT = datetime(2021, 7, 20, 2, 0, tzinfo=UTC)
S = IssueState

# Written out by hand, not read from the table that it checks.
ALLOWED = {
    ("claim", S.registered): S.claimed,
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
}
VERBS: dict[str, Callable[[Issue], None]] = {
    "claim": lambda issue: issue.claim(leader="李副局长", at=AT),
    "start": lambda issue: issue.start(),
    "submission": lambda issue: issue.submit(unfinished_measures=0, evidence_missing=0, at=AT),
    "return": lambda issue: issue.send_back(reason="佐证材料与措施不符"),
    "verification": lambda issue: issue.verify(at=AT),
    "closure": lambda issue: issue.close(unfinished_measures=0, at=AT),
    "reopening": lambda issue: issue.reopen(cause="占道经营反弹"),
}
RECORDED_AS = {
    "claim": "claimed",
    "start": "started",
    "submission": "submitted",
    "return": "returned",
    "verification": "verified",
    "closure": "closed",
    "reopening": "reopened",
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
    assert ACTS.keys() == VERBS.keys() == RECORDED_AS.keys()


@pytest.mark.parametrize("state", IssueState)
@pytest.mark.parametrize("noun", VERBS)
def test_an_act_is_done_from_its_states_and_refused_from_all_others(noun: str, state: IssueState) -> None:
    issue = an_issue(state)
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
def test_the_acts_a_client_is_offered_are_those_that_work(state: IssueState) -> None:
    assert set(acts_from(state)) == {noun for noun, from_ in ALLOWED if from_ == state}
    assert acts_from(state.value) == acts_from(state)


@pytest.mark.parametrize("state", IssueState)
def test_every_state_can_be_reached_and_left(state: IssueState) -> None:
    assert acts_from(state)
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
    do = partial(issue.submit, evidence_missing=0) if act == "submission" else issue.close
    with pytest.raises(RuleBroken, match="2 measures are unfinished") as refused:
        do(unfinished_measures=2, at=AT)
    assert "2 条整改措施未完成" in refused.value.detail.zh
    assert refused.value.extension == {"unfinished": 2}
    assert issue.status in {S.in_progress, S.verified}


def test_an_issue_is_not_submitted_without_evidence_for_each_measure() -> None:
    with pytest.raises(RuleBroken, match="3 measures have no evidence") as refused:
        an_issue(S.in_progress).submit(unfinished_measures=0, evidence_missing=3, at=AT)
    assert "佐证材料" in refused.value.detail.zh


@pytest.mark.parametrize("result", [None, ""])
def test_an_issue_is_not_submitted_without_a_result(result: str | None) -> None:
    issue = an_issue(S.in_progress, result=result)
    with pytest.raises(RuleBroken) as refused:
        issue.submit(unfinished_measures=0, evidence_missing=0, at=AT)
    assert refused.value.extension == {"missing": "result"}
    assert (issue.status, issue.submitted_at) == (S.in_progress, None)


def test_the_wrong_state_is_named_before_what_else_is_missing() -> None:
    with pytest.raises(RuleBroken) as refused:
        an_issue(S.registered).submit(unfinished_measures=2, evidence_missing=2, at=AT)
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


def test_what_has_to_be_kept_up_is_not_verified_for_good() -> None:
    issue = an_issue(S.submitted, rectification_status=RectificationStatus.long_term)
    issue.verify(at=AT)
    assert issue.status == S.long_term
    with pytest.raises(RuleBroken, match="kept up for the long term"):
        issue.close(unfinished_measures=0, at=AT)


def test_a_long_term_issue_stays_so_after_a_review_and_closes_once_a_review_finds_it_completed() -> None:
    later = AT.replace(year=2022)
    issue = an_issue(S.long_term, rectification_status="long_term", verified_at=AT)
    issue.verify(at=later)
    assert (issue.status, issue.verified_at) == (S.long_term, later)
    issue.rectification_status = RectificationStatus.completed
    issue.verify(at=later)
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
    issue = an_issue(ACTS[noun].states[0], withdrawn_at=AT)
    with pytest.raises(Conflict) as refused:
        VERBS[noun](issue)
    assert "已撤回" in refused.value.detail.zh
