"""Rule changes (建章立制): rules made, revised or abolished so that a problem does not come back."""

from datetime import date
from typing import Literal
from uuid import UUID

from ..domain.rule_changes import RuleChange, RuleChangeFields
from ..domain.vocabulary import RecordSource, RuleChangeKind
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.listing import Listing, Query, at_least, at_most, contains, one_of
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
    effective_from: date | None = None
    effective_to: date | None = None
    q: str | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"


rule_changes = Resource(
    "rule-changes",
    RuleChange,
    Listing(
        RuleChange,
        RuleChangeRead,
        RuleChangeQuery,
        where={
            "inspection_id": one_of(RuleChange.inspection_id),
            "issue_id": one_of(RuleChange.issue_id),
            "kind": one_of(RuleChange.kind),
            "effective_from": at_least(RuleChange.effective_date),
            "effective_to": at_most(RuleChange.effective_date),
            "q": contains(RuleChange.title, RuleChange.document_no),
        },
        sort={"created_at": RuleChange.created_at},
    ),
    called=Text("制度变更", "rule change"),
    create=RuleChangeCreate,
    update=patch_of("RuleChangeUpdate", RuleChangeFields, fixed=frozenset({"inspection_id"})),
)
