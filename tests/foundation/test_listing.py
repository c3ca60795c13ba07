"""A list, for any filters and sort, is what a straight SQL query returns, in two statements."""

import json
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rectify_api.domain.inspections import Category, Inspection, Item
from rectify_api.domain.issues import Issue
from rectify_api.domain.organisations import Organisation
from rectify_api.domain.vocabulary import IssueKind, IssueState, RectificationStatus, Role
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.database import Database

TEXTS = [
    "公园设施破损",
    "100% 完成",
    "a_b",
    r"C:\temp",
    'O\'Brien "引号"',
    "Ämter STRASSE",
    "公园 Park",
    "e\u0301t\u00e9",
]
WORDS = [
    "公园",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "park",
    "ÄMTER",
    "strasse",
    "été",
    "完成",
    "没有",
    "a_b",
    "a%b",
    "\n",
    "--",
    ";",
]
DAYS = [date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2026, 12, 31)]
SORTS = ["ordinal", "-ordinal", "due_date", "-due_date", "created_at", "-created_at"]


class Ledger:
    """Sixty issues of four inspections of three organisations, with every value a filter may meet."""

    def __init__(self) -> None:
        chance = random.Random(7)
        self.organisations = [Organisation(name=f"示例局 {uuid4().hex}") for _ in range(3)]
        self.inspections = [
            Inspection(title="示例巡察", organisation_id=self.organisations[n % 3].id) for n in range(4)
        ]
        self.categories, self.items, self.issues = [], [], []
        for inspection in self.inspections:
            place = {"inspection_id": inspection.id, "organisation_id": inspection.organisation_id}
            self.categories.append(Category(**place, ordinal=1, title="方面"))
            self.items.append(Item(**place, ordinal=1, title="项"))
        for _ in range(60):
            n = chance.randrange(4)
            born = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(20))
            issue = Issue(
                inspection_id=self.inspections[n].id,
                organisation_id=self.inspections[n].organisation_id,
                category_id=chance.choice([None, self.categories[n].id]),
                item_id=chance.choice([None, self.items[n].id]),
                kind=chance.choice(list(IssueKind)),
                ordinal=chance.randrange(1, 9),
                text=chance.choice(TEXTS),
                result=chance.choice([None, *TEXTS]),
                status=chance.choice(list(IssueState)),
                rectification_status=chance.choice(list(RectificationStatus)),
                due_date=chance.choice([None, *DAYS]),
                created_at=born,
                withdrawn_at=chance.choice([None, None, None, born]),
                responsible_leader=chance.choice([None, "李某"]),
            )
            self.issues.append(issue)

    async def write(self, database: Database) -> None:
        async with database.transaction(Actor(name="test")) as db:
            for rows in (self.organisations, self.inspections, self.categories, self.items, self.issues):
                db.add_all(rows)
                await db.flush()


@pytest.fixture(scope="module")
async def ledger(app: Any) -> Ledger:
    ledger = Ledger()
    await ledger.write(app.state.database)
    return ledger


def ids_of(rows: list[Any]) -> st.SearchStrategy[list[UUID]]:
    return st.lists(st.sampled_from([row.id for row in rows] + [UUID(int=7)]), min_size=1, max_size=3)


def some(vocabulary: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([term.value for term in vocabulary]), min_size=1, max_size=3)


def questions(ledger: Ledger) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"sort": st.sampled_from(SORTS), "limit": st.sampled_from([1, 7, 25, 200])},
        optional={
            "inspection_id": ids_of(ledger.inspections),
            "organisation_id": ids_of(ledger.organisations),
            "category_id": ids_of(ledger.categories),
            "item_id": ids_of(ledger.items),
            "kind": some(IssueKind),
            "status": some(IssueState),
            "rectification_status": some(RectificationStatus),
            "due_from": st.sampled_from(DAYS),
            "due_to": st.sampled_from(DAYS),
            "q": st.sampled_from(WORDS),
            "withdrawn": st.booleans(),
            "with_total": st.booleans(),
        },
    )


