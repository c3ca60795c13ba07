"""Rule changes (建章立制): rules made, revised or abolished so that a problem does not come back."""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from ..domain.rule_changes import RuleChange, RuleChangeFields
from ..domain.vocabulary import RecordSource, RuleChangeKind
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.listing import Listing, Query, at_least, at_most, contains, one_of, one_of_or_within
from ..foundation.problems import Text
from ..foundation.resource import Resource


class RuleChangeCreate(Sent, RuleChangeFields):
    pass


class RuleChangeRead(RuleChangeFields, Shown):
    organisation_id: UUID
    source: RecordSource


class RuleChangeQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    kind: list[RuleChangeKind] = []
    issued_from: date | None = None
    issued_to: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    q: str | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"


async def check_sound(db: AsyncSession, change: RuleChange) -> None:
    change.check_sound()


rule_changes = Resource(
    "rule-changes",
    RuleChange,
    Listing(
        RuleChange,
        RuleChangeRead,
        RuleChangeQuery,
        where={
            "inspection_id": one_of(RuleChange.inspection_id),
            "issue_id": one_of_or_within(RuleChange.issue_id, RuleChange.also_issue_ids),
            "kind": one_of(RuleChange.kind),
            "issued_from": at_least(RuleChange.issued_on),
            "issued_to": at_most(RuleChange.issued_on),
            "effective_from": at_least(RuleChange.effective_date),
            "effective_to": at_most(RuleChange.effective_date),
            "q": contains(RuleChange.title, RuleChange.document_no, RuleChange.replaces),
        },
        sort={"created_at": RuleChange.created_at},
    ),
    called=Text("制度变更", "rule change"),
    create=RuleChangeCreate,
    update=patch_of("RuleChangeUpdate", RuleChangeFields, fixed=frozenset({"inspection_id"})),
    prepare=check_sound,
)
