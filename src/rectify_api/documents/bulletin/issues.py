"""The walk through the reporting part of a bulletin: categories, items, issues and whose answer is whose."""

import re
from collections import Counter

from .outline import RANKS, Answered, Node, Outline, column_field, fields_in, marker
from .text import LABEL, LABEL_LINE, Paragraph, Span

_HEADING = re.compile(
    r"(?:(?:针对|关于|对于|对)[“\"「'‘].{1,300}?[”\"」'’]|关于.{2,160}?)[^。:,;]{0,30}?问题[^。:,;一已]{0,16}[。:,]?"
)
_BARE = re.compile(r"(?:针对|关于)[“\"「].{2,200}问题")
_SENTENCE = re.compile(r"[^。!?]{4,400}[。!?]")
_THEME = re.compile(r"[^。:;]{2,80}?方面[^。:;,]{0,12}[。:,]")
_STATUS_TAIL = re.compile(r"[(【\[][^()【】\[\]]{2,12}[)】\]][。;]?$")


def read_tree(region: list[Paragraph], outline: Outline, *, headed: bool) -> None:
    """Fill categories, items and issues. `headed`: the 一、 headings belong to the tree, as categories."""
    header = next((at for at, paragraph in enumerate(region) if _columns(paragraph)), None)
    if header is not None:
        _read_rows(region, header, outline)
    elif sum(1 for paragraph in region if _starts_record(paragraph)) > 0:
        _Walk(outline, region, issue_kind="R").run()
    else:
        _Walk(outline, region, issue_kind=_issue_kind(region, headed=headed)).run()
    _share_answers(outline)


def _starts_record(paragraph: Paragraph) -> bool:
    fields = fields_in(paragraph.span(marker(paragraph)[2]))
    return bool(
        fields and fields[0][0] == "issue" and not re.match("反馈问题", paragraph.plain[marker(paragraph)[2] :])
    )


def _issue_kind(region: list[Paragraph], *, headed: bool) -> str:
    """The marker that numbers the issues: the one answers stand under, else the deepest that looks like a heading."""
    answered = Counter[str]()
    quoted = Counter[str]()
    seen = Counter[str]()
    above = ""
    for paragraph in region:
        kind, _, words = marker(paragraph)
        if kind:
            above = kind
            seen[kind] += 1
            quoted[kind] += bool(_HEADING.match(paragraph.plain, words))
        elif _BARE.match(paragraph.plain):
            above = "U"
            quoted["U"] += 1
            seen["U"] += 1
        if _label(paragraph.plain) or (kind and LABEL.search(paragraph.plain)):
            answered[above] += 1
    if answered and (most := answered.most_common(1)[0][0]):
        return most
    kinds: list[str] = [kind for kind in [*RANKS, "U"] if seen[kind] and (kind != "S" or headed)]
    headings = [kind for kind in kinds if quoted[kind] * 2 >= seen[kind]]
    if headings:
        numbered = [kind for kind in headings if kind != "U" and (kind != "S" or headings == ["S"])]
        return (numbered or headings)[-1]
    if kinds and _themes(region, kinds[-1]):
        return "T" + kinds[-1]
    return kinds[-1] if kinds else ""


def _label(text: str) -> re.Match[str] | None:
    return LABEL.match(text) or LABEL_LINE.match(text)


def _themes(region: list[Paragraph], kind: str) -> bool:
    mine = [paragraph for paragraph in region if marker(paragraph)[0] == kind]
    return sum(bool(_THEME.match(p.plain, marker(p)[2])) for p in mine) * 2 > len(mine)


