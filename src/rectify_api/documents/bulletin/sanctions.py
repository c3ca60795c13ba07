"""Measures of accountability: who was not named, but how many and under which measure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.vocabulary import Sanction
from .text import Span
from .tree import SanctionRead

_WORDS: list[tuple[str, Sanction]] = [
    (r"开除党籍", Sanction.PARTY_EXPULSION),
    (r"留党察看(?:[一二]年)?", Sanction.PARTY_PROBATION),
    (r"撤销党内(?:外)?职务", Sanction.PARTY_REMOVAL_FROM_POST),
    (r"(?:党内)?严重警告", Sanction.PARTY_SERIOUS_WARNING),
    (r"党内警告", Sanction.PARTY_WARNING),
    (r"(?:政务|行政)警告", Sanction.GOV_WARNING),
    (r"(?:政务|行政)?记大过", Sanction.GOV_MAJOR_DEMERIT),
    (r"(?:政务|行政)?记过", Sanction.GOV_DEMERIT),
    (r"(?:政务|行政)?降级", Sanction.GOV_DEMOTION),
    (r"(?:政务|行政)?撤职", Sanction.GOV_REMOVAL),
    (r"开除公职|(?:政务|行政)?开除", Sanction.GOV_DISMISSAL),
    (r"警告", Sanction.PARTY_WARNING),
    (r"降低岗位等级", Sanction.INST_DOWNGRADE),
    (r"停职(?:检查)?", Sanction.ORG_SUSPENSION),
    (r"责令辞职", Sanction.ORG_ORDERED_RESIGNATION),
    (r"引咎辞职", Sanction.ORG_RESIGNATION_SELF),
    (r"免职", Sanction.ORG_POST_REMOVAL),
    (r"降职", Sanction.ORG_DEMOTION),
    (r"调整职务|调离岗位|调整岗位|岗位调整|调离", Sanction.ORG_REASSIGNMENT),
    (r"谈话函询|函询", Sanction.EDU_LETTER_INQUIRY),
    (r"提醒谈话|谈话提醒|约谈提醒|提醒约谈", Sanction.EDU_REMINDER_TALK),
    (r"警示谈话", Sanction.EDU_WARNING_TALK),
    (r"诫勉谈话|诫勉", Sanction.EDU_ADMONISHMENT),
    (r"批评教育", Sanction.EDU_CRITICISM_EDUCATION),
    (r"批评帮助", Sanction.EDU_HELP_CRITICISM),
    (r"(?:责令)?(?:作出|做出)?(?:书面|深刻)检查|责令(?:作出|做出)?检查", Sanction.EDU_ORDERED_SELF_EXAMINATION),
    (r"责令(?:改正|限期整改)", Sanction.EDU_ORDERED_CORRECTION),
    (r"通报批评|通报", Sanction.EDU_CIRCULATED_CRITICISM),
    (r"约谈", Sanction.EDU_INTERVIEW),
    (r"辞退|解聘", Sanction.HR_DISMISSAL),
    (r"解除(?:劳动|聘用|劳务)?(?:合同|关系)", Sanction.HR_CONTRACT_TERMINATION),
    (r"扣[减发除].{0,4}(?:绩效|奖金|工资)", Sanction.HR_PAY_DEDUCTION),
    (r"移[送交]司法(?:机关)?|移[送交]检察机关", Sanction.JUDICIAL_TRANSFER),
    (r"移[送交](?:问题)?线索", Sanction.CLUE_TRANSFER),
    (r"立案(?:审查调查|审查|调查)?", Sanction.CASE_FILING),
    (r"党纪政务处分|党政纪处分|党纪政纪处分", Sanction.PARTY_GOV_TOTAL),
    (r"党纪处分|党内处分", Sanction.PARTY_TOTAL),
    (r"政务处分|政纪处分", Sanction.GOV_TOTAL),
    (r"组织处理", Sanction.ORG_TOTAL),
    (r"(?:运用)?(?:监督执纪)?第一种形态(?:处理|处置)?", Sanction.FORM_1),
    (r"(?:运用)?(?:监督执纪)?第二种形态(?:处理|处置)?", Sanction.FORM_2),
    (r"(?:运用)?(?:监督执纪)?第三种形态(?:处理|处置)?", Sanction.FORM_3),
    (r"(?:运用)?(?:监督执纪)?第四种形态(?:处理|处置)?", Sanction.FORM_4),
    (r"追责问责|追究责任|问责追责|问责处理|(?:共|累计)?问责", Sanction.PERSONS_TOTAL),
]
_CODES = [(re.compile(words), code) for words, code in _WORDS]
_WORD = "(?:" + "|".join(words for words, _ in _WORDS) + ")"
TOTALS = frozenset(
    {
        Sanction.PARTY_TOTAL,
        Sanction.GOV_TOTAL,
        Sanction.PARTY_GOV_TOTAL,
        Sanction.ORG_TOTAL,
        Sanction.PERSONS_TOTAL,
        Sanction.FORM_1,
        Sanction.FORM_2,
        Sanction.FORM_3,
        Sanction.FORM_4,
    }
)
_CASES = frozenset({Sanction.CLUE_TRANSFER, Sanction.CASE_FILING, Sanction.JUDICIAL_TRANSFER})
_FORWARD = re.compile(
    rf"(?P<words>{_WORD}(?:(?:处分|处理)?(?:[、和及或]|以及){_WORD}){{0,8}})"
    r"(?:等)?(?:处分|处理|措施)?(?:相关|有关)?(?:责任|工作|失职|违纪|党员|领导)?(?:干部|人员|人|负责人|职工|对象)?[:]?(?P<each>各)?(?:共|计|共计)?"
    r"(?P<count>\d{1,5})(?P<unit>余人|人次|人|名|件|条|起)"
)
_REVERSE = re.compile(
    rf"(?:对)(?P<count>\d{{1,4}})(?:名|人|位)[^,。;、\d()]{{0,24}}?(?P<words>{_WORD})"
    rf"|(?P<count2>\d{{1,4}})(?:名|人|位)[^,。;、\d()]{{0,24}}?(?:给予|进行|予以|作出|实施|采取|受到|被)[^,。;、\d()]{{0,5}}?(?P<words2>{_WORD})"
    rf"|给予(?P<count3>\d{{1,4}})(?:名|人)(?P<words3>{_WORD})"
)
_HINT = re.compile("[处分告过职除谈责批函诫报退检移立解扣]")


@dataclass
class Imposed:
    """One count as printed in one place; `repeated` when the summary says it too."""

    code: Sanction
    label: str
    count: int
    span: Span
    start: int
    end: int
    issue: int | None = None
    repeated: bool = False

    def read(self) -> SanctionRead:
        return SanctionRead(
            code=self.code,
            label=self.label,
            count=self.count,
            issue=self.issue,
            also_in_summary=self.repeated,
            text=self.span.printed(self.start, self.end),
            at=self.span.at(self.start, self.end),
        )


def imposed_in(span: Span, issue: int | None = None) -> list[Imposed]:
    """Counts of measures in reading order. A count said of several measures together stays one, unsplit."""
    if not _HINT.search(span.plain):
        return []
    found: list[Imposed] = []
    for match in _FORWARD.finditer(span.plain):
        found += _forward(span, match)
    taken = [(one.start, one.end) for one in found]
    for match in _REVERSE.finditer(span.plain):
        which = next(one for one in ("", "2", "3") if match["words" + one])
        if not any(start < match.end() and match.start() < end for start, end in taken):
            words, before = match["words" + which], span.plain[: match.start("words" + which)]
            number = int(match["count" + which])
            found.append(Imposed(_code(words, before), words, number, span, match.start(), match.end()))
    for one in found:
        one.issue = issue
    return sorted(found, key=lambda one: one.start)


def _forward(span: Span, match: re.Match[str]) -> Iterator[Imposed]:
    words, number = match["words"], int(match["count"])
    labels = [hit[0] for hit in re.finditer(_WORD, words)]
    codes = [_code(label, span.plain[: match.start()] + words[: words.find(label)]) for label in labels]
    if match["unit"] in ("件", "条", "起") and not _CASES.intersection(codes):
        return
    if len(labels) == 1 or match["each"]:
        for label, code in zip(labels, codes, strict=True):
            yield Imposed(code, label, number, span, match.start(), match.end())
        return
    taught = all(code.startswith(("EDU_", "ORG_", "HR_")) for code in codes)
    code = Sanction.MIXED_EDUCATION if taught else Sanction.PARTY_GOV_TOTAL
    yield Imposed(code, words, number, span, match.start(), match.end())


def _code(label: str, before: str) -> Sanction:
    """The code of a label; a bare 警告 or 开除 takes its side from the nearest word before it."""
    code = next(code for words, code in _CODES if words.fullmatch(label))
    if label == "警告":
        near = before[-60:]
        return Sanction.GOV_WARNING if max(near.rfind("政务"), near.rfind("行政")) > near.rfind("党") else code
    return code


def breakdown_gaps(imposed: list[Imposed]) -> Iterator[tuple[Imposed, int]]:
    """(total, sum of its parts) for every total followed by parts in brackets that do not add up to it."""
    for total in imposed:
        if total.code not in TOTALS or total.span.plain[total.end : total.end + 1] != "(":
            continue
        close = total.span.plain.find(")", total.end)
        parts = [one for one in imposed if one.span is total.span and total.end < one.start < close]
        if parts and (added := sum(one.count for one in parts)) != total.count:
            yield total, added


def settle(by_issue: list[Imposed], summary: list[Imposed]) -> tuple[list[Imposed], list[tuple[Imposed, int]]]:
    """One list without repeats, and (summary count, sum in the answers) where the two disagree."""
    gaps: list[tuple[Imposed, int]] = []
    kept = [one for one in by_issue if one.code is not Sanction.PERSONS_TOTAL]
    answered = list(kept)
    for one in summary:
        if one.code is Sanction.PERSONS_TOTAL:
            continue
        same = [other for other in answered if other.code is one.code]
        if not same:
            kept.append(one)
            continue
        if (added := sum(other.count for other in same)) != one.count:
            gaps.append((one, added))
        for other in same:
            other.repeated = True
    return kept, gaps
