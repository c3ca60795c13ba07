"""Deadlines: dated sets of rules kept as data, how a day is counted to, and the light of a deadline."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import ARRAY, ColumnElement, Date, Text, bindparam, case, cast, func, literal, null, or_

from ..foundation.clock import days_later, months_later, workdays_later
from ..foundation.settings import PREFIX, BadSetting
from .vocabulary import DeadlineUnit, Light, StartEvent, SupervisionKind

SHIPPED = Path(__file__).with_name("deadline_rules.toml")
WARN_DAYS = 7

_FIXED = ConfigDict(frozen=True, extra="forbid")
_KEY = Field(pattern="^[a-z][a-z0-9_-]{0,39}$")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day a rule leads to; it ends at 24:00 Asia/Shanghai.

    `calendar_incomplete`: the State Council's notice for a year in between is not known, so Monday to Friday were
    counted. `extendable_to` is the last day an extension may lead to, None when there is no extension.
    """

    rule: str
    due: date
    calendar_incomplete: bool
    citation: str
    extendable_to: date | None = None


class Span(BaseModel):
    """A length of time. Months end on the same day, clipped to the month's end; workdays count from the next one."""

    model_config = _FIXED

    amount: int = Field(ge=0, le=1000)
    unit: DeadlineUnit

    def from_(self, day: date, *, back: bool = False) -> tuple[date, bool]:
        """The day this long after `day`, or before it with `back`, and whether the calendar in between is settled."""
        amount = -self.amount if back else self.amount
        if self.unit == DeadlineUnit.workday:
            return workdays_later(day, amount)
        return (months_later if self.unit == DeadlineUnit.month else days_later)(day, amount), True


class DeadlineRule(Span):
    """One deadline: this long after `start`, which is a StartEvent or another rule of the set.

    `work` is how long the work itself takes, for counting backwards; without it the whole time is needed.
    `before` names a rule that this one must come before. What follows a `period` counts from its last day, even when
    the work was done earlier. `extension` is how much may be added at most. `verified` says whether somebody has read
    the cited place itself.
    """

    key: str = _KEY
    zh: str = Field(min_length=1, max_length=100)
    en: str = Field(min_length=1, max_length=200)
    start: str = _KEY
    extension: Span | None = None
    work: Span | None = None
    before: str | None = None
    period: bool = False
    warn_days: int = Field(default=WARN_DAYS, ge=0, le=366)
    citation: str = Field(min_length=1, max_length=500)
    verified: bool

    def deadline(self, start: date) -> Deadline:
        due, settled = self.from_(start)
        extendable_to, still_settled = self.extension.from_(due) if self.extension else (None, True)
        return Deadline(self.key, due, not (settled and still_settled), self.citation, extendable_to)

    def latest_start(self, done_by: date) -> tuple[date, bool]:
        """The last day on which the work may begin to be done by then, and whether the calendar is settled."""
        return (self.work or self).from_(done_by, back=True)


class RuleSet(BaseModel):
    """The rules in force in one jurisdiction from a day to a day; `kinds` follow it where none is named."""

    model_config = _FIXED

    name: str = _KEY
    jurisdiction: str = Field(min_length=1, max_length=40)
    kinds: tuple[SupervisionKind, ...] = ()
    zh: str = Field(min_length=1, max_length=100)
    en: str = Field(min_length=1, max_length=200)
    valid_from: date
    valid_to: date | None = None
    based_on: str | None = None
    rules: tuple[DeadlineRule, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, DeadlineRule]:
        return {rule.key: rule for rule in self.rules}

    @cached_property
    def in_order(self) -> tuple[DeadlineRule, ...]:
        """Each rule after the one it starts from and after those that must come before it. CycleError in a circle."""
        graph = TopologicalSorter({rule.key: {rule.start} & self.by_key.keys() for rule in self.rules})
        for rule in self.rules:
            if rule.before:
                graph.add(rule.before, rule.key)
        return tuple(self.by_key[key] for key in graph.static_order())

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def on(self, base: "RuleSet") -> "RuleSet":
        """These rules, and those of `base` that they do not replace."""
        return RuleSet.model_validate(self.model_dump() | {"rules": list((base.by_key | self.by_key).values())})

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"{self.name}: valid_to 早于 valid_from / it ends before it begins")
        if len(self.by_key) < len(self.rules):
            raise ValueError(f"{self.name}: 有重复的 key / a key stands twice")
        if taken := self.by_key.keys() & set(StartEvent):
            raise ValueError(f"{self.name}: key 与事件同名 / an event is called that already: {sorted(taken)}")
        return self

    def check_connected(self) -> None:
        """Raise ValueError when a rule points to nothing, or rules wait for each other."""
        for rule in self.rules:
            if rule.start not in self.by_key and rule.start not in set(StartEvent):
                raise ValueError(f"{self.name}: {rule.key}: start = {rule.start!r} 不存在 / is no event and no rule")
            if rule.before is not None and rule.before not in self.by_key:
                raise ValueError(f"{self.name}: {rule.key}: before = {rule.before!r} 不存在 / is no rule")
        try:
            _ = self.in_order
        except CycleError as error:
            circle = " → ".join(error.args[1])
            raise ValueError(f"{self.name}: 规则互为前提 / rules wait for each other: {circle}") from None

    def concerns(self, other: "RuleSet") -> bool:
        """Both could be asked for on one day, so nobody could say which holds."""
        alike = self.jurisdiction == other.jurisdiction or set(self.kinds) & set(other.kinds)
        return bool(alike) and (self.holds_on(other.valid_from) or other.holds_on(self.valid_from))


