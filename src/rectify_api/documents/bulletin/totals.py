"""Control figures a bulletin states of itself, and the counts of rules made and changed."""

import re
from collections.abc import Callable, Iterable

from ...domain.vocabulary import RectificationStatus
from .numbers import COUNT, count
from .text import Span
from .tree import DeclaredFigure, RuleCounts

_SENTENCE = re.compile(r"[^。!?]+")
_ABOUT_ISSUES = re.compile(r"整改|问题|措施|任务|事项|销号")
_STATUS = {
    RectificationStatus.extension_requested: r"申请延期(?:整改)?|延期整改",
    RectificationStatus.not_completed: r"(?:尚|还|仍)?未(?:完成|整改)(?:整改)?(?:到位)?",
    RectificationStatus.basically_completed: r"基本(?:完成整改|完成|整改到位)",
    RectificationStatus.long_term: r"(?:需|需要)?(?:长期|持续)(?:坚持|整改)",
    RectificationStatus.in_progress: r"(?:正在|尚在|正|持续)(?:积极)?(?:整改|推进|进行)(?:中|整改)?",
    RectificationStatus.completed: r"(?:已(?:经)?)(?:全部)?(?:完成整改|整改完成|整改到位|完成销号|完成|整改|销号|办结)"
    r"|完成整改|整改完成|完成销号|(?<!基本)完成",
}
_STATUS_WORDS = "|".join(f"(?P<{status}>{words})" for status, words in _STATUS.items())
_NOUN = r"(?:具体|整改)*(?:问题|措施|任务|事项)"
_STATUS_COUNT = re.compile(
    rf"(?:{_STATUS_WORDS})(?:了|的)?(?:{_NOUN})?(?:有|为|共|共计)?(?P<n>{COUNT})(?P<unit>[个项条件])(?!工作日|月)(?P<noun>{_NOUN})?"
)
_STATUS_AFTER = re.compile(
    rf"(?P<n>{COUNT})(?P<unit>[个项条件])(?P<noun>{_NOUN})?(?:中)?,?(?P<words>(?:已|均已|都已|已经)(?:全部|全面)?(?:完成整改|整改完成|整改到位"
    rf"|完成销号|整改|完成|销号)|(?:均|全部)(?:完成整改|整改完成|整改到位|完成|整改|销号)|基本完成(?:整改)?|正在(?:整改|推进)|(?:需|需要)?长期坚持|尚未完成)"
    rf"(?!{COUNT})"
)
_COUNTED = re.compile(
    rf"(?P<n>{COUNT})(?P<unit>个方面|大方面|方面|个大类|大类|个类别|类|个|大项|项|条|件)(?P<more>(?:突出|主要|重点|具体|共性|个性|整改|存在|反馈|方面|的|大){{0,4}})"
    r"(?P<noun>问题|意见建议|意见|建议|措施|任务|事项)?"
    rf"|(?P<rnoun>(?:具体|整改|突出|主要)*(?:问题|措施|任务|意见建议|建议))(?:共|共计|总数|有|为|:){{0,2}}(?P<rn>{COUNT})(?P<runit>[个项条件类])(?P<tail>问题)?"
)
# Problems somebody took over, found on a tour or solved on the way are not the count of the feedback.
_ELSEWHERE = re.compile(r"领办|带头|包抓|查找|解决|督办|排查|(?<!巡察)(?<!巡视)(?<!反馈)(?<!审计)发现")
_ALL_DONE = re.compile(
    r"(?:问题|任务|事项|措施)(?:现|目前)?(?:均|都|全部)?(?:已|已经)?(?:均|全部|全面)(?:已|完成|整改)[^,。;]{0,8}|见底清零|全部(?:完成整改|整改到位|销号)"
)
_NEW = r"(?:新建立|新建|新制定|新制订|新出台|新增|制定出台|制定|制订|建立健全|建立|出台)"
_REVISED = r"(?:修订完善|修改完善|修订|修改|完善|健全)"
_RULE_NOUN = (
    r"(?:(?:各项|各类|相关|有关|规章|管理|内控|内部|工作|长效)*"
    r"(?:制度|办法|规定|机制|规范|细则|规程)(?:机制|办法|规定|规范)*)"
)
_RULE = re.compile(
    rf"(?P<mixed>{_NEW}(?:[和及与、或并/]|以及){{0,1}}{_REVISED}|{_REVISED}(?:[和及与、或并/]|以及){_NEW})(?:了|各项)?"
    rf"(?P<m>{_RULE_NOUN}|(?=\d))(?P<mn>\d{{1,4}})(?:余)?[个项条份部]"
    rf"|(?P<abolished>废止|废除|清理废止)(?:了)?(?P<a>{_RULE_NOUN}|(?=\d))(?P<an>\d{{1,4}})[个项条份部]"
    rf"|(?P<revised>{_REVISED})(?:了)?(?P<r>{_RULE_NOUN}|(?=\d))(?P<rvn>\d{{1,4}})(?:余)?[个项条份部]"
    rf"|(?P<new>{_NEW})(?:了)?(?P<w>{_RULE_NOUN}|(?=\d))(?P<nn>\d{{1,4}})(?:余)?[个项条份部]"
)
_RULE_KIND = {
    "mixed": ("mn", "new_and_revised"),
    "abolished": ("an", "abolished"),
    "revised": ("rvn", "revised"),
    "new": ("nn", "new"),
}


