"""Every act on a measure in every state."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from rectify_api.domain.measures import ACTS, Measure, acts_from
from rectify_api.domain.vocabulary import MeasureState
from rectify_api.foundation.problems import Conflict, RuleBroken

AT = datetime(2021, 7, 20, 2, 0, tzinfo=UTC)
DAY = date(2021, 7, 20)
S = MeasureState

ALLOWED = {
    ("start", S.planned): S.in_progress,
    ("completion", S.planned): S.done,
    ("completion", S.in_progress): S.done,
    ("completion", S.long_term): S.done,
    ("continuation", S.planned): S.long_term,
    ("continuation", S.in_progress): S.long_term,
    ("reopening", S.done): S.in_progress,
    ("reopening", S.long_term): S.in_progress,
}
VERBS: dict[str, Callable[[Measure], None]] = {
    "start": lambda measure: measure.start(),
    "completion": lambda measure: measure.complete(result="已更换路灯 24 盏", on=DAY),
    "continuation": lambda measure: measure.keep_up(result="每月巡查一次"),
    "reopening": lambda measure: measure.reopen(),
}
RECORDED_AS = {"start": "started", "completion": "completed", "continuation": "continued", "reopening": "reopened"}


def a_measure(status: str = S.planned, **fields: Any) -> Measure:
    given: dict[str, Any] = {"text": "更换破损路灯", "ordinal": 1, "status": status} | fields
    return Measure(issue_id=uuid4(), inspection_id=uuid4(), organisation_id=uuid4(), **given)


def test_every_act_has_its_verb_here() -> None:
    assert ACTS.keys() == VERBS.keys() == RECORDED_AS.keys()


@pytest.mark.parametrize("state", MeasureState)
@pytest.mark.parametrize("noun", VERBS)
def test_an_act_is_done_from_its_states_and_refused_from_all_others(noun: str, state: MeasureState) -> None:
    measure = a_measure(state)
    before = measure.model_dump()
    if (to := ALLOWED.get((noun, state))) is not None:
        VERBS[noun](measure)
        assert measure.status == to
        assert inspect(measure).info["verb"] == RECORDED_AS[noun]
    else:
        with pytest.raises(RuleBroken) as refused:
            VERBS[noun](measure)
        assert state.zh in refused.value.detail.zh
        assert state.en in refused.value.detail.en
        assert measure.model_dump() == before


@pytest.mark.parametrize("state", MeasureState)
def test_the_acts_a_client_is_offered_are_those_that_work(state: MeasureState) -> None:
    assert set(acts_from(state)) == {noun for noun, from_ in ALLOWED if from_ == state}


def test_a_completed_measure_has_its_result_and_its_day() -> None:
    measure = a_measure()
    measure.complete(result="已更换路灯 24 盏", on=DAY)
    assert (measure.result, measure.completed_on) == ("已更换路灯 24 盏", DAY)


def test_a_measure_that_is_kept_up_or_reopened_has_no_day_of_completion() -> None:
    kept = a_measure(S.in_progress)
    kept.keep_up(result="每月巡查一次")
    assert (kept.result, kept.completed_on) == ("每月巡查一次", None)
    again = a_measure(S.done, completed_on=DAY)
    again.reopen()
    assert again.completed_on is None


@pytest.mark.parametrize("state", [S.in_progress, S.done, S.long_term])
def test_a_measure_cannot_be_withdrawn_once_it_was_started(state: MeasureState) -> None:
    with pytest.raises(RuleBroken, match="has been started"):
        a_measure(state).withdraw(reason="措施重复", at=AT)


@pytest.mark.parametrize("noun", VERBS)
def test_nothing_is_done_to_a_withdrawn_measure(noun: str) -> None:
    with pytest.raises(Conflict):
        VERBS[noun](a_measure(ACTS[noun].states[0], withdrawn_at=AT))
