"""Evidence files: what a row of the ledger is proved by. The bytes are kept by digest in the evidence store."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index
from sqlalchemy.orm import Session
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.database import changed_from
from .issues import Issue
from .measures import Measure
from .plans import Plan
from .verifications import Material
from .vocabulary import EvidenceKind


class EvidenceFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    measure_id: UUID | None = Field(default=None, foreign_key="measure.id", index=True)
    progress_report_id: UUID | None = Field(default=None, foreign_key="progress_report.id", index=True)
    accountability_action_id: UUID | None = Field(default=None, foreign_key="accountability_action.id", index=True)
    recovery_id: UUID | None = Field(default=None, foreign_key="recovery.id", index=True)
    rule_change_id: UUID | None = Field(default=None, foreign_key="rule_change.id", index=True)
    plan_id: UUID | None = Field(default=None, foreign_key="plan.id", index=True)
    title: str = Field(min_length=1, max_length=300, description="题名")
    kind: EvidenceKind = Field(default=EvidenceKind.document, sa_type=AutoString)
    fact_date: date | None = Field(default=None, description="所证事实的日期, not the upload's")
    document_no: str | None = Field(default=None, min_length=1, max_length=60, description="文号")


class EvidenceFile(Recorded, EvidenceFields, Material, table=True):
    __tablename__ = "evidence_file"
    __table_args__ = (Index("ix_evidence_file_created_at_id", "created_at", "id"),)
    material: ClassVar[frozenset[str]] = frozenset({"issue_id", "measure_id", "plan_id", "withdrawn_at"})

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    file_name: str = Field(max_length=200)
    media_type: str = Field(max_length=200)
    size: int = Field(sa_column=Column(BigInteger, nullable=False), description="bytes")
    sha256: str = Field(schema_extra={"pattern": "^[0-9a-f]{64}$"}, max_length=64, index=True)
    uploaded_by: str = Field(max_length=200)

    def signed_in(self, session: Session) -> Iterable[tuple[type[Any], UUID]]:
        before = changed_from(self)
        plans = [(Plan, id) for id in (self.plan_id, before.get("plan_id")) if id]
        if self in session.new:
            return plans  # More proof takes nothing from what an issue was signed for; a file of a plan is the plan.
        proved = [id for id in (self.measure_id, before.get("measure_id")) if id]
        measures = [measure for id in proved if (measure := session.get(Measure, id))]
        issues = [(Issue, id) for id in (self.issue_id, before.get("issue_id")) if id]
        return [*issues, *plans, *(shown for measure in measures for shown in measure.signed_in(session))]


def clean_name(name: str) -> str:
    """The file's own name: no path, no control or direction signs, at most 200 characters, its ending kept."""
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 20:
        return f"{stem[: 199 - len(ending)]}.{ending}" if stem else ending
    return name[:200] or "未命名"
