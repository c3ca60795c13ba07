"""Now and new ids, which no caller may invent, and how days are counted."""

import calendar
import os
import threading
import time
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from chinese_calendar import holidays, is_workday

SHANGHAI = ZoneInfo("Asia/Shanghai")
# The years whose State Council notice is known. A notice moves days of the December before it, too: Saturday
# 2018-12-29 was a workday by the notice for 2019. So the end of the newest year is not settled yet.
_SETTLED = (date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 28))


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Asia/Shanghai, where every deadline of the ledger ends at 24:00."""
    return now().astimezone(SHANGHAI).date()


def months_later(day: date, months: int) -> date:
    """The same day `months` later, clipped to the end of that month, and to the first and last day a date can be."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def days_later(day: date, days: int) -> date:
    """As `day + days`, clipped to the first and last day a date can be."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def workdays_later(day: date, count: int) -> tuple[date, bool]:
    """The `count`th workday after `day`, or before it when negative; `day` itself is never counted.

    Also whether every day in between is settled by a notice of the State Council; Monday to Friday stand in where not.
    """
    step, settled = (1 if count > 0 else -1), True
    while count:
        following = days_later(day, step)
        if following == day:
            return day, False
        day = following
        known = _SETTLED[0] <= day <= _SETTLED[1]
        settled = settled and known
        if is_workday(day) if known else day.weekday() < 5:
            count -= step
    return day, settled


_last = 0
_turn = threading.Lock()


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562), each greater than the last of this process: rows sort in the order they were made."""
    global _last  # noqa: PLW0603  # the one number that must outlive a call
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    with _turn:
        _last = value = max(value, _last + 1)
    return UUID(int=value)
