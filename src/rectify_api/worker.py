"""The background worker: takes queued jobs one by one, each done once, whatever is killed in between."""

import asyncio
import contextlib
import logging
import mimetypes
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from .documents.bulletin import read_bulletin
from .domain.callers import caller_again
from .domain.imports import ImportBatch
from .domain.vocabulary import ImportState
from .features.importing import enter
from .features.reminding import raise_reminders
from .foundation import idempotency
from .foundation.audit import Actor
from .foundation.blobs import Blobs
from .foundation.clock import today
from .foundation.database import Database
from .foundation.problems import Problem, Unavailable

log = logging.getLogger("rectify_api.worker")
PAUSE = 0.5
HOUSEKEEPING_EVERY = 3600
SYSTEM = Actor(name="system:worker")


class Worker:
    """Runs beside the service or alone; any number of them may run."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    async def __aenter__(self) -> "Worker":
        self._task = asyncio.create_task(self.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def run(self) -> None:
        """Work until cancelled. A job whose worker dies stays in the queue and is taken again."""
        loop, swept, reminding = asyncio.get_running_loop(), 0.0, False
        while True:
            try:
                if loop.time() - swept > HOUSEKEEPING_EVERY or not swept:
                    async with self._database.transaction(SYSTEM) as db:
                        await idempotency.forget_old(db)
                    swept, reminding = loop.time(), True
                if reminding:
                    reminding = await self.remind_next()
                if await self.import_next() or reminding:
                    continue
            except Unavailable:
                log.warning("the database does not answer; the worker waits")
            except Exception:
                log.exception("a job failed unexpectedly")
                reminding = False  # again with the next housekeeping, so that imports go on
            await asyncio.sleep(PAUSE)

    async def remind_next(self) -> bool:
        """Raise a batch of reminders; False when there are none left, or another worker is at it."""
        async with self._database.transaction(SYSTEM) as db:
            return await raise_reminders(db, on=today()) > 0

    async def import_next(self) -> bool:
        """Do the oldest waiting import; False when there is none for this worker."""
        waiting = (
            select(ImportBatch)
            .where(col(ImportBatch.state).in_((ImportState.queued, ImportState.running)))
            .order_by(col(ImportBatch.id))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self._database.transaction(SYSTEM) as db:
            batch = await db.scalar(waiting)
            if batch is None:
                return False
            id, caller_id, requested_by = batch.id, batch.requested_caller_id, batch.requested_by
            if batch.state == ImportState.queued:
                batch.begin()
        try:
            actor = await caller_again(self._database, caller_id) if caller_id else _operator(requested_by)
            await self._do(waiting.where(col(ImportBatch.id) == id), actor)
        except Unavailable:
            raise
        except Problem as problem:
            await self._fail(id, problem.body(instance=f"/v1/imports/{id}", language="zh"))
        except Exception:
            log.exception("import %s failed", id)
            await self._fail(id, Problem().body(instance=f"/v1/imports/{id}", language="zh"))
        return True

    async def import_now(self, id: UUID) -> ImportBatch:
        """Work until this import has an end; returns it."""
        while True:
            async with self._database.transaction(SYSTEM) as db:
                batch = await db.get_one(ImportBatch, id)
            if batch.state in (ImportState.succeeded, ImportState.failed):
                return batch
            if not await self.import_next():
                await asyncio.sleep(PAUSE / 5)

    async def _do(self, waiting: Any, actor: Actor) -> None:
        async with self._database.transaction(actor) as db:
            batch = await db.scalar(waiting)
            if batch is None:
                return
            data = b"".join([part async for part in self._blobs.read(batch.sha256)])
            bulletin = await asyncio.to_thread(read_bulletin, data, batch.file_name)
            media_type = mimetypes.guess_type(batch.file_name)[0] or "application/octet-stream"
            report = bulletin.model_dump(mode="json", include={"declared", "counted", "warnings"})
            if batch.dry_run:
                made: dict[str, Any] = {"unchanged": True, "dry_run": True, "created": {}}
            else:
                made = await enter(db, batch, bulletin, media_type=media_type)
            batch.succeed(made | report)

    async def _fail(self, id: Any, problem: dict[str, Any]) -> None:
        async with self._database.transaction(SYSTEM) as db:
            batch = await db.get(ImportBatch, id, with_for_update=True)
            if batch is not None:
                batch.fail(problem)


def _operator(name: str) -> Actor:
    """Who works at the machine itself, on the command line, and so sees the whole ledger."""
    return Actor(name=name, permissions=frozenset({"organisations:write"}))
