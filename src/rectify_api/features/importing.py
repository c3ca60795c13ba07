"""Making the rows of a bulletin: one transaction, attributed to the caller, the file itself kept as evidence."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ..documents.bulletin import Bulletin
from ..documents.bulletin.tree import IssueRead
from ..domain.accountability import AccountabilityAction
from ..domain.evidence import EvidenceFile
from ..domain.imports import ImportBatch
from ..domain.inspections import Category, DeclaredFigure, Inspection, Item, ReadingWarning
from ..domain.issues import Issue
from ..domain.measures import ProgressReport
from ..domain.organisations import Organisation
from ..domain.recoveries import RECOVERING, Disbursing, Recovery
from ..domain.rule_changes import RuleChange
from ..domain.vocabulary import EvidenceKind, RecordSource, RuleChangeKind
from ..foundation.audit import Recorded
from ..foundation.clock import today
from ..foundation.database import actor_of, save, save_all, scope_column
from ..foundation.problems import NotFound, RuleBroken

FROM_BULLETIN = RecordSource.bulletin
LINE = 100  # the shortest limit of these columns, characters


async def enter(db: AsyncSession, batch: ImportBatch, bulletin: Bulletin, *, media_type: str) -> dict[str, Any]:
    """Write the rows of `bulletin`, or none when the ledger holds it already; returns what was made, by resource.

    Raises NotFound for an organisation out of the actor's sight, RuleBroken when the same inspection was entered
    with other content.
    """
    organisation = await _organisation(db, batch.organisation_id, bulletin)
    known = await _known(db, organisation, bulletin)
    if known is not None:
        return {"unchanged": True, "inspection_id": str(known.id), "created": {}}
    inspection = Inspection(
        organisation_id=organisation.id,
        title=bulletin.title or f"{bulletin.inspected_organisation or organisation.name}巡察整改情况",
        kind=bulletin.kind,
        inspection_type=bulletin.inspection_type,
        inspection_group=bulletin.inspection_group,
        inspection_start=_day(bulletin.dates.inspection_start),
        inspection_end=_day(bulletin.dates.inspection_end),
        feedback_date=_day(bulletin.dates.feedback),
        published_on=_day(bulletin.published_on),
        publisher=bulletin.publisher,
        contact=bulletin.contact.model_dump(mode="json"),
        content_digest=bulletin.digest(),
        source=FROM_BULLETIN,
    )
    evidence = EvidenceFile(
        **_place(inspection),
        title=f"通报原文 {batch.file_name}"[:300],
        kind=EvidenceKind.bulletin,
        file_name=batch.file_name,
        media_type=media_type,
        size=batch.size,
        sha256=batch.sha256,
        uploaded_by=actor_of(db).name,
    )
    rows: list[Recorded] = [inspection, *_tree(inspection, bulletin), evidence]
    await save_all(db, rows)
    created: dict[str, int] = {}
    for row in rows:
        created[str(row.__tablename__)] = created.get(str(row.__tablename__), 0) + 1
    return {"unchanged": False, "inspection_id": str(inspection.id), "created": created}


async def _organisation(db: AsyncSession, given: UUID | None, bulletin: Bulletin) -> Organisation:
    name = bulletin.inspected_organisation or bulletin.publisher
    scope = actor_of(db).scope
    found = select(Organisation).where(col(Organisation.withdrawn_at).is_(None))
    if scope is not None:
        found = found.where(scope_column(Organisation).in_(scope))
    if given is not None and scope is None:
        organisation = (await db.scalars(found.where(col(Organisation.id) == given))).first()
    else:
        organisation = (await db.scalars(found.where(col(Organisation.name) == name))).first()
        if organisation is None and given is not None:
            organisation = (await db.scalars(found.where(col(Organisation.id) == given))).first()
    if organisation is not None:
        return organisation
    if given is not None or not name or not actor_of(db).may("organisations:write"):
        raise NotFound(f"没有您可见的被巡察单位“{name}”", f"No organisation {name!r} that you can see")
    return await save(db, Organisation(name=name[:200]))


async def _known(db: AsyncSession, organisation: Organisation, bulletin: Bulletin) -> Inspection | None:
    """The inspection this bulletin tells of, when it is there: same organisation, kind and feedback date."""
    same = select(Inspection).where(
        col(Inspection.organisation_id) == organisation.id, col(Inspection.withdrawn_at).is_(None)
    )
    entered = await db.scalars(same.where(col(Inspection.content_digest) == bulletin.digest()))
    if (known := entered.first()) is not None:
        return known
    if bulletin.dates.feedback is None:
        return None
    twin = await db.scalars(
        same.where(
            col(Inspection.kind) == bulletin.kind,
            col(Inspection.feedback_date) == _day(bulletin.dates.feedback),
            col(Inspection.content_digest).is_not(None),
        )
    )
    if (other := twin.first()) is not None:
        raise RuleBroken(
            f"同一次巡察（{bulletin.dates.feedback} 反馈）已导入，内容不同",
            "This inspection was imported before with other content",
            inspection_id=str(other.id),
        )
    return None


def _place(inspection: Inspection) -> dict[str, Any]:
    return {"inspection_id": inspection.id, "organisation_id": inspection.organisation_id}


def _tree(inspection: Inspection, bulletin: Bulletin) -> Iterable[Recorded]:
    place = _place(inspection)
    categories = {
        c.ordinal: Category(**place, ordinal=c.ordinal, number=c.number or "", title=c.title)
        for c in bulletin.categories
    }
    items = {
        i.ordinal: Item(
            **place, category_id=_id(categories, i.category), ordinal=i.ordinal, number=i.number or "", title=i.title
        )
        for i in bulletin.items
    }
    issues = {
        i.ordinal: Issue(
            **place,
            category_id=_id(categories, i.category),
            item_id=_id(items, i.item),
            ordinal=i.ordinal,
            number=i.number or "",
            text=i.text,
            result=i.result or None,
            rectification_status=i.status,
            status_basis=i.status_basis,
            flags=list(i.flags),
            **_said_beside(i),
            source=FROM_BULLETIN,
        )
        for i in bulletin.issues
    }
    yield from (*categories.values(), *items.values(), *issues.values())
    reported_on = _day(bulletin.published_on) or today()
    for i in bulletin.issues:
        if i.result:
            quantities = [
                {"value": q.value, "unit": q.unit, "text": q.text} for q in i.quantities if q.part == "result"
            ]
            yield ProgressReport(
                **place,
                issue_id=issues[i.ordinal].id,
                reported_on=reported_on,
                text=i.result,
                quantities=quantities,
                source=FROM_BULLETIN,
            )
    yield from _recoveries(place, issues, bulletin)
    for s in bulletin.sanctions:
        action = AccountabilityAction(
            **place, issue_id=_id(issues, s.issue), code=s.code, persons=s.count, source=FROM_BULLETIN
        )
        action.fill_effect_period()
        yield action
    for kind in RuleChangeKind:
        if count := getattr(bulletin.rule_changes, kind.value):
            yield RuleChange(**place, kind=kind, count=count, source=FROM_BULLETIN)
    for d in bulletin.declared_all:
        yield DeclaredFigure(**place, name=d.name, value=str(d.value), text=d.text, line=d.at["line"])
    for ordinal, w in enumerate(bulletin.warnings, 1):
        at = dict(w.at) if w.at else None
        yield ReadingWarning(**place, ordinal=ordinal, code=w.code, message=w.message, at=at)


def _said_beside(issue: IssueRead) -> dict[str, Any]:
    """What a ledger row says of an issue beside its answer."""
    names = ("root_cause", "target", "responsible_leader", "lead_unit", "responsible_person")
    return {name: (getattr(issue.fields, name) or "")[:LINE] or None for name in names} if issue.fields else {}


def _recoveries(place: dict[str, Any], issues: dict[int, Issue], bulletin: Bulletin) -> Iterable[Recovery]:
    """One row per sum of money; what is outstanding belongs to the sum printed just before it for the same issue."""
    made: list[Recovery] = []
    for money in bulletin.money:
        if money.breakdown:
            continue
        amount = Decimal(money.amount)
        issue_id = _id(issues, money.issue)
        if money.action == "outstanding":
            of = next((r for r in reversed(made) if r.issue_id == issue_id), None)
            if of is not None and issue_id is not None:
                of.identified += amount
                of.outstanding_reason = money.text[:1000] or None
                continue
        elif money.action not in RECOVERING:
            continue
        received = Decimal(0) if money.action == "outstanding" else amount
        made.append(
            Recovery(
                **place,
                issue_id=issue_id,
                action=money.action,
                what=money.text[:1000] or "未写明",
                identified=amount,
                received=received,
                disbursed=received if money.action in get_args(Disbursing) else Decimal(0),
                approximate=money.approximate,
                also_in_summary=money.also_in_summary,
                source=FROM_BULLETIN,
            )
        )
    return made


def _id(rows: dict[int, Any], ordinal: int | None) -> UUID | None:
    return None if ordinal is None else rows[ordinal].id


def _day(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)
