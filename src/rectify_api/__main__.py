"""The command line. Exit codes: 0 done, 1 the work found problems, 2 wrong usage, 3 the environment is unusable."""

import asyncio
import contextlib
import getpass
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar
from uuid import UUID

import typer
import uvicorn
from sqlmodel import col, select

from .app import create_app
from .bootstrap import NotMigrated, check_schema, database_for, first_keys, migrate
from .documents.bulletin import read_bulletin
from .domain import procedures
from .domain.callers import Caller, CallerKey
from .domain.deadlines import load_rules
from .domain.imports import ImportBatch
from .domain.organisations import Organisation
from .domain.vocabulary import ImportState, Role
from .features.imports import MAX_BULLETIN_BYTES
from .foundation.audit import Actor
from .foundation.blobs import Blobs
from .foundation.clock import now
from .foundation.database import Database, save_all
from .foundation.problems import NotFound, Problem, Unavailable
from .foundation.settings import BadSetting, Settings, load_settings
from .worker import Worker

T = TypeVar("T")
FOUND_PROBLEMS, UNUSABLE = 1, 3
IN_READING_ORDER = (
    "inspection",
    "category",
    "item",
    "issue",
    "progress_report",
    "recovery",
    "accountability_action",
    "rule_change",
    "declared_figure",
    "reading_warning",
    "evidence_file",
)
# How `serve --no-worker` reaches the processes that uvicorn starts.
_NO_WORKER = "_RECTIFY_NO_WORKER"

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="整改台账 the ledger")
keys = typer.Typer(no_args_is_help=True, help="密钥 callers' keys")
app.add_typer(keys, name="key")

AsJson = Annotated[bool, typer.Option("--json", help="机器可读 machine-readable output")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="通报 .txt .docx .html")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="RECTIFY_HOST, 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="RECTIFY_PORT, 8000")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="进程数 processes")] = 1,
    worker: Annotated[bool, typer.Option(help="同时处理后台任务 do background work too")] = True,
) -> None:
    """启动服务 Serve the ledger over HTTP."""
    settings = _settings()
    host, port = host or settings.host, port or settings.port
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104  # compared, not bound
    called = {"admin": "管理员密钥 admin key", "clerk": "台账员密钥 clerk key"}
    for name, secret in _run(_first_start(settings)).items():
        _say(f"{called[name]}（只显示这一次 shown this once）: {secret}")
        if name == "clerk":
            _say(f"打开台账 open the ledger: {address}/#key={secret}")
    _say(f"整改台账 rectify_api: {address}  ·  接口文档 docs: {address}/docs")
    # What cannot start is said here once; uvicorn would start its processes again and again.
    create_app(settings, worker=False)
    os.environ[_NO_WORKER] = "" if worker else "1"
    uvicorn.run(
        "rectify_api.__main__:served",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=6,
    )


def served() -> Any:
    """The application as each server process makes it."""
    worker = not os.environ.get(_NO_WORKER)
    settings = _settings()
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    return create_app(settings, worker=worker)


async def _first_start(settings: Settings) -> dict[str, str]:
    Blobs.open(settings.evidence)  # an unusable store is said in one line here, not by each process
    async with database_for(settings) as database:
        return await first_keys(database, settings)


@app.command()
def work() -> None:
    """后台任务 Do the background work until told to stop."""

    async def run() -> None:
        task = asyncio.current_task()
        assert task is not None
        for told in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(told, task.cancel)
        settings = _settings()
        with contextlib.suppress(asyncio.CancelledError):
            async with database_for(settings) as database:
                _say("后台任务已启动 the worker is at work")
                await Worker(database, Blobs.open(settings.evidence)).run()

    _run(run())


@app.command()
def read(
    file: File, strict: Annotated[bool, typer.Option("--strict", help="有警告则退出码为 1 exit 1 on warnings")] = False
) -> None:
    """读通报 Print what a bulletin says as one JSON object; touches no database."""
    bulletin = _spoken(lambda: read_bulletin(_bytes(file), file.name))
    print(json.dumps(bulletin.model_dump(mode="json"), ensure_ascii=False, indent=2))
    if strict and bulletin.warnings:
        raise typer.Exit(FOUND_PROBLEMS)


