"""Who may do what, and the three offices that watch each other."""

from itertools import combinations

import pytest

from rectify_api.domain.permissions import OFFICES, PERMISSIONS, permissions_of, refuse_mixed_offices
from rectify_api.domain.vocabulary import Role, VerifyingBody
from rectify_api.foundation.problems import RuleBroken

BUSINESS = {
    "organisations",
    "inspections",
    "categories",
    "items",
    "issues",
    "measures",
    "progress-reports",
    "evidence-files",
    "accountability-actions",
    "recoveries",
    "rule-changes",
    "imports",
    "plans",
    "reminders",
    "statistics",
    "verifications",
    "supervision-checks",
    "supervision-notices",
    "evaluation-schemes",
    "evaluations",
}
DOING = {"claim", "contest", "extend", "start", "submit", "hand-over"}
JUDGING = {"return", "verify", "close", "reopen", "decide"}


def holders(permission: str) -> set[Role]:
    return {role for role, held in PERMISSIONS.items() if permission in held}


def test_every_role_has_its_line_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_every_permission_names_a_resource_and_a_verb() -> None:
    for permission in frozenset().union(*PERMISSIONS.values()):
        resource, _, verb = permission.partition(":")
        assert resource in BUSINESS | {"accountability", "audit-entries", "callers", "roles", "vocabularies"}
        assert verb


@pytest.mark.parametrize("office", sorted(OFFICES))
def test_an_office_sees_no_business_data(office: Role) -> None:
    assert not {permission.partition(":")[0] for permission in PERMISSIONS[office]} & (BUSINESS | {"accountability"})


@pytest.mark.parametrize("role", [Role.hotline, Role.public_site])
def test_outside_systems_see_no_ledger(role: Role) -> None:
    assert PERMISSIONS[role] == {"vocabularies:read"}


def test_only_the_auditor_reads_the_record() -> None:
    assert holders("audit-entries:read") == {Role.auditor}


def test_only_the_discipline_commission_reads_names_in_clear() -> None:
    assert holders("accountability:read-personal") == {Role.discipline_commission}


def test_one_makes_callers_and_another_gives_them_roles() -> None:
    assert holders("callers:write") == {Role.system_admin}
    assert holders("roles:write") == {Role.security_admin}


@pytest.mark.parametrize("act", sorted(DOING | JUDGING))
def test_each_act_on_an_issue_is_somebodys(act: str) -> None:
    assert holders(f"issues:{act}")


def test_who_rectifies_does_not_verify() -> None:
    doing, judging = ({f"issues:{act}" for act in acts} for acts in (DOING, JUDGING))
    for role, held in PERMISSIONS.items():
        assert not (held & doing and held & judging), role
    for act in ("issues:close", "issues:reopen", "issues:decide", "measures:decide", "inspections:set-bodies"):
        assert holders(act) == {Role.inspection_office}


@pytest.mark.parametrize("body", VerifyingBody)
def test_each_body_signs_in_its_own_name_only(body: VerifyingBody) -> None:
    assert holders(f"verifications:{body}") == {Role(body.value)}


def test_a_responsible_unit_reports_and_proves_but_does_not_keep_the_ledger() -> None:
    written = {permission for permission in PERMISSIONS[Role.responsible_unit] if permission.endswith(":write")}
    assert written == {"evidence-files:write", "progress-reports:write"}


def test_roles_add_up() -> None:
    both = [Role.ledger_clerk, Role.inspection_office]
    assert permissions_of(both) == PERMISSIONS[both[0]] | PERMISSIONS[both[1]]
    assert permissions_of([]) == frozenset()


@pytest.mark.parametrize("pair", list(combinations(sorted(OFFICES), 2)))
def test_no_caller_holds_two_of_the_three_offices(pair: tuple[Role, Role]) -> None:
    with pytest.raises(RuleBroken) as refused:
        refuse_mixed_offices([*pair, Role.ledger_clerk])
    assert all(role.zh in refused.value.detail.zh and role.en in refused.value.detail.en for role in pair)
    assert refused.value.extension == {"roles": sorted(pair)}


@pytest.mark.parametrize("office", sorted(OFFICES))
def test_one_office_alone_is_allowed_and_so_is_no_office(office: Role) -> None:
    refuse_mixed_offices([office, office])
    refuse_mixed_offices([role for role in Role if role not in OFFICES])
