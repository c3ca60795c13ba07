"""Evidence files (佐证材料): streamed up under a limit, kept by digest, streamed down with ranges."""

import base64
import re
from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import Form as FormBody
from fastapi import Header, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from sqlmodel import Field

from ..domain.evidence import EvidenceFields, EvidenceFile, clean_name
from ..domain.vocabulary import EvidenceKind
from ..foundation.audit import Actor
from ..foundation.blobs import Blobs, parts_of
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import fetch, save
from ..foundation.listing import Listing, Query, at_least, at_most, contains, one_of
from ..foundation.problems import Conflict, Invalid, NotFound, RangeNotSatisfiable, RuleBroken, Text
from ..foundation.resource import Resource, as_dict, inherit
from ..foundation.routes import Db, may, responses


class EvidenceUpload(Sent, EvidenceFields):
    file: UploadFile = Field(description="文件本身 the file itself")
    sha256: str | None = Field(
        default=None,
        schema_extra={"pattern": "^[0-9a-f]{64}$"},
        description="摘要，不符则拒收 refused when the bytes differ",
    )


class EvidenceFileRead(EvidenceFields, Shown):
    organisation_id: UUID
    file_name: str
    media_type: str
    size: int = Field(description="bytes")
    sha256: str
    uploaded_by: str


class EvidenceFileQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    measure_id: list[UUID] = []
    plan_id: list[UUID] = []
    kind: list[EvidenceKind] = []
    sha256: list[str] = []
    fact_from: date | None = None
    fact_to: date | None = None
    q: str | None = None
    sort: Literal["title", "-title", "size", "-size", "created_at", "-created_at"] = "-created_at"


evidence_files = Resource(
    "evidence-files",
    EvidenceFile,
    Listing(
        EvidenceFile,
        EvidenceFileRead,
        EvidenceFileQuery,
        where={
            "inspection_id": one_of(EvidenceFile.inspection_id),
            "issue_id": one_of(EvidenceFile.issue_id),
            "measure_id": one_of(EvidenceFile.measure_id),
            "plan_id": one_of(EvidenceFile.plan_id),
            "kind": one_of(EvidenceFile.kind),
            "sha256": one_of(EvidenceFile.sha256),
            "fact_from": at_least(EvidenceFile.fact_date),
            "fact_to": at_most(EvidenceFile.fact_date),
            "q": contains(EvidenceFile.title, EvidenceFile.file_name),
        },
        sort={
            "title": EvidenceFile.title,
            "size": EvidenceFile.size,
            "created_at": EvidenceFile.created_at,
        },
    ),
    called=Text("佐证材料", "evidence file"),
    update=patch_of("EvidenceFileUpdate", EvidenceFields, fixed=frozenset({"inspection_id"})),
)


@evidence_files.router.post(
    "",
    status_code=201,
    response_model=EvidenceFileRead,
    responses=responses(NotFound, Conflict, RuleBroken),
    summary="上传佐证材料 · upload evidence file",
    operation_id="evidence-files.create",
)
async def upload_evidence(
    request: Request,
    db: Db,
    actor: Annotated[Actor, may("evidence-files:write")],
    body: Annotated[EvidenceUpload, FormBody(media_type="multipart/form-data")],
) -> Response:
    sent = {name: value for name, value in as_dict(body).items() if name not in {"file", "sha256"}}
    place = await inherit(db, EvidenceFile, sent)
    blobs: Blobs = request.app.state.blobs
    stored = await blobs.put(parts_of(body.file), limit=request.app.state.settings.max_upload_bytes)
    if body.sha256 not in (None, stored.sha256):
        raise Invalid("文件与所报摘要不符", "The bytes do not have the digest that was sent", sha256=stored.sha256)
    if stored.size == 0:
        raise Invalid("文件是空的", "The file is empty")
    row = EvidenceFile.model_validate(
        sent
        | place
        | {
            "file_name": clean_name(body.file.filename or ""),
            "media_type": body.file.content_type or "application/octet-stream",
            "size": stored.size,
            "sha256": stored.sha256,
            "uploaded_by": actor.name,
        }
    )
    await save(db, row)
    return evidence_files.listing.answer(row, actor, status=201, headers={"Location": f"/v1/evidence-files/{row.id}"})


@evidence_files.router.get(
    "/{id}/content",
    response_class=StreamingResponse,
    responses=responses(NotFound, RangeNotSatisfiable)
    | {
        200: {"description": "整个文件 the whole file", "content": {"*/*": {}}},
        206: {"description": "其中一段 one range", "content": {"*/*": {}}},
        304: {"description": "未变 not modified"},
    },
    summary="下载佐证材料 · download evidence file",
    operation_id="evidence-files.download",
)
async def download_evidence(
    request: Request,
    db: Db,
    actor: Annotated[Actor, may("evidence-files:read")],
    id: UUID,
    range: Annotated[str | None, Header(max_length=200)] = None,
    if_none_match: Annotated[str | None, Header()] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Response:
    evidence = await fetch(db, EvidenceFile, id)
    tag = f'"{evidence.sha256}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(evidence.file_name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Repr-Digest": f"sha-256=:{_base64(evidence.sha256)}:",
    }
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    asked = wanted_range(range, evidence.size) if range and if_range in (None, tag) else None
    start, end = asked or (0, evidence.size)
    headers["Content-Length"] = str(end - start)
    if asked:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{evidence.size}"
    blobs: Blobs = request.app.state.blobs
    if await blobs.size(evidence.sha256) != evidence.size:
        raise NotFound("存储中没有这个文件的内容", "The store lacks the bytes of this file", sha256=evidence.sha256)
    content = blobs.read(evidence.sha256, start=start, end=end)
    return StreamingResponse(content, 206 if asked else 200, headers, media_type=evidence.media_type)


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """The half-open byte range a single-range header asks for (RFC 9110, 14.2); None for one that is to be ignored.

    Raises RangeNotSatisfiable when it lies outside of `size` bytes.
    """
    match = re.fullmatch(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", header)
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if first and last and int(last) < int(first):
        return None
    if start >= size or start >= end:
        raise RangeNotSatisfiable(size=size)
    return start, end


def _base64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()
