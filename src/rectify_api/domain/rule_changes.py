"""Rules made, revised or abolished (建章立制)."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlmodel import AutoString, Field

from ..foundation.audit import Recorded
from ..foundation.problems import RuleBroken
from .issues import SharedAction
from .vocabulary import RecordSource, RuleChangeKind


class RuleChangeFields(SharedAction):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    kind: RuleChangeKind = Field(sa_type=AutoString)
    title: str | None = Field(default=None, min_length=1, max_length=300, description="制度名称; null: only counted")
    count: int = Field(default=1, ge=1, le=100_000, description="个数; more than 1 when a bulletin only counts them")
    document_no: str | None = Field(default=None, min_length=1, max_length=60, description="文号")
    issued_on: date | None = Field(default=None, description="印发日期")
    effective_date: date | None = Field(default=None, description="施行日期; of an abolished rule the day it ended")
    replaces: str | None = Field(default=None, min_length=1, max_length=300, description="所取代的制度 title or number")
    # Files point here too: without use_alter no order of the tables would do.
    evidence_file_id: UUID | None = Field(
        default=None,
        sa_column_args=(ForeignKey("evidence_file.id", use_alter=True),),
        index=True,
        description="制度文本 the file with its text",
    )


class RuleChange(Recorded, RuleChangeFields, table=True):
    __tablename__ = "rule_change"
    __table_args__ = (
        Index("ix_rule_change_created_at_id", "created_at", "id"),
        Index("ix_rule_change_also_issue_ids", "also_issue_ids", postgresql_using="gin"),
    )

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    source: RecordSource = Field(default=RecordSource.direct, sa_type=AutoString)

    def check_sound(self) -> None:
        """Raise RuleBroken for a rule that was abolished and is not named. A bulletin may only count such rules."""
        only_counted = self.count > 1 or self.source == RecordSource.bulletin
        if self.kind == RuleChangeKind.abolished and not only_counted and not (self.title or self.document_no):
            raise RuleBroken(
                "废止制度须写明制度名称或文号",
                "Say which rule was abolished: its title or document number",
                missing="title",
            )
