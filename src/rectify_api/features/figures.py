"""Figures (通报数字): every number of a bulletin as a query over rows, declared beside counted."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Field, SQLModel

from ..domain.money import Yuan
from ..domain.recoveries import RECOVERING
from ..domain.tally import DEFINITIONS, TALLY, Tally, tally_of, tally_values
from ..domain.vocabulary import Sanction
from ..foundation.audit import Actor
from ..foundation.database import Database
from ..foundation.problems import NotFound
from ..foundation.routes import LedgerRoute, may, responses

router = APIRouter(prefix="/inspections", tags=["inspections"], route_class=LedgerRoute)


class FigureDates(SQLModel):
    inspection_start: date | None
    inspection_end: date | None
    feedback: date | None


class Counted(SQLModel):
    categories: int
    items: int
    issues: int
    opinions: int
    answered: int = Field(description="issues with a result")
    measures: int
    by_status: dict[str, int] = Field(description="issues by rectification_status")
    by_state: dict[str, int] = Field(description="issues by state of the procedure")
    measures_by_status: dict[str, int]
    evidence_files: int


class CategoryFigures(SQLModel):
    category_id: UUID
    ordinal: int
    number: str
    title: str
    items: int
    issues: int
    completed: int
    closed: int


class MoneyFigure(SQLModel):
    recovery_id: UUID
    action: str
    what: str
    issue: int | None = Field(description="ordinal of the issue")
    identified: Yuan
    received: Yuan
    disbursed: Yuan = Field(description="of what was received, passed on")
    outstanding: Yuan
    approximate: bool
    also_in_summary: bool


class SanctionFigure(SQLModel):
    code: Sanction
    label: str
    count: int = Field(description="persons, as printed; totals are never added to their parts")


class Definition(SQLModel):
    zh: str
    en: str


class AccountabilityFigures(Tally):
    definitions: dict[str, Definition] = Field(description="what each of these numbers means")


class RuleChangeFigures(SQLModel):
    new: int
    revised: int
    abolished: int
    new_and_revised: int


class QuantityFigure(SQLModel):
    issue: int | None
    value: str
    unit: str
    text: str


class Contradiction(SQLModel):
    code: str
    name: str
    declared: list[str]
    counted: str | None
    message: str


class WarningFigure(SQLModel):
    code: str
    message: str
    at: dict[str, Any] | None


class Figures(SQLModel):
    inspection_id: UUID
    title: str
    publisher: str | None
    published_on: date | None
    dates: FigureDates
    contact: dict[str, Any] | None
    declared: dict[str, list[str]] = Field(description="every value the bulletin declares under a name")
    counted: Counted
    by_category: list[CategoryFigures]
    identified_total: Yuan = Field(description="yuan; = recovered + outstanding")
    recovered_total: Yuan
    outstanding_total: Yuan
    disbursed_total: Yuan = Field(description="of what was recovered, passed on")
    money: list[MoneyFigure]
    sanctions: list[SanctionFigure]
    accountability: AccountabilityFigures
    rule_changes: RuleChangeFigures
    quantities: list[QuantityFigure]
    contradictions: list[Contradiction]
    warnings: list[WarningFigure]


# Each counts only rows that are not withdrawn.
_COUNTS = """
SELECT
  (SELECT count(*) FROM category WHERE inspection_id = $1 AND withdrawn_at IS NULL) AS categories,
  (SELECT count(*) FROM item WHERE inspection_id = $1 AND withdrawn_at IS NULL) AS items,
  (SELECT count(*) FROM measure WHERE inspection_id = $1 AND withdrawn_at IS NULL) AS measures,
  (SELECT count(*) FROM evidence_file WHERE inspection_id = $1 AND withdrawn_at IS NULL) AS evidence_files,
  (SELECT coalesce(jsonb_object_agg(status, n), '{}') FROM (
     SELECT status, count(*) AS n FROM measure WHERE inspection_id = $1 AND withdrawn_at IS NULL GROUP BY 1) m
  ) AS measures_by_status,
  i.*
