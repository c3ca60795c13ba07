"""Recoveries: identified = received + outstanding, always; amounts in yuan."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Computed, Index
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.problems import RuleBroken
from .money import YUAN, PositiveYuan
from .vocabulary import MoneyAction, RecordSource


class RecoveryFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    action: MoneyAction = Field(default=MoneyAction.recovered, sa_type=AutoString)
    what: str = Field(min_length=1, max_length=1000, description="款项 what the money is")
    identified: PositiveYuan = Field(description="应清退 yuan")
    outstanding_reason: str | None = Field(default=None, min_length=1, max_length=1000, description="未收回原因")
    approximate: bool = Field(default=False, description="数额为约数")


class Recovery(Recorded, RecoveryFields, table=True):
    __table_args__ = (
        CheckConstraint("identified > 0", name="identified_positive"),
        CheckConstraint("received >= 0 AND received <= identified", name="received_within_identified"),
        Index("ix_recovery_created_at_id", "created_at", "id"),
    )

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    identified: Decimal = Field(sa_column=Column(YUAN, nullable=False, index=True))
    received: Decimal = Field(default=Decimal("0.00"), sa_column=Column(YUAN, nullable=False))
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

    def check_covers_received(self) -> None:
        if self.identified < self.received:
            raise RuleBroken(
                f"应清退数不能少于已到账的 {self.received} 元", f"{self.received} yuan have been received already"
            )

    def check_withdrawable(self) -> None:
        if self.received:
            raise RuleBroken("已有到账，不能撤回", "Money has been received; it cannot be withdrawn")


class RecoveryPaymentFields(SQLModel):
    amount: PositiveYuan = Field(description="到账金额 yuan")
    paid_on: date = Field(index=True)
    payer_class: str | None = Field(default=None, min_length=1, max_length=100, description="缴款人员类别")
    note: str | None = Field(default=None, min_length=1, max_length=1000)


class RecoveryPayment(Recorded, RecoveryPaymentFields, table=True):
    __tablename__ = "recovery_payment"
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
