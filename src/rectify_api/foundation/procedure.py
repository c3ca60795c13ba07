"""The acts of a procedure: from which states each may be done, to which it leads, who may, and what else it takes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import inspect

from .audit import Actor
from .problems import RuleBroken, Text


class State(Protocol):
    """A code of a closed list, with both labels."""

    zh: str
    en: str

    @property
    def value(self) -> str: ...


StateT = TypeVar("StateT", bound=State)
# Told the columns of the row and who acts, where somebody does; raises RuleBroken with what is missing.
Guard = Callable[[Mapping[str, Any], Actor | None], None]


@dataclass(frozen=True)
class Act(Generic[StateT]):
    """`to` is None where the state stays. `zh` names the act in a refusal; `done` is its participle in the record.

    What is found when it is done may lead to one of `otherwise` instead, and be recorded by one of `recorded`.
    """

    states: tuple[StateT, ...]
    to: StateT | None
    zh: str
    done: str
    permission: str
    guard: Guard | None = None
    otherwise: tuple[StateT, ...] = ()
    recorded: tuple[str, ...] = ()

    @property
    def verbs(self) -> tuple[str, ...]:
        """By what the record names it."""
        return self.recorded or (self.done,)


class Procedure(Generic[StateT]):
    """The acts of one table by the noun in the URL, the first of them first. What refuses an act also offers it."""

    def __init__(self, called: Text, acts: Mapping[str, Act[StateT]]) -> None:
        self.called, self._acts = called, dict(acts)
        self._first = next(iter(acts.values())).states[0]
        codes: Any = type(self._first)
        self._state_of: dict[str, State] = {state.value: state for state in codes}

    def __getitem__(self, noun: str) -> Act[StateT]:
        return self._acts[noun]

    def __iter__(self) -> Iterator[str]:
        return iter(self._acts)

    def is_begun(self, row: Any) -> bool:
        return bool(row.status != self._first)

    def check(self, row: Any, noun: str, *, by: Actor | None = None) -> None:
        """Raise Conflict for a withdrawn row, RuleBroken when the act is not for its state or something is missing."""
        row.check_not_withdrawn()
        self._check(inspect(row).dict, noun, by)

    def move(self, row: Any, noun: str, *, by: Actor | None = None, verb: str | None = None) -> None:
        """Check, set the state, and name the act in the record: by its participle, or by `verb`."""
        self.check(row, noun, by=by)
        act = self._acts[noun]
        if act.to is not None:
            row.status = act.to
        row.name_act(verb or act.done)

    def allowed(self, row: Mapping[str, Any], actor: Actor) -> list[str]:
        """What this actor may do to the row now, in the order of the procedure."""
        return [] if row["withdrawn_at"] else [noun for noun in self._acts if self._may(row, noun, actor)]

    def _may(self, row: Mapping[str, Any], noun: str, actor: Actor) -> bool:
        if not actor.may(self._acts[noun].permission):
            return False
        try:
            self._check(row, noun, actor)
        except RuleBroken:
            return False
        return True

    def _check(self, row: Mapping[str, Any], noun: str, by: Actor | None) -> None:
        act, status = self._acts[noun], str(row["status"])
        if status not in {state.value for state in act.states}:
            state = self._state_of[status]
            needed_zh = "或".join(f"“{each.zh}”" for each in act.states)
            needed_en = " or ".join(each.en for each in act.states)
            raise RuleBroken(
                f"{self.called.zh}处于“{state.zh}”，须为{needed_zh}才能{act.zh}",
                f"The {self.called.en} is {state.en}; it can be {act.done.replace('_', ' ')} only when {needed_en}",
                state=status,
                needed=[each.value for each in act.states],
            )
        if act.guard is not None:
            act.guard(row, by)
