"""The application: settings, lifespan, handlers, the list of routers. Nothing else."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import APIRouter, FastAPI, Request, Response

from . import openapi, pages
from .bootstrap import database_for
from .domain.callers import KeyUses, caller_with_key
from .domain.deadlines import load_rules
from .features import ROUTERS
from .foundation import http
from .foundation.audit import Actor
from .foundation.blobs import Blobs
from .foundation.database import Database
from .foundation.problems import Unauthenticated
from .foundation.settings import Settings
from .worker import Worker

log = logging.getLogger("rectify_api")


def create_app(settings: Settings, *, worker: bool = True) -> FastAPI:
    """The service for these settings; with `worker` it also does the background work in this process."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app.state.database = await stack.enter_async_context(database_for(settings))
            app.state.blobs = Blobs.open(settings.evidence)
            app.state.key_uses = await stack.enter_async_context(KeyUses(app.state.database))
            if worker:
                await stack.enter_async_context(Worker(app.state.database, app.state.blobs))
            # A full collection over what start-up made is most of the p99 of a read.
            gc.collect()
            gc.freeze()
            yield

    app = FastAPI(
        title="整改台账 rectify_api",
        version="0.1.0",
        description=openapi.DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings, app.state.authenticate = settings, authenticate
    app.state.deadline_rules = load_rules(settings.deadline_rules)
    http.install(app)
    app.include_router(health)
    ledger = APIRouter(prefix="/v1")
    for router in ROUTERS:
        ledger.include_router(router)
    app.include_router(ledger)
    pages.mount(app)
    app.add_middleware(http.RequestId)
    openapi.install(app)
    return app


async def authenticate(request: Request) -> Actor:
    """Who calls, by `Authorization: Bearer <key>`."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Unauthenticated("请带上 Authorization: Bearer <密钥>", "Send Authorization: Bearer <key>")
    address = request.client.host if request.client else None
    database: Database = request.app.state.database
    request_id = request.scope["state"]["request_id"]
    actor = await caller_with_key(database, secret, request_id=request_id, address=address)
    request.app.state.key_uses.note(actor.key_id)
    return actor


health = APIRouter(include_in_schema=False)


@health.get("/healthz")
async def alive() -> Response:
    return Response('{"status":"ok"}', media_type="application/json")


@health.get("/readyz")
async def ready(request: Request) -> Response:
    database: Database = request.app.state.database
    await database.rows("SELECT 1")
    return Response('{"status":"ready"}', media_type="application/json")
