"""Reminders (催办): raised by a daily job, read by everybody who reads the ledger."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    Subquery,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    union_all,
    values,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from ..domain import issues, measures
from ..domain.issues import Issue
from ..domain.measures import Measure
from ..domain.reminders import FIRST_DAY, STAGES, Reminder, ReminderFields
from ..domain.vocabulary import ReminderStage, ReminderSubject
from ..foundation.clock import days_later, now
from ..foundation.contract import Shown
from ..foundation.database import save_all
from ..foundation.listing import Listing, Query, at_least, at_most, one_of
from ..foundation.problems import Text
from ..foundation.resource import read_routes

BATCH = 500
_TURN = 0x72656D696E64  # the key of the advisory lock, "remind"


class ReminderRead(ReminderFields, Shown):
    pass


class ReminderQuery(Query):
    inspection_id: list[UUID] = []
    organisation_id: list[UUID] = []
    subject_id: list[UUID] = []
    subject_type: list[ReminderSubject] = []
    stage: list[ReminderStage] = []
    raised_from: date | None = None
    raised_to: date | None = None
    sort: Literal["raised_on", "-raised_on"] = "-raised_on"


reminders: Listing[ReminderRead] = Listing(
    Reminder,
    ReminderRead,
    ReminderQuery,
    where={
        "inspection_id": one_of(Reminder.inspection_id),
        "organisation_id": one_of(Reminder.organisation_id),
        "subject_id": one_of(Reminder.subject_id),
        "subject_type": one_of(Reminder.subject_type),
        "stage": one_of(Reminder.stage),
        "raised_from": at_least(Reminder.raised_on),
        "raised_to": at_most(Reminder.raised_on),
    },
    sort={"raised_on": Reminder.raised_on},
)
router = read_routes("reminders", reminders, called=Text("提醒", "reminder"))


async def raise_reminders(db: AsyncSession, *, on: date) -> int:
    """Cancel what is out of date and raise what is due on that day, BATCH of each at most; returns how many.

    Call it in transactions of its own until it returns 0. It is 0, too, while another worker is at it.
    """
    if not await db.scalar(select(func.pg_try_advisory_xact_lock(_TURN))):
        return 0
    return await _cancel_outdated(db) + await _raise_due(db, on)


async def _cancel_outdated(db: AsyncSession) -> int:
    issue, parent = aliased(Issue), aliased(Issue)
    due = case((col(parent.id).is_not(None), col(Measure.due_date)), else_=issue.due_date)
    outdated = (
        select(Reminder, due)
        .outerjoin(issue, and_(col(Reminder.subject_id) == issue.id, *_open(issue, issues.FINISHED)))
        .outerjoin(Measure, and_(col(Measure.id) == col(Reminder.subject_id), *_open(Measure, measures.FINISHED)))
        .outerjoin(parent, and_(col(Measure.issue_id) == parent.id, *_open(parent, issues.FINISHED)))
        .where(col(Reminder.withdrawn_at).is_(None), due.is_distinct_from(col(Reminder.due_date)))
        .limit(BATCH)
    )
    found = (await db.execute(outdated)).all()
    for reminder, now_due in found:
        reminder.cancel(due=now_due, at=now())
    await save_all(db, [reminder for reminder, _ in found])
    return len(found)


async def _raise_due(db: AsyncSession, on: date) -> int:
    soon = _open_deadlines(until=days_later(on, -FIRST_DAY))
    stages = values(column("stage", String), column("first", Integer), column("last", Integer), name="stages").data(
        [(stage.value, first, last) for stage, (first, last) in STAGES.items()]
    )
    day, due_date = literal(on, Date), soon.c.due_date
    raised_before = select(col(Reminder.id)).where(
        col(Reminder.subject_id) == soon.c.subject_id,
        col(Reminder.due_date) == due_date,
        col(Reminder.stage) == stages.c.stage,
        col(Reminder.withdrawn_at).is_(None),
    )
    due = (
        select(soon, stages.c.stage)
        .join(
            stages, (due_date <= day - stages.c.first) & or_(stages.c.last.is_(None), due_date >= day - stages.c.last)
        )
        # The offset makes Postgres look each one up in the index; while it has no statistics of a table that just
        # grew, it would join instead, in quadratic time.
        .where(~raised_before.offset(0).exists())
        .limit(BATCH)
    )
    raised = [Reminder(**row, raised_on=on) for row in (await db.execute(due)).mappings()]
    for reminder in raised:
        reminder.announce()
    await save_all(db, raised)
    return len(raised)


def _open_deadlines(*, until: date) -> Subquery:
    """Every deadline up to then that is still to be met; a finished issue leaves none on its measures."""
    of_issues = _deadlines(Issue, ReminderSubject.issue, until).where(*_open(Issue, issues.FINISHED))
    of_measures = (
        _deadlines(Measure, ReminderSubject.measure, until)
        .join(Issue, col(Issue.id) == col(Measure.issue_id))
        .where(*_open(Measure, measures.FINISHED), *_open(Issue, issues.FINISHED))
    )
    return union_all(of_issues, of_measures).subquery("open_deadline")


def _deadlines(table: type[Issue] | type[Measure], kind: ReminderSubject, until: date) -> Any:
    return select(
        literal(kind.value, String).label("subject_type"),
        col(table.id).label("subject_id"),
        col(table.inspection_id),
        col(table.organisation_id),
        col(table.due_date),
    ).where(col(table.due_date) <= until)


def _open(table: Any, finished: Iterable[str]) -> tuple[ColumnElement[bool], ...]:
    return table.withdrawn_at.is_(None), table.status.not_in(finished)
