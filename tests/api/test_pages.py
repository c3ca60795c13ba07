"""The pages for people: their headers, that nothing comes from elsewhere, and what a browser shows of them."""

import json
import re
import shutil
import sys
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import anyio
import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

PAGES = ("/", "/docs", "/redoc")
ASSETS = (
    "/pages/ledger.js",
    "/pages/ledger.css",
    "/pages/icon.svg",
    "/docs/swagger-ui-bundle.js",
    "/docs/swagger-ui.css",
    "/redoc/redoc.standalone.js",
    "/redoc/logo-mini.svg",
)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.mark.parametrize("path", PAGES + ASSETS)
async def test_a_page_forbids_all_that_is_not_its_own(anonymous: Any, path: str) -> None:
    answer = await anonymous.http.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", PAGES + ASSETS)
async def test_an_unchanged_page_is_not_sent_again(anonymous: Any, path: str) -> None:
    first = await anonymous.http.get(path)
    again = await anonymous.http.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_names_only_assets_that_are_served(anonymous: Any, path: str) -> None:
    page = (await anonymous.http.get(path)).text
    assert not re.search(r"https?:|//|<script(?![^>]*\bsrc=)|<style|\s(style|on\w+)=", page.replace("<!doctype", ""))
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert (await anonymous.http.get(f"/{address}", follow_redirects=True)).status_code == 200


async def test_pages_are_no_operations_of_the_contract(app: Any) -> None:
    assert all(path.startswith("/v1/") for path in app.openapi()["paths"])


async def test_a_file_outside_the_assets_is_not_served(anonymous: Any) -> None:
    for path in ("/pages/%2e%2e/__init__.py", "/pages/..%2f__init__.py", "/docs/%2e%2e/redoc/redoc.standalone.js"):
        assert (await anonymous.http.get(path)).status_code == 404


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        await browser.close()


class Reader:
    """A person at a browser of `width`; keeps what the pages ask for and complain of."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def open(self, path: str) -> None:
        await self.page.goto(self.origin + path)

    def strays(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((self.origin + "/", "data:", f"blob:{self.origin}/"))]

    async def overflow(self) -> int:
        width: int = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return width


@pytest.fixture
async def reader(chromium: Browser, served: Any, request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    context: BrowserContext = await chromium.new_context(
        viewport={"width": getattr(request, "param", 390), "height": 844}
    )
    yield Reader(await context.new_page(), served.url)
    await context.close()


@pytest.fixture(scope="session")
async def make_one(served: Any) -> AsyncIterator[Any]:
    headers = {"Authorization": f"Bearer {served.key}"}
    async with httpx.AsyncClient(base_url=f"{served.url}/v1", headers=headers) as http:

        async def make_one(path: str, body: dict[str, Any]) -> dict[str, Any]:
            answer = await http.post(path, json=body)
            assert answer.is_success, answer.text
            made: dict[str, Any] = answer.json()
            return made

        yield make_one


@pytest.fixture(scope="session")
async def inspection(make_one: Any) -> dict[str, Any]:
    """One inspection with something under every heading."""
    organisation = await make_one("/organisations", {"name": "云岭区水务局"})
    title = "水务局<b>巡察</b>通报"
    made: dict[str, Any] = await make_one("/inspections", {"title": title, "organisation_id": organisation["id"]})
    inside = {"inspection_id": made["id"]}
    category = await make_one("/categories", inside | {"ordinal": 1, "number": "（一）", "title": "河湖长制落实"})
    for ordinal, due in ((1, "2020-01-01"), (2, "2999-12-31")):
        issue = {"ordinal": ordinal, "text": f"第{ordinal}个问题", "due_date": due, "category_id": category["id"]}
        await make_one("/issues", inside | issue | {"rectification_status": "completed"})
    recovery = await make_one("/recoveries", inside | {"what": "津补贴", "identified": "1234567.80"})
    await make_one(f"/recoveries/{recovery['id']}/payments", {"amount": "234567.80", "paid_on": "2026-01-31"})
    await make_one("/accountability-actions", inside | {"code": "PARTY_WARNING", "persons": 2})
    await make_one("/rule-changes", inside | {"kind": "new", "title": "采购管理办法"})
    return made


@in_a_browser
@pytest.mark.parametrize("reader", [1280, 390], indirect=True)
async def test_a_reader_sees_the_figures_of_an_inspection(reader: Reader, served: Any, inspection: Any) -> None:
    await reader.open(f"/#key={served.key}")
    page = reader.page
    await page.locator("#inspections a", has_text=inspection["title"]).click()
    await expect(page.locator("#figures h2")).to_have_text(inspection["title"])
    await expect(page.locator("#progress")).to_contain_text("（一）河湖长制落实")
    await expect(page.locator("#progress .completed")).to_contain_text("2 / 2 件")
    await expect(page.locator("#overdue tbody tr")).to_have_count(1)
    await expect(page.locator("#overdue")).to_contain_text("第1个问题")
    for amount in ("1,234,567.80", "234,567.80", "1,000,000.00"):
        await expect(page.locator("#money .sums")).to_contain_text(amount)
    await expect(page.locator("#sanctions")).to_contain_text("党内警告")
    await expect(page.locator("#rules")).to_contain_text("新建")
    await expect(page.locator("#issues tbody tr")).to_have_count(2)
    await page.locator("#issues [type=search]").fill("第2个")
    await page.locator("#issues [type=submit]").click()
    await expect(page.locator("#issues tbody tr")).to_have_count(1)
    assert await reader.overflow() == 0
    assert (reader.strays(), reader.complaints) == ([], [])


@in_a_browser
async def test_the_key_leaves_the_address_at_once(reader: Reader, served: Any, inspection: Any) -> None:
    await reader.open(f"/#key={served.key}")
    await expect(reader.page.locator("#issues")).to_be_visible()
    assert served.key not in reader.page.url
    assert served.key not in await reader.page.evaluate(
        "JSON.stringify([history.state, location.href, {...localStorage}])"
    )
    await reader.page.reload()
    await expect(reader.page.locator("#issues")).to_be_visible()


@in_a_browser
async def test_a_wrong_key_is_answered_with_a_sentence_and_the_form(
    reader: Reader, served: Any, inspection: Any
) -> None:
    await reader.open("/#key=rk_wrong")
    await expect(reader.page.locator("#notice")).to_contain_text("密钥无效")
    await reader.page.locator("#key").fill(served.key)
    await reader.page.locator("#key-form [type=submit]").click()
    await expect(reader.page.locator("#issues")).to_be_visible()
    await expect(reader.page.locator("#notice")).to_be_hidden()


async def key_of(served: Any, *options: str) -> str:
    """A new caller's key, made by the command line beside the running service."""
    command = [sys.executable, "-m", "rectify_api", "key", "create", f"reader-{uuid4().hex[:6]}", "--json", *options]
    environment = {"PATH": "/usr/bin:/bin", "RECTIFY_DATA_DIR": str(served.data_dir)}
    answer = await anyio.run_process(command, env=environment, cwd=served.data_dir)
    key: str = json.loads(answer.stdout)["key"]
    return key


