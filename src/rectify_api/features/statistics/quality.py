"""Quality flags: signs of rectification on paper, found by queries; only promise_only comes from the reader."""

import string
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Field, SQLModel

from ...domain.accountability import AccountabilityAction
from ...domain.issues import SharedAction
from ...domain.measures import Measure, ProgressReport
from ...domain.recoveries import Recovery
from ...domain.rule_changes import RuleChange
from ...domain.vocabulary import FigureUnit, QualityFlag
from ...foundation.audit import Actor
from ...foundation.database import Database
from ...foundation.problems import NotFound
from ...foundation.routes import LedgerRoute, may, responses
from .contract import FlagStatistic, StatisticsQuery, Wording
from .declared import Figure, Grouping, Statistic, number_of
from .groupings import ISSUES, OF_ISSUE
from .issues import COLUMNS, ROWS
from .statement import SEEN, seen_by, worded

F = QualityFlag
router = APIRouter(prefix="/inspections", tags=["inspections"], route_class=LedgerRoute)


@dataclass(frozen=True, slots=True)
class Sign:
    """Which issues show a flag, and among which it is looked for."""

    zh: str
    en: str
    shown: str
    among_zh: str
    among_en: str
    among: str

    @property
    def where(self) -> str:
        return f"({self.among}) AND ({self.shown})"


SIGNS: dict[QualityFlag, Sign] = {
    F.promise_only: Sign(
        "答复只有承诺、没有已做之事的问题数（读取通报时所记）",
        "issues whose answer only promises (noted when the bulletin was read)",
        """flags @> '["promise_only"]'""",
        "有整改成效文字的问题数",
        "issues with a result",
        "result IS NOT NULL",
    ),
    F.same_text: Sign(
        "整改成效与同一巡察另一问题相同（不计空格、标点和字母大小写）的问题数，同一进展报告一并答复的问题之间不比",
        "issues with the result of another issue of the inspection (blanks, punctuation and letter case aside); those"
        " that one progress report answers together are not compared",
        "same_as IS NOT NULL",
        "有整改成效文字的问题数",
        "issues with a result",
        "result IS NOT NULL",
    ),
    F.closed_without_evidence: Sign(
        "已销号，而问题本身及回应它的措施、进展、问责、清退、制度都没有佐证材料的问题数",
        "closed issues without a file of their own or of a measure, report, accountability action, recovery or rule"
        " change that answers them",
        "files = 0",
        "已销号的问题数",
        "closed issues",
        "status = 'closed'",
    ),
    F.evidence_older_than_problem: Sign(
        "有佐证材料所证事实早于巡察开始日期的问题数",
        "issues with evidence of a fact from before the inspection began",
        "older_evidence IS NOT NULL",
        "有注明事实日期的佐证材料、且巡察开始日期已知的问题数",
        "issues with dated evidence, of inspections whose first day is known",
        "dated > 0 AND inspection_start IS NOT NULL",
    ),
    F.overdue_closure: Sign(
        "销号日期晚于现时限（含获批的延期）的问题数",
        "issues closed after the deadline that held, extensions included",
        "closed_on > due_date",
        "已销号且有时限的问题数",
        "closed issues with a deadline",
        "closed_on IS NOT NULL AND due_date IS NOT NULL",
    ),
    F.no_measure: Sign(
        "没有任何整改措施（含与其他问题共用的）的问题数",
        "issues that no measure answers, alone or with others",
        "NOT measured",
        "已认领或已有整改成效、且由本单位整改的问题数",
        "issues claimed or with a result, and not set aside",
        "status <> 'set_aside' AND (status <> 'registered' OR result IS NOT NULL)",
    ),
}

# What may answer an issue; files are linked to the issue or to one of these.
_ANSWERING = (Measure, ProgressReport, RuleChange, AccountabilityAction, Recovery)
_BLANKS = string.whitespace + "\u3000\u00a0\ufeff"
_MARKS = string.punctuation + "，。、；：？！“”‘’（）《》〈〉【】〔〕—…·～"
SIGNS_LEFT_OUT = _BLANKS + _MARKS


