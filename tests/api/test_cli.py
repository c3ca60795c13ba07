"""The command line: what it prints, its exit codes, one line for what is wrong."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import rectify_api.__main__ as command_line
from conftest import ROOT, free_port
from rectify_api.foundation.embedded import EmbeddedPostgres

TOUR = str(ROOT / "tests/documents/examples/tour.txt")
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def url(new_database: Callable[[str], str]) -> str:
    return new_database("command_line")


@pytest.fixture
def run(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("key", "list")` as a user would, on a database of this file's own."""
    monkeypatch.setenv("RECTIFY_DATABASE_URL", url)
    monkeypatch.setenv("RECTIFY_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(command_line.app, list(arguments))


def test_a_key_is_made_listed_and_revoked(run: Run) -> None:
    made = run("key", "create", "示例系统", "--role", "ledger_clerk", "--days", "30", "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.output)["key"].startswith("rk_")
    again = run("key", "create", "示例系统")
    assert again.output.startswith("rk_")
    listed = json.loads(run("key", "list", "--json").output)
    ids = [key["id"] for key in listed if key["name"] == "示例系统"]
    assert len(ids) == 2
    assert run("key", "revoke", ids[0]).output == "已作废 revoked\n"
    assert run("key", "revoke", ids[0]).exit_code == 1
    assert "作废 revoked" in run("key", "list").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("key", "create", "无角色"), "--role"),
        (("key", "create", "甲", "--role", "auditor", "--role", "system_admin"), "三员须分立"),
        (("key", "create", "乙", "--role", "ledger_clerk", "--organisation", "没有的局"), "没有的局"),
        (("key", "revoke", "01a20000-0000-7000-8000-000000000000"), "没有密钥"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_1(run: Run, arguments: tuple[str, ...], said: str) -> None:
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [("nonsense",), ("read", "no-such-file.txt"), ("serve", "--port", "0")])
def test_wrong_usage_is_exit_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_bulletin_is_read_without_a_database(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECTIFY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    told = run("read", TOUR, "--strict")
    assert told.exit_code == 0
    assert json.loads(told.output)["recovered_total"] == "26300.00"
    doubtful = tmp_path / "doubtful.txt"
    doubtful.write_text(Path(TOUR).read_text(encoding="utf-8").replace("具体问题6个", "具体问题7个"), encoding="utf-8")
    assert run("read", str(doubtful)).exit_code == 0
    assert run("read", str(doubtful), "--strict").exit_code == 1
    menu = tmp_path / "menu.txt"
    menu.write_text("今日午餐", encoding="utf-8")
    refused = run("read", str(menu))
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)


def test_a_bulletin_is_imported_once(run: Run, tmp_path: Path) -> None:
    tried = run("import", TOUR, "--dry-run")
    assert "未入账" in tried.stdout
    first = run("import", TOUR, "--json")
    assert json.loads(first.stdout)["result"]["created"]["issue"] == 6
    assert "没有改动" in run("import", TOUR).stdout
    menu = tmp_path / "menu.txt"
    menu.write_text("今日午餐", encoding="utf-8")
    refused = run("import", str(menu))
    assert refused.exit_code == 1
    assert "未导入 not imported" in refused.stderr


def test_doctor_and_migrate_say_that_all_is_well(run: Run) -> None:
    assert "外部 external" in run("doctor").output
    assert run("migrate").exit_code == 0


def test_the_contract_is_compared(run: Run, tmp_path: Path) -> None:
    assert run("openapi", "--check", str(ROOT / "openapi/rectify.json")).exit_code == 0
    assert json.loads(run("openapi").output)["openapi"] == "3.1.0"
    (tmp_path / "old.json").write_text("{}")
    assert run("openapi", "--check", str(tmp_path / "old.json")).exit_code == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RECTIFY_PORT", "0"),
        ("RECTIFY_DATABASE_URL", "mysql://x"),
        ("RECTIFY_EVIDENCE_URL", "ftp://x"),
        ("RECTIFY_ADMIN_KEY", "short"),
        ("RECTIFY_NONSENSE", "1"),
        ("RECTIFY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing"),
    ],
)
def test_an_unusable_environment_is_one_line_and_exit_3(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    refused = run("doctor")
    assert refused.exit_code == 3
    assert refused.stderr.count("\n") == 1
    assert "127.0.0.1:1" in value or name in refused.stderr


def test_an_external_database_must_be_migrated_first(
    run: Run, postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECTIFY_DATABASE_URL", postgres.url.replace("/rectify?", "/postgres?"))
    refused = run("serve")
    assert refused.exit_code == 3
    assert "rectify-api migrate" in refused.stderr


def test_serve_shows_the_first_key_once_and_hands_over_to_uvicorn(
    run: Run, monkeypatch: pytest.MonkeyPatch, new_database: Callable[[str], str]
) -> None:
    monkeypatch.setenv("RECTIFY_DATABASE_URL", new_database("first_start"))
    given: dict[str, Any] = {}
    monkeypatch.setattr(command_line.uvicorn, "run", lambda app, **options: given.update(options, app=app))
    port = free_port()
    first = run("serve", "--port", str(port), "--no-worker", "--host", "0.0.0.0")
    assert first.output.count("rk_") == 1
    assert f"http://127.0.0.1:{port}" in first.output
    assert (given["port"], given["host"], given["server_header"]) == (port, "0.0.0.0", False)
    assert command_line.served().state.settings.port == 8000
    assert "rk_" not in run("serve").output


def test_the_worker_ends_when_told(url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "RECTIFY_DATABASE_URL": url, "RECTIFY_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "rectify_api", "work"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert "at work" in worker.stdout.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
