"""What a client talks about, one file each: what may be sent, what is shown, how it is listed, which acts there are."""

from fastapi import APIRouter

from .accountability import accountability_actions
from .audit import router as audit_entries
from .callers import callers
from .evidence import evidence_files
from .figures import router as figures
from .imports import router as imports
from .inspections import categories, inspections, items
from .issues import issues
from .measures import measures, progress_reports
from .organisations import organisations
from .recoveries import recoveries
from .rule_changes import rule_changes
from .vocabularies import router as vocabularies

ROUTERS: tuple[APIRouter, ...] = (
    organisations.router,
    inspections.router,
    figures,
    categories.router,
    items.router,
    issues.router,
    measures.router,
    progress_reports.router,
    evidence_files.router,
    accountability_actions.router,
    recoveries.router,
    rule_changes.router,
    imports,
    callers.router,
    audit_entries,
    vocabularies,
)
