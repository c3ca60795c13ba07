"""Importing a bulletin over HTTP: a job, its rows, its figures; the same bulletin again changes nothing."""

import asyncio
import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from docx import Document

from conftest import ROOT
from rectify_api.domain.vocabulary import Role

TOUR = (ROOT / "tests/documents/examples/tour.txt").read_text(encoding="utf-8")
SOURCE = ROOT / "../shared/data/source-bulletin.txt"


async def sent(api: Any, name: str, content: bytes, **form: Any) -> dict[str, Any]:
    """The import after it has come to its end."""
    answer = await api.request("POST", "/imports", files={"file": (name, content)}, data=form)
    assert answer.status_code == 202, answer.text
    path = answer.headers["location"].removeprefix("/v1")
    for _ in range(300):
        batch: dict[str, Any] = (await api.get(path)).json()
        if batch["state"] in ("succeeded", "failed"):
            return batch
        await asyncio.sleep(0.05)
    raise AssertionError(batch)


def as_docx(text: str) -> bytes:
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def as_html(text: str) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>\n" for line in text.splitlines())
    return f"<html><head><meta charset='utf-8'></head><body>{paragraphs}</body></html>".encode()


async def test_a_bulletin_becomes_rows_and_its_figures_come_back(clerk: Any, make: Any, acts_on: Any) -> None:
    organisation = await make.organisation()
    text = TOUR.replace("云岭区", "首阳区")
    batch = await sent(clerk, "通报.txt", text.encode(), organisation_id=organisation["id"])
    assert batch["state"] == "succeeded", batch
    assert batch["result"]["created"]["issue"] == 6
    figures = (await clerk.get(f"/inspections/{batch['inspection_id']}/figures")).json()
    assert figures["counted"]["by_status"] == {"completed": 5, "long_term": 1}
    assert (figures["identified_total"], figures["recovered_total"], figures["outstanding_total"]) == (
        "28100.00",
        "26300.00",
        "1800.00",
    )
    assert {s["code"]: s["count"] for s in figures["sanctions"]} == {
        "PARTY_WARNING": 1,
        "EDU_ADMONISHMENT": 2,
        "EDU_CRITICISM_EDUCATION": 1,
    }
    assert figures["rule_changes"]["new"] == 3
    assert await acts_on(batch["inspection_id"]) == ["inspection.created"]
    files = (await clerk.get("/evidence-files", params={"inspection_id": batch["inspection_id"]})).json()["items"]
    content = await clerk.get(f"/evidence-files/{files[0]['id']}/content")
    assert content.content == text.encode()


async def test_the_same_bulletin_in_another_form_changes_nothing(clerk: Any, make: Any) -> None:
    organisation = await make.organisation()
    text = TOUR.replace("云岭区", "栖霞区")
    first = await sent(clerk, "通报.txt", text.encode(), organisation_id=organisation["id"])
    forms = {"通报.docx": as_docx(text), "通报.html": as_html(text), "旧.txt": text.encode("gb18030")}
    for name, content in forms.items():
        again = await sent(clerk, name, content, organisation_id=organisation["id"])
        assert again["result"]["unchanged"] is True, name
        assert again["inspection_id"] == first["inspection_id"]
    issues = await clerk.get("/issues", params={"organisation_id": organisation["id"], "with_total": True})
    assert issues.json()["total"] == 6


async def test_the_same_inspection_with_other_content_is_refused(clerk: Any, make: Any) -> None:
    organisation = await make.organisation()
    text = TOUR.replace("云岭区", "临川区")
    await sent(clerk, "通报.txt", text.encode(), organisation_id=organisation["id"])
    other = await sent(clerk, "改.txt", text.replace("46盏", "64盏").encode(), organisation_id=organisation["id"])
    assert other["state"] == "failed"
    assert "内容不同" in other["problem"]["detail"]


async def test_a_dry_run_reports_and_writes_nothing(clerk: Any, make: Any) -> None:
    organisation = await make.organisation()
    batch = await sent(
        clerk, "通报.txt", TOUR.replace("云岭区", "试点区").encode(), organisation_id=organisation["id"], dry_run="true"
    )
    assert batch["result"]["counted"]["issues"] == 6
    assert batch["inspection_id"] is None
    seen = await clerk.get("/inspections", params={"organisation_id": organisation["id"]})
    assert seen.json()["items"] == []


async def test_what_is_no_bulletin_is_refused_in_a_sentence(clerk: Any) -> None:
    batch = await sent(clerk, "菜单.txt", "今日午餐：番茄炒蛋。".encode())
    assert batch["state"] == "failed"
    assert batch["problem"]["type"] == "urn:rectify:problem:not-a-bulletin"
    assert batch["problem"]["detail"]


async def test_a_clerk_imports_only_into_its_own_organisation(clerk: Any, make: Any, caller: Any) -> None:
    organisation = await make.organisation()
    scoped = await caller(Role.ledger_clerk, organisation_id=organisation["id"])
    batch = await sent(scoped, "通报.txt", TOUR.replace("云岭区", "本单位区").encode())
    assert batch["state"] == "succeeded", batch
    inspection = (await scoped.get(f"/inspections/{batch['inspection_id']}")).json()
    assert inspection["organisation_id"] == organisation["id"]
    theirs = await make.organisation()
    answer = await scoped.request(
        "POST", "/imports", files={"file": ("a.txt", b"x")}, data={"organisation_id": theirs["id"]}
    )
    assert answer.status_code == 404


@pytest.mark.skipif(not SOURCE.exists(), reason="the source bulletin lies beside the project, and is not here")
async def test_the_source_bulletin_gives_its_figures_in_every_form(clerk: Any, make: Any) -> None:
    text = Path(SOURCE).read_text(encoding="utf-8")
    forms = {"a.txt": text.encode(), "a.docx": as_docx(text), "a.html": as_html(text), "b.txt": text.encode("gb18030")}
    for name, content in forms.items():
        organisation = await make.organisation()
        batch = await sent(clerk, name, content, organisation_id=organisation["id"])
        assert batch["state"] == "succeeded", batch
        f = (await clerk.get(f"/inspections/{UUID(batch['inspection_id'])}/figures")).json()
        assert (f["counted"]["categories"], f["counted"]["items"], f["counted"]["issues"]) == (3, 14, 40)
        assert f["counted"]["answered"] == 40
        assert [c["items"] for c in f["by_category"]] == [4, 5, 5]
        assert f["declared"]["measures"] == ["103", "40"]
        assert "MEASURE_COUNT_CONFLICT" in [c["code"] for c in f["contradictions"]]
        assert (f["identified_total"], f["recovered_total"], f["outstanding_total"]) == (
            "80505.00",
            "79380.00",
            "1125.00",
        )
        assert sorted(m["received"] for m in f["money"]) == ["13700.00", "40.00", "65640.00"]
        assert {s["code"]: s["count"] for s in f["sanctions"]} == {
            "PARTY_EXPULSION": 1,
            "PARTY_WARNING": 1,
            "GOV_DEMERIT": 2,
            "HR_DISMISSAL": 1,
            "EDU_CIRCULATED_CRITICISM": 1,
        }
        assert (f["rule_changes"]["new"], f["rule_changes"]["revised"]) == (4, 11)
        assert f["dates"] == {
            "inspection_start": "2020-04-26",
            "inspection_end": "2020-06-28",
            "feedback": "2020-09-02",
        }
        assert f["published_on"] == "2021-07-20"
        assert f["contact"]["phones"] == ["029-86917221"]
        assert f["contact"]["emails"] == ["xaglcsglj@163.com"]
