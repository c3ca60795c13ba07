"""The timetable counted back from the end, worked out by hand."""

from collections.abc import Collection, Mapping
from datetime import date

from rectify_api.domain.deadlines import RuleSet, load_rules
from rectify_api.domain.timetables import Milestone, timetable
from rectify_api.domain.vocabulary import Light

D = date.fromisoformat
SETS: dict[str, RuleSet] = {rules.name: rules for rules in load_rules().rule_sets}
RECORDED = {"plan_submission", "plan_review", "concentrated_period", "progress_report", "public_publication"}


def milestones(
    feedback: str,
    *,
    rules: str = "city-county-2024",
    period_ends: date | None = None,
    done: Mapping[str, date] | None = None,
    recorded: Collection[str] = RECORDED,
    today: str = "2024-09-03",
) -> dict[str, Milestone]:
    found = timetable(
        SETS[rules], feedback=D(feedback), period_ends=period_ends, done=done or {}, recorded=recorded, today=D(today)
    )
    return {milestone.key: milestone for milestone in found}


def days(found: dict[str, Milestone]) -> dict[str, tuple[str, str, str]]:
    return {m.key: (str(m.start_date), str(m.due_date), str(m.latest_start)) for m in found.values()}


def test_each_milestone_has_its_day_and_the_last_day_to_begin() -> None:
    # 10 workdays back: 1 November to 21 October 2024; 1 September to 19 August, and 18 to 5 August 2025.
    assert days(milestones("2024-09-02")) == {
        "plan_submission": ("2024-09-02", "2024-10-02", "2024-09-17"),
        "plan_review": ("2024-10-02", "2024-10-12", "2024-10-02"),
        "topical_democratic_life_meeting": ("2024-09-02", "2024-11-02", "2024-10-21"),
        "concentrated_period": ("2024-09-02", "2024-12-02", "2024-09-02"),
        "leader_report": ("2024-12-02", "2024-12-09", "2024-12-02"),
        "progress_report": ("2024-12-02", "2024-12-09", "2024-12-02"),
        "evaluation": ("2024-12-02", "2025-01-02", "2024-12-18"),
        "party_internal_publication": ("2024-09-02", "2025-09-02", "2025-08-05"),
        "public_publication": ("2024-09-02", "2025-09-02", "2025-08-19"),
    }


def test_the_milestones_stand_in_the_order_of_their_deadlines() -> None:
    due = [milestone.due_date for milestone in milestones("2024-09-02").values()]
    assert due == sorted(due)


def test_under_a_province_the_period_has_six_months() -> None:
    found = days(milestones("2024-08-31", rules="province-2024"))
    assert found["concentrated_period"] == ("2024-08-31", "2025-02-28", "2024-08-31")
    assert found["progress_report"] == ("2025-02-28", "2025-03-07", "2025-02-28")


def test_before_2024_the_period_has_two_months_and_the_reports_are_due_at_its_end() -> None:
    found = days(milestones("2020-09-02", rules="general-2015"))
    assert found["concentrated_period"][1] == found["progress_report"][1] == found["leader_report"][1] == "2020-11-02"


def test_a_period_that_ends_early_leaves_less_time_for_what_comes_before() -> None:
    found = milestones("2024-09-02", period_ends=D("2024-10-07"))
    assert found["concentrated_period"].citation.startswith("本次巡察所定")
    # The review takes ten days, so it begins on 27 September; the plan takes fifteen, so it begins on the 12th.
    assert days(found)["plan_review"] == ("2024-10-02", "2024-10-12", "2024-09-27")
    assert days(found)["plan_submission"] == ("2024-09-02", "2024-10-02", "2024-09-12")
    # Ten workdays before 7 October: 30, Sunday 29, 27, 26, 25, 24, 23, 20, 19, 18 September.
    assert days(found)["topical_democratic_life_meeting"] == ("2024-09-02", "2024-11-02", "2024-09-18")
    assert days(found)["progress_report"] == ("2024-10-07", "2024-10-14", "2024-10-07")


def test_what_follows_counts_from_the_day_a_milestone_was_reached() -> None:
    found = milestones("2024-09-02", done={"plan_submission": D("2024-09-20")})
    assert found["plan_submission"].done_on == D("2024-09-20")
    assert days(found)["plan_review"][:2] == ("2024-09-20", "2024-09-30")


def test_what_follows_a_period_counts_from_its_end_even_when_the_work_was_done_before() -> None:
    found = milestones("2024-09-02", done={"concentrated_period": D("2024-11-01")})
    assert days(found)["progress_report"][:2] == ("2024-12-02", "2024-12-09")


def test_lights_follow_the_day() -> None:
    # The plan is due on 2 October and warned of seven days before.
    for today, shown in {"2024-09-24": Light.green, "2024-09-25": Light.amber, "2024-10-03": Light.red}.items():
        assert milestones("2024-09-02", today=today)["plan_submission"].light == shown


def test_what_comes_before_a_milestone_that_was_reached_is_not_overdue_any_more() -> None:
    found = milestones("2020-09-02", rules="general-2015", done={"public_publication": D("2021-07-20")})
    assert {milestone.light for milestone in found.values()} == {None}
    assert found["plan_submission"].done_on is None
    found = milestones("2024-09-02", done={"plan_review": D("2024-10-08")}, today="2026-01-01")
    assert found["plan_submission"].light is None
    assert found["concentrated_period"].light == Light.red


def test_what_the_ledger_can_never_know_has_no_light() -> None:
    found = milestones("2024-09-02", today="2026-01-01")
    assert found["evaluation"].light is None
    assert found["topical_democratic_life_meeting"].light == Light.red, "the end of the period would tell"
    assert {milestone.light for milestone in milestones("2024-09-02", recorded=()).values()} == {None}


def test_a_milestone_counted_without_a_notice_says_so() -> None:
    found = milestones("2100-03-01", rules="province-2024")
    assert found["topical_democratic_life_meeting"].calendar_incomplete
    assert not found["plan_submission"].calendar_incomplete


def test_what_hangs_on_another_event_is_not_in_the_timetable() -> None:
    outside = {"clue_handling_feedback", "clue_closing", "handover", "second_rectification", "publicity_period"}
    assert outside <= SETS["city-county-2024"].by_key.keys()
    assert not outside & milestones("2024-09-02").keys()


def test_no_day_comes_after_the_last_one() -> None:
    assert milestones("9999-12-31", rules="province-2024")["concentrated_period"].due_date == date.max
