"""Statistics counted again: rows as they were made, conditions in Python, nothing of the declared SQL."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from random_ledger import Ledger, Rows
from rectify_api.domain.measures import ProgressReport
from rectify_api.domain.recoveries import RECOVERING
from rectify_api.domain.sanctions import SANCTIONS
from rectify_api.domain.tally import tally
from rectify_api.domain.vocabulary import MoneyAction, QualityFlag, Sanction
from rectify_api.features.statistics.quality import SIGNS_LEFT_OUT
from rectify_api.foundation.clock import SHANGHAI, today


class Joined(SimpleNamespace):
    """A row with what it hangs on; shown by its id alone, for rows hang on each other."""

    def __repr__(self) -> str:
        return f"<{self.id}>"


def there(rows: Iterable[Any]) -> Rows:
    return [row for row in rows if row.withdrawn_at is None]


def day_of(instant: datetime | None) -> date | None:
    return instant.astimezone(SHANGHAI).date() if instant else None


def count(rows: Rows, where: Callable[[Any], Any]) -> int:
    return sum(1 for row in rows if where(row))


def percent(above: Any, below: Any) -> float | None:
    if not below:
        return None
    return float((Decimal(100) * above / below).quantize(Decimal("0.01"), ROUND_HALF_UP))


def share(rows: Rows, of: Callable[[Any], Any], where: Callable[[Any], Any]) -> tuple[Any, ...]:
    below, above = count(rows, of), count(rows, lambda row: of(row) and where(row))
    return above, below, percent(above, below)


def is_issue(i: Any) -> bool:
    return bool(i.kind == "issue")


def own(i: Any) -> bool:
    return is_issue(i) and i.status != "set_aside"


def shut(i: Any) -> bool:
    return is_issue(i) and i.status == "closed"


def unfinished(i: Any) -> bool:
    return is_issue(i) and i.status in {"registered", "claimed", "in_progress", "submitted", "returned"}


def completion(rows: Rows) -> dict[str, Any]:
    working = {"registered", "claimed", "in_progress", "returned"}
    return {
        "closed": share(rows, own, lambda i: i.status == "closed"),
        "verified": share(rows, own, lambda i: i.status == "verified"),
        "long_term": share(rows, own, lambda i: i.status == "long_term"),
        "submitted": share(rows, own, lambda i: i.status == "submitted"),
        "working": share(rows, own, lambda i: i.status in working),
        "completed": share(rows, own, lambda i: i.rectification_status == "completed"),
        "set_aside": share(rows, is_issue, lambda i: i.status == "set_aside"),
        "opinions_closed": share(
            rows, lambda i: not is_issue(i) and i.status != "set_aside", lambda i: i.status == "closed"
        ),
    }


def percentile(days: list[int], fraction: Fraction) -> float | None:
    if not days:
        return None
    days, place = sorted(days), fraction * (len(days) - 1)
    low, beyond = days[int(place)], place - int(place)
    exact = low + beyond * (days[min(int(place) + 1, len(days) - 1)] - low)
    return float((Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP))


def time_to_close(rows: Rows) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, start in (("claim", lambda i: day_of(i.claimed_at)), ("feedback", lambda i: i.inspection.feedback_date)):
        known = [i for i in rows if shut(i) and start(i)]
        days = [max(0, ((day_of(i.closed_at) or date.max) - start(i)).days) for i in known]
        for code, fraction in (("median", Fraction(1, 2)), ("p90", Fraction(9, 10))):
            found[f"{code}_from_{name}"] = len(known), count(rows, shut), percentile(days, fraction)
    return found


def overdue(rows: Rows) -> dict[str, Any]:
    extensions = sum(i.extensions for i in rows if own(i))
    return {
        "overdue_open": share(rows, lambda i: unfinished(i) and i.due_date, lambda i: i.due_date < today()),
        "closed_late": share(
            rows,
            lambda i: shut(i) and (i.original_due_date or i.due_date),
            lambda i: day_of(i.closed_at) > (i.original_due_date or i.due_date),
        ),
        "extended": share(rows, own, lambda i: i.extensions),
        "extensions": (extensions, None, extensions),
        "without_deadline": share(rows, unfinished, lambda i: not i.due_date),
    }


def recurrence(rows: Rows) -> dict[str, Any]:
    times = sum(i.recurrences for i in rows if is_issue(i))
    return {
        "recurred": share(rows, lambda i: is_issue(i) and (shut(i) or i.recurrences), lambda i: i.recurrences),
        "times": (times, None, times),
    }


def money(rows: Rows) -> dict[str, Any]:
    def yuan(amount: Any) -> str:
        return str(Decimal(amount).quantize(Decimal("0.01")))

    def part(above: Any, below: Any) -> tuple[Any, ...]:
        value = None if not below else str((100 * above / below).quantize(Decimal("0.01"), ROUND_HALF_UP))
        return yuan(above), yuan(below), value

    identified, received = (sum((getattr(r, n) for r in rows), Decimal(0)) for n in ("identified", "received"))
    left, about = identified - received, sum((r.identified for r in rows if r.approximate), Decimal(0))
    return {
        "identified": (yuan(identified), None, yuan(identified)),
        "received": (yuan(received), None, yuan(received)),
        "outstanding": (yuan(left), None, yuan(left)),
        "recovery_rate": part(received, identified),
        "approximate": part(about, identified),
    }


def accountability(rows: Rows) -> dict[str, Any]:
    counted = tally(row.row for row in rows)
    names = ("persons", "person_times", "cases", "organisations", "unsplit")
    return {name: (getattr(counted, name), None, getattr(counted, name)) for name in names}


def quality(rows: Rows) -> dict[str, Any]:
    rows = [row for row in rows if is_issue(row)]
    among = {
        QualityFlag.promise_only: lambda i: i.result,
        QualityFlag.same_text: lambda i: i.result,
        QualityFlag.closed_without_evidence: shut,
        QualityFlag.evidence_older_than_problem: lambda i: (
            i.inspection.inspection_start and any(file.fact_date for file in i.files)
        ),
        QualityFlag.overdue_closure: lambda i: shut(i) and i.due_date,
        QualityFlag.no_measure: lambda i: i.status != "set_aside" and (i.status != "registered" or i.result),
    }
    return {flag.value: share(rows, among[flag], lambda i, flag=flag: flag in flags_of(i)) for flag in QualityFlag}


def flags_of(i: Any) -> set[QualityFlag]:
    start = i.inspection.inspection_start
    signs = {
        QualityFlag.promise_only: i.result and "promise_only" in i.flags,
        QualityFlag.same_text: same_as(i),
        QualityFlag.closed_without_evidence: shut(i) and not i.files,
        QualityFlag.evidence_older_than_problem: start and any(f.fact_date and f.fact_date < start for f in i.files),
        QualityFlag.overdue_closure: shut(i) and i.due_date and (day_of(i.closed_at) or date.min) > i.due_date,
        QualityFlag.no_measure: i.status != "set_aside" and (i.status != "registered" or i.result) and not i.measures,
    }
    return {flag for flag, shown in signs.items() if shown}


def words(text: str | None) -> str:
    return "".join(sign for sign in (text or "").lower() if sign not in SIGNS_LEFT_OUT)


def same_as(i: Any) -> set[Any]:
    """Issues with the same words, where at least one of them was said in another place."""
    alike = [other for other in i.beside if words(other.result) == words(i.result)] if words(i.result) else []
    return {other.id for other in alike} - {i.id} if len({said_in(other) for other in alike}) > 1 else set()


def said_in(i: Any) -> str:
    shared = [r for r in i.reports if r.also_issue_ids]
    return min((str(id) for r in shared for id in (r.issue_id, *r.also_issue_ids)), default=str(i.id))


RECOUNT = {
    "completion": completion,
    "time-to-close": time_to_close,
    "overdue": overdue,
    "recurrence": recurrence,
    "money": money,
    "accountability": accountability,
    "quality": quality,
}


def joined(ledger: Ledger, code: str) -> Rows:
    """The rows a statistic counts, each with what it hangs on."""
    inspections = {i.id: i for i in there(ledger.inspections)}
    issues = {i.id: i for i in there(ledger.issues)}
    measures, files = there(ledger.measures), there(ledger.files)

    def beside(row: Any) -> dict[str, Any]:
        return {"row": row, "inspection": inspections[row.inspection_id], **vars(row)}

    def answers(issue: Any, row: Any) -> bool:
        ids = {row.issue_id, *getattr(row, "also_issue_ids", ())}
        if isinstance(row, ProgressReport):
            ids |= {id for m in measures if m.id == row.measure_id for id in (m.issue_id, *m.also_issue_ids)}
        return issue.id in ids

    if code == "money":
        kinds = {*RECOVERING, MoneyAction.outstanding}
        rows = [r for r in there(ledger.recoveries) if r.inspection_id in inspections and r.action in kinds]
        return [Joined(**beside(row), issue=issues.get(row.issue_id)) for row in rows]
    if code == "accountability":
        actions = [
            action
            for action in there(ledger.actions)
            if action.inspection_id in inspections
            and action.status != "revoked"
            and not SANCTIONS[Sanction(action.code)].is_total
        ]
        return [Joined(**beside(row), issue=None) for row in actions]
    found = []
    answering: Rows = [*measures, *there(ledger.reports), *there(ledger.recoveries), *there(ledger.rules)]
    answering += [a for a in there(ledger.actions) if a.status != "revoked"]
    for issue in issues.values():
        if issue.inspection_id in inspections:
            hung = {issue.id} | {row.id for row in answering if answers(issue, row)}
            linked = [f for f in files if hung & {vars(f)[name] for name in LINKS}]
            found.append(
                Joined(
                    **beside(issue),
                    issue=issue,
                    files=linked,
                    measures=[m for m in measures if answers(issue, m)],
                    reports=[r for r in there(ledger.reports) if issue.id in (r.issue_id, *r.also_issue_ids)],
                )
            )
    for row in found:
        row.beside = [o for o in found if o.inspection_id == row.inspection_id and o.kind == "issue"]
    return found


LINKS = {"issue_id", "measure_id", "progress_report_id", "recovery_id", "rule_change_id", "accountability_action_id"}


def key_of(ledger: Ledger, row: Any, by: str) -> str | None:
    inspection, issue = row.inspection, row.issue
    organisation = next(o for o in ledger.organisations if o.id == inspection.organisation_id)
    standing = {str(r.id) for r in (*there(ledger.categories), *there(ledger.items))}
    match by:
        case "inspection":
            return str(inspection.id)
        case "organisation":
            return str(organisation.id)
        case "area":
            return inspection.area_code or organisation.area_code
        case "month":
            return inspection.feedback_date and f"{inspection.feedback_date:%Y-%m}"
        case "category" | "item":
            id = str(issue and getattr(issue, f"{by}_id"))
            return id if id in standing else None
        case "lead_unit":
            return issue and issue.lead_unit
        case "leader":
            return issue and issue.responsible_leader
        case "code":
            return str(row.code)
        case "kind":
            return str(SANCTIONS[Sanction(row.code)].kind)
        case "form":
            return None if row.form is None else str(row.form)
    raise LookupError(by)
