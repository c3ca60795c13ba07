"""Every table of the ledger, for whoever needs the whole metadata: migrations and tests."""

from ..foundation.audit import AuditEntry, OutboxMessage, Recorded
from ..foundation.idempotency import FirstAnswer
from . import (
    accountability,
    callers,
    evidence,
    imports,
    inspections,
    issues,
    measures,
    organisations,
    recoveries,
    rule_changes,
)

__all__ = [
    "AuditEntry",
    "FirstAnswer",
    "OutboxMessage",
    "Recorded",
    "accountability",
    "callers",
    "evidence",
    "imports",
    "inspections",
    "issues",
    "measures",
    "organisations",
    "recoveries",
    "rule_changes",
]
