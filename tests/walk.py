"""A walk of every (state, act, role) of a procedure over HTTP, against what its rules say, typed out by hand."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from rectify_api.domain.procedures import PROCEDURES
from rectify_api.domain.vocabulary import Role
from rectify_api.foundation.database import Database

UNIT = {Role.ledger_clerk, Role.responsible_unit}
CLERK = {Role.ledger_clerk}
OFFICE = {Role.inspection_office}
COMMISSION = {Role.discipline_commission}
BODIES = {Role.inspection_office, Role.discipline_commission, Role.organization_department}
READERS = UNIT | BODIES


class At(NamedTuple):
    """A state, and what waits for a decision in it."""

    state: str
    pending: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return " with ".join([self.state, *sorted(self.pending)])


def at(state: str, *pending: str) -> At:
    return At(state, frozenset(pending))


WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Way:
    """One act: from which states, by whom, to which state (none: it stays), and how the record names it."""

    from_: str
    by: set[Role]
    to: str | None
    verb: str
    body: Mapping[str, Any] | None = None
    needs: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    leaves: frozenset[str] = frozenset()


class Done(NamedTuple):
    state: str
    verb: str


class Refused(NamedTuple):
    status: int
    kind: str
    state: str | None = None
    needed: list[str] | None = None


@dataclass(frozen=True)
class Rules:
    """`bring` makes a row in a situation. `only` says where an act is not everybody's who may, or ends elsewhere."""

    resource: str
    table: str
    ways: Mapping[str, Way]
    situations: list[At]
    bring: Callable[[Any, At, dict[str, Any]], Awaitable[dict[str, Any]]]
    only: Mapping[tuple[At, str], Mapping[Role, Done]] = field(default_factory=dict)

    def outcome(self, noun: str, here: At, role: Role) -> Done | Refused:
        way = self.ways[noun]
        if role not in way.by:
            return Refused(403, "forbidden")
        if WITHDRAWN in here.pending:
            return Refused(409, "conflict")
        if here.state not in way.from_.split():
            return Refused(409, "rule-broken", here.state, way.from_.split())
        if not way.needs <= here.pending or way.without & here.pending:
            return Refused(409, "rule-broken")
        done = Done(way.to or here.state, way.verb)
        return self.only.get((here, noun), dict.fromkeys(way.by, done)).get(role, Refused(409, "rule-broken"))

    def after(self, noun: str, here: At) -> At:
        """Where the act leads when it is allowed."""
        way = self.ways[noun]
        return At(way.to or here.state, (here.pending - way.needs) | way.leaves)


class Walk:
    """Has each role try each act in one situation."""

    def __init__(self, rules: Rules, make: Any, roles: Mapping[Role, Any], database: Database) -> None:
        self._rules, self._make, self._roles, self._database = rules, make, roles, database

    async def through(self, here: At) -> None:
        """All refusals share one row, so none of them may have changed it; each act that is done has one of its own."""
        place = {"inspection_id": (await self._make.inspection())["id"]}
        row = await self._rules.bring(self._make, here, place)
        for role, caller in self._roles.items():
            await self._check_offer(row["id"], here, role)
            for noun, expected in self._expected(here, role):
                if isinstance(expected, Refused):
                    await self._check_refusal(row["id"], noun, caller, expected)
                else:
                    fresh = await self._rules.bring(self._make, here, place)
                    await self._check_done(fresh["id"], noun, caller, expected)

    def _expected(self, here: At, role: Role) -> Iterator[tuple[str, Done | Refused]]:
        for noun in self._rules.ways:
            yield noun, self._rules.outcome(noun, here, role)

    async def _check_offer(self, id: str, here: At, role: Role) -> None:
        answer = await self._roles[role].get(f"/{self._rules.resource}/{id}")
        if role not in READERS:
            assert answer.status_code == 403, role
            return
        offered = [noun for noun, expected in self._expected(here, role) if isinstance(expected, Done)]
        assert answer.json()["status"] == here.state
        assert answer.json()["allowed_actions"] == offered, role

    async def _check_refusal(self, id: str, noun: str, caller: Any, expected: Refused) -> None:
        before = await self._standing(id)
        answer = await self._do(id, noun, caller)
        body = answer.json()
        kind = body["type"].removeprefix("urn:rectify:problem:")
        said = Refused(answer.status_code, kind, body.get("state"), body.get("needed"))
        assert said == expected, (noun, caller, body)
        assert await self._standing(id) == before, (noun, caller)

    async def _check_done(self, id: str, noun: str, caller: Any, expected: Done) -> None:
        version, _, verbs = await self._standing(id)
        answer = await self._do(id, noun, caller)
        assert (answer.status_code, answer.json().get("status")) == (200, expected.state), (noun, answer.text)
        assert await self._standing(id) == (
            version + 1,
            expected.state,
            [*verbs, f"{self._rules.table}.{expected.verb}"],
        )
        assert answer.headers["etag"] == f'"{version + 1}"'
        assert expected.verb in PROCEDURES[self._rules.resource][noun].verbs

    async def _do(self, id: str, noun: str, caller: Any) -> Any:
        return await caller.post(f"/{self._rules.resource}/{id}/{noun}", self._rules.ways[noun].body)

    async def _standing(self, id: str) -> tuple[int, str, list[str]]:
        """Version, state, and what the record says of the row."""
        (found,) = await self._database.rows(
            f"SELECT version, status, ARRAY(SELECT act FROM audit_entry WHERE subject_id = t.id ORDER BY id) AS acts "
            f"FROM {self._rules.table} t WHERE id = $1",
            UUID(id),
        )
        return found["version"], found["status"], found["acts"]


async def withdrawn(make: Any, resource: str, row: dict[str, Any]) -> dict[str, Any]:
    answer = await make.api.delete(f"/{resource}/{row['id']}", if_match="*")
    assert answer.status_code == 204, answer.text
    return row


async def acted(caller: Any, resource: str, id: str, noun: str, body: Any = None) -> dict[str, Any]:
    answer = await caller.post(f"/{resource}/{id}/{noun}", body)
    assert answer.status_code == 200, answer.text
    row: dict[str, Any] = answer.json()
    return row
