"""The declared statistics as tables for docs/statistics.md: `python -m rectify_api.features.statistics.page`."""

from collections.abc import Iterator

from .declared import Figure, Statistic
from .routes import STATISTICS


def tables() -> str:
    """One section for each statistic, in Markdown."""
    return "\n".join(line for statistic in STATISTICS for line in _section(statistic))


def _section(statistic: Statistic) -> Iterator[str]:
    yield f"## {statistic.zh} {statistic.en}\n"
    yield f"`GET /v1/statistics/{statistic.code}` · by = {', '.join(f'`{by}`' for by in statistic.by)}\n"
    yield f"{statistic.rows.zh}。  \n{statistic.rows.en}.\n"
    yield "| code | 名称 name | 单位 unit | 分子 numerator | 分母 denominator |"
    yield "|---|---|---|---|---|"
    yield from (_row(figure) for figure in statistic.figures)
    yield ""


def _row(figure: Figure) -> str:
    taken = [figure.value] if figure.value else []
    value = [f"{figure.zh}<br>{figure.en}", *(f"值 value: {count.zh}<br>{count.en}" for count in taken)]
    counts = [f"{count.zh}<br>{count.en}" if count else "–" for count in (figure.numerator, figure.denominator)]
    cells = (f"`{figure.code}`", "<br>".join(value), f"{figure.unit.zh} {figure.unit}", *counts)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(tables(), end="")
