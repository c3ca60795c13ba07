"""A measure against an issue, and reports of progress with what was counted."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.problems import RuleBroken, Text
from .procedure import Act
from .vocabulary import MeasureState, RecordSource

S = MeasureState

CALLED = Text("整改措施", "measure")

# By the noun in the URL.
ACTS: dict[str, Act[MeasureState]] = {
    "start": Act((S.planned,), S.in_progress, "开始", "started"),
    "completion": Act((S.planned, S.in_progress, S.long_term), S.done, "完成", "completed"),
    "continuation": Act((S.planned, S.in_progress), S.long_term, "转为长期坚持", "continued"),
    "reopening": Act((S.done, S.long_term), S.in_progress, "重新开展", "reopened"),
}


def acts_from(state: str) -> list[str]:
    return [noun for noun, act in ACTS.items() if state in act.states]


class MeasureFields(SQLModel):
    issue_id: UUID = Field(foreign_key="issue.id", index=True)
    ordinal: int = Field(ge=1, le=100_000)
    text: str = Field(min_length=1, max_length=10_000, description="整改措施")
    lead_unit: str | None = Field(default=None, min_length=1, max_length=200, description="牵头单位")
    responsible_person: str | None = Field(default=None, min_length=1, max_length=100, description="责任人")
    due_date: date | None = Field(default=None, index=True, description="整改时限")


class Measure(Recorded, MeasureFields, table=True):
    __table_args__ = (Index("ix_measure_ordinal_id", "ordinal", "id"),)

    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    status: MeasureState = Field(default=S.planned, sa_type=AutoString)
    result: str | None = None
    completed_on: date | None = None

    def start(self) -> None:
        self._move("start")

    def complete(self, *, result: str, on: date) -> None:
        self._move("completion")
        self.result, self.completed_on = result, on

    def keep_up(self, *, result: str) -> None:
        """The measure has no end (长期坚持): it holds the issue up no longer, and is never dated as completed."""
        self._move("continuation")
        self.result = result

    def reopen(self) -> None:
        self._move("reopening")
        self.completed_on = None

    def check_withdrawable(self) -> None:
        if self.status != S.planned:
            raise RuleBroken("措施已开始，不能撤回", "The measure has been started; it cannot be withdrawn")

    def _move(self, noun: str) -> None:
        self.check_not_withdrawn()
        act = ACTS[noun]
        act.check_from(MeasureState(self.status), CALLED)
        self.status = act.to
        self.name_act(act.done)


class Quantity(SQLModel):
    """A number in a result: `24 处 公共设施破损`."""

    value: str = Field(min_length=1, max_length=40)
    unit: str = Field(default="", max_length=20)
    text: str = Field(default="", max_length=500)


class ProgressReportFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    measure_id: UUID | None = Field(default=None, foreign_key="measure.id", index=True)
    reported_on: date
    text: str = Field(min_length=1, max_length=20_000, description="整改进展")
    quantities: list[Quantity] = Field(default=[], max_length=200, description="数量 what was counted")


class ProgressReport(Recorded, ProgressReportFields, table=True):
    __tablename__ = "progress_report"
    __table_args__ = (Index("ix_progress_report_reported_on_id", "reported_on", "id"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    quantities: list[dict[str, Any]] = Field(default=[], sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON
    source: RecordSource = Field(default=RecordSource.direct, sa_type=AutoString)
