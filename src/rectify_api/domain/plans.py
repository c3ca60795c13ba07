"""Plans and reports, 1+N (总体方案与专项方案，报告亦然): each version is submitted and reviewed by the three bodies.

A row is a version. The next one is drafted beside it and takes its place, and its measures, once it is approved.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Session
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Actor, Recorded
from ..foundation.problems import RuleBroken, Text
from ..foundation.procedure import Act, Procedure
from .verifications import Material, SignedOff, signs_for_another
from .vocabulary import PlanKind, PlanState, VerifyingBody

S = PlanState
K = PlanKind
TOPICAL = (K.topical_plan, K.topical_report)
TAKING_MEASURES = (K.overall_plan, K.topical_plan)
# A version on its way to approval: there is one at a time.
OPEN = (S.draft, S.submitted, S.returned)

# By the noun in the URL. A review is done when the last body has signed.
ACTS: Procedure[PlanState] = Procedure(
    Text("方案或报告", "plan"),
    {
        "submission": Act((S.draft, S.returned), S.submitted, "报审", "submitted", "plans:submit"),
        "review": Act(
            (S.submitted,),
            S.approved,
            "审核",
            "approved",
            "plans:review",
            signs_for_another,
            recorded=("signed_off", "approved"),
        ),
        "return": Act((S.submitted,), S.returned, "退回", "returned", "plans:return"),
    },
)


class PlanFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    kind: PlanKind = Field(sa_type=AutoString)
    title: str = Field(min_length=1, max_length=300, description="题名")
    topic: str | None = Field(default=None, min_length=1, max_length=200, description="专题, of topical ones")
    leader: str | None = Field(default=None, min_length=1, max_length=100, description="报告人, of the leader's report")
    text: str | None = Field(default=None, min_length=1, max_length=100_000, description="正文或摘要")


class PlanProgress(SignedOff):
    status: PlanState = Field(default=S.draft, sa_type=AutoString)
    edition: int = Field(default=1, description="版次, from 1")
    previous_id: UUID | None = Field(
        default=None, foreign_key="plan.id", index=True, description="上一版 the version that it is to replace"
    )
    submitted_on: date | None = Field(default=None, description="报审日期")
    approved_on: date | None = Field(default=None, description="审核通过日期")
    return_comment: str | None = Field(default=None, description="退回意见")


class Plan(Recorded, PlanFields, PlanProgress, Material, table=True):
    __table_args__ = (
        Index("ix_plan_created_at_id", "created_at", "id"),
        Index(
            "uq_plan_edition",
            "inspection_id",
            "kind",
            text("coalesce(topic, '')"),
            "edition",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )
    procedure: ClassVar[Procedure[Any]] = ACTS
    material: ClassVar[frozenset[str]] = frozenset({"title", "topic", "leader", "text"})

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)

    def check_sound(self) -> None:
        """Raise RuleBroken for a topical one without a topic, another with one, or a leader's report of nobody."""
        if (self.topic is None) == (self.kind in TOPICAL):
            raise RuleBroken(
                "专项方案和专项报告须写明专题，其他的没有专题", "A topical plan or report has a topic, no other has"
            )
        if self.kind == K.leader_report and self.leader is None:
            raise RuleBroken("须写明报告人", "Say whose report it is", missing="leader")

    def follow(self, last: "Plan | None") -> None:
        """Become the next version after `last`. RuleBroken while that one is not approved yet."""
        if last is None:
            return
        if last.status in OPEN:
            state = PlanState(last.status)
            raise RuleBroken(
                f"第 {last.edition} 版{state.zh}，通过后才能起草新版",
                f"Edition {last.edition} is {state.en}; a new one is drafted after its approval",
                plan_id=str(last.id),
            )
        self.edition, self.previous_id = last.edition + 1, last.id

    def submit(self, *, files: int, bodies: Iterable[str], by: Actor, on: date) -> None:
        """Ask `bodies` to review it. Needs its text, or at least one of `files` that hold it."""
        ACTS.check(self, "submission")
        self._refuse_empty(files)
        ACTS.move(self, "submission")
        self.ask_sign_offs(bodies, by=by)
        self.submitted_on = on

    def review(self, *, files: int, body: VerifyingBody, by: Actor, on: date) -> bool:
        """One body agrees; with the last of them it is approved: True then. What was emptied since is not agreed to."""
        ACTS.check(self, "review", by=by)
        self._refuse_empty(files)
        self.name_act("signed_off")
        if not self.take_sign_off(body):
            return False
        self.status, self.approved_on = S.approved, on
        self.name_act("approved")
        return True

    def send_back(self, *, comment: str) -> None:
        ACTS.move(self, "return")
        self.return_comment = comment
        self.verifying_bodies, self.awaiting = [], []

    def give_way(self) -> None:
        """The next version was approved."""
        self.status = S.superseded
        self.name_act("superseded")

    def check_takes_measures(self) -> None:
        self.check_not_withdrawn()
        if self.kind not in TAKING_MEASURES or self.status in {S.returned, S.superseded}:
            raise RuleBroken(
                f"“{self.title}”{PlanState(self.status).zh}，或不是整改方案，不能列入措施",
                f"{self.title!r} is {PlanState(self.status).en}, or no plan of rectification: it takes no measures",
            )

    def check_in_force(self) -> None:
        """Raise RuleBroken unless work may be done by it."""
        if self.withdrawn_at is not None:
            raise RuleBroken(
                f"所属方案“{self.title}”已撤回，列入其他方案后才能实施措施",
                f"The plan {self.title!r} was withdrawn; measures begin once they are bound to another",
                plan_id=str(self.id),
            )
        if self.status not in {S.approved, S.superseded}:
            raise RuleBroken(
                f"所属方案“{self.title}”{PlanState(self.status).zh}，审核通过后才能实施措施",
                f"The plan {self.title!r} is {PlanState(self.status).en}; measures begin once it is approved",
                plan_id=str(self.id),
                state=str(self.status),
            )

    def check_withdrawable(self) -> None:
        if self.status != S.draft:
            raise RuleBroken("已报审，不能撤回", "It was submitted; it cannot be withdrawn")

    def signed_in(self, session: Session) -> Iterable[tuple[type[Any], UUID]]:
        return [(Plan, self.id)]

    def changed_materially(self) -> bool:
        """The sign-offs given fall; True when there were any. RuleBroken for a version that was approved."""
        if self.status in {S.approved, S.superseded}:
            raise RuleBroken("已审核通过的版本不能修改，请起草新版", "An approved version stands; draft a new one")
        if self.status != S.submitted or self.awaiting == self.verifying_bodies:
            return False
        self.forget_sign_offs()
        self.name_act("sign_offs_fell")
        return True

    def _refuse_empty(self, files: int) -> None:
        if not self.text and not files:
            raise RuleBroken("既无正文也无附件，无从审核", "There is neither text nor a file to review", missing="text")
