"""The embedded PostgreSQL seen from one process; what kills and many processes do to it is in tests/faults."""

import asyncio
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from rectify_api.foundation.embedded import EmbeddedFailed, EmbeddedPostgres

SYSTEM = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture
def new_folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp())
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One folder for all tests that need no new one."""
    made = Path(tempfile.mkdtemp())
    yield made
    shutil.rmtree(made)


def ask(url: str, sql: str) -> Any:
    async def once() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(once())


def test_a_new_folder_becomes_a_database_and_the_next_start_finds_its_rows(new_folder: Path) -> None:
    began = time.perf_counter()
    with EmbeddedPostgres.join(new_folder / "not" / "yet") as server:
        cold = time.perf_counter() - began
        ask(server.url, "CREATE TABLE issue AS SELECT 1 AS n")
    began = time.perf_counter()
    with EmbeddedPostgres.join(new_folder / "not" / "yet") as server:
        warm = time.perf_counter() - began
        assert ask(server.url, "SELECT n FROM issue") == 1
        assert ask(server.url, "SHOW fsync") == "on"
    assert warm < cold < 15


def test_the_last_one_to_leave_stops_the_server_and_the_first_does_not(folder: Path) -> None:
    first, second = EmbeddedPostgres.join(folder), EmbeddedPostgres.join(folder)
    assert first.url == second.url
    first.leave()
    first.leave()
    assert ask(second.url, "SELECT 1") == 1
    second.leave()
    with pytest.raises(OSError):
        ask(second.url, "SELECT 1")
    assert not (folder / "postgres" / "cluster" / "postmaster.pid").exists()


def test_who_left_cannot_ask_for_the_server(folder: Path) -> None:
    with EmbeddedPostgres.join(folder) as server:
        server.ensure_running()
    with pytest.raises(EmbeddedFailed, match="has left"):
        server.ensure_running()


@pytest.mark.parametrize("binaries", [None, *SYSTEM], ids=str)
def test_chinese_words_are_found_through_a_trigram_index(new_folder: Path, binaries: Path | None) -> None:
    with EmbeddedPostgres.join(new_folder, durable=False, binaries=binaries) as server:
        ask(server.url, "CREATE EXTENSION pg_trgm")
        assert len(ask(server.url, "SELECT show_trgm('整改问题')")) == 5
        many = "SELECT '第' || n || '号：超标准发放补贴' AS title FROM generate_series(1, 3000) n"
        ask(server.url, f"CREATE TABLE issue AS {many} UNION ALL SELECT '扶贫资金滞留'")
        ask(server.url, "CREATE INDEX ON issue USING gin (title gin_trgm_ops)")
        ask(server.url, "ANALYZE issue")
        found = "SELECT string_agg(title, '') FROM issue WHERE title LIKE '%资金滞%'"
        assert ask(server.url, found) == "扶贫资金滞留"
        assert "Bitmap Index Scan" in ask(server.url, f"EXPLAIN (FORMAT JSON) {found}")
        assert ask(server.url, "SHOW server_encoding") == "UTF8"
        assert ask(server.url, "SHOW fsync") == "off"


def test_a_folder_with_a_long_name_gets_a_short_private_socket_folder(new_folder: Path) -> None:
    with EmbeddedPostgres.join(new_folder / ("很长的名字" * 8), durable=False) as server:
        sockets = Path(server.url.partition("host=")[2])
        assert ask(server.url, "SELECT 1") == 1
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert len(bytes(sockets)) < 40
    sockets.rmdir()


def test_only_the_owner_and_root_can_reach_the_server(folder: Path) -> None:
    with EmbeddedPostgres.join(folder, durable=False) as server:
        assert ask(server.url, "SHOW listen_addresses") == ""
        home = folder / "postgres"
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / ".s.PGSQL.5432").stat().st_mode) == 0o700
        assert home.stat().st_uid != 0


@pytest.mark.parametrize("mode", [0o700, 0o750])
def test_a_folder_that_root_keeps_closed_stays_closed_to_everybody_else(new_folder: Path, mode: int) -> None:
    new_folder.chmod(mode)
    with EmbeddedPostgres.join(new_folder / "data", durable=False) as server:
        assert ask(server.url, "SELECT 1") == 1
    assert new_folder.stat().st_mode & 0o007 == 0


def test_data_of_another_major_version_are_refused_with_both_versions(folder: Path) -> None:
    EmbeddedPostgres.join(folder, durable=False).leave()
    version = folder / "postgres" / "cluster" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("9\n")
    with pytest.raises(EmbeddedFailed, match="made by PostgreSQL 9, the programs here are 18"):
        EmbeddedPostgres.join(folder)
    version.write_text(ours)


def test_a_broken_start_says_what_postgres_said_and_leaves_no_user_behind(folder: Path) -> None:
    EmbeddedPostgres.join(folder, durable=False).leave()
    settings = folder / "postgres" / "cluster" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "work_mem = 'much'\n")
    with pytest.raises(EmbeddedFailed, match="FATAL"):
        EmbeddedPostgres.join(folder)
    settings.write_text(good)
    EmbeddedPostgres.join(folder, durable=False).leave()
    assert not (folder / "postgres" / "cluster" / "postmaster.pid").exists()


def test_a_file_in_the_way_of_the_folder_is_named(new_folder: Path) -> None:
    (new_folder / "data").write_text("")
    with pytest.raises(EmbeddedFailed, match="data"):
        EmbeddedPostgres.join(new_folder / "data")


def test_missing_programs_name_the_two_settings_that_help(folder: Path) -> None:
    with pytest.raises(EmbeddedFailed, match="RECTIFY_DATABASE_URL or RECTIFY_POSTGRES_BIN"):
        EmbeddedPostgres.join(folder, binaries=folder)


def test_the_log_stays_in_the_folder_and_holds_no_row_values(folder: Path) -> None:
    with EmbeddedPostgres.join(folder, durable=False) as server:
        ask(server.url, "CREATE TABLE person (name text PRIMARY KEY)")
        ask(server.url, "INSERT INTO person VALUES ('张三')")
        with pytest.raises(asyncpg.UniqueViolationError):
            ask(server.url, "INSERT INTO person VALUES ('张三')")
    log = (folder / "postgres" / "server.log").read_text()
    assert "duplicate key" in log
    assert "张三" not in log


def test_a_process_that_takes_the_number_of_a_dead_server_does_not_stop_the_next_one(folder: Path) -> None:
    EmbeddedPostgres.join(folder, durable=False).leave()
    pid_file = folder / "postgres" / "cluster" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n1\n5432\n{folder}\n\n0 0\nready\n")
    with EmbeddedPostgres.join(folder, durable=False) as server:
        assert ask(server.url, "SELECT 1") == 1
