"""A Word document to lines in reading order, with the numbers Word itself would print before its paragraphs."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from .refusal import NotABulletin

MOST_UNPACKED = 64 * 2**20
MOST_PARTS = 5_000
DEEPEST = 8
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = "〇一二三四五六七八九"
_WRAPPERS = frozenset(_W + name for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag"))


def lines_of_word(data: bytes) -> list[str]:
    """Paragraphs and table rows (cells parted by tabs) of a .docx. Raises NotABulletin for a damaged or huge one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
                raise NotABulletin("Word 文件解压后过大", "The Word file unpacks to too much")
        document = Document(io.BytesIO(data))
        return list(_blocks(document.element.body, _Numbering(document)))
    except NotABulletin:
        raise
    except Exception as broken:  # python-docx lets many kinds of error out on damaged packages
        raise NotABulletin("Word 文件已损坏，无法读取", "The Word file is damaged") from broken


def _blocks(body: Any, numbering: "_Numbering") -> Iterator[str]:
    waiting = list(reversed(list(body)))
    while waiting:
        node = waiting.pop()
        if node.tag == f"{_W}p":
            yield numbering.before(node) + _text(node)
        elif node.tag == f"{_W}tbl":
            for row in node.iter(f"{_W}tr"):
                cells = [[numbering.before(p) + _text(p) for p in cell.iter(f"{_W}p")] for cell in row.iter(f"{_W}tc")]
                # A row of one cell is page layout: its paragraphs are the text itself.
                yield from cells[0] if len(cells) == 1 else ["\t".join(map("".join, cells))]
        elif node.tag in _WRAPPERS:
            waiting.extend(reversed(list(node)))


def _text(paragraph: Any) -> str:
    parts = []
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag == f"{_W}tab":
            parts.append(" ")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
    return "".join(parts)


class _Numbering:
    """Counts numbered paragraphs as Word does: `before` a paragraph gives 一、 or (3), or nothing."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self.lists: dict[str, str] = {}
        self.counts: dict[str, list[int]] = {}
        self.styles: dict[str, tuple[str, int]] = {}
        for style in document.styles.element.iter(f"{_W}style"):
            if (numbered := _number_of(style)) and numbered[0]:
                self.styles[str(style.get(f"{_W}styleId"))] = numbered
        try:
            root = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
        except KeyError:
            return
        for kind in root.iter(f"{_W}abstractNum"):
            for level in kind.iter(f"{_W}lvl"):
                key = str(kind.get(f"{_W}abstractNumId")), int(level.get(f"{_W}ilvl", 0))
                start = int(_value(level, "start") or 1)
                self.levels[key] = (_value(level, "numFmt") or "decimal", _value(level, "lvlText") or "", start)
        for number in root.iter(f"{_W}num"):
            self.lists[str(number.get(f"{_W}numId"))] = _value(number, "abstractNumId") or ""
            if number.find(f".//{_W}startOverride") is not None:
                self.counts[str(number.get(f"{_W}numId"))] = []

    def before(self, paragraph: Any) -> str:
        numbered = _number_of(paragraph) or self.styles.get(_style(paragraph))
        if not numbered or numbered[0] not in self.lists or (self.lists[numbered[0]], numbered[1]) not in self.levels:
            return ""
        kind, depth = self.lists[numbered[0]], numbered[1]
        if depth > DEEPEST:
            return ""
        counts = self.counts.setdefault(numbered[0] if numbered[0] in self.counts else kind, [])
        while len(counts) <= depth:
            counts.append(self.levels.get((kind, len(counts)), ("", "", 1))[2] - 1)
        counts[depth] += 1
        del counts[depth + 1 :]
        shape = self.levels[kind, depth][1]
        return re.sub(r"%(\d)", lambda place: self._printed(kind, counts, int(place[1]) - 1), shape)

    def _printed(self, kind: str, counts: list[int], depth: int) -> str:
        if not 0 <= depth < len(counts):
            return ""
        shape = self.levels.get((kind, depth), ("decimal", "", 1))[0]
        number = max(counts[depth], 1)
        if re.match("chinese|ideograph|japanese|taiwanese", shape):
            tens, ones = divmod(min(number, 99), 10)
            return (_CHINESE[tens] * (tens > 1) + "十") * (tens > 0) + _CHINESE[ones] * (ones > 0)
        if "Circle" in shape:
            return chr(0x245F + number) if number <= 20 else str(number)
        return str(number) if shape.startswith("decimal") else ""


def _number_of(node: Any) -> tuple[str, int] | None:
    properties = node.find(f"{_W}pPr/{_W}numPr")
    if properties is None:
        return None
    return _value(properties, "numId") or "", int(_value(properties, "ilvl") or 0)


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else str(style.get(f"{_W}val"))


def _value(node: Any, name: str) -> str | None:
    child = node.find(f"{_W}{name}")
    return None if child is None else str(child.get(f"{_W}val"))
