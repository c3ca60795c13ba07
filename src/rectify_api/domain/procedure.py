"""The acts of a procedure: from which states each may be done, and to which it leads."""

from typing import Generic, NamedTuple, TypeVar

from ..foundation.problems import RuleBroken, Text
from .vocabulary import Vocabulary

StateT = TypeVar("StateT", bound=Vocabulary)


class Act(NamedTuple, Generic[StateT]):
    """`zh` names the act in a refusal; `done` is its English participle, and its verb in the record."""

    states: tuple[StateT, ...]
    to: StateT
    zh: str
    done: str

    def check_from(self, state: StateT, called: Text) -> None:
        """Raise RuleBroken unless a thing so `called` may be treated so in `state`; says which state is needed."""
        if state not in self.states:
            needed_zh = "或".join(f"“{each.zh}”" for each in self.states)
            needed_en = " or ".join(each.en for each in self.states)
            raise RuleBroken(
                f"{called.zh}处于“{state.zh}”，须为{needed_zh}才能{self.zh}",
                f"The {called.en} is {state.en}; it can be {self.done} only when {needed_en}",
                state=state.value,
                needed=[each.value for each in self.states],
            )
