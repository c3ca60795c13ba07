"""Two callers act at once on one issue, in every pair of acts: the row puts them in order, and so does the record."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from itertools import combinations_with_replacement
from typing import Any

import pytest

from conftest import Client, new_caller
from issue_rules import ISSUES, ONE_LEFT
from rectify_api.domain.vocabulary import Role
from walk import BODIES, WITHDRAWN, At, Done

STARTS = [here for here in ISSUES.situations if not here.pending & {WITHDRAWN, ONE_LEFT}]
PAIRS = list(combinations_with_replacement(ISSUES.ways, 2))
# The second of the two signs for another body, and hands over to another leader, than the first.
OTHER_BODY = {"handover": {"responsible_leader": "钱副局长"}}


def roles_of(pair: tuple[str, str]) -> list[Role]:
    first, second = (min(ISSUES.ways[noun].by) for noun in pair)
    return [first, max(BODIES) if pair[1] == "verification" else second]


def allowed(pair: tuple[str, str], here: At) -> int:
    return sum(
        isinstance(ISSUES.outcome(noun, here, role), Done) for noun, role in zip(pair, roles_of(pair), strict=True)
    )


def start_of(pair: tuple[str, str]) -> At:
    """A situation that allows both acts, else one that allows either."""
    return max(STARTS, key=lambda here: allowed(pair, here))


def one_after_the_other(pair: tuple[str, str], order: Sequence[int]) -> tuple[list[int], list[str], str]:
    """The two answers, what the record gains, and the state at the end, when the acts come in this order."""
    here, statuses, verbs, roles = start_of(pair), [0, 0], [], roles_of(pair)
    for turn in order:
        expected = ISSUES.outcome(pair[turn], here, roles[turn])
        statuses[turn] = 200 if isinstance(expected, Done) else expected.status
        if isinstance(expected, Done):
            here = ISSUES.after(pair[turn], here)
            verbs.append(f"issue.{expected.verb}")
    return statuses, verbs, here.state


@pytest.fixture(scope="module")
async def teams(app: Any) -> AsyncIterator[list[dict[Role, Client]]]:
    """Two callers of each role."""
    teams = [{role: await new_caller(app, role) for role in Role} for _ in range(2)]
    yield teams
    for client in (client for team in teams for client in team.values()):
        await client.http.aclose()


async def both_at_once(pair: tuple[str, str], teams: list[dict[Role, Client]], id: str, **headers: str) -> list[Any]:
    bodies = [ISSUES.ways[pair[0]].body, OTHER_BODY.get(pair[1], ISSUES.ways[pair[1]].body)]
    callers = [team[role] for team, role in zip(teams, roles_of(pair), strict=True)]
    return await asyncio.gather(
        *(
            caller.post(f"/issues/{id}/{noun}", body, headers=headers)
            for caller, noun, body in zip(callers, pair, bodies, strict=True)
        )
    )


async def begun(pair: tuple[str, str], make: Any) -> dict[str, Any]:
    issue = await ISSUES.bring(make, start_of(pair), {"inspection_id": (await make.inspection())["id"]})
    read: dict[str, Any] = (await make.api.get(f"/issues/{issue['id']}")).json()
    return read


async def test_every_act_of_an_issue_is_paired_with_every_act_and_itself(app: Any) -> None:
    found = (re.fullmatch(r"/v1/issues/\{id\}/([a-z-]+)", path) for path in app.openapi()["paths"])
    acts = [match[1] for match in found if match]
    assert {frozenset(pair) for pair in PAIRS} == {frozenset({one, other}) for one in acts for other in acts}
    assert len(PAIRS) == len(acts) * (len(acts) + 1) // 2


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_each_pair_starts_where_one_of_the_two_is_allowed(pair: tuple[str, str]) -> None:
    assert allowed(pair, start_of(pair)) >= 1


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
async def test_of_two_who_read_the_same_version_one_wins(
    pair: tuple[str, str], make: Any, teams: Any, acts_on: Any
) -> None:
    issue = await begun(pair, make)
    before = await acts_on(issue["id"])
    answers = await both_at_once(pair, teams, issue["id"], **{"If-Match": f'"{issue["version"]}"'})
    (winner,) = [turn for turn, answer in enumerate(answers) if answer.status_code == 200]
    assert answers[1 - winner].status_code in {409, 412}, answers[1 - winner].text
    expected = ISSUES.outcome(pair[winner], start_of(pair), roles_of(pair)[winner])
    assert isinstance(expected, Done)
    assert await acts_on(issue["id"]) == [*before, f"issue.{expected.verb}"]
    now = (await make.api.get(f"/issues/{issue['id']}")).json()
    assert (now["status"], now["version"]) == (expected.state, issue["version"] + 1)


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
async def test_two_who_name_no_version_are_put_in_an_order_that_the_record_tells(
    pair: tuple[str, str], make: Any, teams: Any, acts_on: Any
) -> None:
    issue = await begun(pair, make)
    before = await acts_on(issue["id"])
    answers = await both_at_once(pair, teams, issue["id"])
    now = (await make.api.get(f"/issues/{issue['id']}")).json()
    gained = (await acts_on(issue["id"]))[len(before) :]
    happened = ([answer.status_code for answer in answers], gained, now["status"])
    assert happened in [one_after_the_other(pair, order) for order in ((0, 1), (1, 0))]
    assert now["version"] == issue["version"] + len(gained)