FROM (
  SELECT count(*) FILTER (WHERE kind = 'issue') AS issues, count(*) FILTER (WHERE kind = 'opinion') AS opinions,
         count(*) FILTER (WHERE result IS NOT NULL) AS answered
  FROM issue WHERE inspection_id = $1 AND withdrawn_at IS NULL
) i
"""
_STATES = """
SELECT rectification_status, status, count(*) AS n FROM issue
WHERE inspection_id = $1 AND withdrawn_at IS NULL GROUP BY 1, 2
"""
_BY_CATEGORY = """
SELECT c.id AS category_id, c.ordinal, c.number, c.title,
       (SELECT count(*) FROM item t WHERE t.category_id = c.id AND t.withdrawn_at IS NULL) AS items,
       count(i.id) AS issues, count(i.id) FILTER (WHERE i.rectification_status = 'completed') AS completed,
       count(i.id) FILTER (WHERE i.status = 'closed') AS closed
FROM category c LEFT JOIN issue i ON i.category_id = c.id AND i.withdrawn_at IS NULL
WHERE c.inspection_id = $1 AND c.withdrawn_at IS NULL GROUP BY c.id ORDER BY c.ordinal, c.id
"""
_MONEY = """
SELECT r.id AS recovery_id, r.action, r.what, i.ordinal AS issue, r.identified, r.received, r.disbursed, r.outstanding,
       r.approximate, r.also_in_summary
