"""What a client talks about, one file each: what may be sent, what is shown, how it is listed, which acts there are."""

from fastapi import APIRouter

from .accountability import accountability_actions
from .audit import router as audit_entries
from .callers import callers
from .evaluations import evaluation_schemes, evaluations
from .evidence import evidence_files
from .figures import router as figures
from .handover import router as handover
from .imports import router as imports
from .inspections import categories, inspections, items
from .issues import issues
from .lists import router as lists
from .measures import measures, progress_reports
from .organisations import organisations
from .plans import plans
from .recoveries import recoveries
from .reminding import router as reminders
from .rule_changes import rule_changes
from .statistics import inspection_quality, statistics
from .supervision import supervision_checks, supervision_notices
from .timetable import router as timetable
from .verifications import router as verifications
from .vocabularies import router as vocabularies

ROUTERS: tuple[APIRouter, ...] = (
    organisations.router,
    inspections.router,
    figures,
    handover,
    timetable,
    lists,
    inspection_quality,
    categories.router,
    items.router,
    issues.router,
    measures.router,
    plans.router,
    verifications,
    progress_reports.router,
    evidence_files.router,
    accountability_actions.router,
    recoveries.router,
    rule_changes.router,
    supervision_checks.router,
    supervision_notices.router,
    evaluation_schemes.router,
    evaluations.router,
    imports,
    reminders,
    statistics,
    callers.router,
    audit_entries,
    vocabularies,
)
