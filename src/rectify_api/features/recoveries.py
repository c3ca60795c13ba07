"""Recoveries (清退): money identified, received in payments, passed on in disbursements, and outstanding. All yuan."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from ..domain.money import Yuan
from ..domain.recoveries import (
    Recovery,
    RecoveryDisbursement,
    RecoveryDisbursementFields,
    RecoveryFields,
    RecoveryPayment,
    RecoveryPaymentFields,
    Reversal,
)
from ..domain.vocabulary import MoneyAction, PersonClass, RecordSource
from ..foundation.audit import Actor
from ..foundation.clock import today
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import fetch, save
from ..foundation.listing import Listing, Query, at_least, at_most, contains, one_of
from ..foundation.problems import Conflict, NotFound, RuleBroken, Text
from ..foundation.resource import Resource
from ..foundation.routes import Db, may, responses


class RecoveryCreate(Sent, RecoveryFields):
    pass


class RecoveryPaymentRead(RecoveryPaymentFields, Reversal, Shown):
    recovery_id: UUID


class RecoveryDisbursementRead(RecoveryDisbursementFields, Reversal, Shown):
    recovery_id: UUID


class RecoveryRead(RecoveryFields, Shown):
    organisation_id: UUID
    received: Yuan
    disbursed: Yuan = Field(description="refunded to citizens, paid to the treasury, restored to its channel")
    outstanding: Yuan = Field(description="identified - received")
    source: RecordSource
    held: Yuan = Field(description="received - disbursed")
    payments: list[RecoveryPaymentRead] | None
    disbursements: list[RecoveryDisbursementRead] | None


class RecoveryQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    action: list[MoneyAction] = []
    outstanding_class: list[PersonClass] = []
    q: str | None = None
    sort: Literal["identified", "-identified", "created_at", "-created_at"] = "created_at"
    include: str | None = Field(
        default=None, schema_extra={"pattern": "^(payments|disbursements)(,(payments|disbursements))*$"}
    )


class MovementQuery(Query):
    recovery_id: list[UUID] = []
    inspection_id: list[UUID] = []
    paid_from: date | None = None
    paid_to: date | None = None
    sort: Literal["paid_on", "-paid_on"] = "paid_on"


def _movements(table: Any, read: type[Any]) -> Listing[Any]:
    return Listing(
        table,
        read,
        MovementQuery,
        where={
            "recovery_id": one_of(table.recovery_id),
            "inspection_id": one_of(table.inspection_id),
            "paid_from": at_least(table.paid_on),
            "paid_to": at_most(table.paid_on),
        },
        sort={"paid_on": table.paid_on},
    )


def show_balances(row: dict[str, Any], actor: Actor) -> None:
    # Postgres computes it on writing, so a row just written does not know it yet.
    row["outstanding"] = row["identified"] - row["received"]
    row["held"] = row["received"] - row["disbursed"]


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
            "outstanding_class": one_of(Recovery.outstanding_class),
            "q": contains(Recovery.what),
        },
        sort={"identified": Recovery.identified, "created_at": Recovery.created_at},
        present=show_balances,
        include={
            "payments": (_movements(RecoveryPayment, RecoveryPaymentRead), "recovery_id"),
            "disbursements": (_movements(RecoveryDisbursement, RecoveryDisbursementRead), "recovery_id"),
        },
    ),
    called=Text("清退", "recovery"),
    create=RecoveryCreate,
    update=patch_of("RecoveryUpdate", RecoveryFields, fixed=frozenset({"inspection_id"})),
    prepare=check_amount,
)


class PaymentSent(Sent, RecoveryPaymentFields):
    pass


class DisbursementSent(Sent, RecoveryDisbursementFields):
    pass


class ReversalSent(Sent):
    payment_id: UUID | None = Field(default=None, description="the wrong payment; or disbursement_id")
    disbursement_id: UUID | None = Field(default=None, description="the wrong disbursement; or payment_id")
    reason: str = Field(min_length=1, max_length=1000, description="冲销理由")


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
    payment = RecoveryPayment.model_validate(body, update=_place_in(recovery))
    await save(db, recovery)
    await save(db, payment)
    return recoveries.listing.answer(recovery, actor)


@recoveries.router.post(
    "/{id}/disbursements",
    response_model=RecoveryRead,
    responses=responses(NotFound, RuleBroken, Conflict),
    summary="登记支出 · register disbursement",
    operation_id="recoveries.disburse",
)
async def disburse(
    db: Db, actor: Annotated[Actor, may("recoveries:write")], id: UUID, body: DisbursementSent
) -> Response:
    recovery = await fetch(db, Recovery, id, lock=True)
    recovery.disburse(body.amount)
    disbursement = RecoveryDisbursement.model_validate(body, update=_place_in(recovery))
    await save(db, recovery)
    await save(db, disbursement)
    return recoveries.listing.answer(recovery, actor)


@recoveries.router.post(
    "/{id}/reversals",
    response_model=RecoveryRead,
    responses=responses(NotFound, RuleBroken, Conflict),
    summary="冲销 · reverse payment or disbursement",
    operation_id="recoveries.reverse",
)
async def reverse(db: Db, actor: Annotated[Actor, may("recoveries:write")], id: UUID, body: ReversalSent) -> Response:
    recovery = await fetch(db, Recovery, id, lock=True)
    if body.payment_id and not body.disbursement_id:
        payment = await fetch(db, RecoveryPayment, body.payment_id, lock=True)
        recovery.reverse_payment(payment, reason=body.reason, on=today())
    elif body.disbursement_id and not body.payment_id:
        disbursement = await fetch(db, RecoveryDisbursement, body.disbursement_id, lock=True)
        recovery.reverse_disbursement(disbursement, reason=body.reason, on=today())
    else:
        raise RuleBroken("须指明一笔到账或一笔支出", "Name one payment or one disbursement", missing="payment_id")
    return recoveries.listing.answer(await save(db, recovery), actor)


def _place_in(recovery: Recovery) -> dict[str, UUID]:
    return {
        "recovery_id": recovery.id,
        "organisation_id": recovery.organisation_id,
        "inspection_id": recovery.inspection_id,
    }