def _answers() -> str:
    """The rows that answer issues, each with the issues it answers; a report on a measure answers the measure's."""
    selects = []
    for table in _ANSWERING:
        issues = "r.issue_id || r.also_issue_ids" if issubclass(table, SharedAction) else "ARRAY[r.issue_id]"
        standing = " AND r.status <> 'revoked'" if table is AccountabilityAction else ""
        joined = ""
        if table is ProgressReport:
            issues += " || coalesce(m.issue_id || m.also_issue_ids, '{}')"
            joined = " LEFT JOIN measure m ON m.id = r.measure_id AND m.withdrawn_at IS NULL"
        selects.append(
            f"SELECT r.id, {issues} AS issue_ids FROM {table.__tablename__} r{joined}\n"  # noqa: S608  # our own tables
            f"  WHERE r.withdrawn_at IS NULL{standing} AND r.inspection_id IN (SELECT id FROM seen)"
        )
    return "\n  UNION ALL ".join(selects)


_LINKS = ", ".join(f"e.{table.__tablename__}_id" for table in _ANSWERING)
_LEFT_OUT = SIGNS_LEFT_OUT.replace("'", "''")
# Beside `seen`: what is known of each issue. `together` puts issues that one report answers under one of their ids.
FACTS = f"""
, asked AS (
  SELECT i.id, i.inspection_id, i.result, s.inspection_start FROM issue i JOIN seen s ON s.id = i.inspection_id
  WHERE i.withdrawn_at IS NULL AND i.kind = 'issue' AND ($1::uuid[] IS NULL OR i.organisation_id = ANY($1))
), answers AS (
  {_answers()}
), measured AS (
  SELECT DISTINCT unnest(issue_id || also_issue_ids) AS issue_id FROM measure
  WHERE withdrawn_at IS NULL AND inspection_id IN (SELECT id FROM seen)
), files AS (
  SELECT e.id, e.fact_date, e.issue_id FROM evidence_file e
  WHERE e.withdrawn_at IS NULL AND e.inspection_id IN (SELECT id FROM seen)
  UNION
  SELECT e.id, e.fact_date, unnest(a.issue_ids)
  FROM evidence_file e CROSS JOIN LATERAL unnest(ARRAY[{_LINKS}]) link(id) JOIN answers a ON a.id = link.id
  WHERE e.withdrawn_at IS NULL AND e.inspection_id IN (SELECT id FROM seen)
), proven AS (
  SELECT a.id, count(f.id) AS files, count(f.fact_date) AS dated,
         array_agg(f.id ORDER BY f.id) FILTER (WHERE f.fact_date < a.inspection_start) AS older_evidence
  FROM asked a LEFT JOIN files f ON f.issue_id = a.id GROUP BY a.id
), together AS (
  SELECT of.id, min(p.first) AS first
  FROM (SELECT issue_id || also_issue_ids AS ids,
               (SELECT min(one::text) FROM unnest(issue_id || also_issue_ids) one) AS first
        FROM progress_report
        WHERE also_issue_ids <> '{{}}' AND withdrawn_at IS NULL AND inspection_id IN (SELECT id FROM seen)) p
  CROSS JOIN LATERAL unnest(p.ids) of(id) GROUP BY of.id
), said AS (
  SELECT a.id, a.inspection_id, coalesce(t.first, a.id::text) AS said_in,
         translate(lower(a.result), '{_LEFT_OUT}', '') AS words
  FROM asked a LEFT JOIN together t ON t.id = a.id
), alike AS (
  SELECT id, min(said_in) OVER w <> max(said_in) OVER w AS copied, array_agg(id) OVER w AS ids
  FROM said WHERE words <> '' WINDOW w AS (PARTITION BY inspection_id, words)
), facts AS (
  SELECT p.id, p.files, p.dated, p.older_evidence, array_remove(k.ids, p.id) AS same_as,
         EXISTS (SELECT FROM measured m WHERE m.issue_id = p.id) AS measured
  FROM proven p LEFT JOIN alike k ON k.id = p.id AND k.copied
)"""  # noqa: S608  # names of our own tables and signs of ours
_SOURCE = ISSUES.replace("LEFT JOIN category", "JOIN facts f ON f.id = i.id\nLEFT JOIN category")
_COLUMNS = f"{COLUMNS}, s.inspection_start,\n       f.files, f.dated, f.older_evidence, f.same_as, f.measured"