def straight_sql(asked: dict[str, Any], mine: list[UUID]) -> tuple[str, list[Any]]:
    """The same question in plain words, with no code of the service."""
    clauses, values = ["i.organisation_id = ANY($1)"], [mine]

    def add(clause: str, value: Any) -> None:
        values.append(value)
        clauses.append(clause.replace("?", f"${len(values)}"))

    for name in ("inspection_id", "organisation_id", "category_id", "item_id"):
        if name in asked:
            add(f"i.{name} = ANY(?::uuid[])", asked[name])
    for name in ("kind", "status", "rectification_status"):
        if name in asked:
            add(f"i.{name} = ANY(?::text[])", asked[name])
    if "due_from" in asked:
        add("i.due_date >= ?", asked["due_from"])
    if "due_to" in asked:
        add("i.due_date <= ?", asked["due_to"])
    if asked.get("q", "").strip():
        sign = "position(lower(?) in lower(i.text)) > 0 OR position(lower(?) in lower(coalesce(i.result, ''))) > 0"
        add(f"({sign})", asked["q"])
    clauses.append(f"i.withdrawn_at IS {'NOT' if asked.get('withdrawn') else ''} NULL")
    name, down = asked["sort"].removeprefix("-"), asked["sort"].startswith("-")
    key = "coalesce(i.due_date, '9999-12-31')" if name == "due_date" else f"i.{name}"
    way = "DESC" if down else "ASC"
    return f"SELECT i.id FROM issue i WHERE {' AND '.join(clauses)} ORDER BY {key} {way}, i.id {way}", values


async def walk(api: Any, asked: dict[str, Any], counted: Callable[[], int]) -> tuple[list[str], list[int], set[Any]]:
    """All pages: ids, statements each page cost, totals that were said."""
    seen: list[str] = []
    costs: list[int] = []
    totals: set[Any] = set()
    after = None
    while True:
        before = counted()
        answer = await api.get("/issues", params=asked | ({"after": after} if after else {}))
        assert answer.status_code == 200, answer.text
        costs.append(counted() - before)
        page = answer.json()
        assert len(page["items"]) <= asked["limit"]
        seen += [row["id"] for row in page["items"]]
        totals.add(page["total"])
        after = page["next"]
        assert ("link" in answer.headers) == (after is not None)
        if after is None:
            return seen, costs, totals


def as_parameters(asked: dict[str, Any]) -> dict[str, Any]:
    """Query values as a client writes them."""

    def written(value: Any) -> Any:
        if isinstance(value, bool):
            return str(value).lower()
        return [str(part) for part in value] if isinstance(value, list) else value

    return {name: written(value) for name, value in asked.items()}


async def test_any_filters_and_sort_return_what_straight_sql_returns(
    ledger: Ledger, clerk: Any, database: Database, queries: Any
) -> None:
    mine = [organisation.id for organisation in ledger.organisations]
    examples: list[dict[str, Any]] = []

    def counted() -> int:
        # The worker of the same process asks for waiting imports now and then.
        return sum("import_batch" not in sql and "first_answer" not in sql for sql in queries.seen)

    # Hypothesis runs plain functions; the questions it thinks of are asked below, in the loop of the service.
    @settings(max_examples=80, database=None, suppress_health_check=list(HealthCheck), deadline=None, derandomize=True)
    @given(questions(ledger))
    def think(asked: dict[str, Any]) -> None:
        examples.append({"organisation_id": mine} | asked)

    think()
    examples += [{"organisation_id": mine, "sort": sort, "limit": 7} for sort in SORTS]
    found_something = 0
    for asked in examples:
        sql, values = straight_sql(asked, mine)
        expected = [str(row["id"]) for row in await database.rows(sql, *values)]
        queries.clear()
        seen, costs, totals = await walk(clerk, as_parameters(asked) | {"limit": asked["limit"]}, counted)
        assert seen == expected, asked
        assert max(costs) <= 2, queries.seen
        assert totals == ({len(expected)} if asked.get("with_total") else {None}), asked
        found_something += bool(expected)
    assert found_something > len(examples) / 5


@pytest.mark.parametrize("word", WORDS)
async def test_no_sign_of_the_text_filter_is_a_wildcard(ledger: Ledger, clerk: Any, word: str) -> None:
    asked = {"organisation_id": [str(o.id) for o in ledger.organisations], "q": word, "limit": 200}
    found = {row["id"] for row in (await clerk.get("/issues", params=asked)).json()["items"]}
    wanted = word.strip().lower()
    expected = {
        str(issue.id)
        for issue in ledger.issues
        if issue.withdrawn_at is None
        and wanted in f"{issue.text}\n{issue.result or ''}".replace("e\u0301", "é").lower()
    }
    decomposed = {str(issue.id) for issue in ledger.issues if "\u0301" in issue.text + (issue.result or "")}
    assert found - decomposed == expected - decomposed