class DeadlineRules(BaseModel):
    model_config = _FIXED

    rule_sets: tuple[RuleSet, ...] = Field(min_length=1)

    def in_force(self, *, kind: SupervisionKind, jurisdiction: str | None, on: date) -> RuleSet | None:
        """The set of the named jurisdiction on that day; without one, the set for this kind; None: neither is there."""
        holding = [rules for rules in self.rule_sets if rules.holds_on(on)]
        named = (rules for rules in holding if rules.jurisdiction == jurisdiction)
        return next(named, None) or next((rules for rules in holding if kind in rules.kinds), None)

    @property
    def jurisdictions(self) -> frozenset[str]:
        return frozenset(rules.jurisdiction for rules in self.rule_sets)


def load_rules(path: Path | None = None) -> DeadlineRules:
    """The rules in the file at `path`, or those that come along. BadSetting with one line that says what is wrong."""
    try:
        return _checked(DeadlineRules.model_validate(tomllib.loads((path or SHIPPED).read_text(encoding="utf-8"))))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        why = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except (OSError, ValueError) as error:
        why = str(error)
    raise BadSetting(f"{PREFIX}DEADLINE_RULES: {path or SHIPPED}: {' '.join(why.split())}")


def _checked(rules: DeadlineRules) -> DeadlineRules:
    """Each set completed by the one it is based on. ValueError for what the form of the file cannot show."""
    known: dict[str, RuleSet] = {}
    for one in rules.rule_sets:
        if one.name in known:
            raise ValueError(f"{one.name}: 名称重复 / the name stands twice")
        if one.based_on is not None and one.based_on not in known:
            raise ValueError(f"{one.name}: based_on {one.based_on!r} 不在其上文 / is no set above it")
        known[one.name] = one.on(known[one.based_on]) if one.based_on else one
        known[one.name].check_connected()
    for one, other in combinations(known.values(), 2):
        if one.concerns(other):
            raise ValueError(f"{one.name}, {other.name}: 同时有效 / are in force at the same time")
    return DeadlineRules(rule_sets=tuple(known.values()))


# The day in Asia/Shanghai, asked when the statement runs: statements of listings are compiled once and kept.
SHANGHAI_DAY: ColumnElement[date] = cast(func.timezone("Asia/Shanghai", func.now()), Date)


def light(due: date | None, *, today: date, finished: bool, warn_days: int = WARN_DAYS) -> Light | None:
    """Red from the day after the deadline, amber from `warn_days` before it, green before that; `light_of` in SQL."""
    if due is None or finished:
        return None
    if due < today:
        return Light.red
    return Light.amber if due <= days_later(today, warn_days) else Light.green


def light_of(
    due: Any, finished: ColumnElement[bool], *, today: ColumnElement[date] = SHANGHAI_DAY, warn_days: int = WARN_DAYS
) -> ColumnElement[str | None]:
    """`light` as an expression of SQL, for lists and figures."""
    return case(
        (or_(due.is_(None), finished), null()),
        (due < today, Light.red.value),
        (due <= today + warn_days, Light.amber.value),
        else_=Light.green.value,
    )


def lit(due: Any, finished: ColumnElement[bool]) -> Callable[[str], ColumnElement[bool]]:
    """The filter of a Listing on lights: `"light": lit(Issue.due_date, among(Issue.status, FINISHED))`."""
    return lambda name: light_of(due, finished) == func.any(bindparam(name, type_=ARRAY(Text)))


def among(status: Any, states: Iterable[str]) -> ColumnElement[bool]:
    """`status IN (…)` with one parameter: a Listing compiles its statements once, where `in_` would still unfold."""
    found: ColumnElement[bool] = status == func.any(literal([str(state) for state in states], ARRAY(Text)))
    return found


def worst(*lights: Light | None) -> Light | None:
    return next((found for found in (Light.red, Light.amber, Light.green) if found in lights), None)