@app.command("import")
def import_(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试读 read and report only")] = False,
    as_json: AsJson = False,
) -> None:
    """导入通报 Read a bulletin and make its rows in the ledger."""
    data = _bytes(file)
    actor = Actor(name=f"cli:{_user()}")

    async def run() -> ImportBatch:
        async with _ledger() as (database, settings):
            blobs = Blobs.open(settings.evidence)
            _say("保存原文 keeping the file …", err=True)
            stored = await blobs.put(_once(data), limit=MAX_BULLETIN_BYTES)
            batch = ImportBatch(
                file_name=file.name[:200],
                size=stored.size,
                sha256=stored.sha256,
                dry_run=dry_run,
                requested_by=actor.name,
            )
            async with database.transaction(actor) as db:
                db.add(batch)
            _say("读取并入账 reading and entering …", err=True)
            return await Worker(database, blobs).import_now(batch.id)

    batch = _run(run())
    if as_json:
        print(json.dumps({"state": batch.state, "result": batch.result, "problem": batch.problem}, ensure_ascii=False))
    elif batch.state == ImportState.succeeded:
        _report(batch.result or {}, dry_run=dry_run)
    if batch.state != ImportState.succeeded:
        if not as_json:
            problem = batch.problem or {}
            _say(f"未导入 not imported: {problem.get('detail') or problem.get('title')}", err=True)
        raise typer.Exit(FOUND_PROBLEMS)


def _report(result: dict[str, Any], *, dry_run: bool) -> None:
    if dry_run:
        _say("试读完成，未入账 read only, nothing was written")
    elif result.get("unchanged"):
        _say("台账已有此通报，没有改动 the ledger holds this bulletin already; nothing changed")
    else:
        created = result["created"]
        _say("已导入 imported: " + ", ".join(f"{name} {created[name]}" for name in IN_READING_ORDER if name in created))
    if id := result.get("inspection_id"):
        _say(f"巡察 inspection: {id}")
    for warning in result.get("warnings", []):
        place = (warning.get("at") or {}).get("line")
        _say(f"警告 {warning['code']}" + (f" 第{place}行" if place else "") + f": {warning['message']}")


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="调用方名称 the caller; made when new")],
    role: Annotated[list[Role], typer.Option(help="角色 role, several times for several")] = [],  # noqa: B006
    organisation: Annotated[
        str | None, typer.Option(help="可见范围：单位名称 sees this organisation and below")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="有效天数 days until it expires")] = None,
    as_json: AsJson = False,
) -> None:
    """发放密钥 Issue a key; it is shown this once."""

    async def run() -> tuple[Caller, str]:
        async with _ledger() as (database, _), database.transaction(Actor(name=f"cli:{_user()}")) as db:
            caller = (
                await db.scalars(
                    select(Caller).where(col(Caller.name) == name, col(Caller.withdrawn_at).is_(None)).with_for_update()
                )
            ).first()
            if caller is None:
                caller = Caller(name=name)
                if organisation is not None:
                    found = await db.scalars(
                        select(Organisation).where(
                            col(Organisation.name) == organisation, col(Organisation.withdrawn_at).is_(None)
                        )
                    )
                    if (body := found.first()) is None:
                        raise NotFound(f"没有单位“{organisation}”", f"There is no organisation {organisation!r}")
                    caller.organisation_id = body.id
            if role:
                caller.give_roles(role)
            if not caller.roles:
                raise NotFound("请用 --role 给出角色", "Give the caller a role with --role")
            key, secret = CallerKey.cut(caller, expires_at=now() + timedelta(days=days) if days else None)
            await save_all(db, [caller, key])
            return caller, secret

    caller, secret = _run(run())
    if as_json:
        print(json.dumps({"caller_id": str(caller.id), "name": name, "roles": caller.roles, "key": secret}))
    else:
        print(secret)


@keys.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """列出密钥 List the keys, without the secrets."""

    async def run() -> list[dict[str, Any]]:
        async with _ledger() as (database, _):
            rows = await database.rows(
                "SELECT k.id::text, c.name, array_to_string(c.roles, ',') AS roles, k.hint, k.expires_at::text, "
                "k.revoked_at::text, u.last_used_at::text FROM caller_key k JOIN caller c ON c.id = k.caller_id "
                "LEFT JOIN key_use u ON u.key_id = k.id ORDER BY k.created_at"
            )
            return [dict(row) for row in rows]

    found = _run(run())
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for row in found:
        state = "作废 revoked" if row["revoked_at"] else "有效 valid"
        _say(f"{row['id']}  {row['hint']}…  {row['name']}  {row['roles']}  {state}")