async def test_a_cursor_serves_only_its_own_filters_and_sort(ledger: Ledger, clerk: Any) -> None:
    mine = {"organisation_id": [str(o.id) for o in ledger.organisations], "limit": 5}
    cursor = (await clerk.get("/issues", params=mine | {"sort": "ordinal"})).json()["next"]
    for other in (
        mine | {"sort": "-ordinal"},
        mine | {"sort": "due_date"},
        mine | {"q": "公园"},
        mine | {"withdrawn": "true"},
        {"limit": 5},
    ):
        answer = await clerk.get("/issues", params=other | {"after": cursor})
        assert answer.status_code == 422, other
        assert answer.json()["errors"][0]["pointer"] == "/after"
    assert (await clerk.get("/measures", params={"after": cursor})).status_code == 422
    assert (await clerk.get("/issues", params=mine | {"limit": 3, "after": cursor})).status_code == 200


def _forged(cursor: str, key: Any) -> str:
    made_for, _, id = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return urlsafe_b64encode(json.dumps([made_for, key, id]).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after", ["zzz", "W10", "bnVsbA", "中", "=", "W" * 999, "W1tb" * 240, "x" * 1001, "\x00", "e30"]
)
async def test_a_cursor_made_up_is_refused(clerk: Any, after: str) -> None:
    answer = await clerk.get("/issues", params={"after": after})
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("key", [10**30, -(10**12), "x", None, True, 1.5, [], "2026-01-01", "\x00", 1e999])
@pytest.mark.parametrize("sort", ["ordinal", "due_date", "created_at"])
async def test_a_cursor_with_a_forged_place_never_fails_the_service(
    ledger: Ledger, clerk: Any, sort: str, key: Any
) -> None:
    cursor = (await clerk.get("/issues", params={"sort": sort, "limit": 1})).json()["next"]
    answer = await clerk.get("/issues", params={"sort": sort, "limit": 1, "after": _forged(cursor, key)})
    assert answer.status_code in {200, 422}, answer.text


@pytest.mark.parametrize("key", ["\x00", "\ud800", "名", 5])
async def test_a_forged_text_place_never_fails_the_service(ledger: Ledger, clerk: Any, key: Any) -> None:
    cursor = (await clerk.get("/organisations", params={"limit": 1})).json()["next"]
    answer = await clerk.get("/organisations", params={"limit": 1, "after": _forged(cursor, key)})
    assert answer.status_code in {200, 422}, answer.text


async def test_the_link_header_leads_to_the_next_page(ledger: Ledger, clerk: Any) -> None:
    asked = {"organisation_id": [str(o.id) for o in ledger.organisations], "limit": 50, "q": "o'brien"}
    answer = await clerk.get("/issues", params=asked | {"limit": 1})
    target = answer.headers["link"].removeprefix("<").removesuffix('>; rel="next"')
    followed = await clerk.http.get(target)
    by_cursor = await clerk.get("/issues", params=asked | {"limit": 1, "after": answer.json()["next"]})
    assert followed.json() == by_cursor.json()
    assert followed.json()["items"][0]["id"] != answer.json()["items"][0]["id"]


async def test_a_total_holds_on_every_page_and_without_rows(ledger: Ledger, clerk: Any) -> None:
    nothing = await clerk.get("/issues", params={"inspection_id": str(uuid4()), "with_total": "true"})
    assert nothing.json() == {"items": [], "next": None, "total": 0}


@pytest.mark.parametrize(
    "query",
    [
        "nope=1",
        "limit=0",
        "limit=201",
        "limit=x",
        "sort=text",
        "sort=",
        "status=nope",
        "due_from=2026-13-01",
        "include=x",
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(clerk: Any, query: str) -> None:
    answer = await clerk.get(f"/issues?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/query/" + query.split("=")[0])


async def test_a_scoped_caller_sees_its_rows_in_every_question(ledger: Ledger, caller: Any, database: Database) -> None:
    own = ledger.organisations[0]
    scoped = await caller(Role.ledger_clerk, organisation_id=own.id)
    for asked in ({"sort": "ordinal"}, {"sort": "-due_date", "q": "公园"}, {"sort": "created_at", "withdrawn": True}):
        sql, values = straight_sql(asked, [own.id])
        expected = [str(row["id"]) for row in await database.rows(sql, *values)]
        seen, _, _ = await walk(scoped, as_parameters(asked) | {"limit": 4}, lambda: 0)
        assert seen == expected
