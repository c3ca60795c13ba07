"""Paragraphs to the parts of a bulletin: opening, summary, the tree of issues with their answers, ending."""

import re
from dataclasses import dataclass, field

from .text import LABEL, LABEL_LINE, MARKER, Paragraph, Span

RANKS = "SCNPOQ"
_OPENING = re.compile(
    r"现将|统一(?:部署|安排)|巡[察视]组.{0,40}对|(?:根据|按照|依据).{2,60}(?:部署|安排|要求|条例|规定)|审计[厅局署].{0,30}对"
)
_CATEGORY = re.compile(
    r"关于[“\"「'‘《].*问题|方面(?:存在)?(?:的)?(?:主要|突出)?(?:问题)?(?:的)?(?:整改)?(?:落实)?(?:情况)?[。:]?$|在[“\"].*方面|反馈问题[:]"
)
_QUOTED = re.compile(
    r"(?:针对|关于|对于|对)[“\"「'‘].{2,200}?[”\"」'’](?:等)?(?:的)?(?:突出|具体)?问题|关于.{2,120}?的?问题"
)
_RESULT_HEAD = re.compile(
    r"(?:反馈|问题|意见|任务|事项|措施).{0,12}整改.{0,8}(?:情况|成效|进展|结果)|整改(?:任务)?(?:落实|完成|进展|成效|结果)"
    r"|整改成效|逐项整改|具体整改"
)
_DUTY_HEAD = re.compile(
    r"主体责任|第一责任|组织(?:领导|落实|情况|推进|实施)|政治站位|(?:总体|基本|开展|概)(?:情|概)况|思想认识|高度重视"
)
_NEXT_HEAD = re.compile(r"下一步|下步|今后|工作打算|工作安排|努力方向|巩固.{0,12}成果|后续")
_OTHER_HEAD = re.compile(r"问责|追责|建章立制|线索|信访|联系方式|尚未完成|未完成|长期(?:坚持|整改)")
_CLOSING = re.compile(
    r"欢迎|如有(?:任何)?(?:意见|建议)|联系(?:方式|电话|人|地址)|(?:监督|举报|咨询)?电话[::]|电子邮[箱件]|邮[政寄]|通[讯信]地址|公示(?:期|时间)"
    r"|特此(?:通报|公告|公示|报告)|(?:下一步|今后工作中),|(?:中共)?[^,。;:]{2,60}(?:\(盖章\)|\(印章\))$"
)
_PLANS = re.compile(
    r"(?:下一步|下步|今后|接下来)(?:工作(?:中)?)?,?[^。]{0,12}(?:我们|我局|我单位|党委|党组|党总支|党支部|全体|街道|镇)"
)
_DATE_LINE = re.compile(
    r"\(?(?:\d{4}年\d{1,2}月\d{1,2}日|[一二]?[〇零○OoΟ0一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
    r"|\d{4}[-./]\d{1,2}[-./]\d{1,2})\)?$"
)
SIGNATURE = re.compile(
    r"[^,。;:、]{2,60}(?:委员会|党委|党组|党工委|工委|党总支|党支部|支部|局|办公室|政府|院|学校|公司|中心|集团|大学|学院|处|会|厅)(?:\(.{1,6}\))?"
)
FIELDS = {
    "issue": r"(?:存在|反馈|具体|发现)?(?:的)?问题(?:表现|描述|内容)?|问题表现",
    "measures": r"(?:具体)?整改(?:工作)?措施",
    "result": r"(?:整改)?(?:完成|进展|落实)(?:情况|状态)|整改(?:情况|成效|结果|进展|状态)|(?:取得)?成效",
    "root_cause": r"(?:问题)?(?:原因分析|产生原因|原因)",
    "target": r"整改目标",
    "responsible_leader": r"(?:整改)?(?:责任|分管|牵头|包抓)领导",
    "lead_unit": r"牵头(?:单位|部门|科室|处室)",
    "responsible_unit": r"(?:整改)?(?:责任|承办)(?:单位|部门|科室|处室)",
    "cooperating_unit": r"(?:配合|协办)(?:单位|部门|科室)",
    "responsible_person": r"(?:整改)?(?:责任人员|责任人|具体负责人|负责人)",
    "due_date": r"(?:整改|完成|办结)?(?:时限|期限|完成时间|时间)",
    "amount_involved": r"涉及(?:问题)?(?:金额|资金)",
}
_FIELD_NAMES = {name: re.compile(rf"(?:{words})$") for name, words in FIELDS.items()}
_FIELD = re.compile(
    "|".join(
        rf"(?P<{name}>(?:^|(?<=[。;,】\]\t]))[【\[]?(?:{words})(?:[】\]]:?|:))"
        if name in ("issue", "measures", "result", "root_cause", "target")
        else rf"(?P<{name}>[【\[]?(?:{words})(?:[】\]]:?|:))"
        for name, words in FIELDS.items()
    )
)


