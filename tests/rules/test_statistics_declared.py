"""Statistics are declared whole: each figure once, in both languages, and documented as it is declared."""

import re
from itertools import chain

import pytest

from conftest import ROOT
from rectify_api.domain.vocabulary import QualityFlag
from rectify_api.features.statistics.declared import Figure, Statistic
from rectify_api.features.statistics.page import tables
from rectify_api.features.statistics.quality import quality
from rectify_api.features.statistics.routes import STATISTICS

FIGURES = [(statistic, figure) for statistic in STATISTICS for figure in statistic.figures]
every_figure = pytest.mark.parametrize(
    ("statistic", "figure"), FIGURES, ids=[f"{statistic.code}.{figure.code}" for statistic, figure in FIGURES]
)


@every_figure
def test_a_figure_is_defined_in_both_languages(statistic: Statistic, figure: Figure) -> None:
    parts = [figure.numerator, figure.denominator, figure.value]
    for text in (figure, figure.definition, *(part for part in parts if part)):
        assert re.search("[一-龥]", text.zh)
        assert re.search("[a-z]", text.en)
        assert not re.search("[一-龥]", text.en)


@every_figure
def test_a_definition_names_all_that_the_number_is_made_of(statistic: Statistic, figure: Figure) -> None:
    for part in filter(None, (figure.numerator, figure.denominator, figure.value)):
        assert part.zh in figure.definition.zh
        assert part.en in figure.definition.en


def test_no_two_figures_have_one_definition() -> None:
    for language in ("zh", "en"):
        definitions = [getattr(figure.definition, language) for _, figure in FIGURES]
        assert sorted(definitions) == sorted(set(definitions))


def test_no_two_figures_of_a_statistic_have_one_code_or_label() -> None:
    for statistic in STATISTICS:
        for name in ("code", "zh", "en"):
            named = [getattr(figure, name) for figure in statistic.figures]
            assert len(named) == len(set(named))


def test_what_is_counted_the_same_way_has_one_wording() -> None:
    for statistic in STATISTICS:
        counts = chain.from_iterable((figure.numerator, figure.denominator) for figure in statistic.figures)
        by_sql: dict[str, set[tuple[str, str]]] = {}
        for count in filter(None, counts):
            by_sql.setdefault(count.sql, set()).add((count.zh, count.en))
        assert [wordings for wordings in by_sql.values() if len(wordings) > 1] == []


def test_every_quality_flag_is_looked_for() -> None:
    assert {figure.code for figure in quality.figures} == set(QualityFlag)


def test_the_page_shows_what_is_declared() -> None:
    page = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
    assert page.endswith(tables()), "append the output of `python -m rectify_api.features.statistics.page`"
