"""Organisations (单位): the tree of bodies; a caller's scope is one of them and all below it."""

from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from ..domain.organisations import Organisation, OrganisationFields
from ..domain.vocabulary import OrganisationKind
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import fetch
from ..foundation.listing import Listing, Query, contains, one_of
from ..foundation.problems import Text
from ..foundation.resource import Resource


class OrganisationCreate(Sent, OrganisationFields):
    pass


class OrganisationRead(OrganisationFields, Shown):
    pass


class OrganisationQuery(Query):
    kind: list[OrganisationKind] = []
    parent_id: list[UUID] = []
    code: list[str] = []
    area_code: list[str] = []
    q: str | None = None
    sort: Literal["name", "-name", "created_at", "-created_at"] = "name"


async def place_in_tree(db: AsyncSession, body: Organisation) -> None:
    above = []
    parent_id = body.parent_id
    while parent_id is not None and parent_id not in above:
        above.append(parent_id)
        parent_id = (await fetch(db, Organisation, parent_id)).parent_id if parent_id != body.id else None
    body.stand_below(above)


organisations = Resource(
    "organisations",
    Organisation,
    Listing(
        Organisation,
        OrganisationRead,
        OrganisationQuery,
        where={
            "kind": one_of(Organisation.kind),
            "parent_id": one_of(Organisation.parent_id),
            "code": one_of(Organisation.code),
            "area_code": one_of(Organisation.area_code),
            "q": contains(Organisation.name, Organisation.short_name),
        },
        sort={"name": Organisation.name, "created_at": Organisation.created_at},
    ),
    called=Text("单位", "organisation"),
    create=OrganisationCreate,
    update=patch_of("OrganisationUpdate", OrganisationFields),
    prepare=place_in_tree,
)
