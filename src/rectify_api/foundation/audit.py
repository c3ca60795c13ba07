"""The record: every change to a Recorded row leaves one audit entry and one outbox message.

Nobody calls this. It listens to the session, so a change cannot be made without it;
triggers of migration 0001 refuse at commit what went round the session.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import Column, ForeignKey, Index, event, inspect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import ORMExecuteState, Session, declared_attr
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from .clock import new_id, now
from .problems import Conflict

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in a session or a request, and what he may do and see.

    `scope` holds the ids of the organisations whose rows he sees, his own and those below it; None means all.
    """

    name: str
    caller_id: UUID | None = None
    permissions: frozenset[str] = frozenset()
    organisation_id: UUID | None = None
    scope: tuple[UUID, ...] | None = None
    request_id: str | None = None
    address: str | None = None
    key_id: UUID | None = None

    def may(self, permission: str) -> bool:
        return permission in self.permissions


class _Xid8(UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "XID8"


class AuditEntry(SQLModel, table=True):
    """One act on one row: who, when, what, and old and new value of each changed column."""

    __tablename__ = "audit_entry"
    # The guard trigger looks here at each commit; readers ask for the history of one row.
    __table_args__ = (
        Index("ix_audit_entry_subject_id_txid", "subject_id", "txid"),
        Index("ix_audit_entry_at_id", "at", "id"),
    )
    # The txid is Postgres' to fill; asking for it back would cost a RETURNING on every write.
    __mapper_args__: ClassVar[dict[str, Any]] = {"eager_defaults": False}

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(default_factory=now)
    actor: str
    caller_id: UUID | None = None
    act: str = Field(index=True)
    subject_type: str
    subject_id: UUID
    organisation_id: UUID | None = Field(default=None, index=True)
    request_id: str | None = None
    address: str | None = None
    changes: dict[str, Any] = Field(sa_type=JSONB)
    txid: int | None = Field(
        default=None,
        sa_column=Column(_Xid8(), server_default=text("pg_current_xact_id()"), nullable=False),
    )


class OutboxMessage(SQLModel, table=True):
    """What is still to be told to others about an audit entry."""

    __tablename__ = "outbox_message"

    entry_id: UUID = Field(
        sa_column=Column(ForeignKey("audit_entry.id"), primary_key=True),
    )
    attempts: int = 0
    due_at: datetime = Field(default_factory=now, index=True)
    sent_at: datetime | None = None


class Recorded(SQLModel):
    """A table whose every change is on the record, one writer at a time.

    `mask` names columns whose values must not enter the record: it says only that they changed.
    """

    mask: ClassVar[frozenset[str]] = frozenset()

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)
    withdrawn_at: datetime | None = None
    withdrawal_reason: str | None = None

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version, "eager_defaults": False}  # type: ignore[attr-defined]

    def name_act(self, verb: str) -> None:
        """Give the coming change its proper name; without it: created, updated or deleted."""
        inspect(self).info["verb"] = verb

    def withdraw(self, *, reason: str, at: datetime) -> None:
        """Take the row out of lists and figures. It stays on the record; Conflict when that is too late."""
        self.check_not_withdrawn()
        self.check_withdrawable()
        self.withdrawn_at, self.withdrawal_reason = at, reason
        self.name_act("withdrawn")

    def check_not_withdrawn(self) -> None:
        if self.withdrawn_at is not None:
            raise Conflict("该记录已撤回，不能再修改", "This row was withdrawn and cannot change any more")

    def check_withdrawable(self) -> None:
        """Raise RuleBroken when work on the row has started. A table that knows work overrides this."""


@dataclass(slots=True)
class _Change:
    row: Recorded
    verb: str
    columns: dict[str, Any] = field(default_factory=dict)


def _columns(row: Recorded, *, only_changed: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    state = inspect(row)
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if only_changed and not history.has_changes():
            continue
        if column.key in row.mask:
            found[column.key] = "changed"
            continue
        old = history.deleted[0] if history.deleted else None
        new = getattr(row, column.key)
        if only_changed and old == new:
            continue
        found[column.key] = [old, new]
    return found


def _changes(session: Session) -> Iterable[_Change]:
    for row in session.new:
        if isinstance(row, Recorded):
            yield _Change(row, "created", _columns(row, only_changed=False))
    for row in session.dirty:
        if isinstance(row, Recorded) and (columns := _columns(row, only_changed=True)):
            row.updated_at = now()
            yield _Change(row, "updated", columns)
    for row in session.deleted:
        if isinstance(row, Recorded):
            yield _Change(row, "deleted", _columns(row, only_changed=False))


@event.listens_for(Session, "before_flush")
def write_entries(session: Session, _context: Any, _instances: Any) -> None:
    for change in list(_changes(session)):
        verb = inspect(change.row).info.pop("verb", change.verb)
        table = str(change.row.__tablename__)
        organisation = change.row.id if table == "organisation" else getattr(change.row, "organisation_id", None)
        record(session, table, change.row.id, verb, change.columns, organisation_id=organisation)


def record(
    session: Session, table: str, id: UUID, verb: str, changes: dict[str, Any], *, organisation_id: UUID | None
) -> None:
    """Add the entry and its message. Called by the hook, and where reading itself is on the record."""
    actor: Actor | None = session.info.get("actor")
    if actor is None:
        raise RuntimeError(f"{table} changed by nobody: open the session with an actor")
    entry = AuditEntry(
        actor=actor.name,
        caller_id=actor.caller_id,
        act=f"{table}.{verb}",
        subject_type=table,
        subject_id=id,
        organisation_id=organisation_id,
        request_id=actor.request_id,
        address=actor.address,
        changes=to_jsonable_python(changes),
    )
    session.add_all([entry, OutboxMessage(entry_id=entry.id)])


@event.listens_for(Session, "do_orm_execute")
def forbid_bulk_writes(state: ORMExecuteState) -> None:
    if state.is_select or state.bind_mapper is None:
        return
    if issubclass(state.bind_mapper.class_, (Recorded, AuditEntry)):
        raise RuntimeError("Bulk writes skip the record; load the rows and change them")
