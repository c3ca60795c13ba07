"""Role → permissions, one table. A permission is `<resource>:<verb>`; each route names one."""

from collections.abc import Iterable

from ..foundation.problems import RuleBroken
from .vocabulary import Role

_LEDGER = (
    "organisations",
    "inspections",
    "categories",
    "items",
    "issues",
    "measures",
    "progress-reports",
    "evidence-files",
    "recoveries",
    "rule-changes",
    "plans",
)
_READ_LEDGER = frozenset(f"{name}:read" for name in _LEDGER) | {
    "accountability-actions:read",
    "evaluation-schemes:read",
    "evaluations:read",
    "imports:read",
    "reminders:read",
    "statistics:read",
    "supervision-checks:read",
    "supervision-notices:read",
    "verifications:read",
    "vocabularies:read",
}
_WRITE_LEDGER = frozenset(f"{name}:write" for name in _LEDGER) | {"imports:write"}
# What the inspected side does to an issue and its measures.
_RECTIFY = frozenset(
    {
        "issues:claim",
        "issues:contest",
        "issues:extend",
        "issues:start",
        "issues:submit",
        "measures:extend",
        "measures:report",
        "supervision-notices:answer",
    }
)
# What each of the three bodies does that check plans and results together (三方).
_CHECK = frozenset(
    {
        "evaluation-schemes:write",
        "evaluations:write",
        "issues:return",
        "issues:verify",
        "plans:return",
        "plans:review",
        "supervision-checks:write",
        "supervision-notices:decide",
        "supervision-notices:issue",
        "supervision-notices:write",
    }
)

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.ledger_clerk: _READ_LEDGER
    | _WRITE_LEDGER
    | _RECTIFY
    | {"accountability-actions:write", "issues:hand-over", "plans:submit", "measures:hand-over", "measures:reopen"},
    Role.responsible_unit: _READ_LEDGER | _RECTIFY | {"evidence-files:write", "progress-reports:write"},
    Role.inspection_office: _READ_LEDGER
    | _CHECK
    | {"evaluations:confirm", "inspections:write", "imports:write", "verifications:inspection_office"}
    | {"inspections:set-bodies", "issues:close", "issues:decide", "issues:reopen", "measures:decide"},
    Role.discipline_commission: _READ_LEDGER
    | _CHECK
    | {"accountability-actions:decide", "accountability-actions:write", "accountability:read-personal"}
    | {"verifications:discipline_commission"},
    Role.organization_department: _READ_LEDGER | _CHECK | {"verifications:organization_department"},
    Role.hotline: frozenset({"vocabularies:read"}),
    Role.public_site: frozenset({"vocabularies:read"}),
    Role.system_admin: frozenset({"callers:read", "callers:write", "vocabularies:read"}),
    Role.security_admin: frozenset({"callers:read", "roles:write", "vocabularies:read"}),
    Role.auditor: frozenset({"audit-entries:read", "vocabularies:read"}),
}

# 三员分立: the three offices watch each other, so no caller holds two (GB/T 22239-2019, level 3).
OFFICES = frozenset({Role.system_admin, Role.security_admin, Role.auditor})


def permissions_of(roles: Iterable[Role]) -> frozenset[str]:
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def refuse_mixed_offices(roles: Iterable[Role]) -> None:
    """Raise RuleBroken when two of the three offices would be held by one caller."""
    held = sorted(OFFICES.intersection(roles))
    if len(held) > 1:
        raise RuleBroken(
            f"三员须分立，不能同时担任{'、'.join(role.zh for role in held)}",
            f"One caller cannot be {' and '.join(role.en for role in held)}",
            roles=[role.value for role in held],
        )
