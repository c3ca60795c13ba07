"""The typed result of reading one bulletin; its JSON is what `rectify-api read` prints."""

import hashlib
import json
from typing import Any, NotRequired

from pydantic import BaseModel
from typing_extensions import TypedDict

from ...domain.vocabulary import (
    InspectionType,
    MoneyAction,
    RectificationStatus,
    Sanction,
    StatusBasis,
    SupervisionKind,
)

PLACES = frozenset({"at", "summary_at"})


class Place(TypedDict):
    """Where a fact was read: lines from 1; `start` and `end` are character offsets in the first and last line."""

    line: int
    end_line: NotRequired[int]
    start: NotRequired[int]
    end: NotRequired[int]


class Dates(BaseModel):
    """ISO dates of the inspection; null when the text does not say them to the day."""

    inspection_start: str | None = None
    inspection_end: str | None = None
    feedback: str | None = None


class CategoryRead(BaseModel):
    """One 方面; `result` is set only where the document answers by theme and names no single issue."""

    ordinal: int
    number: str | None
    title: str
    result: str | None = None
    at: Place


class ItemRead(BaseModel):
    """One 项 below a category; `category` is the ordinal of that category, null when the document has none."""

    ordinal: int
    number: str | None
    category: int | None
    title: str
    at: Place


class Quantity(BaseModel):
    """A counted thing; `value` is a decimal with 万 and 亿 worked out, `part` says where it stands: text or result."""

    value: str
    unit: str
    text: str
    approximate: bool = False
    part: str = "result"
    at: Place


class IssueFields(BaseModel):
    """What a record or a ledger row says beside the answer, as printed."""

    measures: str | None = None
    root_cause: str | None = None
    target: str | None = None
    responsible_leader: str | None = None
    lead_unit: str | None = None
    responsible_unit: str | None = None
    cooperating_unit: str | None = None
    responsible_person: str | None = None
    due_date: str | None = None
    amount_involved: str | None = None


class IssueRead(BaseModel):
    """One 具体问题 with its answer; `category`, `item` and `shares_result_with` are ordinals of this document."""

    ordinal: int
    number: str | None
    category: int | None
    item: int | None
    text: str
    result: str | None
    status: RectificationStatus = RectificationStatus.unknown
    status_basis: StatusBasis = StatusBasis.none
    shares_result_with: list[int] = []
    quantities: list[Quantity] = []
    flags: list[str] = []
    fields: IssueFields | None = None
    at: Place


class Declared(BaseModel):
    """Control figures the document states of itself: the first one of each name. Never entries of the ledger."""

    categories: int | None = None
    items: int | None = None
    issues: int | None = None
    measures: int | None = None
    completed: int | None = None
    persons: int | None = None
    recovered: str | None = None


class DeclaredFigure(BaseModel):
    """Every control figure as it was met, so that two that disagree both stay visible. Money is in yuan."""

    name: str
    value: int | str
    text: str
    at: Place


class Counted(BaseModel):
    """What the tree below really holds."""

    categories: int
    items: int
    issues: int
    by_status: dict[str, int]


class MoneyEntry(BaseModel):
    """Money moved, or still outstanding. `breakdown` marks a part of another entry: it adds nothing to a total."""

    action: MoneyAction
    amount: str
    approximate: bool
    issue: int | None
    also_in_summary: bool
    breakdown: bool = False
    text: str
    at: Place
    summary_at: Place | None = None


class SanctionRead(BaseModel):
    """`count` persons (or units) under one measure; group totals carry their own codes and add nothing."""

    code: Sanction
    label: str
    count: int
    issue: int | None
    also_in_summary: bool = False
    text: str
    at: Place


class RuleCounts(BaseModel):
    """Rules made and changed; `new_and_revised` is a figure the document does not split. Null: not said."""

    new: int | None = None
    revised: int | None = None
    abolished: int | None = None
    new_and_revised: int | None = None


class Contact(BaseModel):
    """Where the public may complain: the office's own, public data."""

    phones: list[str] = []
    emails: list[str] = []
    address: str | None = None
    postcode: str | None = None


class Warned(BaseModel):
    """Something a clerk should look at; reading went on and corrected nothing."""

    code: str
    message: str
    message_en: str
    at: Place


class Bulletin(BaseModel):
    """One published rectification bulletin as a tree of facts, each with the place where it was read."""

    title: str | None
    kind: SupervisionKind
    inspection_type: InspectionType | None
    inspected_organisation: str | None
    inspection_group: str | None
    publisher: str | None
    published_on: str | None
    dates: Dates
    categories: list[CategoryRead]
    items: list[ItemRead]
    issues: list[IssueRead]
    declared: Declared
    declared_all: list[DeclaredFigure]
    counted: Counted
    money: list[MoneyEntry]
    recovered_total: str
    outstanding_total: str
    identified_total: str
    sanctions: list[SanctionRead]
    rule_changes: RuleCounts
    contact: Contact
    warnings: list[Warned]

    def digest(self) -> str:
        """SHA-256 of the canonical JSON without places: equal for copies of one text in different formats."""
        canonical = json.dumps(
            _placeless(self.model_dump(mode="json")), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()


def _placeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _placeless(part) for key, part in value.items() if key not in PLACES}
    if isinstance(value, list):
        return [_placeless(part) for part in value]
    return value
