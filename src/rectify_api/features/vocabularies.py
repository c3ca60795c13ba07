"""Vocabularies: every code of the ledger with its Chinese and English label."""

from typing import Annotated

from fastapi import APIRouter
from sqlmodel import SQLModel

from ..domain.vocabulary import VOCABULARIES, Vocabulary
from ..foundation.audit import Actor
from ..foundation.problems import NotFound
from ..foundation.routes import LedgerRoute, may, responses

router = APIRouter(prefix="/vocabularies", tags=["vocabularies"], route_class=LedgerRoute)


class Term(SQLModel):
    code: str
    zh: str
    en: str


class VocabularyRead(SQLModel):
    name: str
    terms: list[Term]


class VocabularyList(SQLModel):
    items: list[VocabularyRead]


def _read(name: str, vocabulary: type[Vocabulary]) -> VocabularyRead:
    return VocabularyRead(name=name, terms=[Term(code=term.value, zh=term.zh, en=term.en) for term in vocabulary])


@router.get("", summary="列出词表 · list vocabularies", operation_id="vocabularies.list")
async def list_vocabularies(actor: Annotated[Actor, may("vocabularies:read")]) -> VocabularyList:
    return VocabularyList(items=[_read(name, vocabulary) for name, vocabulary in VOCABULARIES.items()])


@router.get(
    "/{name}",
    responses=responses(NotFound),
    summary="读取词表 · read vocabulary",
    operation_id="vocabularies.read",
)
async def read_vocabulary(actor: Annotated[Actor, may("vocabularies:read")], name: str) -> VocabularyRead:
    if name not in VOCABULARIES:
        raise NotFound(f"没有词表 {name}", f"There is no vocabulary {name}")
    return _read(name, VOCABULARIES[name])
