"""Handing over all that a leader answers for in an inspection (责任领导变更), in one step."""

from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from ..domain.inspections import Inspection
from ..domain.issues import Issue
from ..domain.measures import Measure
from ..foundation.audit import Actor
from ..foundation.clock import today
from ..foundation.contract import Sent
from ..foundation.database import fetch, save_all
from ..foundation.problems import Conflict, NotFound, RuleBroken
from ..foundation.routes import Db, LedgerRoute, may, responses

RowT = TypeVar("RowT", Issue, Measure)
router = APIRouter(prefix="/inspections", tags=["inspections"], route_class=LedgerRoute)


class LeaderChange(Sent):
    from_leader: str = Field(min_length=1, max_length=100, description="原责任领导")
    to_leader: str = Field(min_length=1, max_length=100, description="接任的责任领导")


class HandedOver(SQLModel):
    issues: int = Field(description="移交的问题数")
    measures: int = Field(description="移交的措施数")


@router.post(
    "/{id}/handover",
    responses=responses(NotFound, RuleBroken, Conflict),
    summary="责任领导变更 · hand over what a leader answers for",
    operation_id="inspections.handover",
)
async def hand_over(
    db: Db, actor: Annotated[Actor, may("issues:hand-over")], id: UUID, body: LeaderChange
) -> HandedOver:
    await fetch(db, Inspection, id)
    # In this order, as whoever changes a measure locks it before its issue.
    measures = await _held(db, Measure, id, body.from_leader)
    issues = await _held(db, Issue, id, body.from_leader)
    for issue in issues:
        issue.hand_over(leader=body.to_leader, on=today())
    for measure in measures:
        measure.hand_over(leader=body.to_leader, on=today())
    await save_all(db, [*issues, *measures])
    if not issues and not measures:
        raise RuleBroken(
            f"{body.from_leader}在本次巡察中没有可移交的问题和措施",
            f"{body.from_leader} answers for no issue or measure of this inspection",
        )
    return HandedOver(issues=len(issues), measures=len(measures))


async def _held(db: AsyncSession, table: type[RowT], inspection_id: UUID, leader: str) -> Sequence[RowT]:
    """What the leader answers for and can hand over, locked."""
    held = select(table).where(
        col(table.inspection_id) == inspection_id,
        col(table.responsible_leader) == leader,
        col(table.status).in_(table.procedure["handover"].states),
        col(table.withdrawn_at).is_(None),
    )
    return (await db.scalars(held.order_by(col(table.id)).with_for_update())).all()
