"""Inspections (巡察) and the headings of what they found: categories (方面) and items (项)."""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from ..domain.inspections import Category, CategoryFields, Inspection, InspectionFields, Item, ItemFields
from ..domain.vocabulary import InspectionType, SupervisionKind, VerifyingBody
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import actor_of, changed_from
from ..foundation.listing import Listing, Query, at_least, at_most, contains, one_of
from ..foundation.problems import Forbidden, Text
from ..foundation.resource import Resource


class InspectionCreate(Sent, InspectionFields):
    pass


class InspectionRead(InspectionFields, Shown):
    pass


class InspectionQuery(Query):
    organisation_id: list[UUID] = []
    area_code: list[str] = []
    kind: list[SupervisionKind] = []
    inspection_type: list[InspectionType] = []
    feedback_from: date | None = None
    feedback_to: date | None = None
    published_from: date | None = None
    published_to: date | None = None
    q: str | None = None
    sort: Literal["title", "-title", "created_at", "-created_at"] = "-created_at"


async def check(db: AsyncSession, inspection: Inspection) -> None:
    inspection.check_dates()
    before = changed_from(inspection)
    changed = inspection.verifying_bodies != (before.get("verifying_bodies") or list(VerifyingBody))
    if "verifying_bodies" in before and changed and not actor_of(db).may("inspections:set-bodies"):
        raise Forbidden("由哪几方验收由巡察办设定", "The inspection office sets which bodies verify")


inspections = Resource(
    "inspections",
    Inspection,
    Listing(
        Inspection,
        InspectionRead,
        InspectionQuery,
        where={
            "organisation_id": one_of(Inspection.organisation_id),
            "area_code": one_of(Inspection.area_code),
            "kind": one_of(Inspection.kind),
            "inspection_type": one_of(Inspection.inspection_type),
            "feedback_from": at_least(Inspection.feedback_date),
            "feedback_to": at_most(Inspection.feedback_date),
            "published_from": at_least(Inspection.published_on),
            "published_to": at_most(Inspection.published_on),
            "q": contains(Inspection.title, Inspection.inspection_group),
        },
        sort={"title": Inspection.title, "created_at": Inspection.created_at},
    ),
    called=Text("巡察", "inspection"),
    create=InspectionCreate,
    update=patch_of("InspectionUpdate", InspectionFields, fixed=frozenset({"organisation_id"})),
    prepare=check,
)


class CategoryCreate(Sent, CategoryFields):
    pass


class CategoryRead(CategoryFields, Shown):
    organisation_id: UUID


class CategoryQuery(Query):
    inspection_id: list[UUID] = []
    q: str | None = None
    sort: Literal["ordinal", "-ordinal", "created_at", "-created_at"] = "ordinal"


categories = Resource(
    "categories",
    Category,
    Listing(
        Category,
        CategoryRead,
        CategoryQuery,
        where={"inspection_id": one_of(Category.inspection_id), "q": contains(Category.title)},
        sort={"ordinal": Category.ordinal, "created_at": Category.created_at},
    ),
    called=Text("问题类别", "category"),
    create=CategoryCreate,
    update=patch_of("CategoryUpdate", CategoryFields, fixed=frozenset({"inspection_id"})),
)


class ItemCreate(Sent, ItemFields):
    pass


class ItemRead(ItemFields, Shown):
    organisation_id: UUID


class ItemQuery(Query):
    inspection_id: list[UUID] = []
    category_id: list[UUID] = []
    q: str | None = None
    sort: Literal["ordinal", "-ordinal", "created_at", "-created_at"] = "ordinal"


items = Resource(
    "items",
    Item,
    Listing(
        Item,
        ItemRead,
        ItemQuery,
        where={
            "inspection_id": one_of(Item.inspection_id),
            "category_id": one_of(Item.category_id),
            "q": contains(Item.title),
        },
        sort={"ordinal": Item.ordinal, "created_at": Item.created_at},
    ),
    called=Text("问题项", "item"),
    create=ItemCreate,
    update=patch_of("ItemUpdate", ItemFields, fixed=frozenset({"inspection_id"})),
)
