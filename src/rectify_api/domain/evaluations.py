"""Evaluation of the effect (成效评估) of an inspection's rectification by a scheme, and what a low grade leads to."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator
from sqlalchemy import CheckConstraint, Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.clock import months_later
from ..foundation.problems import RuleBroken, Text
from ..foundation.procedure import Act, Procedure
from .inspections import each_once
from .schemes import POINTS, DeductionFound, EvaluationScheme, IndicatorScore, Points, SurveyQuestion, as_stored
from .supervision import SupervisionNotice
from .vocabulary import EvaluationState, EvaluationTrigger, NoticeType, VerifyingBody

# By the noun in the URL.
ACTS: Procedure[EvaluationState] = Procedure(
    Text("成效评估", "evaluation"),
    {
        "confirmation": Act(
            (EvaluationState.draft,), EvaluationState.confirmed, "确认", "confirmed", "evaluations:confirm"
        )
    },
)
NOTICE_FOR = {
    EvaluationTrigger.interview: NoticeType.interview,
    EvaluationTrigger.warning_talk: NoticeType.warn,
    EvaluationTrigger.second_rectification: NoticeType.supervise,
    EvaluationTrigger.look_back: NoticeType.remind,
}


class FollowUp(SQLModel):
    trigger: EvaluationTrigger
    due: date | None = Field(description="期限; null: the scheme sets none")


class EvaluationFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    scheme_id: UUID = Field(foreign_key="evaluation_scheme.id", index=True)
    evaluated_on: date = Field(description="评估日期")
    evaluated_by: Annotated[list[VerifyingBody], AfterValidator(each_once)] = Field(
        min_length=1, max_length=3, sa_type=JSONB, description="评估机构 the bodies that evaluated together"
    )
    deductions: list[DeductionFound] = Field(default=[], max_length=500, description="扣分事项")
    survey: list[SurveyQuestion] = Field(default=[], max_length=100, description="满意度测评")
    remark: str | None = Field(default=None, min_length=1, max_length=5000, description="评估意见")


class EvaluationOutcome(SQLModel):
    """What is computed from the fields by the scheme, and what the procedure adds."""

    status: EvaluationState = Field(default=EvaluationState.draft, sa_type=AutoString)
    scores: list[IndicatorScore] = Field(default=[], description="各项指标得分")
    score: Points = Field(default=Decimal("0.00"), sa_type=POINTS, description="总得分")
    grade: str = Field(default="", description="等次")
    grade_label: str = Field(default="", description="等次名称")
    follow_ups: list[FollowUp] = Field(default=[], description="引发的措施 what the grade leads to")
    confirmed_on: date | None = Field(default=None, description="确认日期")
    confirmed_by: str | None = Field(default=None, description="确认者")


class Evaluation(Recorded, EvaluationFields, EvaluationOutcome, table=True):
    __table_args__ = (
        CheckConstraint("score >= 0", name="score_not_negative"),
        Index("ix_evaluation_evaluated_on_id", "evaluated_on", "id"),
    )

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    deductions: list[dict[str, Any]] = Field(default=[], sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON
    survey: list[dict[str, Any]] = Field(default=[], sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON
    scores: list[dict[str, Any]] = Field(default=[], sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON
    follow_ups: list[dict[str, Any]] = Field(default=[], sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON

    def asked_issues(self) -> set[UUID]:
        return {each.issue_id for each in self._deductions() if each.issue_id is not None}

    def assess(self, scheme: EvaluationScheme, *, issues_there: Collection[UUID]) -> None:
        """Compute scores, grade and what it leads to; `issues_there` are those of the asked that the inspection has.

        RuleBroken when it is confirmed, when a deduction points elsewhere, or when more answered than were valid.
        """
        self.check_draft()
        deductions, survey = self._deductions(), self._survey()
        if elsewhere := sorted(str(id) for id in self.asked_issues().difference(issues_there)):
            raise RuleBroken(
                "扣分事项涉及的问题不在本次巡察之内",
                "A deduction names an issue that is not of this inspection",
                issues=elsewhere,
            )
        for each in survey:
            if each.satisfied + each.basically + each.dissatisfied > each.valid:
                raise RuleBroken(
                    f"“{each.question}”各选项合计多于有效票 {each.valid}",
                    f"More answers than the {each.valid} valid ones: {each.question}",
                )
        scores = scheme.scores(deductions, survey)
        score = sum((each.score for each in scores), Decimal(0))
        band = scheme.band_of(score)
        self.deductions, self.survey, self.scores = as_stored(deductions), as_stored(survey), as_stored(scores)
        self.score, self.grade, self.grade_label = score, band.grade, band.label
        self.follow_ups = as_stored(
            FollowUp(trigger=each.trigger, due=months_later(self.evaluated_on, each.months) if each.months else None)
            for each in band.triggers
        )

    def confirm(self, scheme: EvaluationScheme, *, on: date, by: str) -> None:
        """From now on it stands as it is. RuleBroken while a survey that the scheme asks for is missing."""
        ACTS.check(self, "confirmation")
        if missing := scheme.unsurveyed(self._survey()):
            raise RuleBroken(
                f"尚未录入测评结果：{'、'.join(each.title for each in missing)}",
                f"The survey is missing for: {', '.join(each.code for each in missing)}",
                missing=[each.code for each in missing],
            )
        if self.evaluated_on > on:
            raise RuleBroken(
                f"评估日期 {self.evaluated_on} 尚未到", f"The evaluation is dated {self.evaluated_on}, which is to come"
            )
        ACTS.move(self, "confirmation")
        self.confirmed_on, self.confirmed_by = on, by

    def notices(self, *, addressed_to: str) -> list[SupervisionNotice]:
        """A draft for each thing that the grade leads to; number and deadline may still be missing in them."""
        return [self._notice(FollowUp.model_validate(each), addressed_to) for each in self.follow_ups]

    def _notice(self, follow_up: FollowUp, addressed_to: str) -> SupervisionNotice:
        trigger = EvaluationTrigger(follow_up.trigger)
        text = f"{self.evaluated_on} 整改成效评估得分 {self.score}，等次“{self.grade_label}”，须进行{trigger.zh}。"
        return SupervisionNotice(
            inspection_id=self.inspection_id,
            organisation_id=self.organisation_id,
            evaluation_id=self.id,
            type=NOTICE_FOR[trigger],
            addressed_to=addressed_to,
            text=text + (f"期限：{follow_up.due}。" if follow_up.due else ""),
            answer_due=follow_up.due,
        )

    def check_draft(self) -> None:
        if ACTS.is_begun(self):
            raise RuleBroken(
                "成效评估已确认，不能再改；可以另做一次评估", "The evaluation is confirmed; another one may follow it"
            )

    def check_withdrawable(self) -> None:
        self.check_draft()

    def _deductions(self) -> list[DeductionFound]:
        return [DeductionFound.model_validate(each) for each in self.deductions]

    def _survey(self) -> list[SurveyQuestion]:
        return [SurveyQuestion.model_validate(each) for each in self.survey]
