"""Accountability actions (追责问责). Names and identity numbers are masked, and each unmasked read is on the record."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from ..domain.accountability import (
    AccountabilityAction,
    AccountabilityActionFields,
    masked_id_no,
    masked_name,
)
from ..domain.vocabulary import RecordSource, Sanction, SubjectType
from ..foundation.audit import Actor, record
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import Database
from ..foundation.listing import Listing, Query, at_least, at_most, one_of
from ..foundation.problems import Text
from ..foundation.resource import Resource


class AccountabilityActionCreate(Sent, AccountabilityActionFields):
    pass


class AccountabilityActionRead(AccountabilityActionFields, Shown):
    organisation_id: UUID
    effective_from: date | None
    effective_to: date | None
    form: int | None
    source: RecordSource


class AccountabilityActionQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    code: list[Sanction] = []
    subject_type: list[SubjectType] = []
    form: list[Annotated[int, Field(ge=1, le=4)]] = []
    decided_from: date | None = None
    decided_to: date | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"


def mask(row: dict[str, Any], actor: Actor) -> None:
    if not actor.may("accountability:read-personal"):
        row["subject_name"] = row["subject_name"] and masked_name(row["subject_name"])
        row["subject_id_no"] = row["subject_id_no"] and masked_id_no(row["subject_id_no"])


async def note_unmasked_reads(database: Database, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put each read of a name or number in clear on the record, before it leaves."""
    named = [row for row in rows if row["subject_name"] or row["subject_id_no"]]
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


async def compute_effect(db: AsyncSession, action: AccountabilityAction) -> None:
    action.fill_effect_period()


accountability_actions = Resource(
    "accountability-actions",
    AccountabilityAction,
    Listing(
        AccountabilityAction,
        AccountabilityActionRead,
        AccountabilityActionQuery,
        where={
            "inspection_id": one_of(AccountabilityAction.inspection_id),
            "issue_id": one_of(AccountabilityAction.issue_id),
            "code": one_of(AccountabilityAction.code),
            "subject_type": one_of(AccountabilityAction.subject_type),
            "form": one_of(AccountabilityAction.form),
            "decided_from": at_least(AccountabilityAction.decision_date),
            "decided_to": at_most(AccountabilityAction.decision_date),
        },
        sort={"created_at": AccountabilityAction.created_at},
        present=mask,
        witness=note_unmasked_reads,
    ),
    called=Text("问责", "accountability action"),
    create=AccountabilityActionCreate,
    update=patch_of("AccountabilityActionUpdate", AccountabilityActionFields, fixed=frozenset({"inspection_id"})),
    prepare=compute_effect,
)
