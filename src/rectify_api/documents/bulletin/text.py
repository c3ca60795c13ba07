"""Lines to paragraphs: a plain form to match on, character by character beside the printed one."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from .tree import Place

_TRADITIONAL = str.maketrans(
    "黨委員會問題況務開關於對進辦責領導幹部監督檢查體類項個億萬條達處罰違規紀離職費餘級別長堅縣區鎮鄉聯繫電話郵箱號"
    "實際圍財產資產業價發佈報告現將統組織據間內審計專動調換記過嚴點傳讀學習應當總結單位該這樣門戶網",
    "党委员会问题况务开关于对进办责领导干部监督检查体类项个亿万条达处罚违规纪离职费余级别长坚县区镇乡联系电话邮箱号"
    "实际围财产资产业价发布报告现将统组织据间内审计专动调换记过严点传读学习应当总结单位该这样门户网",
)
_KEPT = (range(0x2460, 0x2500), range(0x2776, 0x2794), range(0x3251, 0x32C0), range(0xB2, 0xB4))
_BLANKS = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


class _Plain(dict[int, int | str]):
    """NFKC where it keeps one character one character; circled digits stay, they are read as markers."""

    def __missing__(self, code: int) -> int | str:
        narrow = unicodedata.normalize("NFKC", chr(code))
        keep = len(narrow) != 1 or any(code in kept for kept in _KEPT)
        self[code] = value = code if keep else narrow
        return value


_PLAIN = _Plain(_TRADITIONAL | dict.fromkeys(map(ord, _BLANKS), " ") | {0x2236: ":", 0xFF61: "。"})
_BLANK = re.compile(r"\s")


def plain(text: str) -> str:
    """Half-width, simplified where the reader's words need it; always as long as the text itself."""
    return text.translate(_PLAIN)


@dataclass(slots=True, eq=False)
class Paragraph:
    """One logical line: `printed` is the original text, `plain` what is matched, `index` the way back."""

    printed: str
    plain: str
    index: list[int] | None
    pieces: list[tuple[int, int, int]]

    @classmethod
    def of(cls, lines: list[tuple[int, str]]) -> "Paragraph":
        """One paragraph of numbered lines; a line broken by width is joined without a blank."""
        printed, pieces, length = "", [], 0
        for number, line in lines:
            body = line.strip(f" \t\u3000\xa0{_BLANKS}")
            pieces.append((length, number, line.find(body[:1]) if body else 0))
            printed += body
            length += len(body)
        even = plain(printed)
        if not _BLANK.search(even):
            return cls(printed, even, None, pieces)
        row = even.count("\t") > 1
        index = [at for at, char in enumerate(even) if not char.isspace() or (row and char == "\t") or _parts(even, at)]
        return cls(printed, "".join(even[at] for at in index), index, pieces)

    def span(self, start: int = 0, end: int | None = None) -> "Span":
        return Span(self, start, len(self.plain) if end is None else end)


def _parts(text: str, at: int) -> bool:
    """Whether the blank at this place parts two Latin words or figures; beside Chinese it is noise."""
    return (
        text[at - 1 : at].isascii()
        and text[at - 1 : at].isalnum()
        and text[at + 1 : at + 2].isascii()
        and (text[at + 1 : at + 2].isalnum())
    )


@dataclass(slots=True)
class Span:
    """A stretch of one paragraph, by plain offsets."""

    paragraph: Paragraph
    start: int
    end: int
    plain: str = field(init=False)

    def __post_init__(self) -> None:
        self.plain = self.paragraph.plain[self.start : self.end]

    def printed(self, start: int = 0, end: int | None = None) -> str:
        """The original characters, NFC and trimmed; a form feed or double blank inside stays."""
        a, b = self._offsets(start, end)
        return unicodedata.normalize("NFC", self.paragraph.printed[a:b].strip())

    def part(self, start: int, end: int | None = None) -> "Span":
        return Span(self.paragraph, self.start + start, self.end if end is None else self.start + end)

    def at(self, start: int = 0, end: int | None = None) -> Place:
        a, b = self._offsets(start, end)
        pieces = self.paragraph.pieces
        first = pieces[bisect_right(pieces, a, key=lambda piece: piece[0]) - 1]
        last = pieces[bisect_right(pieces, max(a, b - 1), key=lambda piece: piece[0]) - 1]
        place: Place = {"line": first[1], "start": a - first[0] + first[2], "end": b - last[0] + last[2]}
        if last[1] != first[1]:
            place["end_line"] = last[1]
        return place

    def _offsets(self, start: int, end: int | None) -> tuple[int, int]:
        a, b = self.start + start, self.end if end is None else self.start + end
        index = self.paragraph.index
        if index is None or a >= len(index):
            return (a, b) if index is None else (len(self.paragraph.printed), len(self.paragraph.printed))
        return index[a], (index[b - 1] + 1 if b > a else index[a])