@in_a_browser
async def test_a_key_without_permission_is_answered_with_a_sentence(reader: Reader, served: Any) -> None:
    await reader.open(f"/#key={await key_of(served, '--role', 'auditor')}")
    await expect(reader.page.locator("#notice")).to_contain_text("没有查看权限")
    await expect(reader.page.locator("#key-form")).to_be_visible()


@in_a_browser
async def test_an_empty_ledger_names_the_command_that_fills_it(reader: Reader, served: Any, make_one: Any) -> None:
    name = f"空单位 {uuid4().hex[:6]}"
    await make_one("/organisations", {"name": name})
    await reader.open(f"/#key={await key_of(served, '--role', 'ledger_clerk', '--organisation', name)}")
    await expect(reader.page.locator("#empty")).to_contain_text("rectify-api import")
    assert reader.complaints == []


@in_a_browser
async def test_the_contract_is_read_in_swagger_ui_with_the_key_of_the_tab(reader: Reader, served: Any) -> None:
    await reader.open(f"/#key={served.key}")
    await expect(reader.page.locator("#leave")).to_be_visible()
    await reader.page.locator("nav a[href=docs]").click()
    await reader.page.locator(".opblock-tag", has_text="vocabularies").click()
    operation = reader.page.locator(".opblock", has=reader.page.locator("[data-path='/v1/vocabularies']"))
    await operation.locator(".opblock-summary-control").click()
    await operation.locator(".try-out__btn").click()
    await operation.locator(".execute").click()
    await expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    assert (reader.strays(), reader.complaints) == ([], [])


@in_a_browser
async def test_the_contract_is_read_in_redoc(reader: Reader, served: Any) -> None:
    await reader.open("/redoc")
    await expect(reader.page.locator("h1").first).to_contain_text("整改台账", timeout=30_000)
    await expect(reader.page.locator("[data-section-id='tag/issues']").first).to_be_attached()
    assert (reader.strays(), reader.complaints) == ([], [])
