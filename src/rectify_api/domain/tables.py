"""Every table of the ledger, for whoever needs the whole metadata: migrations and tests."""

from ..foundation.audit import AuditEntry, OutboxMessage, Recorded
from ..foundation.idempotency import FirstAnswer
from . import (
    accountability,
    callers,
    evaluations,
    evidence,
    imports,
    inspections,
    issues,
    measures,
    organisations,
    plans,
    recoveries,
    reminders,
    rule_changes,
    schemes,
    supervision,
    verifications,
)

__all__ = [
    "AuditEntry",
    "FirstAnswer",
    "OutboxMessage",
    "Recorded",
    "accountability",
    "callers",
    "evaluations",
    "evidence",
    "imports",
    "inspections",
    "issues",
    "measures",
    "organisations",
    "plans",
    "recoveries",
    "reminders",
    "rule_changes",
    "schemes",
    "supervision",
    "verifications",
]
