"""Figures in running text: Chinese numerals, amounts of money in yuan, counted things, dates."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .text import Span
from .tree import Quantity

_DIGIT = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "O": 0, "0": 0}
_SCALE = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
COUNT = r"(?:\d{1,6}|[一二三四五六七八九十两]{1,3})"
_FIGURE = r"(?<![\d.])(?P<figure>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d{1,6})?|\d{1,14}(?:\.\d{1,6})?)"
AMOUNT = re.compile(_FIGURE + r"(?P<more>多|余)?(?P<scale>千万|百万|亿|万|千)?(?P<also>多|余)?元(?!/)")
_UNITS = (
    "平方米|平方公里|立方米|公里|千米|㎡|米|亩|公顷|吨|公斤|人次|台次|车次|辆次|户次|场次|小时|分钟|个|处|家|次|人|名|台|辆|份|条|项|起|座|件|册|场"
    "|期|篇|块|间|栋|幢|套|支|所|批|宗|本|张|幅|面|户|只|盏|棵|株|门|部|轮|封|段|桶|组|元|%|天|例|类|村|枚|根|头|桩|笔|艘|扇|袋|箱|片|孔|口"
)
_QUANTITY = re.compile(
    r"(?<![\d.\-—–~第A-Za-z/])"
    + _FIGURE[len(r"(?<![\d.])") :]
    + rf"(?P<more>多|余)?(?P<scale>千万|百万|亿|万|千)?(?P<also>多|余)?(?P<unit>{_UNITS})(?![年月])"
)
_ABOUT = re.compile(r"(?:约|近|大约|将近|超过|逾)$")
_CLAUSE = re.compile(r"[,。;!?()]")
_DAY = re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_CHINESE_DAY = re.compile(
    r"(?P<year>[〇零○OoΟ0一二三四五六七八九]{4})年(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})日"
)
_DASHED_DAY = re.compile(r"(?<!\d)(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?!\d)")
_DAYS_IN = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def count(word: str) -> int:
    """12, 十二, 两 … as a number."""
    if word.isdecimal():
        return int(word)
    total, digit = 0, 0
    for char in word:
        if char == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _DIGIT.get(char, 0)
    return total + digit


def value_of(match: re.Match[str]) -> Decimal:
    """The value of an AMOUNT or quantity with 万 and 亿 worked out."""
    return Decimal(match["figure"].replace(",", "")) * _SCALE[match["scale"] or ""]


def is_approximate(match: re.Match[str]) -> bool:
    return bool(
        match["more"] or match["also"] or _ABOUT.search(match.string[max(0, match.start() - 3) : match.start()])
    )


def yuan(value: Decimal) -> str:
    return f"{value:.2f}"


def quantities_in(span: Span, part: str) -> list[Quantity]:
    """Every counted thing with its clause; ordinals, dates and ranges are none."""
    found = []
    for match in _QUANTITY.finditer(span.plain):
        left = max(
            (hit.end() for hit in _CLAUSE.finditer(span.plain, max(0, match.start() - 60), match.start())), default=0
        )
        left = max(left, match.start() - 60)
        right = _CLAUSE.search(span.plain, match.end(), match.end() + 60)
        found.append(
            Quantity(
                value=_plain_decimal(value_of(match)),
                unit="平方米" if match["unit"] == "㎡" else match["unit"],
                text=span.printed(left, right.start() if right else min(match.end() + 60, len(span.plain))),
                approximate=is_approximate(match),
                part=part,
                at=span.at(match.start(), match.end()),
            )
        )
    return found


def _plain_decimal(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Day:
    """A printed date; `year` is null where the text leaves it to the date before."""

    year: int | None
    month: int
    day: int
    start: int
    end: int

    def iso(self, after: "Day | None" = None) -> str | None:
        """ISO form; a missing year comes from the day before it, one later when the month already passed."""
        year = self.year or (after.after(self) if after else None)
        try:
            return None if year is None else date(year, self.month, self.day).isoformat()
        except ValueError:  # 29 February of a year that has none
            return None

    def after(self, other: "Day") -> int | None:
        """The year of a later day printed without one."""
        return None if self.year is None else self.year + (other.month < self.month)


def days_in(text: str) -> list[Day]:
    """Every calendar date in plain text, in order; impossible ones are left out."""
    found = []
    for match in _DAY.finditer(text):
        year = int(match["year"]) if match["year"] else None
        found.append((year, int(match["month"]), int(match["day"]), match))
    for match in _DASHED_DAY.finditer(text):
        found.append((int(match["year"]), int(match["month"]), int(match["day"]), match))
    for match in _CHINESE_DAY.finditer(text):
        year = int("".join(str(_DIGIT.get(char, 0)) for char in match["year"]))
        found.append((year, count(match["month"]), count(match["day"]), match))
    days = [
        Day(year, month, day, match.start(), match.end())
        for year, month, day, match in found
        if 1 <= month <= 12 and 1 <= day <= _DAYS_IN[month - 1] and (year is None or 1950 <= year <= 2100)
    ]
    return sorted(days, key=lambda day: day.start)
