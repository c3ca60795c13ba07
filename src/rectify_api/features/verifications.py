"""Sign-offs (验收签署、方案审核), read only: each is made by an act on the issue or the plan."""

from typing import Literal
from uuid import UUID

from sqlmodel import Field

from ..domain.verifications import Verification
from ..domain.vocabulary import SignOffDecision, VerifyingBody
from ..foundation.contract import Shown
from ..foundation.listing import Listing, Query, one_of
from ..foundation.problems import Text
from ..foundation.resource import read_routes


class VerificationRead(Shown):
    inspection_id: UUID
    organisation_id: UUID
    issue_id: UUID | None
    plan_id: UUID | None
    body: VerifyingBody
    decision: SignOffDecision
    comment: str | None
    subject_version: int = Field(description="version of the row that was signed")
    digest: str = Field(description="SHA-256 over what was signed, as canonical JSON")
    signed_by: str


class VerificationQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    plan_id: list[UUID] = []
    body: list[VerifyingBody] = []
    decision: list[SignOffDecision] = []
    sort: Literal["created_at", "-created_at"] = "created_at"


listing: Listing[VerificationRead] = Listing(
    Verification,
    VerificationRead,
    VerificationQuery,
    where={
        "inspection_id": one_of(Verification.inspection_id),
        "issue_id": one_of(Verification.issue_id),
        "plan_id": one_of(Verification.plan_id),
        "body": one_of(Verification.body),
        "decision": one_of(Verification.decision),
    },
    sort={"created_at": Verification.created_at},
)
router = read_routes("verifications", listing, called=Text("签署意见", "verification"))
