"""Checks and notices: every act in every state, deadlines of answers, and what an issued notice no longer takes."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from rectify_api.domain.permissions import PERMISSIONS, permissions_of
from rectify_api.domain.supervision import ACTS, SupervisionCheck, SupervisionNotice
from rectify_api.domain.vocabulary import CheckMethod, NoticeState, NoticeType, Role
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.problems import Conflict, RuleBroken

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ISSUED, DUE = date(2026, 3, 2), date(2026, 3, 16)
S = NoticeState

ALLOWED = {
    ("issuance", S.drafted): S.issued,
    ("answer", S.issued): S.answered,
    ("answer", S.returned): S.answered,
    ("acceptance", S.answered): S.accepted,
    ("return", S.answered): S.returned,
    ("cancellation", S.issued): S.cancelled,
    ("cancellation", S.returned): S.cancelled,
    ("cancellation", S.answered): S.cancelled,
}
VERBS: dict[str, Callable[[SupervisionNotice], None]] = {
    "issuance": lambda notice: notice.issue(number=None, answer_due=None, on=ISSUED, by="巡察办"),
    "answer": lambda notice: notice.answer(text="已完成整改", on=DUE, by="示例局"),
    "acceptance": lambda notice: notice.accept(on=DUE, by="巡察办"),
    "return": lambda notice: notice.send_back(reason="未附佐证", answer_due=None, on=DUE, by="巡察办"),
    "cancellation": lambda notice: notice.cancel(reason="发错单位", on=DUE, by="巡察办"),
}
RECORDED_AS = {
    "issuance": "issued",
    "answer": "answered",
    "acceptance": "accepted",
    "return": "returned",
    "cancellation": "cancelled",
}
EVERYBODY = Actor(name="everybody", permissions=permissions_of(Role))
FIRST_ANSWER = {
    "text": "正在整改",
    "answered_on": "2026-03-10",
    "answered_by": "示例局",
    "late": False,
    "return_reason": None,
}


def a_notice(status: str = S.drafted, **fields: Any) -> SupervisionNotice:
    given: dict[str, Any] = {
        "type": NoticeType.supervise,
        "addressed_to": "示例局",
        "text": "限期整改",
        "status": status,
    }
    given |= {"number": "某巡督〔2026〕3号", "answer_due": DUE, "answers": [FIRST_ANSWER]} | fields
    return SupervisionNotice(inspection_id=uuid4(), organisation_id=uuid4(), **given)


def a_check(**fields: Any) -> SupervisionCheck:
    given: dict[str, Any] = {"method": CheckMethod.site_visit, "checked_on": ISSUED, "checked_by": "督导二组"}
    return SupervisionCheck(inspection_id=uuid4(), organisation_id=uuid4(), findings="围挡未拆除", **(given | fields))


def test_every_act_has_its_verb_here() -> None:
    assert set(ACTS) == VERBS.keys() == RECORDED_AS.keys()


@pytest.mark.parametrize("state", NoticeState)
@pytest.mark.parametrize("noun", VERBS)
def test_an_act_is_done_from_its_states_and_refused_from_all_others(noun: str, state: NoticeState) -> None:
    notice = a_notice(state)
    before = notice.model_dump()
    if (to := ALLOWED.get((noun, state))) is not None:
        VERBS[noun](notice)
        assert notice.status == to
        assert inspect(notice).info["verb"] == RECORDED_AS[noun]
    else:
        with pytest.raises(RuleBroken) as refused:
            VERBS[noun](notice)
        assert refused.value.extension["state"] == state
        assert notice.model_dump() == before


@pytest.mark.parametrize("state", NoticeState)
@pytest.mark.parametrize("noun", VERBS)
def test_an_act_is_offered_where_it_works_and_to_those_who_may(noun: str, state: NoticeState) -> None:
    assert (noun in ACTS.allowed(vars(a_notice(state)), EVERYBODY)) == ((noun, state) in ALLOWED)
    assert noun not in ACTS.allowed(vars(a_notice(state)), Actor(name="nobody"))


def test_who_answers_a_notice_neither_issues_nor_judges_it() -> None:
    judging = {"supervision-notices:issue", "supervision-notices:decide", "supervision-notices:write"}
    judges = {Role.inspection_office, Role.discipline_commission, Role.organization_department}
    for permission in judging:
        assert {role for role, held in PERMISSIONS.items() if permission in held} == judges
    answering = {role for role, held in PERMISSIONS.items() if "supervision-notices:answer" in held}
    assert answering == {Role.ledger_clerk, Role.responsible_unit}


@pytest.mark.parametrize("missing", ["number", "answer_due"])
def test_a_notice_goes_out_with_its_number_and_its_deadline(missing: str) -> None:
    notice = a_notice(**{missing: None})
    with pytest.raises(RuleBroken) as refused:
        VERBS["issuance"](notice)
    assert refused.value.extension == {"missing": missing}
    notice.issue(number="某巡督〔2026〕4号", answer_due=DUE, on=ISSUED, by="巡察办")
    assert (notice.number, notice.answer_due) == ("某巡督〔2026〕4号", DUE)
    assert (notice.issued_on, notice.issued_by) == (ISSUED, "巡察办")


def test_an_answer_is_due_no_earlier_than_it_is_asked_for() -> None:
    with pytest.raises(RuleBroken, match="before 2026-03-17"):
        a_notice().issue(number=None, answer_due=None, on=date(2026, 3, 17), by="巡察办")
    a_notice().issue(number=None, answer_due=None, on=DUE, by="巡察办")
    with pytest.raises(RuleBroken, match="before 2026-03-16"):
        a_notice(S.answered).send_back(reason="未附佐证", answer_due=date(2026, 3, 15), on=DUE, by="巡察办")


@pytest.mark.parametrize(("on", "late"), [(DUE, False), (date(2026, 3, 17), True)])
def test_an_answer_is_late_from_the_day_after_its_deadline(on: date, late: bool) -> None:
    notice = a_notice(S.issued, answers=[])
    notice.answer(text="已整改", on=on, by="示例局")
    assert notice.late is late
    assert notice.answers[0]["late"] is late


def test_an_answer_that_is_not_enough_is_kept_beside_the_next_one() -> None:
    notice = a_notice(S.answered)
    notice.send_back(reason="未附佐证", answer_due=date(2026, 3, 31), on=DUE, by="巡察办")
    notice.answer(text="已整改，附照片", on=date(2026, 3, 30), by="示例局")
    assert [(each["text"], each["return_reason"], each["late"]) for each in notice.answers] == [
        ("正在整改", "未附佐证", False),
        ("已整改，附照片", None, False),
    ]
    assert (notice.answer_due, notice.late) == (date(2026, 3, 31), False)


def test_a_late_answer_is_not_forgotten_by_a_later_one_in_time() -> None:
    notice = a_notice(S.issued, answers=[])
    notice.answer(text="正在整改", on=date(2026, 3, 20), by="示例局")
    notice.send_back(reason="未附佐证", answer_due=date(2026, 3, 31), on=date(2026, 3, 21), by="巡察办")
    notice.answer(text="已整改", on=date(2026, 3, 30), by="示例局")
    assert [each["late"] for each in notice.answers] == [True, False]
    assert notice.late


@pytest.mark.parametrize("state", [state for state in NoticeState if state != S.drafted])
def test_an_issued_notice_is_neither_edited_nor_withdrawn(state: NoticeState) -> None:
    with pytest.raises(RuleBroken, match="stands as it is"):
        a_notice(state).check_edit()
    with pytest.raises(RuleBroken, match="only be cancelled"):
        a_notice(state).withdraw(reason="发错单位", at=AT)


@pytest.mark.parametrize("noun", VERBS)
def test_nothing_is_done_to_a_withdrawn_notice(noun: str) -> None:
    with pytest.raises(Conflict):
        VERBS[noun](a_notice(ACTS[noun].states[0], withdrawn_at=AT))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"demands_due": DUE}, "nothing is demanded"),
        ({"demands": "拆除围挡", "demands_due": date(2026, 3, 1)}, "deadline of the demands lies before"),
        ({"rechecked_on": DUE}, "both a day and a result"),
        ({"recheck_result": "已拆除"}, "both a day and a result"),
        ({"rechecked_on": date(2026, 3, 1), "recheck_result": "已拆除"}, "re-check lies before"),
    ],
)
def test_a_check_that_contradicts_itself_is_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        a_check(**fields).check_sound()


def test_a_check_with_demands_and_its_recheck_is_sound() -> None:
    a_check().check_sound()
    a_check(demands="拆除围挡", demands_due=ISSUED, rechecked_on=DUE, recheck_result="已拆除").check_sound()