class _Walk:
    """One pass over the paragraphs, remembering which category, item and issue is open."""

    def __init__(self, outline: Outline, region: list[Paragraph], *, issue_kind: str) -> None:
        self.outline, self.region, self.issue_kind = outline, region, issue_kind
        self.category: Node | None = None
        self.item: Node | None = None
        self.issue: Answered | None = None
        self.labelled = any(LABEL.search(paragraph.plain) or _label(paragraph.plain) for paragraph in region)
        self.answering = False
        self.above = self._kinds_above()

    def _kinds_above(self) -> list[str]:
        rank = RANKS.find(self.issue_kind[-1:]) if self.issue_kind not in ("U", "R") else len(RANKS)
        above: list[str] = []
        for paragraph in self.region:
            kind = marker(paragraph)[0]
            if self.issue_kind[:1] != "T" and self._opens_issue(paragraph, kind):
                break
            if kind and kind not in above and RANKS.index(kind) < rank:
                above.append(kind)
        return sorted(above, key=RANKS.index)

    def _opens_issue(self, paragraph: Paragraph, kind: str) -> bool:
        if self.issue_kind == "R":
            return _starts_record(paragraph)
        if not kind and (self.issue_kind == "U" or (self.issue is None and self.category is not None)):
            return bool(_BARE.match(paragraph.plain))
        return bool(kind) and kind == self.issue_kind

    def run(self) -> None:
        for paragraph in self.region:
            kind, number, words = marker(paragraph)
            if self.issue_kind[:1] == "T" and kind == self.issue_kind[1:]:
                self._open_theme(paragraph, number, words)
            elif self._opens_issue(paragraph, kind):
                self._open_issue(paragraph, number or None, words)
            elif kind and self.above and kind == self.above[0]:
                self._open_node(self.outline.categories, paragraph, number, words)
            elif kind and len(self.above) > 1 and kind == self.above[-1]:
                self._open_node(self.outline.items, paragraph, number, words)
            else:
                self._continue(paragraph.span())

    def _open_node(self, nodes: list[Node], paragraph: Paragraph, number: str, words: int) -> None:
        title = paragraph.span(words)
        first = re.match(r"[^。]{2,200}。", title.plain)
        if first and len(title.plain) > first.end() + 20:
            self.outline.summary.append(title.part(first.end()))
            title = title.part(0, first.end())
        is_category = nodes is self.outline.categories
        node = Node(len(nodes) + 1, number, title, None if is_category or not self.category else self.category.ordinal)
        nodes.append(node)
        self.issue = None
        if is_category:
            self.category, self.item = node, None
        else:
            self.item = node

    def _open_theme(self, paragraph: Paragraph, number: str, words: int) -> None:
        whole = paragraph.span(words)
        found = _THEME.match(whole.plain)
        cut = found.end() if found else len(whole.plain)
        node = Node(len(self.outline.categories) + 1, number, whole.part(0, cut))
        if cut < len(whole.plain):
            node.result = whole.part(cut)
        self.outline.categories.append(node)
        self.category = node

    def _open_issue(self, paragraph: Paragraph, number: str | None, words: int) -> None:
        self.issue = Answered(
            ordinal=len(self.outline.issues) + 1,
            number=number,
            category=self.category.ordinal if self.category else None,
            item=self.item.ordinal if self.item else None,
            texts=[],
        )
        self.outline.issues.append(self.issue)
        self.answering = False
        span = paragraph.span(words)
        if self.issue_kind == "R":
            self._take_fields(fields_in(span))
        elif label := LABEL.search(span.plain):
            self._take_text(span.part(0, label.start()))
            self._take_result(span.part(label.end()))
        elif not self.labelled:
            heading = _HEADING.match(span.plain) or _SENTENCE.match(span.plain)
            cut = heading.end() if heading else len(span.plain)
            self._take_text(span.part(0, cut))
            self._take_result(span.part(cut))
        else:
            self._take_text(span)

    def _continue(self, span: Span) -> None:
        fields = fields_in(span) if self.issue_kind == "R" else []
        if self.issue and fields:
            self._take_fields(fields)
        elif label := _label(span.plain):
            if self.issue is None:
                self.outline.unread.append(span)
            else:
                self._take_result(span.part(label.end()))
        elif self.issue is not None:
            if self.labelled and not self.answering:
                self._take_text(span)
            else:
                self._take_result(span)
        elif (self.issue_kind[:1] == "T" and self.category is not None) or (
            self.category is None and self.item is None
        ):
            self.outline.summary.append(span)
        else:
            self.outline.summary.append(span)
            self.outline.unread.append(span)

    def _take_text(self, span: Span) -> None:
        if self.issue and span.plain:
            self.issue.texts.append(span)

    def _take_result(self, span: Span) -> None:
        self.answering = True
        if self.issue and span.plain:
            self.issue.results.append(span)
            if tail := _STATUS_TAIL.search(span.plain):
                self.issue.status = span.part(tail.start())

    def _take_fields(self, fields: list[tuple[str, Span]]) -> None:
        for name, span in fields:
            if name == "issue":
                self._take_text(span)
            elif name == "result":
                self._take_result(span)
            elif self.issue and span.plain:
                self.issue.fields[name] = span


