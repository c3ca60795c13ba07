"""Schemes of evaluation (评估办法): indicators, deductions and grades, and the points they give.

No rule says which indicators there are, so a scheme is data. Points are decimal strings with two digits.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError
from sqlalchemy import Column, Index, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.contract import Sent
from ..foundation.problems import RuleBroken, Text
from ..foundation.procedure import Act, Procedure
from .vocabulary import EvaluationTrigger, SchemeState

POINTS = Numeric(6, 2)
_HUNDREDTH = Decimal("0.01")
_POINTS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")

# By the noun in the URL.
ACTS: Procedure[SchemeState] = Procedure(
    Text("评估办法", "scheme"),
    {"retirement": Act((SchemeState.in_force,), SchemeState.retired, "停用", "retired", "evaluation-schemes:write")},
)


def _as_points(value: Any) -> Any:
    if isinstance(value, Decimal) or (isinstance(value, str) and _POINTS.fullmatch(value)):
        return value
    raise PydanticCustomError("decimal_parsing", 'Points are a decimal string such as "15.00"')


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_HUNDREDTH, ROUND_HALF_UP)


def _above_nought(value: Decimal) -> Decimal:
    if value <= 0:
        raise PydanticCustomError("greater_than", "It must be more than 0", {"gt": 0})
    return value


def _at_most_whole(value: Decimal) -> Decimal:
    if value > 1:
        raise PydanticCustomError("less_than_equal", "It must be at most 1", {"le": 1})
    return value


def _written(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


_Read = (BeforeValidator(_as_points), AfterValidator(_rounded))
Points = Annotated[Decimal, *_Read, _written(r"^[0-9]{1,4}(\.[0-9]{1,2})?$", "15.00")]
PositivePoints = Annotated[
    Decimal,
    *_Read,
    AfterValidator(_above_nought),
    _written(r"^(?!0+(\.0{1,2})?$)[0-9]{1,4}(\.[0-9]{1,2})?$", "15.00"),
]
Share = Annotated[
    Decimal, *_Read, AfterValidator(_at_most_whole), _written(r"^(0{1,4}(\.[0-9]{1,2})?|0{0,3}1(\.0{1,2})?)$", "1.00")
]


class Indicator(Sent):
    code: str = Field(min_length=1, max_length=40)
    title: str = Field(min_length=1, max_length=200, description="评估指标")
    weight: PositivePoints = Field(description="分值 the most it can give")
    surveyed: bool = Field(default=False, description="得分来自满意度测评 its points come from the satisfaction survey")


class DeductionRule(Sent):
    code: str = Field(min_length=1, max_length=40)
    indicator: str = Field(min_length=1, max_length=40, description="所属指标 code of the indicator")
    title: str = Field(min_length=1, max_length=500, description="扣分情形")
    points: PositivePoints = Field(description="每次扣分 for each time it is found")
    most: PositivePoints | None = Field(default=None, description="此项最多扣分; null: no limit")


class GradeTrigger(Sent):
    trigger: EvaluationTrigger
    months: int | None = Field(default=None, ge=1, le=24, description="期限 months from the day of the evaluation")


class GradeBand(Sent):
    """A grade holds from its score up to the next higher one."""

    grade: str = Field(min_length=1, max_length=40)
    label: str = Field(min_length=1, max_length=100, description="等次名称")
    from_score: Points = Field(description="最低分，含本数 the least score that has it")
    triggers: list[GradeTrigger] = Field(default=[], max_length=4, description="此等次引发的措施")


class EvaluationSchemeFields(SQLModel):
    name: str = Field(min_length=1, max_length=200)
    method: str | None = Field(default=None, min_length=1, max_length=2000, description="评估方法 who does it, and how")
    full_score: PositivePoints = Field(default=Decimal("100.00"), sa_type=POINTS, description="满分")
    basically_counts: Share = Field(
        default=Decimal("1.00"), sa_type=POINTS, description="“基本满意”折算 what such an answer counts, 0 to 1"
    )
    indicators: list[Indicator] = Field(min_length=1, max_length=50)
    deductions: list[DeductionRule] = Field(default=[], max_length=200)
    bands: list[GradeBand] = Field(min_length=1, max_length=10, description="等次 each from its score up")


class DeductionFound(Sent):
    code: str = Field(min_length=1, max_length=40, description="扣分情形 of the scheme")
    count: int = Field(default=1, ge=1, le=1000, description="次数")
    reason: str = Field(min_length=1, max_length=2000, description="扣分事由")
    issue_id: UUID | None = Field(default=None, description="涉及的问题, of the same inspection")


class SurveyQuestion(Sent):
    indicator: str = Field(min_length=1, max_length=40, description="所属指标 code of an indicator that is surveyed")
    question: str = Field(min_length=1, max_length=500)
    satisfied: int = Field(ge=0, le=10_000_000, description="满意")
    basically: int = Field(default=0, ge=0, le=10_000_000, description="基本满意")
    dissatisfied: int = Field(default=0, ge=0, le=10_000_000, description="不满意")
    valid: int = Field(ge=1, le=100_000_000, description="有效票 valid answers, with those of no opinion")


class IndicatorScore(SQLModel):
    code: str
    title: str
    weight: Points
    base: Points = Field(description="扣分前 the weight, or what the survey gave of it")
    deducted: Points = Field(description="扣分, never more than the base")
    score: Points = Field(description="base - deducted")


class EvaluationScheme(Recorded, EvaluationSchemeFields, table=True):
    __tablename__ = "evaluation_scheme"
    __table_args__ = (Index("ix_evaluation_scheme_created_at_id", "created_at", "id"),)

    indicators: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON
    deductions: list[dict[str, Any]] = Field(default=[], sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON
    bands: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON
    status: SchemeState = Field(default=SchemeState.in_force, sa_type=AutoString)
    in_use: bool = Field(default=False, description="has been evaluated by")

    def settle(self) -> None:
        """Write its parts as they are kept, the highest grade first. RuleBroken when they do not fit together."""
        if self.in_use:
            raise RuleBroken(
                "评估办法已使用，不能修改；请另建新办法", "Evaluations were made by this scheme; make a new one"
            )
        indicators, deductions, bands = self._indicators(), self._deductions(), self._bands()
        self._check_indicators(indicators, deductions)
        self._check_bands(bands)
        self.indicators, self.deductions, self.bands = as_stored(indicators), as_stored(deductions), as_stored(bands)

    def _check_indicators(self, indicators: list[Indicator], deductions: list[DeductionRule]) -> None:
        _refuse_twice("指标", "indicator", (each.code for each in indicators))
        _refuse_twice("扣分情形", "deduction", (each.code for each in deductions))
        total = sum((each.weight for each in indicators), Decimal(0))
        if total != self.full_score:
            raise RuleBroken(
                f"各项指标分值合计 {total}，应等于满分 {self.full_score}",
                f"The weights add up to {total}, not to the full score of {self.full_score}",
                total=str(total),
                full_score=str(self.full_score),
            )
        if unknown := sorted({each.indicator for each in deductions} - {each.code for each in indicators}):
            raise RuleBroken(
                f"扣分情形所属的指标不存在：{'、'.join(unknown)}",
                f"Deductions name indicators that are not there: {', '.join(unknown)}",
                unknown=unknown,
            )

    def _check_bands(self, bands: list[GradeBand]) -> None:
        _refuse_twice("等次", "grade", (band.grade for band in bands))
        _refuse_twice("等次的最低分", "least score of a grade", (str(band.from_score) for band in bands))
        if bands[-1].from_score != 0:
            raise RuleBroken(
                f"低于 {bands[-1].from_score} 分没有对应的等次，最低一等须从 0 分起",
                f"No grade holds below {bands[-1].from_score}; the lowest must begin at 0",
            )
        if bands[0].from_score > self.full_score:
            raise RuleBroken(
                f"等次“{bands[0].label}”须 {bands[0].from_score} 分，高于满分",
                f"Grade {bands[0].grade} begins above the full score",
            )
        for band in bands:
            _refuse_twice(f"“{band.label}”引发的措施", f"trigger of {band.grade}", (t.trigger for t in band.triggers))
            for each in band.triggers:
                if each.trigger == EvaluationTrigger.second_rectification and each.months is None:
                    raise RuleBroken(
                        f"“{band.label}”的二次整改须写明期限（月）",
                        f"Say within how many months the second rectification of {band.grade} is due",
                        missing="months",
                    )

    def use(self) -> None:
        """An evaluation is made by it: from now on it stays as it is. RuleBroken for a retired one."""
        self.check_not_withdrawn()
        if self.status == SchemeState.retired:
            raise RuleBroken("评估办法已停用，不能再用于新的评估", "The scheme is retired and takes no new evaluation")
        if not self.in_use:
            self.in_use = True
            self.name_act("used")

    def retire(self) -> None:
        ACTS.move(self, "retirement")

    def check_withdrawable(self) -> None:
        if self.in_use:
            raise RuleBroken(
                "评估办法已使用，不能撤回，可以停用", "Evaluations were made by this scheme; it can be retired"
            )

    def scores(self, deductions: Iterable[DeductionFound], survey: Collection[SurveyQuestion]) -> list[IndicatorScore]:
        """The points of each indicator, rounded half up to two digits and never below 0.

        A surveyed one starts from weight × (satisfied + basically_counts × basically) ÷ valid, over all of its
        questions; any other, and one without a survey, from its weight. Each kind of deduction takes points × count,
        at most its limit. RuleBroken for codes that the scheme does not have.
        """
        indicators, rules = self._indicators(), {rule.code: rule for rule in self._deductions()}
        found: Counter[str] = Counter()
        for each in deductions:
            found[each.code] += each.count
        if unknown := sorted(found.keys() - rules.keys()):
            raise RuleBroken(
                f"评估办法中没有扣分情形：{'、'.join(unknown)}",
                f"The scheme has no such deduction: {', '.join(unknown)}",
                unknown=unknown,
            )
        surveyed = {indicator.code for indicator in indicators if indicator.surveyed}
        if unknown := sorted({each.indicator for each in survey} - surveyed):
            raise RuleBroken(
                f"评估办法中这些指标不作测评：{'、'.join(unknown)}",
                f"The scheme has no such indicator with a survey: {', '.join(unknown)}",
                unknown=unknown,
            )
        taken: dict[str, Decimal] = {indicator.code: Decimal(0) for indicator in indicators}
        for code, count in found.items():
            rule = rules[code]
            taken[rule.indicator] += min(rule.points * count, rule.most or rule.points * count)
        return [
            self._score(each, taken[each.code], [q for q in survey if q.indicator == each.code]) for each in indicators
        ]

    def _score(self, indicator: Indicator, taken: Decimal, questions: list[SurveyQuestion]) -> IndicatorScore:
        base = indicator.weight
        if questions:
            counted = sum((each.satisfied + self.basically_counts * each.basically for each in questions), Decimal(0))
            base = _rounded(indicator.weight * counted / sum(each.valid for each in questions))
        deducted = min(base, taken)
        return IndicatorScore(
            code=indicator.code,
            title=indicator.title,
            weight=indicator.weight,
            base=base,
            deducted=deducted,
            score=base - deducted,
        )

    def band_of(self, score: Decimal) -> GradeBand:
        return next(band for band in self._bands() if score >= band.from_score)

    def unsurveyed(self, survey: Iterable[SurveyQuestion]) -> list[Indicator]:
        """The indicators whose points should come from a survey that has not been entered."""
        asked = {each.indicator for each in survey}
        return [each for each in self._indicators() if each.surveyed and each.code not in asked]

    def _indicators(self) -> list[Indicator]:
        return [Indicator.model_validate(each) for each in self.indicators]

    def _deductions(self) -> list[DeductionRule]:
        return [DeductionRule.model_validate(each) for each in self.deductions]

    def _bands(self) -> list[GradeBand]:
        bands = [GradeBand.model_validate(each) for each in self.bands]
        return sorted(bands, key=lambda band: band.from_score, reverse=True)


def as_stored(parts: Iterable[SQLModel]) -> list[dict[str, Any]]:
    return [part.model_dump(mode="json") for part in parts]


def _refuse_twice(zh: str, en: str, codes: Iterable[str]) -> None:
    if twice := sorted(code for code, times in Counter(codes).items() if times > 1):
        raise RuleBroken(f"{zh}重复：{'、'.join(twice)}", f"The same {en} twice: {', '.join(twice)}", twice=twice)
