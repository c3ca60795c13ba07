"""Every act on a measure in every state."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from rectify_api.domain.measures import ACTS, Measure
from rectify_api.domain.permissions import permissions_of
from rectify_api.domain.vocabulary import ExtensionState, MeasureState, Role
from rectify_api.foundation.audit import Actor
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
    **{(noun, state): state for noun in ("extension", "extension-decision") for state in (S.planned, S.in_progress)},
    **{("handover", state): state for state in (S.planned, S.in_progress, S.long_term)},
}
GIVEN: dict[str, dict[str, Any]] = {
    "extension": {"due_date": DAY},
    "extension-decision": {
        "due_date": DAY,
        "extension_state": ExtensionState.requested,
        "extension_until": date(2021, 9, 1),
    },
}
EVERYBODY = Actor(name="everybody", permissions=permissions_of(Role))
VERBS: dict[str, Callable[[Measure], None]] = {
    "start": lambda measure: measure.start(on=DAY),
    "completion": lambda measure: measure.complete(result="已更换路灯 24 盏", on=DAY),
    "continuation": lambda measure: measure.keep_up(result="每月巡查一次"),
    "extension": lambda measure: measure.ask_extension(until=date(2021, 9, 1), reason="汛期不能施工"),
    "extension-decision": lambda measure: measure.decide_extension(granted=True, comment=None),
    "handover": lambda measure: measure.hand_over(leader="赵副局长", on=DAY),
    "reopening": lambda measure: measure.reopen(),
}
RECORDED_AS = {
    "start": "started",
    "completion": "completed",
    "continuation": "continued",
    "extension": "extension_requested",
    "extension-decision": "extension_granted",
    "handover": "handed_over",
    "reopening": "reopened",
}


def a_measure(status: str = S.planned, **fields: Any) -> Measure:
    given: dict[str, Any] = {"text": "更换破损路灯", "ordinal": 1, "status": status} | fields
    return Measure(issue_id=uuid4(), inspection_id=uuid4(), organisation_id=uuid4(), **given)


def test_every_act_has_its_verb_here() -> None:
    assert set(ACTS) == VERBS.keys() == RECORDED_AS.keys()


@pytest.mark.parametrize("state", MeasureState)
@pytest.mark.parametrize("noun", VERBS)
def test_an_act_is_done_from_its_states_and_refused_from_all_others(noun: str, state: MeasureState) -> None:
    measure = a_measure(state, **GIVEN.get(noun, {}))
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
@pytest.mark.parametrize("noun", VERBS)
def test_an_act_is_offered_where_it_works_and_to_those_who_may(noun: str, state: MeasureState) -> None:
    measure = a_measure(state, **GIVEN.get(noun, {}))
    assert (noun in ACTS.allowed(vars(measure), EVERYBODY)) == ((noun, state) in ALLOWED)
    assert noun not in ACTS.allowed(vars(measure), Actor(name="nobody"))


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
        VERBS[noun](a_measure(ACTS[noun].states[0], withdrawn_at=AT, **GIVEN.get(noun, {})))
