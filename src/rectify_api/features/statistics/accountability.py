"""Who was held to account: persons, person-times and cases apart, as domain/tally.py defines them."""

from ...domain.sanctions import SANCTIONS
from ...domain.tally import DEFINITIONS, FORMS, STEPS, TOTALS, UNSPLIT
from ...domain.vocabulary import FigureUnit, Sanction, SanctionKind
from ...foundation.problems import Text
from .contract import CountStatistic
from .declared import Count, Figure, Grouping, Statistic, listed
from .groupings import OF_INSPECTION

_IMPOSED = f"subject_type = 'person' AND code NOT IN {listed(STEPS)}"
_SINGLE = f"{_IMPOSED} AND persons = 1 AND code NOT IN {listed(UNSPLIT)}"
_KINDS = ", ".join(f"('{code}', '{imposed.kind}')" for code, imposed in SANCTIONS.items())


def _code(key: str) -> tuple[int, Text]:
    return list(Sanction).index(Sanction(key)), Text(Sanction(key).zh, Sanction(key).en)


def _kind(key: str) -> tuple[int, Text]:
    return list(SanctionKind).index(SanctionKind(key)), Text(SanctionKind(key).zh, SanctionKind(key).en)


def _form(key: str) -> tuple[int, Text]:
    return FORMS.index(int(key)), Text(f"第{'一二三四'[int(key) - 1]}种形态", f"form {key}")


def _figure(code: str, zh: str, en: str, sql: str) -> Figure:
    meaning = DEFINITIONS[code]
    return Figure(code, zh, en, FigureUnit.number, Count(meaning.zh, meaning.en, sql))


def _sum(what: str, where: str) -> str:
    return f"coalesce(sum({what}) FILTER (WHERE {where}), 0)"


accountability = Statistic(
    "accountability",
    "追责问责",
    "accountability",
    Text(
        "问责，一项一行；已撤销的和通报中的合计数（四种形态、党纪政务处分等合计）不计；回应几个问题的一项只计一次",
        "Accountability actions, one row for each; neither what was revoked nor the totals of a bulletin (by form, of"
        " party or government discipline); one that answers several issues counts once",
    ),
    "r.code, r.persons, r.cases, r.person_ref, r.subject_type",
    f"""
FROM accountability_action r JOIN seen s ON s.id = r.inspection_id
JOIN (VALUES {_KINDS}) k(code, kind) ON k.code = r.code
WHERE r.withdrawn_at IS NULL AND r.status <> 'revoked' AND r.code NOT IN {listed(TOTALS)}
  AND ($1::uuid[] IS NULL OR r.organisation_id = ANY($1))
""",
    {
        "code": Grouping("处分处理种类", "measure", "r.code", term=_code),
        "kind": Grouping("类别", "kind", "k.kind", term=_kind),
        "form": Grouping("四种形态", "form", "r.form::text", term=_form),
        **OF_INSPECTION,
    },
    (
        _figure(
            "persons",
            "人数",
            "persons",
            f"count(DISTINCT person_ref) FILTER (WHERE {_SINGLE})"
            f" + count(*) FILTER (WHERE {_SINGLE} AND person_ref IS NULL)",
        ),
        _figure("person_times", "人次", "person-times", _sum("persons", _IMPOSED)),
        _figure("cases", "起数", "cases", "coalesce(sum(cases), 0)"),
        _figure("organisations", "单位次", "organisations", _sum("persons", "subject_type = 'organization'")),
        _figure(
            "unsplit",
            "不可拆分人次",
            "person-times that cannot be split",
            _sum("persons", f"{_IMPOSED} AND NOT ({_SINGLE})"),
        ),
    ),
    CountStatistic,
)
