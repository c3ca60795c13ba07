"""Plans and reports, 1+N (整改方案与报告): their versions, the review by the three bodies, the measures they hold."""

from typing import Annotated, Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from ..domain.evidence import EvidenceFile
from ..domain.inspections import Inspection
from ..domain.measures import Measure
from ..domain.plans import ACTS, Plan, PlanFields, PlanProgress
from ..domain.verifications import body_of, lapse_sign_offs, spoken_for, word_of
from ..domain.vocabulary import PlanKind, PlanState, SignOffDecision
from ..foundation.acts import MANY, Acts
from ..foundation.audit import Actor
from ..foundation.clock import today
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import fetch, save_all
from ..foundation.listing import Listing, Query, contains, one_of
from ..foundation.problems import Conflict, NotFound, RuleBroken, Text
from ..foundation.resource import Resource
from ..foundation.routes import Db, may, responses


class PlanCreate(Sent, PlanFields):
    pass


class PlanRead(PlanFields, PlanProgress, Shown):
    organisation_id: UUID
    allowed_actions: list[str] = Field(description="what this caller may do to it now")


class PlanQuery(Query):
    inspection_id: list[UUID] = []
    kind: list[PlanKind] = []
    status: list[PlanState] = []
    topic: list[str] = []
    q: str | None = None
    sort: Literal["created_at", "-created_at"] = "created_at"


def show_allowed_actions(row: dict[str, Any], actor: Actor) -> None:
    row["allowed_actions"] = ACTS.allowed(row, actor)


async def prepare(db: AsyncSession, plan: Plan) -> None:
    plan.check_sound()
    if plan not in db:  # a new version
        await fetch(db, Inspection, plan.inspection_id, lock=True)  # one draws up a version at a time
        plan.follow(await db.scalar(_versions_of(plan).order_by(col(Plan.edition).desc()).limit(1)))


plans = Resource(
    "plans",
    Plan,
    Listing(
        Plan,
        PlanRead,
        PlanQuery,
        where={
            "inspection_id": one_of(Plan.inspection_id),
            "kind": one_of(Plan.kind),
            "status": one_of(Plan.status),
            "topic": one_of(Plan.topic),
            "q": contains(Plan.title, Plan.topic, Plan.text),
        },
        sort={"created_at": Plan.created_at},
        present=show_allowed_actions,
    ),
    called=Text("方案或报告", "plan"),
    create=PlanCreate,
    update=patch_of("PlanUpdate", PlanFields, fixed=frozenset({"inspection_id", "kind", "topic"})),
    prepare=prepare,
)
acts = Acts(plans, ACTS)


class Review(Sent):
    comment: str | None = Field(default=None, min_length=1, max_length=5000, description="审核意见")


class Return(Sent):
    comment: str = Field(min_length=1, max_length=5000, description="退回意见")


@acts.does("submission")
async def submit(db: AsyncSession, actor: Actor, plan: Plan, _: None) -> None:
    inspection = await fetch(db, Inspection, plan.inspection_id)
    files = len(await _files_of(db, plan))
    plan.submit(files=files, bodies=inspection.verifying_bodies, by=actor, on=today())


@acts.does("review", Review)
async def review(db: AsyncSession, actor: Actor, plan: Plan, body: Review) -> None:
    ACTS.check(plan, "review", by=actor)
    signing = body_of(plan.awaiting, actor)
    state = await state_of(db, plan)
    db.add(word_of(plan, SignOffDecision.signed, body.comment, body=signing, by=actor, state=state))
    if plan.review(files=len(state["evidence"]), body=signing, by=actor, on=today()):
        await _take_over(db, plan)


@acts.does("return", Return)
async def send_back(db: AsyncSession, actor: Actor, plan: Plan, body: Return) -> None:
    plan.send_back(comment=body.comment)
    await db.run_sync(lapse_sign_offs, Plan, plan.id, reason=body.comment[:500])
    state = await state_of(db, plan)
    db.add(word_of(plan, SignOffDecision.returned, body.comment, body=spoken_for(actor), by=actor, state=state))


class Binding(Sent):
    measure_ids: list[UUID] = Field(min_length=1, max_length=MANY, description="列入此方案的措施")


class Bound(SQLModel):
    bound: int = Field(description="列入的措施数")


@plans.router.post(
    "/{id}/measures",
    responses=responses(NotFound, RuleBroken, Conflict),
    summary="措施列入方案 · bind measures to plan",
    operation_id="plans.bind-measures",
)
async def bind_measures(db: Db, actor: Annotated[Actor, may("measures:write")], id: UUID, body: Binding) -> Bound:
    plan = await fetch(db, Plan, id, lock=True)
    plan.check_takes_measures()
    measures = [await fetch(db, Measure, one, lock=True) for one in sorted(set(body.measure_ids))]
    for measure in measures:
        measure.check_not_withdrawn()
        if measure.inspection_id != plan.inspection_id:
            raise Conflict("措施属于另一次巡察", "A measure belongs to another inspection", measure_id=str(measure.id))
        measure.plan_id = plan.id
    await save_all(db, measures)
    return Bound(bound=len(measures))


async def state_of(db: AsyncSession, plan: Plan) -> dict[str, Any]:
    """What a review stands for: the version's content and the digests of its files."""
    return {"plan": plan.material_state(), "evidence": await _files_of(db, plan)}


async def _files_of(db: AsyncSession, plan: Plan) -> list[str]:
    files = select(EvidenceFile.sha256).where(
        col(EvidenceFile.plan_id) == plan.id, col(EvidenceFile.withdrawn_at).is_(None)
    )
    return sorted((await db.scalars(files)).all())


async def _take_over(db: AsyncSession, plan: Plan) -> None:
    """The version before it gives way, and what was planned by it, or by those before, is planned by this one."""
    # Locked as in `bind_measures`, first the versions and then the measures, so that none is bound in between.
    before = (await db.scalars(_versions_of(plan).order_by(col(Plan.edition)).with_for_update())).all()
    planned = col(Measure.plan_id).in_([old.id for old in before]) & col(Measure.withdrawn_at).is_(None)
    for measure in await db.scalars(select(Measure).where(planned).order_by(col(Measure.id)).with_for_update()):
        measure.plan_id = plan.id
    for old in before:
        if old.status == PlanState.approved:
            old.give_way()


def _versions_of(plan: Plan) -> Any:
    """The other versions of the same plan or report."""
    return select(Plan).where(
        col(Plan.inspection_id) == plan.inspection_id,
        col(Plan.kind) == plan.kind,
        col(Plan.topic).is_not_distinct_from(plan.topic),
        col(Plan.withdrawn_at).is_(None),
        col(Plan.id) != plan.id,
    )
