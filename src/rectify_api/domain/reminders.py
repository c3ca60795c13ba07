"""Reminders (催办): raised once for each stage of a deadline, before and after it, and cancelled when it is gone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from .vocabulary import ReminderStage, ReminderSubject

# First and last day of a stage, counted from the deadline. One begins where the one before it ends, but being overdue
# has no end: it is raised for every deadline that was missed, however late the job runs.
STAGES: dict[ReminderStage, tuple[int, int | None]] = {
    ReminderStage.due_in_7: (-7, -4),
    ReminderStage.due_in_3: (-3, -2),
    ReminderStage.due_tomorrow: (-1, -1),
    ReminderStage.due_today: (0, 0),
    ReminderStage.overdue: (1, None),
    ReminderStage.overdue_7: (7, 29),
    ReminderStage.overdue_30: (30, None),
}
FIRST_DAY = min(first for first, _ in STAGES.values())


class ReminderFields(SQLModel):
    subject_type: ReminderSubject = Field(sa_type=AutoString)
    subject_id: UUID = Field(description="the issue or measure whose deadline it is")
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    due_date: date = Field(description="整改时限 as it was then")
    stage: ReminderStage = Field(sa_type=AutoString)
    raised_on: date


class Reminder(Recorded, ReminderFields, table=True):
    __table_args__ = (
        # A cancelled one is no obstacle: an issue that is returned has its deadline again.
        Index(
            "uq_reminder_subject_id_due_date_stage",
            "subject_id",
            "due_date",
            "stage",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_reminder_raised_on_id", "raised_on", "id"),
    )

    def announce(self) -> None:
        """Name the act that others hear of: `reminder.raised`, or `reminder.became_overdue` once per deadline."""
        self.name_act("became_overdue" if self.stage == ReminderStage.overdue else "raised")

    def cancel(self, *, due: date | None, at: datetime) -> None:
        """The deadline is `due` now, or there is none any more: the work is finished or was withdrawn."""
        self.withdraw(reason=f"时限改为 {due}" if due else "已办结、已撤回或不再有时限", at=at)
        self.name_act("cancelled")
