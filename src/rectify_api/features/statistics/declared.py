"""How a statistic is declared: words and SQL stand side by side, so that they cannot drift apart."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ...domain.vocabulary import FigureUnit
from ...foundation.problems import Text
from .contract import Answer


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted, in both languages and as an aggregate over the rows of the statistic."""

    zh: str
    en: str
    sql: str


def number_of(zh: str, en: str, where: str) -> Count:
    return Count(zh, en, f"count(*) FILTER (WHERE {where})")


def listed(codes: Iterable[str]) -> str:
    """Codes of ours as they stand in `IN (…)`."""
    return "({})".format(", ".join(f"'{code}'" for code in sorted(codes)))


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. Its value is numerator ÷ denominator, or the numerator where nothing is divided.

    With `value` it is neither: then the numerator says of how many rows it was taken, the denominator out of how many.
    `issues` is the condition of the rows whose ids are listed beside the number.
    """

    code: str
    zh: str
    en: str
    unit: FigureUnit
    numerator: Count
    denominator: Count | None = None
    value: Count | None = None
    issues: str | None = None

    @property
    def definition(self) -> Text:
        above, below, taken = self.numerator, self.denominator, self.value
        if below is None:
            return Text(f"{self.zh}：{above.zh}", f"{self.en}: {above.en}")
        if taken is not None:
            return Text(
                f"{self.zh}：{taken.zh}，取自{above.zh}（共有{below.zh}）",
                f"{self.en}: {taken.en}, of {above.en} (out of {below.en})",
            )
        return Text(f"{self.zh}：{above.zh} ÷ {below.zh}", f"{self.en}: {above.en} ÷ {below.en}")

    @property
    def value_sql(self) -> str:
        if self.value is not None:
            return self.value.sql
        if self.denominator is None:
            return self.numerator.sql
        return f"round(100.0 * {self.numerator.sql} / nullif({self.denominator.sql}, 0), 2)"


@dataclass(frozen=True, slots=True)
class Grouping:
    """What a group is: `key` tells groups apart, `label` names one, `place` puts them in order.

    Without a `key` each figure is a group of its own.
    `term` names a group whose key is a code of ours, and puts it in the order of its vocabulary.
    """

    zh: str
    en: str
    key: str | None
    label: str | None = None
    place: str | None = None
    term: Callable[[str], tuple[int, Text]] | None = None


@dataclass(frozen=True, slots=True)
class Statistic:
    """Figures over one kind of row. `before` holds further CTEs, `columns` and `source` give the rows.

    `source` starts from `seen`, the inspections that the caller sees and asked for.
    """

    code: str
    zh: str
    en: str
    rows: Text
    columns: str
    source: str
    by: Mapping[str, Grouping]
    figures: tuple[Figure, ...]
    answer: type[Answer]
    before: str = ""

    @property
    def definition(self) -> Text:
        return Text(f"{self.rows.zh}。{COMMON.zh}", f"{self.rows.en}. {COMMON.en}")


COMMON = Text(
    "只计未撤回的内容，限于您可见的单位；期间和月份按所属巡察的反馈日期；区划取巡察所填的，未填的取被巡察单位的",
    "Only what is not withdrawn, of organisations that you may see; period and month are of the inspection's feedback"
    " date; the area is the inspection's, or its organisation's where the inspection names none",
)
PERIOD = Text("所属巡察的反馈日期", "feedback date of the inspection")
NOT_GIVEN = Text("未填写", "not given")
