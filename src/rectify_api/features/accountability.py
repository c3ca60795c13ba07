"""Accountability actions (追责问责): decided, delivered, appealed against, revoked.

Names, identity numbers and references of persons are masked, and each unmasked read is on the record.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Date, bindparam, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from ..domain.accountability import (
    ACTS,
    RESTRICTED,
    AccountabilityAction,
    AccountabilityActionFields,
    ActionProgress,
    DocumentNo,
    in_effect,
)
from ..domain.vocabulary import ActionState, AppealOutcome, Appellant, RecordSource, Sanction, SubjectType
from ..foundation.acts import Acts
from ..foundation.audit import Actor, record
from ..foundation.clock import today
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import Database, changed_from
from ..foundation.listing import Listing, Query, at_least, at_most, last_day, one_of, one_of_or_within
from ..foundation.problems import Text
from ..foundation.resource import Resource


class AccountabilityActionCreate(Sent, AccountabilityActionFields):
    pass


class AccountabilityActionRead(AccountabilityActionFields, ActionProgress, Shown):
    organisation_id: UUID
    source: RecordSource
    in_effect: bool = Field(description="影响期内 its effect period holds today (Shanghai)")
    allowed_actions: list[str] = Field(description="what this caller may do to it now")


class AccountabilityActionQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    code: list[Sanction] = []
    subject_type: list[SubjectType] = []
    status: list[ActionState] = []
    form: list[Annotated[int, Field(ge=1, le=4)]] = []
    in_effect_on: date | None = Field(default=None, description="影响期包含该日 the effect period holds this day")
    decided_from: date | None = None
    decided_to: date | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"


def present(row: dict[str, Any], actor: Actor) -> None:
    row["in_effect"] = row["withdrawn_at"] is None and in_effect(row, on=today())
    row["allowed_actions"] = ACTS.allowed(row, actor)
    if not actor.may("accountability:read-personal"):
        for name, masked in RESTRICTED.items():
            row[name] = row[name] and masked(row[name])


async def note_unmasked_reads(database: Database, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put each read of what tells the person in clear on the record, before it leaves."""
    named = [row for row in rows if any(row[name] for name in RESTRICTED)]
    if not named or not actor.may("accountability:read-personal"):
        return
    async with database.transaction(actor) as db:
        for row in named:
            record(
                db.sync_session,
                "accountability_action",
                row["id"],
                "personal_read",
                {},
                organisation_id=row["organisation_id"],
            )


def holds_day(name: str) -> ColumnElement[bool]:
    day = bindparam(name, type_=Date())
    last = func.coalesce(AccountabilityAction.effective_to, last_day())
    return (col(AccountabilityAction.effective_from) <= day) & (last >= day)


async def compute_effect(db: AsyncSession, action: AccountabilityAction) -> None:
    action.check_edit(changed_from(action))
    action.fill_effect_period()
    action.check_sound()


accountability_actions = Resource(
    "accountability-actions",
    AccountabilityAction,
    Listing(
        AccountabilityAction,
        AccountabilityActionRead,
        AccountabilityActionQuery,
        where={
            "inspection_id": one_of(AccountabilityAction.inspection_id),
            "issue_id": one_of_or_within(AccountabilityAction.issue_id, AccountabilityAction.also_issue_ids),
            "code": one_of(AccountabilityAction.code),
            "subject_type": one_of(AccountabilityAction.subject_type),
            "status": one_of(AccountabilityAction.status),
            "form": one_of(AccountabilityAction.form),
            "in_effect_on": holds_day,
            "decided_from": at_least(AccountabilityAction.decision_date),
            "decided_to": at_most(AccountabilityAction.decision_date),
        },
        sort={"created_at": AccountabilityAction.created_at},
        present=present,
        witness=note_unmasked_reads,
    ),
    called=Text("问责", "accountability action"),
    create=AccountabilityActionCreate,
    update=patch_of("AccountabilityActionUpdate", AccountabilityActionFields, fixed=frozenset({"inspection_id"})),
    prepare=compute_effect,
)
acts = Acts(accountability_actions, ACTS)


class Delivery(Sent):
    delivered_on: date | None = Field(default=None, description="送达日期; absent: today in Shanghai")


class Archiving(Sent):
    archived_on: date | None = Field(default=None, description="存档日期; absent: today in Shanghai")


class AppealSent(Sent):
    filed_by: Appellant = Field(default=Appellant.subject, description="申诉人")
    filed_on: date | None = Field(default=None, description="申诉日期; absent: today in Shanghai")


class Ruling(Sent):
    reason: str = Field(min_length=1, max_length=2000, description="理由")
    deciding_body: str = Field(min_length=1, max_length=200, description="作出决定的机关")
    decision_no: DocumentNo = Field(max_length=60, description="决定文号，如 某纪复〔2023〕3号")


class AppealDecision(Ruling):
    outcome: AppealOutcome = Field(description="申诉结果")
    decided_on: date | None = Field(default=None, description="申诉决定日期; absent: today in Shanghai")
    code: Sanction | None = Field(default=None, description="变更后的处分处理; only with changed")
    term_months: int | None = Field(default=None, ge=1, le=60, description="变更后的期限 months; only with changed")


class Revocation(Ruling):
    revoked_on: date | None = Field(default=None, description="撤销日期; absent: today in Shanghai")


@acts.does("delivery", Delivery)
async def deliver(db: AsyncSession, actor: Actor, action: AccountabilityAction, body: Delivery) -> None:
    action.deliver(on=body.delivered_on or today())


@acts.does("archiving", Archiving)
async def archive(db: AsyncSession, actor: Actor, action: AccountabilityAction, body: Archiving) -> None:
    action.archive(on=body.archived_on or today())


@acts.does("appeal", AppealSent)
async def appeal(db: AsyncSession, actor: Actor, action: AccountabilityAction, body: AppealSent) -> None:
    action.appeal(by=body.filed_by, on=body.filed_on or today())


@acts.does("appeal-decision", AppealDecision)
async def decide_appeal(db: AsyncSession, actor: Actor, action: AccountabilityAction, body: AppealDecision) -> None:
    action.decide_appeal(
        body.outcome,
        reason=body.reason,
        body=body.deciding_body,
        decision_no=body.decision_no,
        on=body.decided_on or today(),
        code=body.code,
        term_months=body.term_months,
    )


@acts.does("revocation", Revocation)
async def revoke(db: AsyncSession, actor: Actor, action: AccountabilityAction, body: Revocation) -> None:
    action.revoke(
        reason=body.reason, body=body.deciding_body, decision_no=body.decision_no, on=body.revoked_on or today()
    )
