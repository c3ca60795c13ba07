"""An import: a file that was sent, what became of it, and the rows it made."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString, Field

from ..foundation.audit import Recorded
from .vocabulary import ImportState


class ImportBatch(Recorded, table=True):
    __tablename__ = "import_batch"

    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    file_name: str = Field(max_length=200)
    size: int = Field(sa_column=Column(BigInteger, nullable=False), description="bytes")
    sha256: str = Field(max_length=64, index=True)
    dry_run: bool = False
    requested_by: str = Field(max_length=200)
    requested_caller_id: UUID | None = None
    state: ImportState = Field(default=ImportState.queued, sa_type=AutoString, index=True)
    phase: str | None = Field(default=None, max_length=40)
    inspection_id: UUID | None = Field(default=None, foreign_key="inspection.id", index=True)
    result: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    problem: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))

    def begin(self) -> None:
        self.state, self.phase = ImportState.running, "reading"
        self.name_act("begun")

    def succeed(self, result: dict[str, Any]) -> None:
        self.state, self.phase, self.result = ImportState.succeeded, None, result
        if "inspection_id" in result:
            self.inspection_id = UUID(result["inspection_id"])
        self.name_act("succeeded")

    def fail(self, problem: dict[str, Any]) -> None:
        self.state, self.phase, self.problem = ImportState.failed, None, problem
        self.name_act("failed")
