"""The command line. Exit codes: 0 done, 1 the work found problems, 2 wrong usage, 3 the environment is unusable."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar
from uuid import UUID

import typer
import uvicorn
from sqlmodel import col, select

from .app import create_app
from .bootstrap import NotMigrated, database_for, first_keys, migrate
from .documents.bulletin import read_bulletin
from .domain.callers import Caller, CallerKey
from .domain.vocabulary import Role
from .features.imports.run import import_bytes
from .foundation.audit import Actor
from .foundation.blobs import Blobs
from .foundation.clock import now
from .foundation.database import Database, fetch
from .foundation.embedded import EmbeddedPostgres
from .foundation.problems import Problem
from .foundation.settings import BadSetting, Settings, load_settings
from .worker import Worker

T = TypeVar("T")
FOUND_PROBLEMS, WRONG_USAGE, UNUSABLE = 1, 2, 3

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="整改台账 the rectification ledger")
key = typer.Typer(no_args_is_help=True, help="密钥 callers' keys")
app.add_typer(key, name="key")

AsJson = Annotated[bool, typer.Option("--json", help="机器可读输出 machine-readable output")]