MARKER = re.compile(
    r"(?P<S>[一二三四五六七八九十]{1,3}[、.])"
    r"|(?P<C>\([一二三四五六七八九十]{1,3}\)[、.]?|[㈠-㈩])"
    r"|(?P<N>\d{1,3}[.、](?!\d)|[⒈-⒛])"
    r"|(?P<P>\(\d{1,3}\)[、.]?|\d{1,3}\)|[⑴-⒇])"
    r"|(?P<O>[①-⑳㉑-㉟❶-❿])"
    r"|(?P<Q>(?:存在)?问题[一二三四五六七八九十\d]{1,3}[:、.,]|第[一二三四五六七八九十\d]{1,3}[,、:])"
)
LABEL = re.compile(
    r"[【\[(]?(?:具体|目前|上述问题|以上问题|该问题|问题)?"
    r"(?:整改(?:工作)?(?:落实|完成|推进)?(?:措施|情况|成效|进展|结果|效果)?(?:及|和)?(?:其)?(?:整改)?(?:完成|落实|取得)?"
    r"(?:的)?(?:成效|进展|结果|效果|情况)?(?:情况)?|(?:完成|进展|落实)情况)(?:[】\])]:?|:)"
)
LABEL_LINE = re.compile(r"(?:具体)?整改(?:落实|完成)?(?:情况|成效|进展|结果|措施)$")
_NOISE = re.compile(
    r"(?:[-—–_·.]{1,3}(?:第?\d{1,4}页?)[-—–_·.]{1,3}|第\d{1,4}页(?:[,/]?共\d{1,4}页)?|\d{1,4}/\d{1,4})$"
    r"|(?:索引号|主题分类|有效性|浏览次数|阅读次数|点击(?:量|次数|数)|字号|字体|打印本页|关闭窗口|分享到|责任编辑|编辑|审核|作者"
    r"|当前位置|您(?:现在|当前)?的位置|无障碍|关怀版|长者版|适老版|上一篇|下一篇|附件下载|扫一扫|收藏本站|网站首页|首页)"
    r"(?:[::|>/\[【大中小]|浏览|$)"
)
_NUMBER_ONLY = re.compile(r"\d{1,3}$")
_UNFINISHED = re.compile(r"[^。!?;:.…]$")


def paragraphs_of(lines: list[str]) -> list[Paragraph]:
    """Paragraphs of the document without page furniture; lines broken by width are joined again."""
    kept = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not _is_noise(line)]
    width = _wrap_width([line for _, line in kept])
    if width:
        kept = [(number, line) for number, line in kept if not _NUMBER_ONLY.match(plain(line).strip())]
    return [piece for group in _joined(kept, width) for piece in _split_circled(Paragraph.of(group))]


def _is_noise(line: str) -> bool:
    return len(line) < 120 and bool(_NOISE.match(_BLANK.sub("", plain(line))))


def _wrap_width(lines: list[str]) -> int:
    """The column at which lines were broken, or 0: many lines equally long, most of them ending in mid-sentence."""
    lengths = [len(line.rstrip()) for line in lines]
    longest = max(lengths, default=0)
    if not 16 <= longest <= 90:
        return 0
    full = [line for line, length in zip(lines, lengths, strict=True) if length >= longest - 3]
    broken = sum(1 for line in full if _UNFINISHED.search(plain(line.rstrip())))
    return longest - 3 if len(full) >= 4 and len(full) * 4 >= len(lines) and broken * 3 >= len(full) * 2 else 0


def _joined(kept: list[tuple[int, str]], width: int) -> Iterator[list[tuple[int, str]]]:
    group: list[tuple[int, str]] = []
    for number, line in kept:
        if group and not (width and _continues(group[-1][1], line, width)):
            yield group
            group = []
        group.append((number, line))
    if group:
        yield group


def _continues(before: str, line: str, width: int) -> bool:
    if len(before.rstrip()) < width or line[:1] in " \t\u3000\xa0":
        return False
    head = _BLANK.sub("", plain(line))
    return not (MARKER.match(head) or LABEL.match(head))


def _split_circled(whole: Paragraph) -> list[Paragraph]:
    """A line that runs ①…。②…。 is several paragraphs, when it begins with a circled figure."""
    if not "①" <= whole.plain[:1] <= "⑳":
        return [whole]
    cuts, wanted = [0], ord(whole.plain[0]) + 1
    for at in range(1, len(whole.plain)):
        if ord(whole.plain[at]) == wanted and whole.plain[at - 1] in "。;)】":
            cuts.append(at)
            wanted += 1
    if len(cuts) == 1:
        return [whole]
    spans = [whole.span(a, b) for a, b in zip(cuts, [*cuts[1:], len(whole.plain)], strict=True)]
    return [_cut(whole, span) for span in spans]


def _cut(whole: Paragraph, span: Span) -> Paragraph:
    place = span.at()
    index = whole.index
    first = index[span.start] if index else span.start
    last = index[span.end - 1] + 1 if index else span.end
    within = [at - first for at in index[span.start : span.end]] if index else None
    pieces = [(at - first, number, column) for at, number, column in whole.pieces if first < at < last]
    return Paragraph(
        whole.printed[first:last], span.plain, within, [(0, place["line"], place.get("start", 0)), *pieces]
    )