def declared_in(spans: Iterable[Span], *, items_counted: int, issues_counted: int) -> list[DeclaredFigure]:
    """Every control figure of the summary in order. The counted sizes decide only what a bare 12类问题 names."""
    found: list[DeclaredFigure] = []
    for span in spans:
        for sentence in _SENTENCE.finditer(span.plain):
            if _ABOUT_ISSUES.search(sentence[0]):
                part = span.part(sentence.start(), sentence.end())
                found += _of_sentence(part, items_counted=items_counted, issues_counted=issues_counted)
    return found


def _of_sentence(span: Span, *, items_counted: int, issues_counted: int) -> list[DeclaredFigure]:
    figures: list[tuple[int, DeclaredFigure]] = []
    masked = span.plain

    def note(name: str, value: int | str, start: int, end: int) -> None:
        figures.append(
            (start, DeclaredFigure(name=name, value=value, text=span.printed(start, end), at=span.at(start, end)))
        )

    for match in _STATUS_COUNT.finditer(span.plain):
        name = str(next(status for status in _STATUS if match[status]))
        noun = match["noun"] or _noun_before(span.plain[: match.start()], match["unit"])
        note(
            name + ("_measures" if re.search("措施|任务", noun) else ""),
            count(match["n"]),
            match.start("n"),
            match.end(),
        )
        masked = _mask(masked, match)
    for match in _STATUS_AFTER.finditer(masked):
        status = next(status for status, words in _STATUS.items() if re.search(words, "已" + match["words"][-6:]))
        if re.search("均|全部|已", match["words"]) and "基本" not in match["words"]:
            status = RectificationStatus.completed
        suffix = "_measures" if re.search("措施|任务", match["noun"] or "") else ""
        note(f"{status}{suffix}", count(match["n"]), match.start(), match.end())
    _note_sizes(masked, note, items_counted=items_counted, issues_counted=issues_counted)
    if done := _ALL_DONE.search(span.plain):
        note("all_completed", "all", done.start(), done.end())
    return [figure for _, figure in sorted(figures, key=lambda one: one[0])]


def _noun_before(text: str, unit: str) -> str:
    """What was counted last with the same unit: 实施40项措施，已完成40项 speaks of measures, 3个 would not."""
    nearest = ""
    for match in _COUNTED.finditer(text):
        if (match["unit"] or match["runit"]) == unit:
            nearest = match["noun"] or match["rnoun"] or nearest
    return nearest


def _mask(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + "~" * (match.end() - match.start()) + text[match.end() :]


def _note_sizes(
    text: str, note: Callable[[str, int, int, int], None], *, items_counted: int, issues_counted: int
) -> None:
    problems: list[tuple[int, str, re.Match[str]]] = []
    category = False
    for match in _COUNTED.finditer(text):
        unit, noun = match["unit"] or match["runit"], match["noun"] or match["rnoun"] or ""
        value = count(match["n"] or match["rn"])
        if _ELSEWHERE.search(text[max(0, match.start() - 8) : match.start()]):
            continue
        if text[match.start() - 1 : match.start()] in ("第", "~") or (
            match["n"] and not noun and unit in ("个", "条", "件")
        ):
            continue
        if "措施" in noun:
            note("measures", value, match.start(), match.end())
        elif "任务" in noun or "事项" in noun:
            note("tasks", value, match.start(), match.end())
        elif "建议" in noun or noun == "意见":
            note("suggestions", value, match.start(), match.end())
        elif not category and re.search("方面|大类|类别", unit) and (noun or "问题" in text):
            category = True
            note("categories", value, match.start(), match.end())
        elif "问题" in noun or unit in ("类", "大项") or (unit == "项" and category):
            problems.append((value, unit, match))
    if not problems:
        return
    first = problems[0]
    if len(problems) > 1 or _names_items(first, text, items_counted=items_counted, issues_counted=issues_counted):
        note("items", first[0], first[2].start(), first[2].end())
        problems = problems[1:]
    for value, _, match in problems:
        note("issues", value, match.start(), match.end())


def _names_items(
    problem: tuple[int, str, re.Match[str]], text: str, *, items_counted: int, issues_counted: int
) -> bool:
    value, unit, match = problem
    if not items_counted or "具体" in match[0] or re.search("细化|分解", text[: match.start()]):
        return False
    return unit in ("类", "大项") or (value == items_counted and value != issues_counted)


def rules_in(spans: Iterable[Span]) -> RuleCounts:
    """Rules by kind, summed over the spans; null where nothing is said."""
    sums: dict[str, int] = {}
    for span in spans:
        for sentence in _SENTENCE.finditer(span.plain):
            if not re.search("制度|办法|规定|机制|规范|细则|规程", sentence[0]):
                continue
            for match in _RULE.finditer(sentence[0]):
                group, name = _RULE_KIND[next(kind for kind in _RULE_KIND if match[kind])]
                sums[name] = sums.get(name, 0) + int(match[group])
    return RuleCounts(**sums)
