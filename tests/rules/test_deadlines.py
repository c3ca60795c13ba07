"""Deadlines: days worked out by hand from the State Council's notices, lights, and the file of rules."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify_api.domain.deadlines import SHIPPED, DeadlineRule, Span, light, load_rules, worst
from rectify_api.domain.vocabulary import DeadlineUnit, Light, SupervisionKind
from rectify_api.foundation.clock import days_later, workdays_later
from rectify_api.foundation.settings import BadSetting

D = date.fromisoformat
RULES = load_rules()


@pytest.mark.parametrize(
    ("start", "months", "due", "why"),
    [
        ("2024-01-31", 1, "2024-02-29", "February of a leap year ends on the 29th"),
        ("2023-01-31", 1, "2023-02-28", "February of an ordinary year ends on the 28th"),
        ("2024-03-31", 1, "2024-04-30", "April has 30 days"),
        ("2024-08-31", 6, "2025-02-28", "six months on is February 2025"),
        ("2023-08-31", 6, "2024-02-29", "six months on is February 2024, a leap year"),
        ("2024-11-30", 3, "2025-02-28", "three months on is February 2025"),
        ("2024-02-29", 12, "2025-02-28", "2025 has no 29 February"),
        ("2024-02-29", 48, "2028-02-29", "2028 has one again"),
        ("2024-02-28", 12, "2025-02-28", "the same day, although it was not the last one"),
        ("2024-04-30", 1, "2024-05-30", "the same day, not the end of May"),
        ("2024-12-31", 2, "2025-02-28", "over the new year into February"),
        ("2020-09-02", 2, "2020-11-02", "the inspection of the source bulletin"),
        ("2100-01-31", 1, "2100-02-28", "2100 is divisible by 100 and no leap year"),
        ("9999-11-30", 6, "9999-12-31", "no day comes after the last one"),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(start: str, months: int, due: str, why: str) -> None:
    assert Span(amount=months, unit=DeadlineUnit.month).from_(D(start)) == (D(due), True), why


@pytest.mark.parametrize(
    ("start", "days", "due", "why"),
    [
        ("2024-02-20", 10, "2024-03-01", "29 February is one of the ten"),
        ("2023-02-20", 10, "2023-03-02", "it is not there in 2023"),
        ("2024-12-25", 10, "2025-01-04", "a Saturday counts as any other day"),
        ("2024-09-30", 7, "2024-10-07", "a holiday counts as any other day"),
        ("9999-12-30", 10, "9999-12-31", "no day comes after the last one"),
    ],
)
def test_days_are_days_of_the_calendar(start: str, days: int, due: str, why: str) -> None:
    assert Span(amount=days, unit=DeadlineUnit.day).from_(D(start)) == (D(due), True), why


@pytest.mark.parametrize(
    ("start", "workdays", "due", "why"),
    [
        ("2024-09-27", 1, "2024-09-29", "Sunday 29 September 2024 is worked for National Day"),
        ("2024-09-27", 2, "2024-09-30", "then Monday"),
        ("2024-09-27", 3, "2024-10-08", "1 to 7 October are off; work begins on Tuesday the 8th"),
        ("2024-10-01", 1, "2024-10-08", "it starts on a holiday: the first workday is the 8th"),
        ("2024-10-05", 5, "2024-10-12", "8, 9, 10, 11, and Saturday the 12th is worked"),
        ("2024-10-11", 1, "2024-10-12", "Friday; Saturday the 12th is worked"),
        ("2024-10-12", 1, "2024-10-14", "the day itself is not counted; Sunday the 13th is off"),
        ("2024-10-19", 1, "2024-10-21", "it starts on an ordinary Saturday: Monday is the first"),
        ("2024-02-02", 1, "2024-02-04", "Sunday 4 February 2024 is worked for the Spring Festival"),
        ("2024-02-08", 1, "2024-02-09", "New Year's Eve of 2024 is no statutory holiday"),
        ("2024-02-08", 2, "2024-02-18", "10 to 17 February are off; Sunday the 18th is worked"),
        ("2024-02-08", 3, "2024-02-19", "then Monday"),
        ("2025-01-24", 1, "2025-01-26", "Sunday 26 January 2025 is worked for the Spring Festival"),
        ("2025-01-24", 3, "2025-02-05", "26, 27; 28 January to 4 February are off; Wednesday the 5th"),
        ("2025-01-24", 6, "2025-02-08", "5, 6, 7, and Saturday 8 February is worked"),
        ("2025-01-24", 7, "2025-02-10", "Sunday the 9th is off"),
        ("2024-04-26", 5, "2024-05-07", "Sunday 28 April is worked, 29, 30; 1 to 5 May are off; 6, 7"),
        (
            "2025-09-30",
            3,
            "2025-10-11",
            "1 to 8 October are off with Mid-Autumn; 9, 10, and Saturday the 11th is worked",
        ),
        ("2020-01-23", 1, "2020-02-03", "the Spring Festival of 2020 was prolonged to 2 February"),
        ("2024-12-31", 1, "2025-01-02", "in 2025 New Year's Day alone is off"),
        ("2018-12-28", 1, "2018-12-29", "the notice for 2019 made Saturday 29 December 2018 a workday"),
        ("2026-02-13", 2, "2026-02-24", "Saturday 14 February 2026 is worked; 15 to 23 are off; Tuesday the 24th"),
        ("2024-10-01", 0, "2024-10-01", "nothing is to be counted"),
    ],
)
def test_workdays_are_those_of_the_state_councils_notices(start: str, workdays: int, due: str, why: str) -> None:
    assert Span(amount=workdays, unit=DeadlineUnit.workday).from_(D(start)) == (D(due), True), why


@pytest.mark.parametrize(
    ("due", "workdays", "start", "why"),
    [
        ("2024-10-08", 1, "2024-09-30", "the workday before the 8th is Monday 30 September"),
        ("2024-10-08", 2, "2024-09-29", "and before that the Sunday that is worked"),
        ("2025-02-05", 3, "2025-01-24", "27, Sunday the 26th, Friday the 24th"),
    ],
)
def test_workdays_are_counted_back_in_the_same_calendar(due: str, workdays: int, start: str, why: str) -> None:
    assert Span(amount=workdays, unit=DeadlineUnit.workday).from_(D(due), back=True) == (D(start), True), why


@pytest.mark.parametrize(
    ("start", "workdays", "due", "why"),
    [
        ("2100-03-01", 5, "2100-03-08", "a Monday: Tuesday to Friday and Monday"),
        ("2100-02-26", 1, "2100-03-01", "a Friday: Monday is next, the last of February being a Sunday"),
        ("1999-09-30", 1, "1999-10-01", "nothing is known of National Day 1999, so Friday counts"),
    ],
)
def test_a_year_without_notice_counts_monday_to_friday_and_says_so(
    start: str, workdays: int, due: str, why: str
) -> None:
    assert workdays_later(D(start), workdays) == (D(due), False), why


def test_the_last_days_of_the_newest_year_wait_for_the_next_notice() -> None:
    newest = max(chinese_calendar.holidays).year
    assert workdays_later(date(newest, 12, 20), 1)[1]
    assert not workdays_later(date(newest, 12, 28), 1)[1]
    assert not workdays_later(date(newest, 12, 20), 30)[1]


def test_there_is_no_workday_after_the_last_day() -> None:
    assert workdays_later(date(9999, 12, 30), 5) == (date.max, False)


@given(st.dates(date(2004, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_as_many_workdays_lie_between_as_were_counted(start: date, count: int) -> None:
    due, settled = workdays_later(start, count)
    assert settled
    assert chinese_calendar.is_workday(due)
    assert len(chinese_calendar.get_workdays(start + timedelta(days=1), due)) == count


def a_rule(**fields: object) -> DeadlineRule:
    rule = {"key": "plan", "zh": "方案", "en": "plan", "start": "feedback_date", "amount": 10, "unit": "workday"}
    return DeadlineRule.model_validate(rule | {"citation": "办法第三条", "verified": True} | fields)


def test_a_deadline_says_what_it_comes_from_and_how_far_it_may_go() -> None:
    deadline = a_rule(extension={"amount": 1, "unit": "month"}).deadline(D("2024-09-27"))
    assert (deadline.rule, deadline.citation, deadline.calendar_incomplete) == ("plan", "办法第三条", False)
    assert (deadline.due, deadline.extendable_to) == (D("2024-10-16"), D("2024-11-16"))
    assert a_rule().deadline(D("2100-01-01")).calendar_incomplete
    assert a_rule().deadline(D("2024-09-27")).extendable_to is None


TODAY = D("2024-10-08")


@pytest.mark.parametrize(
    ("due", "warn_days", "shown"),
    [
        ("2024-10-07", 7, Light.red),
        ("2024-10-08", 7, Light.amber),
        ("2024-10-15", 7, Light.amber),
        ("2024-10-16", 7, Light.green),
        ("2024-10-08", 0, Light.amber),
        ("2024-10-09", 0, Light.green),
        ("9999-12-31", 366, Light.green),
    ],
)
def test_a_light_is_red_after_the_deadline_and_amber_shortly_before(due: str, warn_days: int, shown: Light) -> None:
    assert light(D(due), today=TODAY, finished=False, warn_days=warn_days) == shown
    assert light(D(due), today=TODAY, finished=True, warn_days=warn_days) is None


def test_without_a_deadline_there_is_no_light() -> None:
    assert light(None, today=TODAY, finished=False) is None


def test_the_worst_light_is_the_reddest() -> None:
    assert worst(Light.green, None, Light.red, Light.amber) == Light.red
    assert worst(Light.green, Light.amber) == Light.amber
    assert worst(None, None) is worst() is None


@pytest.mark.parametrize(
    ("kind", "jurisdiction", "feedback", "name"),
    [
        (SupervisionKind.xuncha, None, "2020-09-02", "general-2015"),
        (SupervisionKind.xunshi, None, "2024-02-07", "general-2015"),
        (SupervisionKind.xuncha, None, "2024-02-08", "city-county-2024"),
        (SupervisionKind.xunshi, None, "2024-02-08", "province-2024"),
        (SupervisionKind.xuncha, "province", "2025-01-01", "province-2024"),
        (SupervisionKind.xuncha, "province", "2020-01-01", "general-2015"),
        (SupervisionKind.xuncha, None, "2015-08-02", None),
        (SupervisionKind.audit, None, "2025-01-01", None),
    ],
)
def test_the_set_in_force_is_that_of_the_jurisdiction_else_of_the_kind_on_the_day_of_the_feedback(
    kind: SupervisionKind, jurisdiction: str | None, feedback: str, name: str | None
) -> None:
    found = RULES.in_force(kind=kind, jurisdiction=jurisdiction, on=D(feedback))
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("name", "key", "start", "due"),
    [
        ("general-2015", "concentrated_period", "2020-12-31", "2021-02-28"),
        ("general-2015", "clue_handling_feedback", "2020-11-30", "2021-02-28"),
        ("province-2024", "plan_submission", "2025-01-31", "2025-02-28"),
        ("province-2024", "concentrated_period", "2025-08-31", "2026-02-28"),
        ("city-county-2024", "concentrated_period", "2025-08-31", "2025-11-30"),
        ("city-county-2024", "publicity_period", "2025-09-26", "2025-10-10"),
    ],
)
def test_the_rules_that_come_along_lead_to_these_days(name: str, key: str, start: str, due: str) -> None:
    (rules,) = [one for one in RULES.rule_sets if one.name == name]
    assert rules.by_key[key].deadline(D(start)).due == D(due)


def test_every_rule_that_comes_along_says_where_it_is_from_and_whether_that_was_checked() -> None:
    for rules in RULES.rule_sets:
        for rule in rules.rules:
            assert rule.citation, rule.key
            assert not (rule.verified and "2024" in rule.citation), "nobody has read the text of 2024 yet"


def test_the_jurisdictions_that_an_inspection_may_name_are_known() -> None:
    assert RULES.jurisdictions == {"general", "province", "city_county"}


SOUND = """
[[rule_sets]]
name = "district"
jurisdiction = "gaoling"
kinds = ["xuncha"]
zh = "区办法"
en = "district rules"
valid_from = 2022-01-01
[[rule_sets.rules]]
key = "plan"
zh = "方案"
en = "plan"
start = "feedback_date"
amount = 10
unit = "workday"
citation = "区办法第三条"
verified = true
"""


def test_a_site_puts_its_own_rules_in_place(tmp_path: Path) -> None:
    own = tmp_path / "rules.toml"
    own.write_text(SOUND, encoding="utf-8")
    found = load_rules(own).in_force(kind=SupervisionKind.xuncha, jurisdiction=None, on=D("2025-01-01"))
    assert found is not None
    assert found.by_key["plan"].deadline(D("2025-01-24")).due == D("2025-02-13")


@pytest.mark.parametrize(
    ("replaced", "by", "named"),
    [
        ('unit = "workday"', 'unit = "week"', "unit"),
        ("amount = 10", "amount = -1", "amount"),
        ("amount = 10", "", "amount"),
        ("verified = true", "verfied = true", "verified"),
        ('key = "plan"', 'key = "clue_transfer"', "clue_transfer"),
        ("valid_from = 2022-01-01", 'valid_from = "soon"', "valid_from"),
        ("valid_from = 2022-01-01", "valid_from = 2022-01-01\nvalid_to = 2021-01-01", "district"),
        ('start = "feedback_date"', 'start = "nowhere"', "nowhere"),
        ('start = "feedback_date"', 'start = "plan"', "plan → plan"),
        ("verified = true", 'verified = true\nbefore = "nothing"', "nothing"),
        ('zh = "区办法"', 'zh = "区办法"\nbased_on = "general-2015"', "general-2015"),
        ('zh = "区办法"', 'zh = "区办法"\nrules_of = "me"', "rules_of"),
        ("[[rule_sets]]", "[[rule_set]]", "rule_sets"),
        ('name = "district"', "name = ", "line 3"),
        (SOUND, "rule_sets = []", "rule_sets"),
        (SOUND, SOUND + SOUND, "district"),
        (SOUND, SOUND + SOUND.replace('"district"', '"other"'), "district, other"),
        (SOUND, SOUND + SOUND[SOUND.index("[[rule_sets.rules]]") :], "key"),
    ],
)
def test_a_bad_file_of_rules_is_refused_in_one_line_that_names_what_is_wrong(
    tmp_path: Path, replaced: str, by: str, named: str
) -> None:
    own = tmp_path / "rules.toml"
    assert replaced in SOUND
    own.write_text(SOUND.replace(replaced, by, 1), encoding="utf-8")
    with pytest.raises(BadSetting) as caught:
        load_rules(own)
    line = str(caught.value)
    assert line.startswith(f"RECTIFY_DEADLINE_RULES: {own}: ")
    assert named in line.removeprefix(f"RECTIFY_DEADLINE_RULES: {own}: ")
    assert "\n" not in line


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path: Path, content: bytes | None) -> None:
    own = tmp_path / "rules.toml"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(BadSetting, match=r"RECTIFY_DEADLINE_RULES: .*rules\.toml"):
        load_rules(own)


def test_the_service_does_not_start_with_bad_rules(tmp_path: Path) -> None:
    own = tmp_path / "rules.toml"
    own.write_text(SHIPPED.read_text(encoding="utf-8").replace('unit = "month"', 'unit = "moon"', 1), encoding="utf-8")
    environment = {"PATH": os.defpath, "RECTIFY_DATA_DIR": str(tmp_path), "RECTIFY_DEADLINE_RULES": str(own)}
    ended = subprocess.run(
        [sys.executable, "-m", "rectify_api", "serve"],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert ended.returncode == 3
    (line,) = ended.stderr.strip().splitlines()
    assert "RECTIFY_DEADLINE_RULES" in line
    assert "unit" in line


def test_days_later_stays_within_what_a_date_can_be() -> None:
    assert (days_later(date.max, 1), days_later(date.min, -1)) == (date.max, date.min)
