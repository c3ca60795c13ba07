"""Bytes of a text file, a web page or a Word document to lines of text, within fixed bounds of size."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from .refusal import NotABulletin
from .word import lines_of_word

MOST_BYTES = 32 * 2**20
MOST_CHARACTERS = 2_000_000
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(["script", "style", "nav", "noscript", "template", "iframe", "select", "button", "svg", "title"])
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_MARKUP = re.compile(r"\A\s*<(?:!doctype|\?xml|html|head|body|div|p|table|meta|article|section|h\d)\b", re.IGNORECASE)
_XML_HEAD = re.compile(r"\A\s*<\?xml[^>]{0,200}>")
_SOURCE_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = dict.fromkeys([*range(0x00, 0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), 0xFEFF])


def lines_of(data: bytes, filename: str = "") -> list[str]:
    """The document's lines in reading order; cells of one table row share a line, separated by tabs."""
    if len(data) > MOST_BYTES:
        raise NotABulletin("文件过大，无法作为通报读取", "The file is too large to be a bulletin")
    if data[:4] == b"PK\x03\x04":
        return [piece for line in lines_of_word(data) for piece in _BREAKS.split(line.translate(_CONTROL))]
    if data[:4] == b"%PDF" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise NotABulletin("请另存为 .docx、.html 或 .txt 后再读取", "Save it as .docx, .html or .txt and read that")
    page = filename.lower().endswith((".html", ".htm", ".xhtml"))
    text = _decoded(data)
    if "\0" in text or text.count("�") > 20 + len(text) // 50:
        raise NotABulletin("文件不是文字内容", "The file is not text")
    if len(text) > MOST_CHARACTERS:
        raise NotABulletin("文字过长，无法作为通报读取", "The text is too long to be a bulletin")
    if (page and "<" in text) or _MARKUP.match(text):
        text = _text_of_page(text)
    return _BREAKS.split(text.translate(_CONTROL))


def _decoded(data: bytes) -> str:
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    named = _CHARSET.search(data[:2048])
    # A page may name gb2312 and use characters only gb18030 has; unknown names fall through.
    chinese = bool(named and named[1].lower().startswith((b"gb", b"hz")))
    for encoding in ("gb18030", "utf-8") if chinese else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    utf8, gb = data.decode("utf-8", "replace"), data.decode("gb18030", "replace")
    return utf8 if utf8.count("�") <= gb.count("�") else gb


def _text_of_page(markup: str) -> str:
    try:
        return "".join(_pieces(BeautifulSoup(_XML_HEAD.sub("", markup), "lxml")))
    except Exception as broken:  # a parser bug on hostile markup must not leave as anything else
        raise NotABulletin("网页无法解析", "The web page cannot be parsed") from broken


def _pieces(soup: BeautifulSoup) -> Iterator[str]:
    """Text with line breaks at the edges of blocks; breaks inside the source of a paragraph mean nothing."""
    waiting: list[tuple[PageElement | str, bool, bool]] = [(soup, False, False)]
    while waiting:
        node, in_cell, in_pre = waiting.pop()
        if isinstance(node, Tag):
            if node.name in _SILENT:
                continue
            cell = node.name in ("td", "th")
            edge = "\t" if cell else "\n" if node.name in _BLOCKS and not in_cell else ""
            if edge == "\n":
                yield edge
            waiting.append((edge, in_cell, in_pre))
            inside = (in_cell or cell, in_pre or node.name == "pre")
            waiting += [(child, *inside) for child in reversed(node.contents)]
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            yield str(node) if in_pre else _SOURCE_BREAK.sub("", node)
        elif not isinstance(node, PageElement):
            yield node
