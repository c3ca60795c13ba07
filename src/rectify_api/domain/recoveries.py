"""Recoveries: identified = received + outstanding and 0 ≤ disbursed ≤ received, always; amounts in yuan."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Computed, Index
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.problems import RuleBroken
from .money import YUAN, PositiveYuan
from .vocabulary import MoneyAction, PersonClass, RecordSource


class RecoveryFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    action: MoneyAction = Field(default=MoneyAction.recovered, sa_type=AutoString)
    what: str = Field(min_length=1, max_length=1000, description="款项 what the money is")
    identified: PositiveYuan = Field(description="应清退 yuan")
    outstanding_reason: str | None = Field(default=None, min_length=1, max_length=1000, description="未收回原因")
    outstanding_class: PersonClass | None = Field(
        default=None, sa_type=AutoString, description="欠款人员类别 who owes what is outstanding"
    )
    approximate: bool = Field(default=False, description="数额为约数")


class Recovery(Recorded, RecoveryFields, table=True):
    __table_args__ = (
        CheckConstraint("identified > 0", name="identified_positive"),
        CheckConstraint("received >= 0 AND received <= identified", name="received_within_identified"),
        CheckConstraint("disbursed >= 0 AND disbursed <= received", name="disbursed_within_received"),
        Index("ix_recovery_created_at_id", "created_at", "id"),
    )

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    identified: Decimal = Field(sa_column=Column(YUAN, nullable=False, index=True))
    received: Decimal = Field(default=Decimal("0.00"), sa_column=Column(YUAN, nullable=False))
    disbursed: Decimal = Field(default=Decimal("0.00"), sa_column=Column(YUAN, nullable=False, server_default="0"))
    # Postgres computes it; a value sent by us would be refused.
    outstanding: Decimal | None = Field(
        default=None, sa_column=Column(YUAN, Computed("identified - received", persisted=True))
    )
    also_in_summary: bool = False
    source: RecordSource = Field(default=RecordSource.direct, sa_type=AutoString)

    def receive(self, amount: Decimal) -> None:
        """Count a payment. Raises RuleBroken when more would come in than was identified."""
        self.check_not_withdrawn()
        if self.received + amount > self.identified:
            raise RuleBroken(
                f"到账 {amount} 元将超过应清退余额 {self.identified - self.received} 元",
                f"{amount} yuan is more than the {self.identified - self.received} yuan still outstanding",
                outstanding=str(self.identified - self.received),
            )
        self.received += amount
        self.name_act("payment_received")

    def disburse(self, amount: Decimal) -> None:
        """Count money that left again. Raises RuleBroken when there is not that much of what was received."""
        self.check_not_withdrawn()
        if amount > self.held:
            raise RuleBroken(
                f"支出 {amount} 元超过已到账而未支出的 {self.held} 元",
                f"{amount} yuan is more than the {self.held} yuan that were received and not yet disbursed",
                held=str(self.held),
            )
        self.disbursed += amount
        self.name_act("disbursed")

    def reverse_payment(self, payment: "RecoveryPayment", *, reason: str, on: date) -> None:
        """Take a wrong payment out of what was received. RuleBroken when it has been disbursed meanwhile."""
        self.check_not_withdrawn()
        payment.check_reversible(self.id)
        if payment.amount > self.held:
            raise RuleBroken(
                f"冲销 {payment.amount} 元后，已支出的 {self.disbursed} 元将超过到账数；请先冲销支出",
                f"Without these {payment.amount} yuan, the {self.disbursed} disbursed would be more than was received;"
                " reverse a disbursement first",
                held=str(self.held),
            )
        self.received -= payment.amount
        payment.reversed_on, payment.reversal_reason = on, reason
        payment.name_act("reversed")
        self.name_act("payment_reversed")

    def reverse_disbursement(self, disbursement: "RecoveryDisbursement", *, reason: str, on: date) -> None:
        self.check_not_withdrawn()
        disbursement.check_reversible(self.id)
        self.disbursed -= disbursement.amount
        disbursement.reversed_on, disbursement.reversal_reason = on, reason
        disbursement.name_act("reversed")
        self.name_act("disbursement_reversed")

    @property
    def held(self) -> Decimal:
        """Received and not yet passed on."""
        return self.received - self.disbursed

    def check_covers_received(self) -> None:
        if self.identified < self.received:
            raise RuleBroken(
                f"应清退数不能少于已到账的 {self.received} 元", f"{self.received} yuan have been received already"
            )

    def check_withdrawable(self) -> None:
        if self.received:
            raise RuleBroken("已有到账，不能撤回", "Money has been received; it cannot be withdrawn")


class Reversal(SQLModel):
    """A movement of money that was entered wrongly stays, and says that it was reversed (冲销)."""

    reversed_on: date | None = Field(default=None, description="冲销日期")
    reversal_reason: str | None = Field(default=None, description="冲销理由")


class Movement(Recorded, Reversal):
    recovery_id: UUID

    def check_reversible(self, recovery_id: UUID) -> None:
        if self.recovery_id != recovery_id:
            raise RuleBroken("该笔款项不属于这项清退", "That movement belongs to another recovery")
        if self.reversed_on is not None:
            raise RuleBroken(f"该笔款项已于 {self.reversed_on} 冲销", f"It was reversed on {self.reversed_on} already")


class RecoveryPaymentFields(SQLModel):
    amount: PositiveYuan = Field(description="到账金额 yuan")
    paid_on: date = Field(index=True)
    payer_class: str | None = Field(default=None, min_length=1, max_length=100, description="缴款人员类别, as told")
    payer_class_code: PersonClass | None = Field(default=None, sa_type=AutoString, description="缴款人员类别")
    note: str | None = Field(default=None, min_length=1, max_length=1000)


class RecoveryPayment(Movement, RecoveryPaymentFields, table=True):
    __tablename__ = "recovery_payment"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    recovery_id: UUID = Field(foreign_key="recovery.id", index=True)
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    amount: Decimal = Field(sa_column=Column(YUAN, nullable=False))


# Where received money can go.
Disbursing = Literal[MoneyAction.refunded_to_citizens, MoneyAction.paid_to_treasury, MoneyAction.restored_to_channel]


class RecoveryDisbursementFields(SQLModel):
    action: Disbursing = Field(sa_type=AutoString, description="退还群众、上缴财政或归还原渠道")
    amount: PositiveYuan = Field(description="支出金额 yuan")
    paid_on: date = Field(index=True)
    recipient_class: PersonClass | None = Field(default=None, sa_type=AutoString, description="收款人员类别")
    voucher_no: str | None = Field(default=None, min_length=1, max_length=60, description="凭证号")
    note: str | None = Field(default=None, min_length=1, max_length=1000)


class RecoveryDisbursement(Movement, RecoveryDisbursementFields, table=True):
    __tablename__ = "recovery_disbursement"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    recovery_id: UUID = Field(foreign_key="recovery.id", index=True)
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    amount: Decimal = Field(sa_column=Column(YUAN, nullable=False))


# Money that came back to the inspected organisation or was passed on; the others are no recoveries.
RECOVERING = frozenset(
    {
        MoneyAction.recovered,
        MoneyAction.returned,
        MoneyAction.recovered_forcibly,
        MoneyAction.refunded_to_citizens,
        MoneyAction.paid_to_treasury,
        MoneyAction.restored_to_channel,
    }
)
