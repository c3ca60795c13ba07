"""Rules made, revised, abolished."""

from typing import Any
from uuid import uuid4

import pytest

from rectify_api.domain.rule_changes import RuleChange
from rectify_api.domain.vocabulary import RecordSource, RuleChangeKind
from rectify_api.foundation.problems import RuleBroken


def a_change(**fields: Any) -> RuleChange:
    return RuleChange(inspection_id=uuid4(), organisation_id=uuid4(), **fields)


def test_an_abolished_rule_is_named() -> None:
    with pytest.raises(RuleBroken, match="title or document number") as refused:
        a_change(kind="abolished").check_sound()
    assert "制度名称或文号" in refused.value.detail.zh
    assert refused.value.extension == {"missing": "title"}


@pytest.mark.parametrize("fields", [{"title": "旧财务制度"}, {"document_no": "某局发〔2015〕3号"}])
def test_title_or_number_name_it(fields: dict[str, Any]) -> None:
    a_change(kind="abolished", **fields).check_sound()


@pytest.mark.parametrize("fields", [{"count": 3}, {"source": RecordSource.bulletin}])
def test_rules_that_are_only_counted_need_no_name(fields: dict[str, Any]) -> None:
    a_change(kind="abolished", **fields).check_sound()


@pytest.mark.parametrize("kind", sorted(set(RuleChangeKind) - {RuleChangeKind.abolished}))
def test_other_changes_may_be_without_a_name(kind: RuleChangeKind) -> None:
    a_change(kind=kind).check_sound()
