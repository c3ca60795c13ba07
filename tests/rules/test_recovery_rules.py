"""Money: what is received never exceeds what was identified."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import inspect

from rectify_api.domain.recoveries import RECOVERING, Recovery, RecoveryFields, RecoveryPaymentFields
from rectify_api.domain.vocabulary import MoneyAction
from rectify_api.foundation.problems import Conflict, RuleBroken

AT = datetime(2021, 7, 20, 2, 0, tzinfo=UTC)
CENTS = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)


def a_recovery(identified: str = "14825.00", received: str = "0.00", **fields: Any) -> Recovery:
    money: dict[str, Any] = {"identified": Decimal(identified), "received": Decimal(received)}
    return Recovery(inspection_id=uuid4(), organisation_id=uuid4(), what="违规发放的补贴", **(money | fields))


def test_payments_add_up_to_what_was_identified() -> None:
    recovery = a_recovery()
    recovery.receive(Decimal("13700.00"))
    assert recovery.received == Decimal("13700.00")
    recovery.receive(Decimal("1125.00"))
    assert recovery.received == recovery.identified
    assert inspect(recovery).info["verb"] == "payment_received"


def test_a_payment_beyond_what_is_outstanding_is_refused_to_the_cent() -> None:
    recovery = a_recovery(received="13700.00")
    with pytest.raises(RuleBroken, match=r"1125\.01 yuan is more than the 1125\.00 yuan") as refused:
        recovery.receive(Decimal("1125.01"))
    assert refused.value.extension == {"outstanding": "1125.00"}
    assert "1125.00 元" in refused.value.detail.zh
    assert recovery.received == Decimal("13700.00")


@given(CENTS, st.lists(CENTS, max_size=8))
def test_no_order_of_payments_exceeds_what_was_identified(identified: Decimal, amounts: list[Decimal]) -> None:
    recovery = a_recovery(str(identified))
    taken = Decimal(0)
    for amount in amounts:
        if taken + amount <= identified:
            recovery.receive(amount)
            taken += amount
        else:
            with pytest.raises(RuleBroken):
                recovery.receive(amount)
    assert recovery.received == taken <= identified


def test_what_was_identified_cannot_shrink_below_what_was_received() -> None:
    recovery = a_recovery(received="13700.00")
    recovery.identified = Decimal("13700.00")
    recovery.check_covers_received()
    recovery.identified = Decimal("13699.99")
    with pytest.raises(RuleBroken, match="received already"):
        recovery.check_covers_received()


def test_a_recovery_is_withdrawn_only_before_money_came() -> None:
    a_recovery().withdraw(reason="重复登记", at=AT)
    with pytest.raises(RuleBroken, match="Money has been received"):
        a_recovery(received="0.01").withdraw(reason="重复登记", at=AT)


def test_a_withdrawn_recovery_takes_no_money() -> None:
    with pytest.raises(Conflict):
        a_recovery(withdrawn_at=AT).receive(Decimal("1.00"))


@pytest.mark.parametrize("amount", ["0", "-1.00", "0.001", "1000000000000.00", "NaN", "Infinity"])
def test_an_amount_is_above_nought_with_two_digits_and_of_a_sane_size(amount: str) -> None:
    with pytest.raises(ValidationError):
        RecoveryPaymentFields.model_validate({"amount": amount, "paid_on": date(2021, 7, 20)})
    with pytest.raises(ValidationError):
        RecoveryFields.model_validate({"inspection_id": uuid4(), "what": "补贴", "identified": amount})


def test_adjustments_losses_avoided_and_what_is_outstanding_are_no_recoveries() -> None:
    others = {MoneyAction.account_adjustment, MoneyAction.loss_avoided, MoneyAction.outstanding}
    assert set(MoneyAction) - RECOVERING == others
