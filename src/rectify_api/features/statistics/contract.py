"""What is asked of a statistic and what it answers: each figure with its definition, numerator and denominator."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, WithJsonSchema, field_validator
from sqlmodel import Field, SQLModel

from ...domain.money import Yuan
from ...domain.vocabulary import FigureUnit, QualityFlag
from ...foundation.contract import as_sent

# Issues listed beside a quality flag; the count beside them is of all.
LISTED = 200


class StatisticsQuery(BaseModel):
    """Which rows are counted. Each statistic adds its own `by`."""

    model_config = ConfigDict(extra="forbid")

    inspection_id: list[UUID] = Field(default=[], max_length=200)
    organisation_id: UUID | None = Field(default=None, description="单位及其下级 the organisation and all below it")
    area_code: str | None = Field(
        default=None,
        schema_extra={"pattern": "^([0-9]{2}){1,3}$"},
        description="行政区划代码，6 位或其前 2、4 位 an area code or its first 2 or 4 digits",
    )
    period_from: date | None = Field(default=None, description="反馈日期不早于 feedback date of the inspection, from")
    period_to: date | None = Field(default=None, description="反馈日期不晚于 feedback date of the inspection, to")
    by: str | None = Field(default=None, description="分组 what the groups are; left out: only the total")

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: Any, info: ValidationInfo) -> Any:
        return as_sent(cls, info.field_name, value)


class Wording(SQLModel):
    zh: str
    en: str


class Period(SQLModel):
    of: Wording = Field(description="which date is meant")
    period_from: date | None
    period_to: date | None


class CountedFrom(SQLModel):
    """From which rows the figures were taken, beside what the caller may see."""

    inspection_id: list[UUID]
    organisation_id: UUID | None
    area_code: str | None


class DefinedFigure(SQLModel):
    """How a figure is defined; the same in every answer."""

    code: str
    label: Wording
    definition: Wording
    unit: FigureUnit = Field(description="of the value")
    numerator_is: Wording
    denominator_is: Wording | None = Field(description="null: the value is the numerator")


class Counts(SQLModel):
    numerator: int
    denominator: int | None
    value: float | None = Field(description="null when there is nothing to divide by")


class CountGroup(Counts):
    key: str | None = Field(description="id, code or text of the group; null: not given")
    label: Wording


class CountFigure(DefinedFigure):
    total: Counts = Field(description="over all rows, also those of groups left out")
    groups: list[CountGroup]


class FlagFigure(CountFigure):
    code: QualityFlag
    issue_ids: list[UUID] = Field(max_length=LISTED, description="the first issues that show the flag")


TwoDigits = Annotated[
    Decimal,
    AfterValidator(lambda value: value.quantize(Decimal("0.01"))),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$", "examples": ["93.75"]}),
]


class Amounts(SQLModel):
    numerator: Yuan
    denominator: Yuan | None
    value: TwoDigits | None = Field(description="yuan or percent; null when there is nothing to divide by")


class AmountGroup(Amounts):
    key: str | None = Field(description="id, code or text of the group; null: not given")
    label: Wording


class AmountFigure(DefinedFigure):
    total: Amounts = Field(description="over all rows, also those of groups left out")
    groups: list[AmountGroup]


class Answer(SQLModel):
    code: str
    label: Wording
    definition: Wording = Field(description="which rows are counted")
    by: str | None
    period: Period
    scope: CountedFrom
    groups_left_out: int = Field(description="groups beyond the first 1000")


class CountStatistic(Answer):
    figures: list[CountFigure]


class AmountStatistic(Answer):
    figures: list[AmountFigure]


class FlagStatistic(Answer):
    figures: list[FlagFigure]
