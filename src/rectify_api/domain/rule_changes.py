"""Rules made, revised or abolished (建章立制)."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from .vocabulary import RecordSource, RuleChangeKind


class RuleChangeFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    kind: RuleChangeKind = Field(sa_type=AutoString)
    title: str | None = Field(default=None, min_length=1, max_length=300, description="制度名称; null: only counted")
    count: int = Field(default=1, ge=1, le=100_000, description="个数; more than 1 when a bulletin only counts them")
    document_no: str | None = Field(default=None, min_length=1, max_length=60, description="文号")
    effective_date: date | None = None


class RuleChange(Recorded, RuleChangeFields, table=True):
    __tablename__ = "rule_change"
    __table_args__ = (Index("ix_rule_change_created_at_id", "created_at", "id"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    source: RecordSource = Field(default=RecordSource.direct, sa_type=AutoString)
