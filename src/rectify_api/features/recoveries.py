"""Recoveries (清退): money identified, received in payments, and what is still outstanding. Amounts are yuan."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from ..domain.money import Yuan
from ..domain.recoveries import Recovery, RecoveryFields, RecoveryPayment, RecoveryPaymentFields
from ..domain.vocabulary import MoneyAction, RecordSource
from ..foundation.audit import Actor
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import fetch, save
from ..foundation.listing import Listing, Query, at_least, at_most, contains, one_of
from ..foundation.problems import Conflict, NotFound, RuleBroken, Text
from ..foundation.resource import Resource
from ..foundation.routes import Db, may, responses


class RecoveryCreate(Sent, RecoveryFields):
    pass


class RecoveryPaymentRead(RecoveryPaymentFields, Shown):
    recovery_id: UUID


class RecoveryRead(RecoveryFields, Shown):
    organisation_id: UUID
    received: Yuan
    outstanding: Yuan = Field(description="identified - received")
    source: RecordSource
    payments: list[RecoveryPaymentRead] | None


class RecoveryQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    action: list[MoneyAction] = []
    q: str | None = None
    sort: Literal["identified", "-identified", "created_at", "-created_at"] = "created_at"
    include: Literal["payments"] | None = None


class RecoveryPaymentQuery(Query):
    recovery_id: list[UUID] = []
    inspection_id: list[UUID] = []
    paid_from: date | None = None
    paid_to: date | None = None
    sort: Literal["paid_on", "-paid_on"] = "paid_on"


payments: Listing[RecoveryPaymentRead] = Listing(
    RecoveryPayment,
    RecoveryPaymentRead,
    RecoveryPaymentQuery,
    where={
        "recovery_id": one_of(RecoveryPayment.recovery_id),
        "inspection_id": one_of(RecoveryPayment.inspection_id),
        "paid_from": at_least(RecoveryPayment.paid_on),
        "paid_to": at_most(RecoveryPayment.paid_on),
    },
    sort={"paid_on": RecoveryPayment.paid_on},
)


def show_outstanding(row: dict[str, Any], actor: Actor) -> None:
    # Postgres computes it on writing, so a row just written does not know it yet.
    row["outstanding"] = row["identified"] - row["received"]


async def check_amount(db: AsyncSession, body: Recovery) -> None:
    body.check_covers_received()


recoveries = Resource(
    "recoveries",
    Recovery,
    Listing(
        Recovery,
        RecoveryRead,
        RecoveryQuery,
        where={
            "inspection_id": one_of(Recovery.inspection_id),
            "issue_id": one_of(Recovery.issue_id),
            "action": one_of(Recovery.action),
            "q": contains(Recovery.what),
        },
        sort={"identified": Recovery.identified, "created_at": Recovery.created_at},
        present=show_outstanding,
        include={"payments": (payments, "recovery_id")},
    ),
    called=Text("清退", "recovery"),
    create=RecoveryCreate,
    update=patch_of("RecoveryUpdate", RecoveryFields, fixed=frozenset({"inspection_id"})),
    prepare=check_amount,
)


class PaymentSent(Sent, RecoveryPaymentFields):
    pass


@recoveries.router.post(
    "/{id}/payments",
    response_model=RecoveryRead,
    responses=responses(NotFound, RuleBroken, Conflict),
    summary="登记到账 · register payment",
    operation_id="recoveries.receive",
)
async def receive_payment(
    db: Db, actor: Annotated[Actor, may("recoveries:write")], id: UUID, body: PaymentSent
) -> Response:
    recovery = await fetch(db, Recovery, id, lock=True)
    recovery.receive(body.amount)
    place = {"organisation_id": recovery.organisation_id, "inspection_id": recovery.inspection_id}
    payment = RecoveryPayment.model_validate(body, update=place | {"recovery_id": recovery.id})
    await save(db, recovery)
    await save(db, payment)
    return recoveries.listing.answer(recovery, actor)