@dataclass
class Node:
    """A category or an item: its number as printed, its title, and the answer when it is answered as a theme."""

    ordinal: int
    number: str | None
    title: Span
    parent: int | None = None
    result: Span | None = None


@dataclass
class Answered:
    """An issue while it is read; a later issue's answer may be shared into `results`."""

    ordinal: int
    number: str | None
    category: int | None
    item: int | None
    texts: list[Span]
    results: list[Span] = field(default_factory=list)
    shares: list[int] = field(default_factory=list)
    fields: dict[str, Span] = field(default_factory=dict)
    status: Span | None = None


@dataclass
class Outline:
    """The parts found. `summary` is every paragraph outside the tree that reports; plans for later are not in it."""

    title: list[Paragraph] = field(default_factory=list)
    opening: Paragraph | None = None
    summary: list[Span] = field(default_factory=list)
    later: list[Span] = field(default_factory=list)
    ending: list[Paragraph] = field(default_factory=list)
    categories: list[Node] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    issues: list[Answered] = field(default_factory=list)
    unread: list[Span] = field(default_factory=list)


def marker(paragraph: Paragraph) -> tuple[str, str, int]:
    """(kind, number as printed, where the words begin) of a paragraph; kind is empty without a marker."""
    if (found := MARKER.match(paragraph.plain)) and found.end() < len(paragraph.plain):
        return str(found.lastgroup), paragraph.span(0, found.end()).printed(), found.end()
    return "", "", 0


def parts_of(paragraphs: list[Paragraph]) -> tuple[Outline, list[Paragraph]]:
    """The outline with title, opening and ending filled in, and the body between them."""
    outline = Outline()
    start = _opening_at(paragraphs)
    if start is not None:
        outline.opening = paragraphs[start]
    top = _top_lines(paragraphs) if start is None else start
    outline.title = paragraphs[:top]
    first = top if start is None else top + 1
    end = _ending_at(paragraphs, first)
    outline.ending = paragraphs[end:]
    return outline, paragraphs[first:end]


def _opening_at(paragraphs: list[Paragraph]) -> int | None:
    for at, paragraph in enumerate(paragraphs[:40]):
        if marker(paragraph)[0] or "\t" in paragraph.plain:
            return None
        if len(paragraph.plain) > 18 and _OPENING.search(paragraph.plain[:400]) and re.search("[。,]", paragraph.plain):
            return at
    return None


def _top_lines(paragraphs: list[Paragraph]) -> int:
    """How many short lines stand at the top of a text that lost its opening."""
    for at, paragraph in enumerate(paragraphs[:6]):
        if marker(paragraph)[0] or "\t" in paragraph.plain or "。" in paragraph.plain or len(paragraph.plain) > 80:
            return at
    return 0


def _ending_at(paragraphs: list[Paragraph], first: int) -> int:
    end = len(paragraphs)
    while end > first and end > len(paragraphs) - 12:
        text = paragraphs[end - 1].plain
        if "\t" in text:
            break
        closing = _CLOSING.match(text) or _DATE_LINE.match(text) or (len(text) < 62 and SIGNATURE.fullmatch(text))
        dated = len(text) < 80 and re.search(r"\d{4}年\d{1,2}月\d{1,2}日$", text) and "。" not in text
        reachable = len(text) < 400 and re.search(r"电话|邮箱|联系方式|来信|地址[::]|邮编|@", text)
        if marker(paragraphs[end - 1])[0] or LABEL.match(text) or not (closing or dated or reachable):
            break
        end -= 1
    return end


def sections_of(body: list[Paragraph], outline: Outline) -> tuple[list[Paragraph], bool]:
    """The paragraphs that carry the tree, and whether 一、 headings are its categories; the rest is summary."""
    rows = [at for at, paragraph in enumerate(body) if "\t" in paragraph.plain]
    inside = range(rows[0], rows[-1]) if rows else range(0)
    heads = [at for at, paragraph in enumerate(body) if marker(paragraph)[0] == "S" and at not in inside]
    themes = [at for at in heads if _is_category_head(body[at])]
    if themes and (len(themes) > 1 or len(themes) * 2 >= len(heads)):
        after = next((at for at in heads if at > themes[-1]), len(body))
        _keep_summary(body[: themes[0]], outline)
        _keep_by_section(body[after:], outline)
        return _without_plans(body[themes[0] : after], outline), True
    if not heads:
        return _without_later(body, outline), False
    bounds = list(zip(heads, [*heads[1:], len(body)], strict=True))
    chosen = _tree_sections(body, bounds)
    _keep_summary(body[: heads[0]], outline)
    region: list[Paragraph] = []
    for start, end in bounds:
        if (start, end) in chosen:
            region += body[start + 1 : end]
        else:
            _keep_by_section(body[start:end], outline)
    return _without_plans(region, outline), False


