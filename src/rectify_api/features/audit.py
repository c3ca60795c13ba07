"""Audit entries (审计记录): what was done, by whom, when. Read only, for the auditor."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from ..foundation.audit import AuditEntry
from ..foundation.listing import Listing, Paging, at_least, at_most, one_of
from ..foundation.problems import Text
from ..foundation.resource import read_routes


class AuditEntryRead(BaseModel):
    id: UUID
    at: datetime
    actor: str
    caller_id: UUID | None
    act: str
    subject_type: str
    subject_id: UUID
    organisation_id: UUID | None
    request_id: str | None
    address: str | None
    changes: dict[str, Any]


class AuditEntryQuery(Paging):
    act: list[str] = []
    actor: list[str] = []
    caller_id: list[UUID] = []
    subject_type: list[str] = []
    subject_id: list[UUID] = []
    at_from: datetime | None = None
    at_to: datetime | None = None
    sort: Literal["at", "-at"] = "-at"


router = read_routes(
    "audit-entries",
    Listing(
        AuditEntry,
        AuditEntryRead,
        AuditEntryQuery,
        where={
            "act": one_of(AuditEntry.act),
            "actor": one_of(AuditEntry.actor),
            "caller_id": one_of(AuditEntry.caller_id),
            "subject_type": one_of(AuditEntry.subject_type),
            "subject_id": one_of(AuditEntry.subject_id),
            "at_from": at_least(AuditEntry.at),
            "at_to": at_most(AuditEntry.at),
        },
        sort={"at": AuditEntry.at},
    ),
    called=Text("审计记录", "audit entry"),
)
