"""The acts on an issue, from claiming (认领) to closure (销号) and back."""

from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from ...domain.evidence import EvidenceFile
from ...domain.inspections import Inspection
from ...domain.issues import ACTS, REVIEW_EVERY, Issue
from ...domain.measures import WORKING, Measure
from ...domain.verifications import body_of, lapse_sign_offs, spoken_for, word_of
from ...domain.vocabulary import ObjectionKind, SignOffDecision
from ...foundation.acts import Acts
from ...foundation.audit import Actor
from ...foundation.clock import months_later, now, today
from ...foundation.contract import Sent
from ...foundation.database import fetch
from ..measures import ExtensionDecision, ExtensionRequest, Handover
from .contract import issues

acts = Acts(issues, ACTS)


class Claim(Sent):
    responsible_leader: str = Field(min_length=1, max_length=100, description="责任领导 who claims it")


class Objection(Sent):
    kind: ObjectionKind
    reason: str = Field(min_length=1, max_length=2000, description="异议理由")
    belongs_to: str | None = Field(default=None, min_length=1, max_length=200, description="应由何单位负责")


class ObjectionDecision(Sent):
    upheld: bool = Field(description="异议是否成立")
    comment: str = Field(min_length=1, max_length=2000, description="复核意见")


class SignOff(Sent):
    comment: str | None = Field(default=None, min_length=1, max_length=5000, description="验收意见")


class Reason(Sent):
    reason: str = Field(min_length=1, max_length=2000, description="理由 why")


class Cause(Sent):
    cause: str = Field(min_length=1, max_length=2000, description="反弹原因 why it came back")


@acts.does("claim", Claim, many="claims")
async def claim(db: AsyncSession, actor: Actor, issue: Issue, body: Claim) -> None:
    issue.claim(leader=body.responsible_leader, at=now())


@acts.does("objection", Objection)
async def contest(db: AsyncSession, actor: Actor, issue: Issue, body: Objection) -> None:
    issue.contest(kind=body.kind, reason=body.reason, belongs_to=body.belongs_to)


@acts.does("objection-decision", ObjectionDecision)
async def decide_objection(db: AsyncSession, actor: Actor, issue: Issue, body: ObjectionDecision) -> None:
    issue.decide_objection(upheld=body.upheld, comment=body.comment)


@acts.does("start")
async def start(db: AsyncSession, actor: Actor, issue: Issue, _: None) -> None:
    issue.start(at=now())


@acts.does("extension", ExtensionRequest, many="extensions")
async def ask_extension(db: AsyncSession, actor: Actor, issue: Issue, body: ExtensionRequest) -> None:
    issue.ask_extension(until=body.until, reason=body.reason)


@acts.does("extension-decision", ExtensionDecision, many="extension-decisions")
async def decide_extension(db: AsyncSession, actor: Actor, issue: Issue, body: ExtensionDecision) -> None:
    issue.decide_extension(granted=body.granted, comment=body.comment)


@acts.does("handover", Handover, many="handovers")
async def hand_over(db: AsyncSession, actor: Actor, issue: Issue, body: Handover) -> None:
    issue.hand_over(leader=body.responsible_leader, on=today())


@acts.does("submission")
async def submit(db: AsyncSession, actor: Actor, issue: Issue, _: None) -> None:
    inspection = await fetch(db, Inspection, issue.inspection_id)
    issue.submit(
        unfinished_measures=await unfinished_measures(db, issue),
        evidence_missing=await evidence_missing(db, issue),
        bodies=inspection.verifying_bodies,
        by=actor,
        at=now(),
    )


@acts.does("return", Reason)
async def send_back(db: AsyncSession, actor: Actor, issue: Issue, body: Reason) -> None:
    issue.send_back(reason=body.reason)
    await db.run_sync(lapse_sign_offs, Issue, issue.id, reason=body.reason[:500])
    state = await state_of(db, issue)
    db.add(word_of(issue, SignOffDecision.returned, body.reason, body=spoken_for(actor), by=actor, state=state))


@acts.does("verification", SignOff, many="verifications")
async def verify(db: AsyncSession, actor: Actor, issue: Issue, body: SignOff) -> None:
    ACTS.check(issue, "verification", by=actor)
    signing = body_of(issue.awaiting, actor)
    state = await state_of(db, issue)
    db.add(word_of(issue, SignOffDecision.signed, body.comment, body=signing, by=actor, state=state))
    issue.verify(body=signing, by=actor, at=now(), next_review_on=months_later(today(), REVIEW_EVERY))


@acts.does("closure", many="closures")
async def close(db: AsyncSession, actor: Actor, issue: Issue, _: Sent | None) -> None:
    issue.close(unfinished_measures=await unfinished_measures(db, issue), at=now())


@acts.does("reopening", Cause)
async def reopen(db: AsyncSession, actor: Actor, issue: Issue, body: Cause) -> None:
    issue.reopen(cause=body.cause)
    await db.run_sync(lapse_sign_offs, Issue, issue.id, reason=body.cause[:500])


def _of(issue: Issue) -> Any:
    """The measures that answer the issue, alone or with others."""
    answers = (col(Measure.issue_id) == issue.id) | col(Measure.also_issue_ids).contains([issue.id])
    return answers & col(Measure.withdrawn_at).is_(None)


async def unfinished_measures(db: AsyncSession, issue: Issue) -> int:
    return await db.scalar(select(func.count()).where(_of(issue), col(Measure.status).in_(WORKING))) or 0


async def evidence_missing(db: AsyncSession, issue: Issue) -> int:
    """Measures without a file; an issue that has no measure needs one of its own."""
    there = col(EvidenceFile.withdrawn_at).is_(None)
    proof = exists().where(col(EvidenceFile.measure_id) == col(Measure.id), there)
    counted = select(func.count(), func.count().filter(~proof)).where(_of(issue))
    measures, without = (await db.execute(counted)).one()
    if measures:
        return int(without)
    own = await db.scalar(select(func.count()).where(col(EvidenceFile.issue_id) == issue.id, there))
    return 0 if own else 1


async def state_of(db: AsyncSession, issue: Issue) -> dict[str, Any]:
    """What a sign-off stands for: the issue's text and result, its measures, the digests of its evidence."""
    measures = (await db.scalars(select(Measure).where(_of(issue)).order_by(col(Measure.id)))).all()
    shown = (col(EvidenceFile.issue_id) == issue.id) | col(EvidenceFile.measure_id).in_([m.id for m in measures])
    files = await db.scalars(select(EvidenceFile).where(shown, col(EvidenceFile.withdrawn_at).is_(None)))
    return {
        "issue": issue.material_state(),
        "measures": [{"id": measure.id} | measure.material_state() for measure in measures],
        "evidence": sorted(file.sha256 for file in files),
    }