def _without_plans(region: list[Paragraph], outline: Outline) -> list[Paragraph]:
    """Closing paragraphs that speak for the whole organisation are no part of the last issue's answer."""
    end = len(region)
    while end and _PLANS.match(region[end - 1].plain):
        end -= 1
    outline.later += [paragraph.span() for paragraph in region[end:]]
    return region[:end]


def _is_category_head(paragraph: Paragraph) -> bool:
    words = paragraph.plain[marker(paragraph)[2] :]
    return bool(_CATEGORY.search(words[:200])) and not (
        _NEXT_HEAD.match(words) or re.match(r".{0,14}反馈(?:意见|问题)", words)
    )


def _tree_sections(body: list[Paragraph], bounds: list[tuple[int, int]]) -> list[tuple[int, int]]:
    def heading(start: int) -> str:
        return body[start].plain[marker(body[start])[2] :][:60]

    open_ones = [(a, b) for a, b in bounds if b - a > 1 and not _NEXT_HEAD.search(heading(a))]
    labelled = [(a, b) for a, b in open_ones if any(_has_label(paragraph) for paragraph in body[a + 1 : b])]
    if labelled:
        return labelled
    rows = [(a, b) for a, b in open_ones if sum("\t" in paragraph.plain for paragraph in body[a + 1 : b]) > 1]
    if rows:
        return rows
    plainly = [(a, b) for a, b in open_ones if not (_DUTY_HEAD.search(heading(a)) or _OTHER_HEAD.search(heading(a)))]
    named = [(a, b) for a, b in plainly if _RESULT_HEAD.search(heading(a))]
    quoted = [(a, b) for a, b in plainly if any(_is_quoted(paragraph) for paragraph in body[a + 1 : b])]
    themes = [(a, b) for a, b in plainly if any(_is_theme(paragraph) for paragraph in body[a + 1 : b])]
    return quoted or [x for x in named if any(marker(p)[0] for p in body[x[0] + 1 : x[1]])] or themes or named[:1]


def _has_label(paragraph: Paragraph) -> bool:
    return bool(LABEL.search(paragraph.plain) or LABEL_LINE.match(paragraph.plain))


def _is_quoted(paragraph: Paragraph) -> bool:
    kind, _, words = marker(paragraph)
    return bool(kind and _QUOTED.match(paragraph.plain, words))


def _is_theme(paragraph: Paragraph) -> bool:
    kind, _, words = marker(paragraph)
    return bool(kind and "方面" in paragraph.plain[words : words + 60])


def _without_later(body: list[Paragraph], outline: Outline) -> list[Paragraph]:
    """Without 一、 headings: what stands before the first marker is summary, plans after the last one are later."""
    marked = [at for at, paragraph in enumerate(body) if marker(paragraph)[0] or _FIELD.match(paragraph.plain)]
    rows = [at for at, paragraph in enumerate(body) if "\t" in paragraph.plain]
    first = min(marked[:1] + rows[:1], default=len(body))
    quoted = [at for at, paragraph in enumerate(body[:first]) if re.match(r"(?:针对|关于)[“\"「]", paragraph.plain)]
    first = min([first, *quoted])
    last = next(
        (at for at in range(len(body) - 1, first, -1) if not re.match("下一步|今后工作|接下来", body[at].plain)),
        len(body) - 1,
    )
    _keep_summary(body[:first], outline)
    outline.later += [paragraph.span() for paragraph in body[last + 1 :]]
    return body[first : last + 1]


def _keep_by_section(part: list[Paragraph], outline: Outline) -> None:
    """Sections outside the tree, each to the summary or to the plans for later, by its heading."""
    later = False
    for paragraph in part:
        if marker(paragraph)[0] == "S":
            later = bool(_NEXT_HEAD.search(paragraph.plain[:60]))
        (outline.later if later else outline.summary).append(paragraph.span())


def _keep_summary(part: list[Paragraph], outline: Outline) -> None:
    outline.summary += [paragraph.span() for paragraph in part]


def fields_in(span: Span) -> list[tuple[str, Span]]:
    """(field, its words) for every 名称: in one line, in order; empty when the line begins with none."""
    found = list(_FIELD.finditer(span.plain))
    if not found or found[0].start() > 0:
        return []
    ends = [*(match.start() for match in found[1:]), len(span.plain)]
    return [(str(match.lastgroup), span.part(match.end(), end)) for match, end in zip(found, ends, strict=True)]


def column_field(cell: str) -> str | None:
    """The field a column heading of a ledger table names; 序号 and 类别 are `number` and `category`."""
    if re.fullmatch(r"序号|编号|号", cell):
        return "number"
    if re.search(r"类别|方面|分类", cell):
        return "category"
    if re.fullmatch(r"(?:是否)?(?:完成|整改|销号)(?:状态|与否|情况)?|状态|是否完成", cell) and "情况" not in cell:
        return "status"
    return next((name for name, words in _FIELD_NAMES.items() if words.search(cell)), None)
