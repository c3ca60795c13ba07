"""A ledger at random: some seventy issues of several inspections and organisations, with all that is counted."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from rectify_api.domain.accountability import AccountabilityAction
from rectify_api.domain.evidence import EvidenceFile
from rectify_api.domain.inspections import Category, Inspection, Item
from rectify_api.domain.issues import Issue
from rectify_api.domain.measures import Measure, ProgressReport
from rectify_api.domain.organisations import Organisation
from rectify_api.domain.recoveries import Recovery
from rectify_api.domain.rule_changes import RuleChange
from rectify_api.domain.vocabulary import IssueState, MoneyAction, RectificationStatus, Sanction
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.clock import now
from rectify_api.foundation.database import Database, save_all

Rows = list[Any]


class Ledger:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.root = Organisation(name=f"根单位 {seed}", area_code="620100")
        below = [Organisation(name=f"单位 {n}", parent_id=self.root.id, area_code=f"61010{n}") for n in range(2)]
        self.organisations = [self.root, *below, Organisation(name="下级", parent_id=below[0].id)]
        self.inspections = [self._inspection(n) for n in range(6)]
        self.categories = [
            Category(**self._of(i), ordinal=n, number=f"({n})", title=f"方面 {n}", withdrawn_at=self._rarely())
            for i in self.inspections
            for n in (1, 2)
        ]
        self.items = [
            Item(**self._of(c.inspection_id), category_id=c.id, ordinal=n, title="项", withdrawn_at=self._rarely())
            for n, c in enumerate(self.categories, 1)
        ]
        self.issues = [self._issue(n) for n in range(1, 71)]
        self.measures = [self._measure(n) for n in range(1, 41)]
        self.reports = [self._report() for _ in range(25)]
        self.recoveries = [self._recovery() for _ in range(40)]
        self.rules = [RuleChange(**self._for_several(), kind="new", withdrawn_at=self._rarely()) for _ in range(8)]
        self.actions = [self._action() for _ in range(80)]
        self.files = [self._file(n) for n in range(40)]

    async def save(self, database: Database) -> None:
        """An issue takes its state last: nothing is added to one that is closed."""
        states = {issue.id: issue.status for issue in self.issues}
        for issue in self.issues:
            issue.status = IssueState.registered
        async with database.transaction(Actor(name="test")) as db:
            await save_all(db, self.rows)
        async with database.transaction(Actor(name="test")) as db:
            for issue in self.issues:
                issue.status = states[issue.id]
            await save_all(db, self.issues)

    @property
    def rows(self) -> Rows:
        found = [self.organisations, self.inspections, self.categories, self.items, self.issues, self.measures]
        found += [self.reports, self.recoveries, self.rules, self.actions, self.files]  # type: ignore[list-item]
        return [row for rows in found for row in rows]

    def _rarely(self, value: Any = None, *, one_in: int = 8) -> Any:
        return (value or now()) if self.dice.randrange(one_in) == 0 else None

    def _maybe(self, value: Any) -> Any:
        return value if self.dice.random() < 0.7 else None

    def _day(self) -> date:
        return date(2024, 1, 1) + timedelta(days=self.dice.randrange(900))

    def _instant(self) -> datetime:
        day = self._day()
        return datetime(day.year, day.month, day.day, self.dice.randrange(24), 30, tzinfo=UTC)

    def _of(self, inspection: Any) -> dict[str, Any]:
        if not isinstance(inspection, Inspection):
            inspection = next(i for i in self.inspections if i.id == inspection)
        return {"inspection_id": inspection.id, "organisation_id": inspection.organisation_id}

    def _inspection(self, n: int) -> Inspection:
        return Inspection(
            organisation_id=self.organisations[n % 4].id,
            title=f"巡察 {n}",
            feedback_date=None if n == 1 else date(2024, 1 + n, 10),
            inspection_start=None if n == 2 else date(2023, 12, 1 + n) + timedelta(days=90 * n),
            area_code=[None, "610112", "610113", "620112", None, None][n],
            withdrawn_at=now() if n == 5 else None,
        )

    def _issue(self, n: int) -> Issue:
        dice, inspection = self.dice, self.dice.choice(self.inspections)
        category = self._maybe(dice.choice([c for c in self.categories if c.inspection_id == inspection.id]))
        item = self._maybe(dice.choice([t for t in self.items if t.inspection_id == inspection.id]))
        status = dice.choice(list(IssueState) + [IssueState.closed] * 8)
        extensions = dice.choice([0, 0, 0, 1, 2])
        return Issue(
            **self._of(inspection),
            category_id=category and category.id,
            item_id=item and item.id,
            kind="opinion" if dice.random() < 0.15 else "issue",
            ordinal=n,
            text=f"问题 {n}",
            result=self._maybe(dice.choice(["已整改。", "已 整改", "已整改A", "已整改a！", f"已修复 {n} 处", "。"])),
            rectification_status=dice.choice(list(RectificationStatus)),
            status=status,
            flags=dice.choice([[], ["promise_only"], ["shared_result"]]),
            responsible_leader=self._maybe(dice.choice(["李某", "王某"])),
            lead_unit=self._maybe(dice.choice(["办公室", "财务科"])),
            due_date=self._maybe(self._day()),
            original_due_date=self._day() if extensions else None,
            extensions=extensions,
            recurrences=dice.choice([0, 0, 0, 1, 3]),
            claimed_at=self._maybe(self._instant()),
            closed_at=self._instant() if status == IssueState.closed else None,
            withdrawn_at=self._rarely(),
        )

    def _for_one(self) -> dict[str, Any]:
        issue = self.dice.choice(self.issues)
        return self._of(issue.inspection_id) | {"issue_id": issue.id}

    def _for_several(self) -> dict[str, Any]:
        one = self._for_one()
        others = [i.id for i in self.issues if i.inspection_id == one["inspection_id"] and i.id != one["issue_id"]]
        return one | {"also_issue_ids": self.dice.sample(others, min(len(others), self.dice.choice([0, 0, 1, 3])))}

    def _measure(self, n: int) -> Measure:
        return Measure(**self._for_several(), ordinal=n, text="措施", withdrawn_at=self._rarely())

    def _report(self) -> ProgressReport:
        place = self._for_several()
        if self.dice.random() < 0.3:
            measure = self.dice.choice(self.measures)
            place = self._of(measure.inspection_id) | {"measure_id": measure.id}
        return ProgressReport(**place, reported_on=self._day(), text="进展", withdrawn_at=self._rarely())

    def _recovery(self) -> Recovery:
        place = self._for_one()
        identified = Decimal(self.dice.randrange(1, 10_000_000)) / 100
        return Recovery(
            **place | {"issue_id": self._maybe(place["issue_id"])},
            action=self.dice.choice(list(MoneyAction)),
            what="款项",
            identified=identified,
            received=(identified * self.dice.choice([0, 1, Decimal("0.5")])).quantize(Decimal("0.01")),
            approximate=self.dice.random() < 0.3,
            withdrawn_at=self._rarely(),
        )

    def _action(self) -> AccountabilityAction:
        dice, code = self.dice, self.dice.choice(list(Sanction))
        known = dice.random() < 0.4
        action = AccountabilityAction(
            **self._for_several(),
            code=code,
            persons=1 if known else dice.choice([1, 1, 2, 9]),
            cases=self._maybe(dice.randrange(4)),
            person_ref=f"P{dice.randrange(6)}" if known else None,
            status=dice.choice(["decided", "decided", "decided", "revoked", "upheld"]),
            withdrawn_at=self._rarely(),
        )
        action.fill_effect_period()
        return action

    def _file(self, n: int) -> EvidenceFile:
        name, rows = self.dice.choice(
            [
                ("issue_id", self.issues),
                ("measure_id", self.measures),
                ("progress_report_id", self.reports),
                ("recovery_id", self.recoveries),
                ("rule_change_id", self.rules),
                ("accountability_action_id", self.actions),
            ]
        )
        row: Any = self.dice.choice(rows)  # type: ignore[arg-type]
        return EvidenceFile(
            **self._of(row.inspection_id),
            **{name: row.id},
            title="佐证",
            fact_date=self._maybe(self._day()),
            file_name="a.txt",
            media_type="text/plain",
            size=1,
            sha256=f"{n:064x}",
            uploaded_by="test",
            withdrawn_at=self._rarely(),
        )
