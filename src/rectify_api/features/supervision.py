"""Checks (督导检查) and notices (五书、约谈): the bodies supervise, the inspected side answers."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from ..domain.accountability import DocumentNo
from ..domain.deadlines import among, light, lit
from ..domain.supervision import (
    ACTS,
    OPEN,
    NoticeProgress,
    SupervisionCheck,
    SupervisionCheckFields,
    SupervisionNotice,
    SupervisionNoticeFields,
)
from ..domain.vocabulary import CheckMethod, Light, NoticeState, NoticeType
from ..foundation.acts import Acts
from ..foundation.audit import Actor
from ..foundation.clock import today
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.listing import Listing, Query, at_least, at_most, contains, equals, last_day, one_of
from ..foundation.problems import Text
from ..foundation.resource import Resource


class SupervisionCheckCreate(Sent, SupervisionCheckFields):
    pass


class SupervisionCheckRead(SupervisionCheckFields, Shown):
    organisation_id: UUID
    light: Light | None = Field(description="红黄绿灯 of demands_due; null: none, or re-checked")


class SupervisionCheckQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    method: list[CheckMethod] = []
    light: list[Light] = []
    checked_from: date | None = None
    checked_to: date | None = None
    q: str | None = None
    sort: Literal["checked_on", "-checked_on", "created_at", "-created_at"] = "-checked_on"


def show_light_of_check(row: dict[str, Any], actor: Actor) -> None:
    row["light"] = light(row["demands_due"], today=today(), finished=row["rechecked_on"] is not None)


async def check_sound(db: AsyncSession, check: SupervisionCheck) -> None:
    check.check_sound()


supervision_checks = Resource(
    "supervision-checks",
    SupervisionCheck,
    Listing(
        SupervisionCheck,
        SupervisionCheckRead,
        SupervisionCheckQuery,
        where={
            "inspection_id": one_of(SupervisionCheck.inspection_id),
            "issue_id": one_of(SupervisionCheck.issue_id),
            "method": one_of(SupervisionCheck.method),
            "light": lit(SupervisionCheck.demands_due, col(SupervisionCheck.rechecked_on).is_not(None)),
            "checked_from": at_least(SupervisionCheck.checked_on),
            "checked_to": at_most(SupervisionCheck.checked_on),
            "q": contains(SupervisionCheck.findings, SupervisionCheck.demands, SupervisionCheck.recheck_result),
        },
        sort={"checked_on": SupervisionCheck.checked_on, "created_at": SupervisionCheck.created_at},
        present=show_light_of_check,
    ),
    called=Text("督导检查", "supervision check"),
    create=SupervisionCheckCreate,
    update=patch_of("SupervisionCheckUpdate", SupervisionCheckFields, fixed=frozenset({"inspection_id"})),
    prepare=check_sound,
)


class SupervisionNoticeCreate(Sent, SupervisionNoticeFields):
    pass


class SupervisionNoticeRead(SupervisionNoticeFields, NoticeProgress, Shown):
    organisation_id: UUID
    light: Light | None = Field(description="红黄绿灯 of answer_due; null: no answer is waited for")
    allowed_actions: list[str] = Field(description="what this caller may do to it now")


class SupervisionNoticeQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    check_id: list[UUID] = []
    evaluation_id: list[UUID] = []
    type: list[NoticeType] = []
    status: list[NoticeState] = []
    light: list[Light] = []
    late: bool | None = None
    due_from: date | None = None
    due_to: date | None = None
    q: str | None = None
    sort: Literal["created_at", "-created_at", "answer_due", "-answer_due"] = "-created_at"


def present_notice(row: dict[str, Any], actor: Actor) -> None:
    row["allowed_actions"] = ACTS.allowed(row, actor)
    row["light"] = light(row["answer_due"], today=today(), finished=row["status"] not in OPEN)


async def check_edit(db: AsyncSession, notice: SupervisionNotice) -> None:
    notice.check_edit()


supervision_notices = Resource(
    "supervision-notices",
    SupervisionNotice,
    Listing(
        SupervisionNotice,
        SupervisionNoticeRead,
        SupervisionNoticeQuery,
        where={
            "inspection_id": one_of(SupervisionNotice.inspection_id),
            "issue_id": one_of(SupervisionNotice.issue_id),
            "check_id": one_of(SupervisionNotice.check_id),
            "evaluation_id": one_of(SupervisionNotice.evaluation_id),
            "type": one_of(SupervisionNotice.type),
            "status": one_of(SupervisionNotice.status),
            "light": lit(SupervisionNotice.answer_due, ~among(SupervisionNotice.status, OPEN)),
            "late": equals(SupervisionNotice.late),
            "due_from": at_least(SupervisionNotice.answer_due),
            "due_to": at_most(SupervisionNotice.answer_due),
            "q": contains(SupervisionNotice.text, SupervisionNotice.number, SupervisionNotice.addressed_to),
        },
        sort={
            "created_at": SupervisionNotice.created_at,
            "answer_due": func.coalesce(SupervisionNotice.answer_due, last_day()),
        },
        present=present_notice,
    ),
    called=Text("督办文书", "supervision notice"),
    create=SupervisionNoticeCreate,
    update=patch_of("SupervisionNoticeUpdate", SupervisionNoticeFields, fixed=frozenset({"inspection_id"})),
    prepare=check_edit,
)
acts = Acts(supervision_notices, ACTS)


class NoticeIssuance(Sent):
    number: DocumentNo | None = Field(default=None, max_length=60, description="文号; absent: as drafted")
    answer_due: date | None = Field(default=None, description="答复期限; absent: as drafted")
    issued_on: date | None = Field(default=None, description="发出日期; absent: today in Shanghai")


class AnswerToNotice(Sent):
    text: str = Field(min_length=1, max_length=20_000, description="答复内容")


class NoticeReturn(Sent):
    reason: str = Field(min_length=1, max_length=2000, description="退回理由")
    answer_due: date | None = Field(default=None, description="新的答复期限; absent: as before")


class NoticeCancellation(Sent):
    reason: str = Field(min_length=1, max_length=2000, description="撤销理由")


@acts.does("issuance", NoticeIssuance)
async def issue(db: AsyncSession, actor: Actor, notice: SupervisionNotice, body: NoticeIssuance) -> None:
    notice.issue(number=body.number, answer_due=body.answer_due, on=body.issued_on or today(), by=actor.name)


@acts.does("answer", AnswerToNotice)
async def answer(db: AsyncSession, actor: Actor, notice: SupervisionNotice, body: AnswerToNotice) -> None:
    notice.answer(text=body.text, on=today(), by=actor.name)


@acts.does("acceptance")
async def accept(db: AsyncSession, actor: Actor, notice: SupervisionNotice, _: None) -> None:
    notice.accept(on=today(), by=actor.name)


@acts.does("return", NoticeReturn)
async def send_back(db: AsyncSession, actor: Actor, notice: SupervisionNotice, body: NoticeReturn) -> None:
    notice.send_back(reason=body.reason, answer_due=body.answer_due, on=today(), by=actor.name)


@acts.does("cancellation", NoticeCancellation)
async def cancel(db: AsyncSession, actor: Actor, notice: SupervisionNotice, body: NoticeCancellation) -> None:
    notice.cancel(reason=body.reason, on=today(), by=actor.name)
