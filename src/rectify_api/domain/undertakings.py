"""What an issue and a measure have alike: who answers for it (责任分工), by when, and how either may change."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Actor
from ..foundation.problems import RuleBroken
from .vocabulary import ExtensionState

if TYPE_CHECKING:
    from ..foundation.procedure import Procedure

EXTENSION_DECIDED = ("extension_granted", "extension_refused")


class UndertakingFields(SQLModel):
    responsible_leader: str | None = Field(default=None, min_length=1, max_length=100, description="责任领导")
    lead_unit: str | None = Field(default=None, min_length=1, max_length=200, description="牵头单位")
    responsible_unit: str | None = Field(default=None, min_length=1, max_length=200, description="责任单位")
    cooperating_units: list[str] = Field(
        default=[],
        max_length=50,
        sa_type=JSONB,
        sa_column_kwargs={"server_default": "[]"},
        description="配合单位",
    )
    responsible_person: str | None = Field(default=None, min_length=1, max_length=100, description="责任人")
    planned_start: date | None = Field(default=None, description="计划开始日期")
    due_date: date | None = Field(default=None, index=True, description="整改时限, to 24:00 Asia/Shanghai")


class UndertakingProgress(SQLModel):
    """The extension (延期) last asked for, and what its verbs share. A table with it has the acts they name."""

    extension_state: ExtensionState | None = Field(default=None, sa_type=AutoString)
    extension_until: date | None = Field(default=None, description="申请延至")
    extension_reason: str | None = Field(default=None, description="延期理由")
    extension_comment: str | None = Field(default=None, description="延期批复")
    extensions: int = Field(default=0, sa_column_kwargs={"server_default": "0"}, description="已延期次数")
    original_due_date: date | None = Field(default=None, description="最初时限, once it was extended")
    previous_leader: str | None = Field(default=None, description="移交前的责任领导")
    handed_over_on: date | None = Field(default=None, description="移交日期")

    if TYPE_CHECKING:
        procedure: ClassVar[Procedure[Any]]
        responsible_leader: str | None
        due_date: date | None

    def ask_extension(self, *, until: date, reason: str) -> None:
        """Ask for a later deadline. RuleBroken without a deadline, or for a day that is not later."""
        self.procedure.check(self, "extension")
        if self.due_date is None:
            raise RuleBroken("尚未设定整改时限，无从延期", "There is no deadline to extend", missing="due_date")
        if until <= self.due_date:
            raise RuleBroken(
                f"延期后的时限须晚于现时限 {self.due_date}",
                f"The new deadline must be later than {self.due_date}",
                due_date=str(self.due_date),
            )
        self.procedure.move(self, "extension")
        self.extension_state, self.extension_until = ExtensionState.requested, until
        self.extension_reason, self.extension_comment = reason, None

    def decide_extension(self, *, granted: bool, comment: str | None) -> None:
        """Grant or refuse what was asked for. The first deadline is kept beside the one that holds."""
        self.procedure.move(self, "extension-decision", verb=EXTENSION_DECIDED[0 if granted else 1])
        self.extension_state = ExtensionState.granted if granted else ExtensionState.refused
        self.extension_comment = comment
        if granted:
            self.original_due_date = self.original_due_date or self.due_date
            self.due_date = self.extension_until
            self.extensions += 1

    def hand_over(self, *, leader: str, on: date) -> None:
        """Another leader takes it on (责任领导变更); who had it before is kept."""
        self.procedure.check(self, "handover")
        if self.responsible_leader == leader:
            raise RuleBroken(f"责任领导已是{leader}", f"The responsible leader is {leader} already")
        self.procedure.move(self, "handover")
        self.previous_leader, self.responsible_leader, self.handed_over_on = self.responsible_leader, leader, on

    def check_edit(self, before: Mapping[str, Any]) -> None:
        """`before` holds what was there, by changed column. RuleBroken for what changes only by acts once begun."""
        for name, noun in (("due_date", "extension"), ("responsible_leader", "handover")):
            if before.get(name) is not None and self.procedure.is_begun(self):
                act = self.procedure[noun]
                raise RuleBroken(
                    f"开始办理后须通过“{act.zh}”更改",
                    f"Once work has begun, {name} changes by the act {noun}",
                    field=name,
                )


def none_pending(row: Mapping[str, Any], _by: Actor | None) -> None:
    if row["extension_state"] == ExtensionState.requested:
        raise RuleBroken("已有延期申请待批复", "An extension is asked for and not yet decided")


def one_pending(row: Mapping[str, Any], _by: Actor | None) -> None:
    if row["extension_state"] != ExtensionState.requested:
        raise RuleBroken("没有待批复的延期申请", "No extension is waiting for a decision")
