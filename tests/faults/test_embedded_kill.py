"""Many processes, and kill -9: the embedded PostgreSQL comes back with every committed row, and goes when unused.

Under root every test runs twice: the processes stay root, or give it up and are an ordinary user.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from rectify_api.foundation.embedded import EmbeddedPostgres

NOBODY = 65534
PROGRAM = """
import os, sys
from pathlib import Path
from rectify_api.foundation.embedded import EmbeddedPostgres
folder, uid = Path(sys.argv[1]), int(sys.argv[2])
if uid != os.geteuid():
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
server = EmbeddedPostgres.join(folder)
print(server.url, flush=True)
for line in sys.stdin:
    getattr(server, line.strip())()
    print("done", flush=True)
"""


class User:
    """A process that joined the server of `folder` and does what it is told."""

    def __init__(self, folder: Path) -> None:
        program = [sys.executable, "-W", "error", "-c", PROGRAM, str(folder), str(folder.stat().st_uid)]
        self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()

    def told(self, word: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def killed(self) -> None:
        self.process.kill()
        with self.process:
            pass


@pytest.fixture(scope="module", params=["this user", *(["an ordinary user"] if os.geteuid() == 0 else [])])
def account(request: pytest.FixtureRequest) -> int:
    return NOBODY if request.param == "an ordinary user" else os.geteuid()


@pytest.fixture(scope="module")
def used(account: int) -> Iterator[Path]:
    """One folder for all tests that need no new one."""
    with emptied(account) as made:
        yield made


@pytest.fixture
def folder(used: Path) -> Path:
    return used


@contextmanager
def emptied(account: int) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp())
    os.chown(made, account, -1)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def join(folder: Path) -> Iterator[Callable[[], User]]:
    users: list[User] = []

    def one_more() -> User:
        users.append(User(folder))
        return users[-1]

    yield one_more
    for user in users:
        if user.process.poll() is None:
            user.told("leave")
        user.killed()
    assert not is_there(folder)


@pytest.fixture
def new_folder(account: int) -> Iterator[Path]:
    with emptied(account) as made:
        yield made


def ask(url: str, sql: str) -> Any:
    async def once() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(once())


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])


def kill_server(folder: Path) -> int:
    """SIGKILL the postmaster and return its number once its socket is shut, which is a moment later."""
    killed = postmaster(folder)
    os.kill(killed, signal.SIGKILL)
    while True:
        with socket.socket(socket.AF_UNIX) as client:
            if client.connect_ex(str(folder / "postgres" / ".s.PGSQL.5432")):
                return killed
        time.sleep(0.005)


def is_there(folder: Path) -> bool:
    return (folder / "postgres" / ".s.PGSQL.5432").exists() or (folder / "postgres" / "cluster/postmaster.pid").exists()


def test_six_processes_that_come_at_once_to_a_new_folder_share_one_server(new_folder: Path) -> None:
    with ThreadPoolExecutor(6) as crowd:
        users = list(crowd.map(lambda _: User(new_folder), range(6)))
        assert len({user.url for user in users}) == 1
        first = postmaster(new_folder)
        list(crowd.map(lambda user: user.told("ensure_running"), users))
        assert postmaster(new_folder) == first
        list(crowd.map(lambda user: user.told("leave"), users[1:]))
        assert ask(users[0].url, "SELECT 1") == 1
        users[0].told("leave")
    assert not is_there(new_folder)
    for user in users:
        user.killed()


def test_users_who_come_and_go_at_once_always_find_a_server(folder: Path, join: Callable[[], User]) -> None:
    def visit(_: int) -> None:
        user = join()
        assert ask(user.url, "SELECT 1") == 1
        user.told("leave")
        user.killed()

    with ThreadPoolExecutor(3) as crowd:
        list(crowd.map(visit, range(9)))
    assert not is_there(folder)


def test_who_runs_the_tests_and_the_owner_of_the_folder_share_one_server(
    folder: Path, join: Callable[[], User]
) -> None:
    owner = join()
    running = postmaster(folder)
    with EmbeddedPostgres.join(folder) as server:
        assert server.url == owner.url
        owner.told("leave")
        assert postmaster(folder) == running
        kill_server(folder)
        server.ensure_running()
        assert ask(join().url, "SELECT 1") == 1


def test_a_killed_server_is_back_with_every_committed_row_and_is_started_once(
    folder: Path, join: Callable[[], User]
) -> None:
    one, other = join(), join()
    ask(one.url, "CREATE TABLE committed AS SELECT n FROM generate_series(1, 1000) n")
    killed = kill_server(folder)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda user: user.told("ensure_running"), (one, other)))
    assert postmaster(folder) != killed
    assert ask(other.url, "SELECT count(*) FROM committed") == 1000


def test_a_server_is_back_while_a_query_of_the_killed_one_still_runs(folder: Path, join: Callable[[], User]) -> None:
    user = join()

    async def busy() -> None:
        connection = await asyncpg.connect(user.url)
        # A loop in PL/pgSQL does not look whether the postmaster lives.
        running = asyncio.ensure_future(connection.execute("DO $$ BEGIN LOOP END LOOP; END $$"))
        await asyncio.sleep(0.1)
        kill_server(folder)
        await asyncio.to_thread(user.told, "ensure_running")
        with pytest.raises((asyncpg.PostgresConnectionError, OSError)):
            await running

    asyncio.run(busy())
    assert ask(user.url, "SELECT 1") == 1


def test_the_server_of_a_killed_user_is_found_by_the_next_who_stops_it(folder: Path, join: Callable[[], User]) -> None:
    lost = join()
    ask(lost.url, "CREATE TABLE issue AS SELECT 7 AS n")
    running = postmaster(folder)
    lost.killed()
    following = join()
    assert postmaster(folder) == running
    assert ask(following.url, "SELECT n FROM issue") == 7
    following.told("leave")
    assert not is_there(folder)


def test_a_killed_user_does_not_count_when_the_others_leave(folder: Path, join: Callable[[], User]) -> None:
    one, other = join(), join()
    one.killed()
    other.told("leave")
    assert not is_there(folder)


def test_user_and_server_killed_together_leave_nothing_in_the_way(folder: Path, join: Callable[[], User]) -> None:
    lost = join()
    ask(lost.url, "CREATE TABLE kept AS SELECT 7 AS n")
    kill_server(folder)
    lost.killed()
    assert ask(join().url, "SELECT n FROM kept") == 7


def test_a_first_start_that_is_killed_halfway_is_begun_again(new_folder: Path) -> None:
    program = [sys.executable, "-c", PROGRAM, str(new_folder), str(new_folder.stat().st_uid)]
    halfway = subprocess.Popen(program, stdout=subprocess.DEVNULL)
    while not (new_folder / "postgres" / "cluster.new" / "base").exists():
        time.sleep(0.005)
    halfway.kill()
    halfway.wait()
    following = User(new_folder)
    assert ask(following.url, "SELECT 1") == 1
    following.told("leave")
    following.killed()
    assert not is_there(new_folder)


def test_no_other_ordinary_user_reaches_the_server(folder: Path, join: Callable[[], User]) -> None:
    user = join()
    if os.geteuid() != 0:
        assert (folder / "postgres").stat().st_mode & 0o077 == 0
        return
    stranger = "import os, socket, sys; os.setgroups([]); os.setgid(1); os.setuid(1); socket.socket(socket.AF_UNIX)"
    program = [
        sys.executable,
        "-c",
        f"{stranger}.connect(sys.argv[1])",
        user.url.partition("host=")[2] + "/.s.PGSQL.5432",
    ]
    assert "PermissionError" in subprocess.run(program, check=False, capture_output=True, text=True).stderr
