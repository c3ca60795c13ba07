"""The points of an evaluation by hand, the grades and what they lead to, and schemes that do not fit together."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import inspect

from rectify_api.domain.evaluations import Evaluation
from rectify_api.domain.permissions import PERMISSIONS
from rectify_api.domain.schemes import DeductionFound, EvaluationScheme, Indicator, SurveyQuestion
from rectify_api.domain.vocabulary import EvaluationState, NoticeType, Role, SchemeState, VerifyingBody
from rectify_api.features.evaluations import EXAMPLE, EvaluationSchemeCreate
from rectify_api.foundation.problems import Conflict, RuleBroken

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = date(2025, 11, 30)


def a_scheme(**fields: Any) -> EvaluationScheme:
    scheme = EvaluationScheme.model_validate(EvaluationSchemeCreate.model_validate(EXAMPLE | fields).model_dump())
    scheme.settle()
    return scheme


def an_evaluation(
    *deductions: tuple[str, int], survey: Iterable[tuple[int, int, int]] = (), **fields: Any
) -> Evaluation:
    found = [{"code": code, "count": count, "reason": "现场核查"} for code, count in deductions]
    asked = [
        {"indicator": "satisfaction", "question": "对整改是否满意", "satisfied": s, "basically": b, "valid": valid}
        for s, b, valid in survey
    ]
    given: dict[str, Any] = {"inspection_id": uuid4(), "organisation_id": uuid4(), "scheme_id": uuid4()}
    given |= {"evaluated_on": DAY, "evaluated_by": list(VerifyingBody), "deductions": found, "survey": asked}
    return Evaluation(**(given | fields))


def assessed(*deductions: tuple[str, int], survey: Iterable[tuple[int, int, int]] = (), **fields: Any) -> Evaluation:
    evaluation = an_evaluation(*deductions, survey=survey)
    evaluation.assess(a_scheme(**fields), issues_there=())
    return evaluation


def points(evaluation: Evaluation) -> dict[str, str]:
    return {each["code"]: each["score"] for each in evaluation.scores}


def test_without_deductions_everything_is_full() -> None:
    evaluation = assessed()
    assert points(evaluation) == {
        "organisation": "15.00",
        "responsibility": "15.00",
        "task_completion": "60.00",
        "satisfaction": "10.00",
    }
    assert (evaluation.score, evaluation.grade, evaluation.follow_ups) == (Decimal("100.00"), "excellent", [])


def test_each_deduction_takes_its_points_as_often_as_it_was_found() -> None:
    evaluation = assessed(("no_meeting", 1), ("unfinished", 2), ("recurrence", 3), ("unfinished", 1))
    assert points(evaluation)["organisation"] == "12.00"  # 15 - 3
    assert points(evaluation)["task_completion"] == "31.50"  # 60 - 3 × 4 - 3 × 5.5
    assert evaluation.score == Decimal("68.50")
    assert evaluation.scores[2] == {
        "code": "task_completion",
        "title": "任务完成",
        "weight": "60.00",
        "base": "60.00",
        "deducted": "28.50",
        "score": "31.50",
    }


def test_a_deduction_with_a_limit_takes_no_more_however_often_and_in_however_many_entries() -> None:
    for found in ([("plan_late", 5)], [("plan_late", 1)] * 5):
        assert points(assessed(*found))["organisation"] == "11.00"  # 15 - 4, not 15 - 10


def test_an_indicator_never_falls_below_nought() -> None:
    evaluation = assessed(("sham", 1000))
    assert points(evaluation)["task_completion"] == "0.00"
    assert evaluation.scores[2]["deducted"] == "60.00"
    assert evaluation.score == Decimal("40.00")


@pytest.mark.parametrize(
    ("survey", "expected"),
    [
        ([(100, 0, 100)], "10.00"),
        ([(60, 30, 100)], "7.80"),  # 10 × (60 + 0.6 × 30) ÷ 100
        ([(1, 0, 3)], "3.33"),
        ([(2, 0, 3)], "6.67"),
        ([(1, 0, 16), (0, 0, 184)], "0.05"),  # 10 × 1 ÷ 200, over both questions
        ([(1, 0, 2000)], "0.01"),  # 0.005 is rounded up
        ([(0, 0, 50)], "0.00"),
    ],
)
def test_satisfaction_is_what_share_of_the_valid_answers_was_content(
    survey: list[tuple[int, int, int]], expected: str
) -> None:
    assert points(assessed(survey=survey))["satisfaction"] == expected


def test_basically_content_counts_whole_where_the_scheme_says_so() -> None:
    assert points(assessed(survey=[(60, 30, 100)], basically_counts="1.00"))["satisfaction"] == "9.00"


def test_a_survey_and_deductions_may_meet_in_one_indicator() -> None:
    rule = {"code": "complaint", "indicator": "satisfaction", "title": "重复投诉", "points": "0.50"}
    evaluation = assessed(("complaint", 3), survey=[(2, 0, 3)], deductions=[*EXAMPLE["deductions"], rule])
    assert points(evaluation)["satisfaction"] == "5.17"  # 6.67 - 1.50


@pytest.mark.parametrize(
    ("found", "score", "grade"),
    [
        ([("no_leader", 5)], "95.00", "excellent"),
        ([("no_leader", 1), ("recurrence", 1)], "93.50", "good"),
        ([("no_leader", 15)], "85.00", "good"),
        ([("recurrence", 2), ("unfinished", 1), ("no_leader", 1)], "84.00", "fair"),
        ([("no_leader", 14), ("sham", 2)], "70.00", "fair"),
        ([("no_leader", 15), ("sham", 2)], "69.00", "poor"),
        ([("sham", 1000), ("no_meeting", 5), ("no_leader", 15)], "10.00", "poor"),
    ],
)
def test_a_grade_holds_from_its_score_on(found: list[tuple[str, int]], score: str, grade: str) -> None:
    evaluation = assessed(*found)
    assert (str(evaluation.score), evaluation.grade) == (score, grade)


def test_the_lowest_grade_holds_at_nought() -> None:
    evaluation = assessed(("sham", 8), ("no_meeting", 5), ("no_leader", 15), survey=[(0, 0, 50)])
    assert (evaluation.score, evaluation.grade_label) == (Decimal("0.00"), "差")


def test_a_low_grade_leads_to_its_measures_by_their_days() -> None:
    assert assessed(("sham", 3)).follow_ups == [{"trigger": "interview", "due": "2025-12-30"}]
    assert assessed(("sham", 7)).follow_ups == [
        {"trigger": "warning_talk", "due": None},
        {"trigger": "second_rectification", "due": "2026-02-28"},  # three months from 30 November, clipped
        {"trigger": "look_back", "due": "2026-11-30"},
    ]


def test_each_measure_becomes_the_draft_of_a_notice() -> None:
    evaluation = assessed(("sham", 7))
    talk, again, look = evaluation.notices(addressed_to="示例局")
    assert (talk.type, again.type, look.type) == (NoticeType.warn, NoticeType.supervise, NoticeType.remind)
    assert (again.addressed_to, again.answer_due, again.status) == ("示例局", date(2026, 2, 28), "drafted")
    assert {notice.evaluation_id for notice in (talk, again, look)} == {evaluation.id}
    assert again.text == "2025-11-30 整改成效评估得分 44.00，等次“差”，须进行二次整改。期限：2026-02-28。"
    assert assessed().notices(addressed_to="示例局") == []


def test_a_confirmed_evaluation_stands_as_it_is() -> None:
    scheme, evaluation = a_scheme(), an_evaluation(("sham", 1), survey=[(9, 0, 10)])
    evaluation.assess(scheme, issues_there=())
    evaluation.confirm(scheme, on=DAY, by="巡察办")
    assert (evaluation.status, evaluation.confirmed_on, evaluation.confirmed_by) == ("confirmed", DAY, "巡察办")
    assert inspect(evaluation).info["verb"] == "confirmed"
    for verb in (
        lambda: evaluation.assess(scheme, issues_there=()),
        lambda: evaluation.confirm(scheme, on=DAY, by="巡察办"),
        lambda: evaluation.withdraw(reason="重做", at=AT),
    ):
        with pytest.raises(RuleBroken):
            verb()


def test_an_evaluation_is_not_confirmed_without_the_survey_that_its_scheme_asks_for() -> None:
    scheme, evaluation = a_scheme(), an_evaluation()
    evaluation.assess(scheme, issues_there=())
    with pytest.raises(RuleBroken, match="satisfaction") as refused:
        evaluation.confirm(scheme, on=DAY, by="巡察办")
    assert refused.value.extension == {"missing": ["satisfaction"]}
    assert "群众满意度" in refused.value.detail.zh
    assert evaluation.status == EvaluationState.draft


def test_an_evaluation_is_not_confirmed_before_its_day() -> None:
    scheme, evaluation = a_scheme(), an_evaluation(survey=[(9, 0, 10)])
    evaluation.assess(scheme, issues_there=())
    with pytest.raises(RuleBroken, match="which is to come"):
        evaluation.confirm(scheme, on=date(2025, 11, 29), by="巡察办")


def test_only_the_inspection_office_confirms() -> None:
    assert [role for role, held in PERMISSIONS.items() if "evaluations:confirm" in held] == [Role.inspection_office]


def test_what_the_scheme_does_not_have_cannot_be_found() -> None:
    with pytest.raises(RuleBroken, match="no such deduction: laziness"):
        assessed(("laziness", 1))
    evaluation = an_evaluation(survey=[(1, 0, 1)])
    evaluation.survey[0]["indicator"] = "organisation"
    with pytest.raises(RuleBroken, match="no such indicator with a survey: organisation"):
        evaluation.assess(a_scheme(), issues_there=())


def test_more_answers_than_valid_ones_are_refused() -> None:
    with pytest.raises(RuleBroken, match="More answers than the 10 valid ones"):
        assessed(survey=[(6, 5, 10)])


def test_a_deduction_names_only_issues_of_its_inspection() -> None:
    here, elsewhere = uuid4(), uuid4()

    def naming(issue: UUID) -> Evaluation:
        return an_evaluation(deductions=[{"code": "sham", "count": 1, "reason": "照片造假", "issue_id": str(issue)}])

    with pytest.raises(RuleBroken) as refused:
        naming(elsewhere).assess(a_scheme(), issues_there={here})
    assert refused.value.extension == {"issues": [str(elsewhere)]}
    evaluation = naming(here)
    evaluation.assess(a_scheme(), issues_there={here})
    assert evaluation.asked_issues() == {here}


def bad(change: str) -> dict[str, Any]:
    scheme: dict[str, Any] = deepcopy(EXAMPLE)
    scheme["deductions"] = [{"code": "no_meeting", "indicator": "organisation", "title": "未开会", "points": "3.00"}]
    match change:
        case "weights too few":
            scheme["indicators"][0]["weight"] = "14.99"
        case "weights too many":
            scheme["full_score"] = "99.99"
        case "indicator twice":
            scheme["indicators"][1]["code"] = "organisation"
        case "deduction twice":
            scheme["deductions"] *= 2
        case "unknown indicator":
            scheme["deductions"][0]["indicator"] = "diligence"
        case "grade twice":
            scheme["bands"][0]["grade"] = "good"
        case "overlap":
            scheme["bands"][0]["from_score"] = "85.0"
        case "gap":
            del scheme["bands"][-1]
        case "above":
            scheme["bands"][0]["from_score"] = "100.01"
        case "no months":
            del scheme["bands"][-1]["triggers"][1]["months"]
        case "trigger twice":
            scheme["bands"][-1]["triggers"].append({"trigger": "warning_talk"})
    return scheme


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("weights too few", r"add up to 99\.99, not to the full score of 100\.00"),
        ("weights too many", r"add up to 100\.00, not to the full score of 99\.99"),
        ("indicator twice", "same indicator twice: organisation"),
        ("deduction twice", "same deduction twice: no_meeting"),
        ("unknown indicator", "not there: diligence"),
        ("grade twice", "same grade twice: good"),
        ("overlap", r"same least score of a grade twice: 85\.00"),
        ("gap", r"No grade holds below 70\.00"),
        ("above", "excellent begins above the full score"),
        ("no months", "second rectification of poor"),
        ("trigger twice", "same trigger of poor twice: warning_talk"),
    ],
)
def test_a_scheme_whose_parts_do_not_fit_is_refused(change: str, says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        a_scheme(**bad(change))


def test_grades_are_kept_with_the_highest_first_however_they_were_sent() -> None:
    kept = a_scheme(bands=EXAMPLE["bands"][::-1]).bands
    assert [band["from_score"] for band in kept] == ["95.00", "85.00", "70.00", "0.00"]


def test_a_scheme_in_use_is_neither_changed_nor_withdrawn_but_retired() -> None:
    scheme = a_scheme()
    scheme.use()
    assert inspect(scheme).info.pop("verb") == "used"
    scheme.use()
    assert "verb" not in inspect(scheme).info
    with pytest.raises(RuleBroken, match="make a new one"):
        scheme.settle()
    with pytest.raises(RuleBroken, match="can be retired"):
        scheme.withdraw(reason="有误", at=AT)
    scheme.retire()
    assert scheme.status == SchemeState.retired
    with pytest.raises(RuleBroken, match="takes no new evaluation"):
        scheme.use()
    with pytest.raises(RuleBroken, match="it can be retired only when in force"):
        scheme.retire()


def test_a_withdrawn_scheme_takes_no_evaluation() -> None:
    scheme = a_scheme()
    scheme.withdraw(reason="有误", at=AT)
    with pytest.raises(Conflict):
        scheme.use()


@pytest.mark.parametrize("weight", ["0", "0.00", "-1", "1.005", "10000", "NaN", "1e2", 15, 15.0])
def test_points_are_decimal_strings_above_nought_with_two_digits(weight: Any) -> None:
    with pytest.raises(ValidationError):
        Indicator.model_validate({"code": "a", "title": "组织领导", "weight": weight})


@pytest.mark.parametrize("share", ["1.01", "2", "-0.5", 0.6])
def test_basically_content_counts_at_most_as_much_as_content(share: Any) -> None:
    with pytest.raises(ValidationError):
        EvaluationSchemeCreate.model_validate(EXAMPLE | {"basically_counts": share})


CODES = [rule["code"] for rule in EXAMPLE["deductions"]]
FOUND = st.builds(
    DeductionFound,
    code=st.sampled_from(CODES),
    count=st.integers(1, 30),
    reason=st.just("现场核查"),
    issue_id=st.none(),
)


@st.composite
def questions(draw: st.DrawFn) -> SurveyQuestion:
    parts = draw(st.tuples(*[st.integers(0, 500)] * 4))
    return SurveyQuestion(
        indicator="satisfaction",
        question="是否满意",
        satisfied=parts[0],
        basically=parts[1],
        dissatisfied=parts[2],
        valid=max(1, sum(parts)),
    )


@given(st.lists(FOUND, max_size=12), st.lists(questions(), max_size=3))
def test_every_score_lies_between_nought_and_its_weight(
    found: list[DeductionFound], survey: list[SurveyQuestion]
) -> None:
    scores = a_scheme().scores(found, survey)
    assert all(0 <= each.score <= each.weight for each in scores)
    assert all(each.score == each.score.quantize(Decimal("0.01")) for each in scores)
    assert 0 <= sum(each.score for each in scores) <= 100


@given(st.lists(FOUND, max_size=8), FOUND, st.lists(questions(), max_size=2))
def test_one_more_deduction_never_raises_a_score(
    found: list[DeductionFound], more: DeductionFound, survey: list[SurveyQuestion]
) -> None:
    scheme = a_scheme()
    pairs = zip(scheme.scores(found, survey), scheme.scores([*found, more], survey), strict=True)
    assert all(after.score <= before.score for before, after in pairs)
