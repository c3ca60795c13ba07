"""A measure against an issue, and reports of progress with what was counted."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.database import changed_from
from ..foundation.problems import RuleBroken, Text
from ..foundation.procedure import Act, Procedure
from .issues import Issue, SharedAction
from .undertakings import EXTENSION_DECIDED, UndertakingFields, UndertakingProgress, none_pending, one_pending
from .verifications import Material
from .vocabulary import MeasureState, RecordSource

S = MeasureState
WORKING = (S.planned, S.in_progress)
FINISHED = (S.done, S.long_term)

# By the noun in the URL.
ACTS: Procedure[MeasureState] = Procedure(
    Text("整改措施", "measure"),
    {
        "start": Act((S.planned,), S.in_progress, "开始", "started", "measures:report"),
        "completion": Act((S.planned, S.in_progress, S.long_term), S.done, "完成", "completed", "measures:report"),
        "continuation": Act(WORKING, S.long_term, "转为长期坚持", "continued", "measures:report"),
        "extension": Act(WORKING, None, "申请延期", "extension_requested", "measures:extend", none_pending),
        "extension-decision": Act(
            WORKING, None, "批复延期", "extension_decided", "measures:decide", one_pending, recorded=EXTENSION_DECIDED
        ),
        "handover": Act((*WORKING, S.long_term), None, "移交", "handed_over", "measures:hand-over"),
        "reopening": Act(FINISHED, S.in_progress, "重新开展", "reopened", "measures:reopen"),
    },
)


class MeasureFields(UndertakingFields, SharedAction):
    issue_id: UUID = Field(foreign_key="issue.id", index=True)
    plan_id: UUID | None = Field(
        default=None,
        foreign_key="plan.id",
        index=True,
        description="所属方案版本 the version of the plan it belongs to",
    )
    ordinal: int = Field(ge=1, le=100_000)
    text: str = Field(min_length=1, max_length=10_000, description="整改措施")


class MeasureProgress(UndertakingProgress):
    """What the procedure has made of a measure."""

    status: MeasureState = Field(default=S.planned, sa_type=AutoString)
    result: str | None = Field(default=None, description="整改结果")
    started_on: date | None = Field(default=None, description="实际开始日期")
    completed_on: date | None = Field(default=None, description="实际完成日期")


class Measure(Recorded, MeasureFields, MeasureProgress, Material, table=True):
    __table_args__ = (
        Index("ix_measure_ordinal_id", "ordinal", "id"),
        Index("ix_measure_also_issue_ids", "also_issue_ids", postgresql_using="gin"),
    )
    procedure: ClassVar[Procedure[Any]] = ACTS
    material: ClassVar[frozenset[str]] = frozenset(
        {"issue_id", "also_issue_ids", "text", "status", "result", "withdrawn_at"}
    )

    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)

    def start(self, *, on: date) -> None:
        ACTS.move(self, "start")
        self.started_on = self.started_on or on

    def complete(self, *, result: str, on: date) -> None:
        ACTS.move(self, "completion")
        self.result, self.completed_on = result, on
        self.started_on = self.started_on or on

    def keep_up(self, *, result: str) -> None:
        """The measure has no end (长期坚持): it holds the issue up no longer, and is never dated as completed."""
        ACTS.move(self, "continuation")
        self.result = result

    def reopen(self) -> None:
        ACTS.move(self, "reopening")
        self.completed_on = None

    def check_withdrawable(self) -> None:
        if self.status != S.planned:
            raise RuleBroken("措施已开始，不能撤回", "The measure has been started; it cannot be withdrawn")

    def signed_in(self, session: Session) -> Iterable[tuple[type[Any], UUID]]:
        answered = changed_from(self).get("also_issue_ids") or []
        return [(Issue, id) for id in (self.issue_id, *self.also_issue_ids, *answered)]


class Quantity(SQLModel):
    """A number in a result: `24 处 公共设施破损`."""

    value: str = Field(min_length=1, max_length=40)
    unit: str = Field(default="", max_length=20)
    text: str = Field(default="", max_length=500)


class ProgressReportFields(SharedAction):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    measure_id: UUID | None = Field(default=None, foreign_key="measure.id", index=True)
    reported_on: date
    text: str = Field(min_length=1, max_length=20_000, description="整改进展")
    quantities: list[Quantity] = Field(default=[], max_length=200, description="数量 what was counted")


class ProgressReport(Recorded, ProgressReportFields, table=True):
    __tablename__ = "progress_report"
    __table_args__ = (
        Index("ix_progress_report_reported_on_id", "reported_on", "id"),
        Index("ix_progress_report_also_issue_ids", "also_issue_ids", postgresql_using="gin"),
    )

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    quantities: list[dict[str, Any]] = Field(default=[], sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON
    source: RecordSource = Field(default=RecordSource.direct, sa_type=AutoString)
