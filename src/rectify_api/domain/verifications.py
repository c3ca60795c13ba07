"""Sign-offs of the three bodies (三方签署) on what they saw, and how they fall when that changes.

A sign-off keeps version and digest of the state it approved. A material change of that state, by whatever way,
withdraws the sign-offs given so far: the session sees to it before the change is written.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, event, inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key
from sqlmodel import AutoString, Field, SQLModel, col, select

from ..foundation.audit import Actor, Recorded
from ..foundation.clock import now
from ..foundation.problems import Forbidden, RuleBroken
from .vocabulary import SignOffDecision, VerifyingBody


class Verification(Recorded, table=True):
    """One body's word on an issue submitted for verification, or on a plan submitted for review."""

    __table_args__ = (
        CheckConstraint("num_nonnulls(issue_id, plan_id) = 1", name="one_subject"),
        Index("ix_verification_created_at_id", "created_at", "id"),
    )

    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    plan_id: UUID | None = Field(default=None, foreign_key="plan.id", index=True)
    body: VerifyingBody = Field(sa_type=AutoString)
    decision: SignOffDecision = Field(sa_type=AutoString)
    comment: str | None = Field(default=None, max_length=5000)
    subject_version: int = Field(description="version of the row that was signed")
    digest: str = Field(max_length=64, description="SHA-256 over what was signed, as canonical JSON")
    signed_by: str = Field(max_length=200)


class SignedOff(SQLModel):
    """What takes sign-offs: the bodies asked for when it was submitted, those still to sign, and who submitted it."""

    verifying_bodies: list[VerifyingBody] = Field(
        default=[], sa_type=JSONB, sa_column_kwargs={"server_default": "[]"}, description="须签署的机构"
    )
    awaiting: list[VerifyingBody] = Field(
        default=[], sa_type=JSONB, sa_column_kwargs={"server_default": "[]"}, description="尚待签署的机构"
    )
    submitted_by: UUID | None = Field(default=None, description="the caller that submitted it")
    submitted_from: UUID | None = Field(default=None, description="its organisation")

    def ask_sign_offs(self, bodies: Iterable[str], *, by: Actor) -> None:
        self.verifying_bodies = [VerifyingBody(body) for body in bodies]
        self.awaiting = list(self.verifying_bodies)
        self.submitted_by, self.submitted_from = by.caller_id, by.organisation_id

    def take_sign_off(self, body: VerifyingBody) -> bool:
        """Strike `body` off those still to sign; True when it was the last."""
        self.awaiting = [other for other in self.awaiting if other != body]
        return not self.awaiting

    def forget_sign_offs(self) -> None:
        self.awaiting = list(self.verifying_bodies)


def body_of(awaiting: Iterable[str], by: Actor) -> VerifyingBody:
    """The body of those awaited for which this caller signs. RuleBroken when it has signed, or is none of them."""
    waiting = [VerifyingBody(body) for body in awaiting]
    for body in waiting:
        if by.may(f"verifications:{body}"):
            return body
    raise RuleBroken(
        f"尚待{'、'.join(body.zh for body in waiting)}签署，您已签署或不在其列",
        f"It waits for {', '.join(body.en for body in waiting)}; you have signed or are none of them",
        awaiting=[body.value for body in waiting],
    )


def spoken_for(by: Actor) -> VerifyingBody:
    """The body in whose name this caller returns a thing. Forbidden when it is none of the three."""
    for body in VerifyingBody:
        if by.may(f"verifications:{body}"):
            return body
    raise Forbidden("只有三方机构可以退回", "Only one of the three bodies may return it")


def signs_for_another(row: Mapping[str, Any], by: Actor | None) -> None:
    """Guard: nobody signs what its own organisation submitted, and nobody signs twice."""
    if by is None:
        return
    own = by.organisation_id is not None and by.organisation_id == row["submitted_from"]
    if own or (by.caller_id is not None and by.caller_id == row["submitted_by"]):
        raise RuleBroken("不能验收本单位提交的内容", "Nobody verifies what its own organisation submitted")
    body_of(row["awaiting"], by)


def word_of(
    subject: Any,
    decision: SignOffDecision,
    comment: str | None,
    *,
    body: VerifyingBody,
    by: Actor,
    state: Any,
) -> Verification:
    """What a body says of the issue or plan as it stands in `state`, which its digest is taken of."""
    return Verification(
        inspection_id=subject.inspection_id,
        organisation_id=subject.organisation_id,
        body=body,
        decision=decision,
        comment=comment,
        subject_version=subject.version,
        digest=digest_of(state),
        signed_by=by.name,
        **{f"{subject.__tablename__}_id": subject.id},
    )


def digest_of(state: Any) -> str:
    """SHA-256 of the canonical JSON (RFC 8785 in spirit: sorted keys, no blanks) of what is signed."""
    written = json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(written.encode()).hexdigest()


class Material(SQLModel):
    """A table whose columns named in `material` are part of what is signed, of itself or of other rows."""

    material: ClassVar[frozenset[str]] = frozenset()

    def material_state(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.material}

    def signed_in(self, session: Session) -> Iterable[tuple[type[Any], UUID]]:
        """The rows that take sign-offs and of whose state this row is part, or was before: their table and id."""
        raise NotImplementedError


def lapse_sign_offs(session: Session, table: type[Recorded], id: UUID, *, reason: str) -> None:
    """Withdraw the sign-offs that the row has been given; they stay on the record."""
    column = col(getattr(Verification, f"{table.__tablename__}_id"))
    given = select(Verification).where(
        column == id, col(Verification.decision) == SignOffDecision.signed, col(Verification.withdrawn_at).is_(None)
    )
    for verification in session.scalars(given):
        verification.withdraw(reason=reason, at=now())
        verification.name_act("lapsed")


@event.listens_for(Session, "before_flush", insert=True)  # before the record is written, which tells of it
def let_sign_offs_fall(session: Session, _context: Any, _instances: Any) -> None:
    for row in [*session.new, *session.dirty]:
        if not isinstance(row, Material) or not _changed(row, new=row in session.new):
            continue
        # In one order, so that two who change what several rows were signed for do not wait for each other in a ring.
        for table, id in sorted(set(row.signed_in(session)), key=lambda signed: signed[1].int):
            subject: Any = row if inspect(row).mapper.class_ is table else _locked(session, table, id)
            if subject is not None and subject not in session.new and subject.changed_materially():
                lapse_sign_offs(session, table, id, reason="签署后内容有变 changed after it was signed")


def _locked(session: Session, table: type[Any], id: UUID) -> Any:
    """The row as it is now, and nobody signs it before this change is written. What a verb has changed is locked."""
    known = session.identity_map.get(identity_key(table, id))
    return known if known is not None and known in session.dirty else session.get(table, id, with_for_update=True)


def _changed(row: Any, *, new: bool) -> bool:
    state = inspect(row)
    return new or any(state.attrs[name].history.has_changes() for name in row.material)
