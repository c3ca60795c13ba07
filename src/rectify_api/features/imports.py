"""Imports (导入): a bulletin is sent, a job reads it and makes its rows in one transaction."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Form as FormBody
from fastapi import Request, Response, UploadFile
from sqlmodel import Field

from ..domain.evidence import clean_name
from ..domain.imports import ImportBatch
from ..domain.vocabulary import ImportState
from ..foundation.audit import Actor
from ..foundation.blobs import Blobs, parts_of
from ..foundation.contract import Sent, Shown
from ..foundation.database import save
from ..foundation.listing import Listing, Query, contains, one_of
from ..foundation.problems import Conflict, Invalid, NotFound, Text
from ..foundation.resource import inherit, read_routes
from ..foundation.routes import Db, may, responses

MAX_BULLETIN_BYTES = 20 * 1024**2


class ImportSent(Sent):
    file: UploadFile = Field(description="通报 a bulletin: .txt, .docx or .html")
    dry_run: bool = Field(default=False, description="只试读，不入账 read and report, write nothing")
    organisation_id: UUID | None = Field(default=None, description="被巡察单位; null: found or made by its name")


class ImportRead(Shown):
    organisation_id: UUID | None
    file_name: str
    size: int = Field(description="bytes")
    sha256: str
    dry_run: bool
    requested_by: str
    state: ImportState
    phase: str | None
    inspection_id: UUID | None
    result: dict[str, Any] | None = Field(description="created, counted, declared, warnings, unchanged")
    problem: dict[str, Any] | None = Field(description="why it did not succeed")


class ImportQuery(Query):
    state: list[ImportState] = []
    sha256: list[str] = []
    inspection_id: list[UUID] = []
    q: str | None = None
    sort: Literal["created_at", "-created_at"] = "-created_at"


listing: Listing[ImportRead] = Listing(
    ImportBatch,
    ImportRead,
    ImportQuery,
    where={
        "state": one_of(ImportBatch.state),
        "sha256": one_of(ImportBatch.sha256),
        "inspection_id": one_of(ImportBatch.inspection_id),
        "q": contains(ImportBatch.file_name),
    },
    sort={"created_at": ImportBatch.created_at},
)
router = read_routes("imports", listing, called=Text("导入", "import"))


@router.post(
    "",
    status_code=202,
    response_model=ImportRead,
    responses=responses(NotFound, Conflict),
    summary="导入通报 · import bulletin",
    operation_id="imports.create",
)
async def create_import(
    request: Request,
    db: Db,
    actor: Annotated[Actor, may("imports:write")],
    body: Annotated[ImportSent, FormBody(media_type="multipart/form-data")],
) -> Response:
    own = actor.scope[0] if actor.scope else None
    organisation_id = body.organisation_id or own
    await inherit(db, ImportBatch, {"organisation_id": organisation_id})
    blobs: Blobs = request.app.state.blobs
    stored = await blobs.put(parts_of(body.file), limit=MAX_BULLETIN_BYTES)
    if stored.size == 0:
        raise Invalid("文件是空的", "The file is empty")
    batch = ImportBatch(
        organisation_id=organisation_id,
        file_name=clean_name(body.file.filename or ""),
        size=stored.size,
        sha256=stored.sha256,
        dry_run=body.dry_run,
        requested_by=actor.name,
        requested_caller_id=actor.caller_id,
    )
    await save(db, batch)
    return listing.answer(batch, actor, status=202, headers={"Location": f"/v1/imports/{batch.id}"})
