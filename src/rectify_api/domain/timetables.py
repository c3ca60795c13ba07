"""The timetable of an inspection (倒排工期): its milestones, from the feedback on and counted back from the end."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlmodel import Field, SQLModel

from .deadlines import Deadline, DeadlineRule, RuleSet, light
from .vocabulary import Light

CONCENTRATED_PERIOD = "concentrated_period"


class Milestone(SQLModel):
    key: str
    zh: str
    en: str
    start_event: str = Field(description="起算事件 feedback_date, or the key of another milestone")
    start_date: date
    due_date: date = Field(description="时限, to 24:00 Asia/Shanghai")
    latest_start: date = Field(description="最迟着手 counted back: begin by then, or what follows comes too late")
    extendable_to: date | None = Field(description="最多延至; null: no extension")
    done_on: date | None = Field(description="null: not done, or not known to the ledger")
    light: Light | None = Field(
        description="null: done, or what comes after it is done, or the ledger keeps no record of it"
    )
    citation: str
    verified: bool = Field(description="false: nobody has checked the cited place yet")
    calendar_incomplete: bool = Field(
        description="a notice on workdays is not known yet; Monday to Friday were counted"
    )


def timetable(
    rules: RuleSet,
    *,
    feedback: date,
    period_ends: date | None,
    done: Mapping[str, date],
    recorded: Collection[str],
    today: date,
) -> list[Milestone]:
    """The milestones that follow from the feedback, in order of their deadlines.

    `period_ends` stands in place of what the rules give for the concentrated period. `done` says when a milestone was
    reached, `recorded` names those of which the ledger can know it: one that it will never see done, itself or by what
    comes after it, has no light. What hangs on another event (a clue, a change of leader) is not in it.
    """
    events = {"feedback_date": feedback}
    ahead: dict[str, tuple[DeadlineRule, date, Deadline]] = {}
    for rule in rules.in_order:
        if (start := events.get(rule.start)) is None:
            continue
        deadline = rule.deadline(start)
        if rule.key == CONCENTRATED_PERIOD and period_ends is not None:
            deadline = Deadline(rule.key, period_ends, calendar_incomplete=False, citation="本次巡察所定 / set for it")
        events[rule.key] = deadline.due if rule.period else done.get(rule.key, deadline.due)
        ahead[rule.key] = rule, start, deadline
    followers = {
        key: [after.key for after, _, _ in ahead.values() if after.start == key or after.key == rule.before]
        for key, (rule, _, _) in ahead.items()
    }

    def leads_to(key: str, goals: Collection[str]) -> bool:
        return key in goals or any(leads_to(after, goals) for after in followers[key])

    found: dict[str, Milestone] = {}
    for key, (rule, start, deadline) in reversed(ahead.items()):
        # Whatever starts when a period ends does not shorten it; within a period there is time until its end.
        done_by = [deadline.due] + [
            found[after].due_date if ahead[after][0].period else found[after].latest_start
            for after in followers[key]
            if not rule.period
        ]
        latest_start, settled = rule.latest_start(min(done_by))
        if rule.work is None and (rule.period or min(done_by) == deadline.due):
            latest_start, settled = start, True
        finished = leads_to(key, done) or not leads_to(key, recorded)
        found[key] = Milestone(
            key=key,
            zh=rule.zh,
            en=rule.en,
            start_event=rule.start,
            start_date=start,
            due_date=deadline.due,
            latest_start=latest_start,
            extendable_to=deadline.extendable_to,
            done_on=done.get(key),
            light=light(deadline.due, today=today, finished=finished, warn_days=rule.warn_days),
            citation=deadline.citation,
            verified=rule.verified,
            calendar_incomplete=deadline.calendar_incomplete or not settled,
        )
    return sorted(found.values(), key=lambda milestone: (milestone.due_date, milestone.latest_start, milestone.key))
