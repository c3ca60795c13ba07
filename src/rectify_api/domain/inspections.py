"""An inspection, the categories and items of what it found, and the figures its bulletin declares."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator
from sqlalchemy import CheckConstraint, Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.problems import RuleBroken
from .vocabulary import InspectionType, RecordSource, SupervisionKind, VerifyingBody


def each_once(bodies: list[VerifyingBody]) -> list[VerifyingBody]:
    """In their fixed order, so that a setting is written in one way."""
    return [body for body in VerifyingBody if body in bodies]


class InspectionFields(SQLModel):
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True, description="被巡察单位 who was inspected")
    title: str = Field(min_length=1, max_length=300)
    kind: SupervisionKind = Field(default=SupervisionKind.xuncha, sa_type=AutoString)
    inspection_type: InspectionType | None = Field(default=None, sa_type=AutoString)
    inspection_group: str | None = Field(default=None, min_length=1, max_length=100, description="巡察组")
    round: str | None = Field(default=None, min_length=1, max_length=100, description="轮次")
    inspection_start: date | None = None
    inspection_end: date | None = None
    feedback_date: date | None = Field(default=None, index=True, description="反馈日期")
    published_on: date | None = Field(default=None, index=True, description="公布日期")
    publisher: str | None = Field(default=None, min_length=1, max_length=200, description="落款单位")
    jurisdiction: str | None = Field(
        default=None, min_length=1, max_length=40, description="适用的期限规则 whose deadlines apply; null: by its kind"
    )
    concentrated_until: date | None = Field(default=None, description="集中整改期止; null: by the rule")
    area_code: str | None = Field(
        default=None, schema_extra={"pattern": "^[0-9]{6}$"}, index=True, description="行政区划代码 GB/T 2260"
    )
    verifying_bodies: Annotated[list[VerifyingBody], AfterValidator(each_once)] = Field(
        default=list(VerifyingBody),
        min_length=1,
        max_length=3,
        sa_type=JSONB,
        sa_column_kwargs={
            "server_default": '["inspection_office", "discipline_commission", "organization_department"]'
        },
        description="验收签署方 whose sign-offs a verification takes",
    )


class Inspection(Recorded, InspectionFields, table=True):
    __table_args__ = (
        CheckConstraint("inspection_start <= inspection_end", name="dates_in_order"),
        Index("ix_inspection_created_at_id", "created_at", "id"),
    )

    contact: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    content_digest: str | None = Field(default=None, max_length=64, description="of the bulletin it was read from")
    source: RecordSource = Field(default=RecordSource.direct, sa_type=AutoString)

    def check_dates(self) -> None:
        if self.inspection_start and self.inspection_end and self.inspection_start > self.inspection_end:
            raise RuleBroken("巡察开始日期晚于结束日期", "The inspection would end before it starts")


class CategoryFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    ordinal: int = Field(ge=1, le=10_000, description="次序 place in reading order, from 1")
    number: str = Field(default="", max_length=20, description="印刷编号 as printed, (一)")
    title: str = Field(min_length=1, max_length=1000)


class Category(Recorded, CategoryFields, table=True):
    __table_args__ = (Index("ix_category_ordinal_id", "ordinal", "id"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)


class ItemFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    category_id: UUID | None = Field(default=None, foreign_key="category.id", index=True)
    ordinal: int = Field(ge=1, le=10_000)
    number: str = Field(default="", max_length=20, description="印刷编号 as printed, 1.")
    title: str = Field(min_length=1, max_length=1000)


class Item(Recorded, ItemFields, table=True):
    __table_args__ = (Index("ix_item_ordinal_id", "ordinal", "id"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)


class DeclaredFigure(Recorded, table=True):
    """A total that a bulletin declares. It is a control figure beside the counted ones, never a row of the ledger."""

    __tablename__ = "declared_figure"

    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    name: str = Field(max_length=40)
    value: str = Field(max_length=40, description="a whole number, or yuan with two digits")
    text: str = Field(default="", max_length=2000)
    line: int | None = None


class ReadingWarning(Recorded, table=True):
    """What the reader of the bulletin could not read, or found at odds with itself."""

    __tablename__ = "reading_warning"

    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    ordinal: int
    code: str = Field(max_length=60)
    message: str = Field(max_length=2000)
    at: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
