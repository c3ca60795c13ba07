"""Money: what is received never exceeds what was identified, what is disbursed never what was received."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import inspect

from rectify_api.domain.recoveries import (
    RECOVERING,
    Movement,
    Recovery,
    RecoveryDisbursement,
    RecoveryDisbursementFields,
    RecoveryFields,
    RecoveryPayment,
    RecoveryPaymentFields,
)
from rectify_api.domain.vocabulary import MoneyAction
from rectify_api.foundation.problems import Conflict, RuleBroken

AT = datetime(2021, 7, 20, 2, 0, tzinfo=UTC)
DAY = date(2021, 7, 20)
CENTS = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)


def a_recovery(identified: str = "14825.00", received: str = "0.00", **fields: Any) -> Recovery:
    money: dict[str, Any] = {"identified": Decimal(identified), "received": Decimal(received)}
    return Recovery(inspection_id=uuid4(), organisation_id=uuid4(), what="违规发放的补贴", **(money | fields))


def a_payment(recovery: Recovery, amount: Decimal) -> RecoveryPayment:
    return RecoveryPayment(recovery_id=recovery.id, inspection_id=recovery.inspection_id, amount=amount, paid_on=DAY)


def a_disbursement(recovery: Recovery, amount: Decimal) -> RecoveryDisbursement:
    return RecoveryDisbursement(recovery_id=recovery.id, action="paid_to_treasury", amount=amount, paid_on=DAY)


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


def test_no_more_is_disbursed_than_is_held_to_the_cent() -> None:
    recovery = a_recovery(received="13700.00")
    recovery.disburse(Decimal("13000.00"))
    assert inspect(recovery).info["verb"] == "disbursed"
    with pytest.raises(RuleBroken, match=r"700\.01 yuan is more than the 700\.00 yuan") as refused:
        recovery.disburse(Decimal("700.01"))
    assert refused.value.extension == {"held": "700.00"}
    assert "700.00 元" in refused.value.detail.zh
    recovery.disburse(Decimal("700.00"))
    assert (recovery.disbursed, recovery.held) == (Decimal("13700.00"), 0)


@pytest.mark.parametrize("action", ["recovered", "returned", "outstanding", "loss_avoided", "account_adjustment"])
def test_money_goes_to_citizens_to_the_treasury_or_to_its_channel_and_nowhere_else(action: str) -> None:
    with pytest.raises(ValidationError):
        RecoveryDisbursementFields.model_validate({"action": action, "amount": "1.00", "paid_on": DAY})


def test_a_wrong_payment_stays_and_says_why_it_does_not_count() -> None:
    recovery = a_recovery()
    payment = a_payment(recovery, Decimal("13700.00"))
    recovery.receive(payment.amount)
    recovery.reverse_payment(payment, reason="重复登记", on=DAY)
    assert (recovery.received, payment.amount) == (0, Decimal("13700.00"))
    assert (payment.reversed_on, payment.reversal_reason) == (DAY, "重复登记")
    assert (inspect(recovery).info["verb"], inspect(payment).info["verb"]) == ("payment_reversed", "reversed")
    with pytest.raises(RuleBroken, match="reversed on 2021-07-20 already"):
        recovery.reverse_payment(payment, reason="重复登记", on=DAY)


def test_a_payment_that_was_passed_on_is_not_reversed_before_its_disbursement() -> None:
    recovery = a_recovery()
    payment, disbursement = a_payment(recovery, Decimal("100.00")), a_disbursement(recovery, Decimal("0.01"))
    recovery.receive(payment.amount)
    recovery.disburse(disbursement.amount)
    with pytest.raises(RuleBroken, match="reverse a disbursement first") as refused:
        recovery.reverse_payment(payment, reason="重复登记", on=DAY)
    assert refused.value.extension == {"held": "99.99"}
    assert (recovery.received, payment.reversed_on) == (Decimal("100.00"), None)
    recovery.reverse_disbursement(disbursement, reason="退票", on=DAY)
    recovery.reverse_payment(payment, reason="重复登记", on=DAY)
    assert (recovery.received, recovery.disbursed) == (0, 0)


def test_a_movement_of_another_recovery_is_not_reversed_here() -> None:
    recovery, other = a_recovery(received="1.00"), a_recovery(received="1.00")
    with pytest.raises(RuleBroken, match="another recovery"):
        recovery.reverse_payment(a_payment(other, Decimal("1.00")), reason="错", on=DAY)
    with pytest.raises(RuleBroken, match="another recovery"):
        recovery.reverse_disbursement(a_disbursement(other, Decimal("1.00")), reason="错", on=DAY)


def test_a_withdrawn_recovery_disburses_and_reverses_nothing() -> None:
    recovery = a_recovery(received="1.00", withdrawn_at=AT)
    with pytest.raises(Conflict):
        recovery.disburse(Decimal("1.00"))
    with pytest.raises(Conflict):
        recovery.reverse_payment(a_payment(recovery, Decimal("1.00")), reason="错", on=DAY)


MOVES = st.tuples(st.sampled_from(["pay", "disburse", "reverse"]), CENTS, st.integers(0, 20))


@given(CENTS, st.lists(MOVES, max_size=25))
def test_no_sequence_of_movements_breaks_the_balance(
    identified: Decimal, moves: list[tuple[str, Decimal, int]]
) -> None:
    recovery = a_recovery(str(identified))
    made: list[Movement] = []
    for kind, amount, which in moves:
        try:
            if kind == "pay":
                recovery.receive(amount)
                made.append(a_payment(recovery, amount))
            elif kind == "disburse":
                recovery.disburse(amount)
                made.append(a_disbursement(recovery, amount))
            elif made:
                movement = made[which % len(made)]
                reverse = recovery.reverse_payment if isinstance(movement, RecoveryPayment) else None
                (reverse or recovery.reverse_disbursement)(movement, reason="错", on=DAY)  # type: ignore[arg-type]
        except RuleBroken:
            pass
        stand = [movement for movement in made if movement.reversed_on is None]
        assert recovery.received == sum(m.amount for m in stand if isinstance(m, RecoveryPayment))
        assert recovery.disbursed == sum(m.amount for m in stand if isinstance(m, RecoveryDisbursement))
        assert 0 <= recovery.disbursed <= recovery.received <= recovery.identified
        assert recovery.held == recovery.received - recovery.disbursed
