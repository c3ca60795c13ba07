"""A declared statistic as one query, and the query's rows as the answer."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from ...foundation.audit import Actor
from ...foundation.database import Database
from ...foundation.problems import Text
from .contract import LISTED, Answer, StatisticsQuery
from .declared import NOT_GIVEN, PERIOD, Figure, Grouping, Statistic


class _Worded(Protocol):
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


# Groups that one answer holds at most.
MOST = 1000

# $1 what the caller sees, $2 inspections, $3 organisation, $4 area, $5 and $6 the period; null: all.
SEEN = """
WITH RECURSIVE below AS (
  SELECT id FROM organisation WHERE id = $3::uuid
  UNION SELECT o.id FROM organisation o JOIN below b ON o.parent_id = b.id
), seen AS (
  SELECT n.id, n.title, n.feedback_date, n.inspection_start, n.organisation_id, o.name AS organisation,
         coalesce(n.area_code, o.area_code) AS area_code
  FROM inspection n JOIN organisation o ON o.id = n.organisation_id
  WHERE n.withdrawn_at IS NULL
    AND ($1::uuid[] IS NULL OR n.organisation_id = ANY($1)) AND ($2::uuid[] IS NULL OR n.id = ANY($2))
    AND ($3::uuid IS NULL OR n.organisation_id IN (SELECT id FROM below))
    AND ($4::text IS NULL OR starts_with(coalesce(n.area_code, o.area_code), $4))
    AND ($5::date IS NULL OR n.feedback_date >= $5) AND ($6::date IS NULL OR n.feedback_date <= $6)
)"""


def seen_by(actor: Actor, asked: StatisticsQuery) -> tuple[Any, ...]:
    """What goes with SEEN."""
    scope = None if actor.scope is None else list(actor.scope)
    inspections = asked.inspection_id or None
    return scope, inspections, asked.organisation_id, asked.area_code, asked.period_from, asked.period_to


def statement(statistic: Statistic, grouping: Grouping | None) -> str:
    """The total first, then the groups in their order; one column for each part of each figure."""
    key = (grouping and grouping.key) or "NULL::text"
    label = (grouping and grouping.label) or "NULL::text"
    place = (grouping and (grouping.place or grouping.label)) or key
    limit = MOST + 1 if grouping and grouping.key else 1
    columns = [f"{sql} AS {name}" for figure in statistic.figures for name, sql in _columns(figure)]
    return f"""{SEEN}{statistic.before}, counted AS (
SELECT {key} AS key, {label} AS label, {place} AS place, {statistic.columns}
{statistic.source.strip()}
)
SELECT GROUPING(key) = 1 AS is_total, key, label, count(*) OVER () - 1 AS groups,
  {", ".join(columns)}
FROM counted GROUP BY GROUPING SETS ((key, label, place), ())
ORDER BY is_total DESC, place, key LIMIT {limit}
"""  # noqa: S608  # only what is declared in this package


def _columns(figure: Figure) -> Iterator[tuple[str, str]]:
    yield f"{figure.code}_numerator", figure.numerator.sql
    if figure.denominator:
        yield f"{figure.code}_denominator", figure.denominator.sql
    yield f"{figure.code}_value", figure.value_sql
    if figure.issues:
        ids = f"(array_agg(id ORDER BY id) FILTER (WHERE {figure.issues}))[1:{LISTED}]"
        yield f"{figure.code}_issue_ids", f"CASE WHEN GROUPING(key) = 1 THEN {ids} END"


async def answer(database: Database, actor: Actor, statistic: Statistic, asked: StatisticsQuery) -> Answer:
    """The statistic, counted now from what the actor sees."""
    grouping = statistic.by[asked.by] if asked.by else None
    total, *groups = await database.rows(statement(statistic, grouping), *seen_by(actor, asked))
    if grouping and (term := grouping.term):
        groups.sort(key=lambda row: (row["key"] is None, term(row["key"])[0] if row["key"] else 0))
    return statistic.answer.model_validate(
        {
            "code": statistic.code,
            "label": worded(statistic),
            "definition": worded(statistic.definition),
            "by": asked.by,
            "period": asked.model_dump() | {"of": worded(PERIOD)},
            "scope": asked.model_dump(),
            "groups_left_out": max(0, total["groups"] - MOST) if groups else 0,
            "figures": [_figure(figure, total, groups, grouping) for figure in statistic.figures],
        }
    )


def described(figure: Figure) -> dict[str, Any]:
    return {
        "code": figure.code,
        "label": worded(figure),
        "definition": worded(figure.definition),
        "unit": figure.unit,
        "numerator_is": worded(figure.numerator),
        "denominator_is": worded(figure.denominator) if figure.denominator else None,
    }


def worded(text: _Worded) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _figure(
    figure: Figure, total: Mapping[str, Any], groups: list[Mapping[str, Any]], grouping: Grouping | None
) -> dict[str, Any]:
    if grouping and grouping.key is None:
        shown = [{"key": figure.code, "label": worded(figure)} | _amounts(figure, total)]
    else:
        shown = [{"key": row["key"], "label": worded(_label(row, grouping))} | _amounts(figure, row) for row in groups]
    ids = total.get(f"{figure.code}_issue_ids") or []
    return described(figure) | {"total": _amounts(figure, total), "groups": shown, "issue_ids": ids}


def _amounts(figure: Figure, row: Mapping[str, Any]) -> dict[str, Any]:
    return {part: row.get(f"{figure.code}_{part}") for part in ("numerator", "denominator", "value")}


def _label(row: Mapping[str, Any], grouping: Grouping | None) -> Text:
    if row["key"] is None:
        return NOT_GIVEN
    if grouping and grouping.term:
        return grouping.term(row["key"])[1]
    return Text(row["label"] or row["key"], row["label"] or row["key"])