FROM recovery r LEFT JOIN issue i ON i.id = r.issue_id
WHERE r.inspection_id = $1 AND r.withdrawn_at IS NULL ORDER BY i.ordinal NULLS LAST, r.id
"""
_SANCTIONS = """
SELECT code, sum(persons)::int AS count FROM accountability_action
WHERE inspection_id = $1 AND withdrawn_at IS NULL AND status <> 'revoked' GROUP BY code ORDER BY min(id::text)
"""
_RULES = """
SELECT kind, sum(count)::int AS count FROM rule_change
WHERE inspection_id = $1 AND withdrawn_at IS NULL GROUP BY kind
"""
_QUANTITIES = """
SELECT i.ordinal AS issue, q.value ->> 'value' AS value, q.value ->> 'unit' AS unit, q.value ->> 'text' AS text
FROM progress_report p JOIN LATERAL jsonb_array_elements(p.quantities) WITH ORDINALITY q(value, place) ON true
LEFT JOIN issue i ON i.id = p.issue_id
WHERE p.inspection_id = $1 AND p.withdrawn_at IS NULL ORDER BY i.ordinal NULLS LAST, p.id, q.place
"""
_DECLARED = "SELECT name, value FROM declared_figure WHERE inspection_id = $1 ORDER BY line NULLS LAST, id"
_WARNINGS = "SELECT code, message, at FROM reading_warning WHERE inspection_id = $1 ORDER BY ordinal"
_INSPECTION = """
SELECT title, publisher, published_on, inspection_start, inspection_end, feedback_date, contact
FROM inspection WHERE id = $1 AND ($2::uuid[] IS NULL OR organisation_id = ANY($2))
"""


@router.get(
    "/{id}/figures",
    responses=responses(NotFound),
    summary="通报数字 · figures of the inspection",
    operation_id="inspections.figures",
)
async def read_figures(request: Request, actor: Annotated[Actor, may("inspections:read")], id: UUID) -> Figures:
    database: Database = request.app.state.database
    found = await database.rows(_INSPECTION, id, None if actor.scope is None else list(actor.scope))
    if not found:
        raise NotFound(f"没有巡察 {id}", f"There is no inspection {id} that you can see")
    return await figures_of(database, id, found[0])


async def figures_of(database: Database, id: UUID, inspection: Any) -> Figures:
    """Every figure of one inspection, counted now."""
    counts = dict((await database.rows(_COUNTS, id))[0])
    by_status: dict[str, int] = defaultdict(int)
    by_state: dict[str, int] = defaultdict(int)
    for row in await database.rows(_STATES, id):
        by_status[row["rectification_status"]] += row["n"]
        by_state[row["status"]] += row["n"]
    counted = Counted(**counts, by_status=dict(by_status), by_state=dict(by_state))
    money = [MoneyFigure(**row) for row in await database.rows(_MONEY, id)]
    recoveries = [m for m in money if m.action in RECOVERING or m.action == "outstanding"]
    declared: dict[str, list[str]] = defaultdict(list)
    for row in await database.rows(_DECLARED, id):
        if row["value"] not in declared[row["name"]]:
            declared[row["name"]].append(row["value"])
    rules = {row["kind"]: row["count"] for row in await database.rows(_RULES, id)}
    sanctions = [
        SanctionFigure(code=row["code"], label=Sanction(row["code"]).zh, count=row["count"])
        for row in await database.rows(_SANCTIONS, id)
    ]
    tallied = tally_of((await database.rows(TALLY, *tally_values(inspections=[id])))[0])
    return Figures(
        inspection_id=id,
        title=inspection["title"],
        publisher=inspection["publisher"],
        published_on=inspection["published_on"],
        dates=FigureDates(
            inspection_start=inspection["inspection_start"],
            inspection_end=inspection["inspection_end"],
            feedback=inspection["feedback_date"],
        ),
        contact=inspection["contact"],
        declared=dict(declared),
        counted=counted,
        by_category=[CategoryFigures(**row) for row in await database.rows(_BY_CATEGORY, id)],
        identified_total=_sum(m.identified for m in recoveries),
        recovered_total=_sum(m.received for m in recoveries),
        outstanding_total=_sum(m.outstanding for m in recoveries),
        disbursed_total=_sum(m.disbursed for m in recoveries),
        money=money,
        sanctions=sanctions,
        accountability=AccountabilityFigures(
            **tallied.model_dump(),
            definitions={name: Definition(**text._asdict()) for name, text in DEFINITIONS.items()},
        ),
        rule_changes=RuleChangeFigures(**{name: rules.get(name, 0) for name in RuleChangeFigures.model_fields}),
        quantities=[QuantityFigure(**row) for row in await database.rows(_QUANTITIES, id)],
        contradictions=list(
            _contradictions(
                declared,
                {
                    "categories": str(counted.categories),
                    "items": str(counted.items),
                    "issues": str(counted.issues),
                    # Measures that a bulletin only declares are no rows, so there is nothing to compare them with.
                    "measures": str(counted.measures) if counted.measures else None,
                    "completed": str(by_status.get("completed", 0)),
                    "recovered": str(_sum(m.received for m in recoveries)),
                },
            )
        ),
        warnings=[WarningFigure(**row) for row in await database.rows(_WARNINGS, id)],
    )


def _sum(amounts: Any) -> Decimal:
    return sum(amounts, Decimal("0.00"))


# The declared name → the code of the warning when it is at odds.
_CONTROLS = {
    "categories": "CATEGORY_COUNT_MISMATCH",
    "items": "ITEM_COUNT_MISMATCH",
    "issues": "ISSUE_COUNT_MISMATCH",
    "measures": "MEASURE_COUNT_CONFLICT",
    "completed": "STATUS_COUNT_MISMATCH",
    "recovered": "MONEY_TOTAL_MISMATCH",
}


def _contradictions(declared: dict[str, list[str]], counts: dict[str, str | None]) -> Iterator[Contradiction]:
    """Where the bulletin is at odds with itself or with the rows; a count of None says there is nothing to compare."""
    for name, code in _CONTROLS.items():
        values, count = declared.get(name, []), counts[name]
        if len(values) > 1 or (values and count is not None and values != [count]):
            there = "、".join(values)
            message = f"通报所称 {there}" + ("" if count is None else f"，台账计得 {count}")
            yield Contradiction(code=code, name=name, declared=values, counted=count, message=message)