@keys.command("revoke")
def revoke_key(id: Annotated[UUID, typer.Argument(help="key list 所示编号 the id that `key list` shows")]) -> None:
    """作废密钥 Revoke a key at once."""

    async def run() -> None:
        async with _ledger() as (database, _), database.transaction(Actor(name=f"cli:{_user()}")) as db:
            found = await db.scalars(select(CallerKey).where(col(CallerKey.id) == id).with_for_update())
            if (key := found.first()) is None:
                raise NotFound(f"没有密钥 {id}", f"There is no key {id}")
            key.revoke(at=now())

    _run(run())
    _say("已作废 revoked")


@app.command("migrate")
def migrate_() -> None:
    """升级数据库结构 Bring the schema of the database to this version."""
    settings = _settings()
    if settings.database_url is not None:
        _spoken(lambda: migrate(settings.database_url.get_secret_value()))  # type: ignore[union-attr]  # checked above

    async def check() -> None:
        async with database_for(settings) as database:
            await check_schema(database)

    _run(check())
    _say("数据库结构已是本版本 the schema is this version's")


@app.command()
def openapi(
    check: Annotated[
        Path | None, typer.Option(help="与此文件比较 compare with this file; exit 1 when they differ")
    ] = None,
) -> None:
    """接口约定 Print the OpenAPI contract."""
    text = json.dumps(create_app(Settings(), worker=False).openapi(), ensure_ascii=False, indent=1) + "\n"
    if check is None:
        print(text, end="")
    elif not check.exists() or check.read_text(encoding="utf-8") != text:
        _say(f"{check}: 与本版本不符 differs from this version; run `make openapi`", err=True)
        raise typer.Exit(FOUND_PROBLEMS)


@app.command("procedures")
def procedures_() -> None:
    """办理程序 Print who may do what in which state, as docs/procedure.md has it."""
    print(procedures.printed(), end="")


@app.command()
def doctor() -> None:
    """体检 Say whether settings, database and evidence store are usable."""

    async def run() -> None:
        async with _ledger() as (database, settings):
            version = (await database.rows("SELECT current_setting('server_version') AS v"))[0]["v"]
            kind = "外部 external" if settings.database_url else "内置 embedded"
            _say(f"数据库 database: PostgreSQL {version}, {kind}")
            stored = await Blobs.open(settings.evidence).put(_once(b"doctor"), limit=100)
            _say(f"佐证存储 evidence store: {settings.evidence.split('?')[0]} ({stored.sha256[:8]})")

    _run(run())
    _say("可以使用 all usable")


@asynccontextmanager
async def _ledger() -> AsyncIterator[tuple[Database, Settings]]:
    settings = _settings()
    async with database_for(settings) as database:
        yield database, settings


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _bytes(file: Path) -> bytes:
    if file.stat().st_size > MAX_BULLETIN_BYTES:
        _give_up(f"{file.name}: 文件过大 too large", FOUND_PROBLEMS)
    return file.read_bytes()


def _settings() -> Settings:
    try:
        settings = load_settings()
        load_rules(settings.deadline_rules)
    except BadSetting as error:
        _give_up(str(error), UNUSABLE)
    return settings


def _run(work: Coroutine[Any, Any, T]) -> T:
    return _spoken(lambda: asyncio.run(work))


def _spoken(do: Callable[[], T]) -> T:
    """Do it; a refusal becomes one line on the terminal and an exit code."""
    try:
        return do()
    except NotMigrated as error:
        _give_up(str(error), UNUSABLE)
    except Unavailable as problem:
        _give_up(f"{problem.detail.zh} {problem.detail.en}", UNUSABLE)
    except Problem as problem:
        detail = problem.detail if problem.detail.zh else problem.title
        _give_up(f"{detail.zh} {detail.en}", FOUND_PROBLEMS)
    except OSError as error:
        _give_up(f"无法使用 unusable: {error}", UNUSABLE)
    except ValueError as error:
        _give_up(str(error), UNUSABLE)


def _give_up(line: str, code: int) -> NoReturn:
    _say(line, err=True)
    raise typer.Exit(code)


def _say(line: str, *, err: bool = False) -> None:
    print(line, file=sys.stderr if err else sys.stdout, flush=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def main() -> None:
    app()


if __name__ == "__main__":
    main()