quality = Statistic(
    "quality",
    "整改质量疑点",
    "quality flags",
    ROWS,
    _COLUMNS,
    _SOURCE,
    {"flag": Grouping("疑点", "flag", None), **OF_ISSUE},
    tuple(
        Figure(
            flag.value,
            flag.zh,
            flag.en,
            FigureUnit.percent,
            number_of(sign.zh, sign.en, sign.where),
            number_of(sign.among_zh, sign.among_en, sign.among),
            issues=sign.where,
        )
        for flag, sign in SIGNS.items()
    ),
    FlagStatistic,
    FACTS,
)


class FlagShown(SQLModel):
    flag: QualityFlag
    label: Wording
    definition: Wording
    issues: int = Field(description="how many show it")


class FlaggedIssue(SQLModel):
    issue_id: UUID
    ordinal: int
    number: str
    text: str
    flags: list[QualityFlag]
    same_text_as: list[UUID] = Field(description="issues with the same result")
    older_evidence: list[UUID] = Field(description="evidence files of facts from before the inspection")


class InspectionQuality(SQLModel):
    inspection_id: UUID
    issues: int = Field(description="issues looked at")
    flags: list[FlagShown]
    flagged: list[FlaggedIssue] = Field(description="the issues that show any flag, in their order")


_SHOWN = ", ".join(f"coalesce({sign.where}, false) AS shows_{flag.value}" for flag, sign in SIGNS.items())
_OF_INSPECTION = f"""{SEEN}{FACTS}, counted AS (
SELECT {_COLUMNS}
{_SOURCE.strip()}
), judged AS (
  SELECT id AS issue_id, ordinal, number, text, same_as, older_evidence, {_SHOWN} FROM counted
)
SELECT j.* FROM seen LEFT JOIN judged j ON true ORDER BY j.ordinal, j.issue_id
"""  # noqa: S608  # what is declared above


@router.get(
    "/{id}/quality",
    responses=responses(NotFound),
    summary="整改质量疑点 · quality flags of the inspection",
    operation_id="inspections.quality",
)
async def read_quality(
    request: Request, actor: Annotated[Actor, may("inspections:read")], id: UUID
) -> InspectionQuality:
    database: Database = request.app.state.database
    rows = await database.rows(_OF_INSPECTION, *seen_by(actor, StatisticsQuery(inspection_id=[id])))
    if not rows:
        raise NotFound(f"没有巡察 {id}", f"There is no inspection {id} that you can see")
    issues = [row for row in rows if row["issue_id"]]
    shown = {row["issue_id"]: [flag for flag in SIGNS if row[f"shows_{flag.value}"]] for row in issues}
    return InspectionQuality(
        inspection_id=id,
        issues=len(issues),
        flags=[
            FlagShown(
                flag=flag,
                label=Wording(zh=flag.zh, en=flag.en),
                definition=Wording(**worded(sign)),
                issues=sum(flag in flags for flags in shown.values()),
            )
            for flag, sign in SIGNS.items()
        ],
        flagged=[
            FlaggedIssue(
                **dict(row) | {"older_evidence": row["older_evidence"] or []},
                flags=shown[row["issue_id"]],
                same_text_as=sorted(row["same_as"] or []),
            )
            for row in issues
            if shown[row["issue_id"]]
        ],
    )
