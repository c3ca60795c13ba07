"""Where a bulletin contradicts itself or is incomplete: said, never corrected."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ...domain.vocabulary import RectificationStatus
from .money import SETTLED
from .outline import Outline
from .sanctions import Imposed
from .text import Span
from .tree import Bulletin, Place, Warned

_SIZES = {
    "categories": ("CATEGORY_COUNT_MISMATCH", "方面", "categories"),
    "items": ("ITEM_COUNT_MISMATCH", "项", "items"),
    "issues": ("ISSUE_COUNT_MISMATCH", "具体问题", "issues"),
}
_CONFLICTS = {
    "measures": ("MEASURE_COUNT_CONFLICT", "整改措施", "measures"),
    "categories": ("CATEGORY_COUNT_CONFLICT", "方面", "categories"),
    "items": ("ITEM_COUNT_CONFLICT", "项", "items"),
    "issues": ("ISSUE_COUNT_CONFLICT", "具体问题", "issues"),
    "completed": ("COMPLETED_COUNT_CONFLICT", "已完成", "completed issues"),
    "persons": ("PERSON_COUNT_CONFLICT", "问责人数", "persons held to account"),
}

_FUSED_DAY = re.compile(r"(?<!\d)20\d{4,6}日|(?<=至)\d{3,4}日")


@dataclass
class Findings:
    """What reading noticed that is not in the result: the summary, and counts of measures that do not add up."""

    summary: list[Span]
    gaps: list[tuple[Imposed, int]]


def warn(bulletin: Bulletin, outline: Outline, found: Findings) -> list[Warned]:
    """All warnings in the order of the document."""
    warnings = [
        *_sizes(bulletin),
        *_conflicts(bulletin),
        *_states(bulletin),
        *_money(bulletin, found.summary),
        *_gaps(found.gaps),
        *_answers(bulletin, outline),
        *_missing(bulletin, outline),
    ]
    return sorted(warnings, key=lambda warning: warning.at["line"])


def _warned(code: str, zh: str, en: str, at: Place) -> Warned:
    return Warned(code=code, message=zh, message_en=en, at=at)


def _sizes(bulletin: Bulletin) -> Iterator[Warned]:
    for name, (code, zh, en) in _SIZES.items():
        figure = next((one for one in bulletin.declared_all if one.name == name), None)
        counted = getattr(bulletin.counted, name)
        if figure and figure.value != counted and counted:
            yield _warned(
                code,
                f"文中称{zh}{figure.value}个，实际列出{counted}个",
                f"{figure.value} {en} declared, {counted} listed",
                figure.at,
            )


def _conflicts(bulletin: Bulletin) -> Iterator[Warned]:
    for name, (code, zh, en) in _CONFLICTS.items():
        figures = [one for one in bulletin.declared_all if one.name == name]
        values = list(dict.fromkeys(one.value for one in figures))
        if len(values) > 1:
            other = next(one for one in figures if one.value != values[0])
            printed = "、".join(str(value) for value in values)
            yield _warned(
                code,
                f"{zh}的数目前后不一：{printed}",
                f"Different numbers of {en} are declared: {', '.join(str(value) for value in values)}",
                other.at,
            )


def _states(bulletin: Bulletin) -> Iterator[Warned]:
    if not bulletin.issues:
        return
    unknown = bulletin.counted.by_status.get("unknown", 0)
    for status in RectificationStatus:
        figure = next((one for one in bulletin.declared_all if one.name == status), None)
        counted = bulletin.counted.by_status.get(status, 0)
        if figure and isinstance(figure.value, int) and not counted <= figure.value <= counted + unknown:
            yield _warned(
                "STATUS_COUNT_MISMATCH",
                f"文中称{status.zh}{figure.value}个，逐条读出{counted}个",
                f"{figure.value} declared as {status.en}, {counted} read one by one",
                figure.at,
            )


def _money(bulletin: Bulletin, summary: list[Span]) -> Iterator[Warned]:
    totals = [one for one in bulletin.declared_all if one.name == "recovered"]
    if totals and Decimal(str(totals[0].value)) != Decimal(bulletin.recovered_total):
        yield _warned(
            "MONEY_TOTAL_MISMATCH",
            f"文中称共收回{totals[0].value}元，逐笔合计{bulletin.recovered_total}元",
            f"{totals[0].value} yuan declared as recovered, the entries add up to {bulletin.recovered_total}",
            totals[0].at,
        )
    if Decimal(bulletin.outstanding_total):
        for span in summary:
            if settled := SETTLED.search(span.plain):
                yield _warned(
                    "RECOVERY_CONFLICT",
                    f"文中称已全部收回，但仍有{bulletin.outstanding_total}元未收回",
                    f"Said to be recovered in full, yet {bulletin.outstanding_total} yuan are outstanding",
                    span.at(settled.start(), settled.end()),
                )
                return


def _gaps(gaps: list[tuple[Imposed, int]]) -> Iterator[Warned]:
    for total, added in gaps:
        yield _warned(
            "ACCOUNTABILITY_SUM_MISMATCH",
            f"{total.label}称{total.count}，分项合计{added}",
            f"{total.code}: {total.count} declared, the parts add up to {added}",
            total.span.at(total.start, total.end),
        )


def _answers(bulletin: Bulletin, outline: Outline) -> Iterator[Warned]:
    for issue in bulletin.issues:
        if issue.result is None:
            yield _warned(
                "MISSING_PART", f"第{issue.ordinal}个问题没有整改情况", f"Issue {issue.ordinal} has no answer", issue.at
            )
        elif issue.shares_result_with and issue.ordinal < min(issue.shares_result_with):
            shared = "、".join(str(one) for one in [issue.ordinal, *issue.shares_result_with])
            yield _warned(
                "SHARED_ANSWER", f"第{shared}个问题共用一段整改情况", f"Issues {shared} share one answer", issue.at
            )
    for span in outline.unread:
        words = span.printed(0, min(20, len(span.plain)))
        yield _warned(
            "UNREAD_PART", f"这一段没有归入任何问题：{words}", f"This part belongs to no issue: {words}", span.at()
        )
    yield from _numbering(bulletin)


def _numbering(bulletin: Bulletin) -> Iterator[Warned]:
    """Numbers that neither go on by one nor start again at 1."""
    last = 0
    for issue in bulletin.issues:
        digits = re.search(r"\d+", issue.number or "")
        if digits is None:
            continue
        number = int(digits[0])
        if number not in (1, last + 1):
            yield _warned(
                "NUMBERING_GAP",
                f"问题编号由{last}跳到{number}",
                f"The numbers of the issues jump from {last} to {number}",
                issue.at,
            )
        last = number


def _missing(bulletin: Bulletin, outline: Outline) -> Iterator[Warned]:
    start: Place = outline.opening.span().at() if outline.opening else {"line": 1}
    end: Place = outline.ending[-1].span().at() if outline.ending else start
    absent = (
        (bulletin.inspected_organisation, "被巡察单位", "the inspected organisation", start),
        (
            bulletin.dates.feedback or bulletin.kind in ("audit", "theme_education"),
            "反馈日期",
            "the date of the feedback",
            start,
        ),
        (bulletin.issues, "逐条列出的问题", "issues listed one by one", start),
        (bulletin.publisher, "署名", "the signature", end),
        (bulletin.published_on, "落款日期", "the date of publication", end),
    )
    heads = [outline.opening.span()] if outline.opening else []
    for span in heads:
        if fused := _FUSED_DAY.search(span.plain):
            at = span.at(fused.start(), fused.end())
            printed = span.printed(fused.start(), fused.end())
            yield _warned(
                "DATE_UNREADABLE", f"日期缺字，无法确定：{printed}", f"This date lost its words: {printed}", at
            )
    for present, zh, en, at in absent:
        if not present:
            yield _warned("MISSING_PART", f"没有找到{zh}", f"Not found: {en}", at)