def _columns(paragraph: Paragraph) -> list[str | None] | None:
    cells = [cell.strip() for cell in paragraph.plain.split("\t")]
    if len(cells) < 3 or max(map(len, cells)) > 20:
        return None
    columns = [column_field(cell) for cell in cells]
    return columns if "issue" in columns and {"result", "measures", "status"} & set(columns) else None


def _read_rows(region: list[Paragraph], header: int, outline: Outline) -> None:
    """A ledger table: one issue a row; a category cell left empty means the one above."""
    columns = _columns(region[header]) or []
    outline.summary += [paragraph.span() for paragraph in region[:header]]
    category: Node | None = None
    for paragraph in region[header + 1 :]:
        cells = _cells(paragraph)
        if _columns(paragraph):
            continue
        filled = [cell for cell in cells if cell.plain]
        if (len(filled) == 1 and len(filled[0].plain) < 80 and "\t" in paragraph.plain) or (
            len(cells) == 1 and marker(paragraph)[0]
        ):
            category = _category_of(outline, filled[0])
            continue
        if len(cells) < 2:
            outline.summary.append(paragraph.span())
            continue
        row = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell.plain}
        if "category" in row and (category is None or category.title.plain != row["category"].plain):
            category = _category_of(outline, row["category"])
        if "issue" not in row:
            outline.unread.append(paragraph.span())
            continue
        _add_row(outline, row, category)


def _add_row(outline: Outline, row: dict[str, Span], category: Node | None) -> None:
    number = row["number"].printed() if "number" in row else None
    issue = Answered(len(outline.issues) + 1, number, category.ordinal if category else None, None, [row["issue"]])
    if answer := row.get("result") or row.get("measures"):
        issue.results.append(answer)
    issue.status = row.get("status")
    taken = ("number", "category", "issue", "result", "status")
    issue.fields = {name: span for name, span in row.items() if name not in taken and span is not answer}
    outline.issues.append(issue)


def _category_of(outline: Outline, span: Span) -> Node:
    found = re.match(r"[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)", span.plain)
    cut = found.end() if found else 0
    number = span.printed(0, cut) if found else None
    node = Node(len(outline.categories) + 1, number, span.part(cut))
    outline.categories.append(node)
    return node


def _cells(paragraph: Paragraph) -> list[Span]:
    spans, start = [], 0
    for cell in paragraph.plain.split("\t"):
        spans.append(paragraph.span(start, start + len(cell)))
        start += len(cell) + 1
    return spans


def _share_answers(outline: Outline) -> None:
    """Issues printed in a row above one answer share it, within their item or category."""
    waiting: list[Answered] = []
    for issue in outline.issues:
        if waiting and (waiting[-1].category, waiting[-1].item) != (issue.category, issue.item):
            waiting = []
        waiting.append(issue)
        if issue.results:
            ordinals = [one.ordinal for one in waiting]
            for one in waiting if len(waiting) > 1 else []:
                one.results, one.status = issue.results, issue.status
                one.shares = [other for other in ordinals if other != one.ordinal]
            waiting = []
