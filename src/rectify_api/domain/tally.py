"""Persons, person-times (人次) and cases (起) of accountability actions, each counted apart.

`tally` says what the numbers mean; `TALLY` is the same count as one query.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from ..foundation.problems import Text
from .accountability import AccountabilityAction
from .sanctions import SANCTIONS
from .vocabulary import ActionState, Sanction, SanctionKind, SubjectType

# Group totals are figures to check by: they add to nothing, least of all to their parts.
TOTALS = frozenset(code for code, imposed in SANCTIONS.items() if imposed.is_total)
# Steps towards a measure, not yet a measure on anybody. Who is handed to the judiciary is in the fourth form.
STEPS = frozenset(
    code for code, imposed in SANCTIONS.items() if imposed.kind is SanctionKind.referral and imposed.form is None
)
UNSPLIT = frozenset(
    code for code, imposed in SANCTIONS.items() if imposed.kind is SanctionKind.aggregate and not imposed.is_total
)
FORMS = (1, 2, 3, 4)


class Tally(SQLModel):
    persons: int = Field(description="persons that can be told apart")
    person_times: int = Field(description="人次 measures on persons")
    cases: int = Field(description="起")
    organisations: int = Field(description="单位次 measures on organisations")
    unsplit: int = Field(description="of the person_times, those that cannot be told apart as persons")
    by_code: dict[str, int]
    by_kind: dict[str, int]
    by_form: dict[int, int] = Field(description="person_times by 四种形态, 1 to 4")


DEFINITIONS: dict[str, Text] = {
    "persons": Text(
        "可区分的人数：人员编号相同的各项处分处理计一人，无编号的一行一人计一人；只有合计人数的不计入",
        "Persons that can be told apart: all measures with one reference are one person, a row about one person without"
        " a reference is one; rows that only count people are left out",
    ),
    "person_times": Text(
        "对个人的处分处理人次：一人受两项处分处理计两人次；不含移交线索和立案，不含合计数",
        "Measures on persons: somebody with two measures counts twice; without transfers of clues and filed cases,"
        " and without totals",
    ),
    "cases": Text("登记的起数之和，与人数分开计算", "The sum of the cases entered, counted apart from persons"),
    "organisations": Text("对单位问责的次数", "Measures on organisations"),
    "unsplit": Text(
        "人次中无法拆分到人的部分（通报只写总人数，或几类教育提醒合并计数）",
        "The part of the person-times that cannot be split into persons: a bulletin gives only their number, or counts"
        " several kinds of education together",
    ),
    "by_code": Text(
        "按处分处理种类计的数目，含对单位问责、移交线索和立案，不含合计数",
        "By measure, with those on organisations, transfers of clues and filed cases, and without totals",
    ),
    "by_kind": Text("by_code 按类别归并", "by_code brought together by kind"),
    "by_form": Text(
        "按监督执纪四种形态计的人次；教育提醒类合并计数计入第一种形态；无对应形态的处理不计入",
        "Person-times by the four forms; education counted together is in the first; measures of no form are left out",
    ),
}


def tally(actions: Iterable[AccountabilityAction]) -> Tally:
    """Count what stands: neither withdrawn nor revoked, and no totals. The numbers mean what DEFINITIONS say."""
    counted = [
        action
        for action in actions
        if action.withdrawn_at is None and action.status != ActionState.revoked and action.code not in TOTALS
    ]
    imposed = [a for a in counted if a.subject_type == SubjectType.person and a.code not in STEPS]
    single = [a for a in imposed if a.persons == 1 and a.code not in UNSPLIT]
    by_code, by_form = Counter[str](), Counter[int]()
    for action in counted:
        by_code[action.code] += action.persons
    for action in imposed:
        if action.form:
            by_form[action.form] += action.persons
    person_times = sum(a.persons for a in imposed)
    return Tally(
        persons=len({a.person_ref or a.id for a in single}),
        person_times=person_times,
        cases=sum(a.cases or 0 for a in counted),
        organisations=sum(a.persons for a in counted if a.subject_type == SubjectType.organization),
        unsplit=person_times - len(single),
        by_code=dict(by_code),
        by_kind=_by_kind(by_code),
        by_form={form: by_form[form] for form in FORMS},
    )


# $1 inspections, $2 organisations (null: all), $3 and $4 first and last day of the decision (null: open), then TOTALS,
# STEPS and UNSPLIT: `tally_values` has them in this order.
TALLY = """
WITH counted AS (
  SELECT code, form, persons, cases, person_ref, subject_type,
         subject_type = 'person' AND code <> ALL($6::text[]) AS imposed,
         subject_type = 'person' AND code <> ALL($6::text[]) AND persons = 1 AND code <> ALL($7::text[]) AS single
  FROM accountability_action
  WHERE withdrawn_at IS NULL AND status <> 'revoked' AND code <> ALL($5::text[])
    AND ($1::uuid[] IS NULL OR inspection_id = ANY($1)) AND ($2::uuid[] IS NULL OR organisation_id = ANY($2))
    AND ($3::date IS NULL OR decision_date >= $3) AND ($4::date IS NULL OR decision_date <= $4)
)
SELECT
  count(DISTINCT person_ref) FILTER (WHERE single) + count(*) FILTER (WHERE single AND person_ref IS NULL) AS persons,
  coalesce(sum(persons) FILTER (WHERE imposed), 0)::int AS person_times,
  coalesce(sum(cases), 0)::int AS cases,
  coalesce(sum(persons) FILTER (WHERE subject_type = 'organization'), 0)::int AS organisations,
  coalesce(sum(persons) FILTER (WHERE imposed AND NOT single), 0)::int AS unsplit,
  (SELECT coalesce(jsonb_object_agg(code, n), '{}') FROM (
     SELECT code, sum(persons) AS n FROM counted GROUP BY code) c) AS by_code,
  (SELECT coalesce(jsonb_object_agg(form, n), '{}') FROM (
     SELECT form, sum(persons) AS n FROM counted WHERE imposed AND form IS NOT NULL GROUP BY form) f) AS by_form
FROM counted
"""


def tally_values(
    *,
    inspections: Sequence[UUID] | None = None,
    organisations: Sequence[UUID] | None = None,
    decided_from: date | None = None,
    decided_to: date | None = None,
) -> tuple[Any, ...]:
    """What goes with TALLY. Where a day is given, actions without a day of decision are left out."""
    codes = ([code.value for code in group] for group in (TOTALS, STEPS, UNSPLIT))
    return (inspections, organisations, decided_from, decided_to, *codes)


def tally_of(record: Mapping[str, Any]) -> Tally:
    """The one row that TALLY answers."""
    by_form = {form: record["by_form"].get(str(form), 0) for form in FORMS}
    return Tally(**dict(record) | {"by_form": by_form, "by_kind": _by_kind(record["by_code"])})


def _by_kind(by_code: Mapping[str, int]) -> dict[str, int]:
    kinds = Counter[str]()
    for code, count in by_code.items():
        kinds[SANCTIONS[Sanction(code)].kind.value] += count
    return dict(kinds)
