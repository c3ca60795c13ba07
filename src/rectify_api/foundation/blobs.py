"""Evidence bytes, kept once under their SHA-256, on a local folder or an S3-compatible store: decision 4."""

import hashlib
import os
import re
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol, cast
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import obstore
from anyio import CancelScope
from anyio.to_thread import run_sync
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from .problems import NotFound, TooLarge

if TYPE_CHECKING:
    from obstore.store import S3Config

# Of an uploaded file, of a multipart upload to S3, of an answer to `read`.
UPLOAD_PART, STORE_PART, READ_PART = 1 << 20, 8 << 20, 4 << 20
ABANDONED_AFTER = timedelta(days=1)


class Stored(NamedTuple):
    """What `put` kept: digest, size in bytes, and whether these bytes are new to the store."""

    sha256: str
    size: int
    created: bool


class Blobs:
    """The store at `url`: `file:///folder`, or `s3://bucket/prefix` with endpoint and keys in the AWS_… environment."""

    def __init__(self, store: LocalStore | S3Store, folder: Path | None) -> None:
        self._store, self._folder = store, folder

    @classmethod
    def open(cls, url: str) -> "Blobs":
        """The store, a local folder being made. Blocks. Raises ValueError, naming RECTIFY_EVIDENCE_URL, for a bad url.

        Nothing is asked of S3 yet: a missing bucket shows at the first file.
        """
        try:
            parts = urlsplit(url)
            whole = not parts.query and not parts.fragment
            if parts.scheme == "file" and whole and not parts.netloc and parts.path.strip("/"):
                folder = Path(unquote(parts.path))
                _prepare(folder)
                return cls(LocalStore(folder), folder)
            if parts.scheme == "s3" and whole and re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", parts.netloc):
                # A copy inside the store of the largest file may need longer than the library's 30 s. `client_options`
                # would switch off what AWS_… says of the connection; the types do not know of this other way.
                config = {"timeout": os.environ.get("AWS_TIMEOUT", "2 minutes"), "copy_if_not_exists": "multipart"}
                store = S3Store(parts.netloc, prefix=parts.path.strip("/") or None, config=cast("S3Config", config))
                return cls(store, None)
        except (OSError, BaseError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise ValueError(f"RECTIFY_EVIDENCE_URL: 佐证材料存储打不开 / the store cannot be opened: {why}") from error
        # The url is not repeated: people put passwords into urls.
        raise ValueError(
            "RECTIFY_EVIDENCE_URL: 应为 file:///目录 或 s3://桶/前缀 / give file:///folder or s3://bucket/prefix"
        )

    async def put(self, chunks: AsyncIterable[bytes], *, limit: int) -> Stored:
        """Keep the bytes under their digest. Raises TooLarge past `limit` bytes, with nothing left behind.

        The name is known only after the last byte, so the bytes wait in a private local file until then.
        """
        waiting = await run_sync(_new_file, self._folder and self._folder / "incoming")
        try:
            digest, size = hashlib.sha256(), 0
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge(f"文件超过 {limit} 字节的上限", f"The file is over {limit} bytes", limit=limit)
                await run_sync(_take, waiting, digest, chunk)
            await run_sync(_finish, waiting, self._folder is not None)
            return Stored(digest.hexdigest(), size, await self._keep(Path(waiting.name), digest.hexdigest(), size))
        finally:
            with CancelScope(shield=True):
                await run_sync(waiting.close)

    async def read(self, sha256: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, without, `end`. Raises NotFound, at the first step, when they are absent."""
        size = await self.size(sha256)
        if size is None:
            raise NotFound("存储中没有这个文件的内容", "The store lacks the bytes of this file", sha256=sha256)
        end = size if end is None else min(end, size)
        # One short request for each part: a single long one times out under a slow reader.
        while start < end:
            stop = min(end, start + READ_PART)
            yield bytes(await obstore.get_range_async(self._store, _key(sha256), start=start, end=stop))
            start = stop

    async def size(self, sha256: str) -> int | None:
        """Bytes kept under this digest; None when there are none."""
        try:
            return (await obstore.head_async(self._store, _key(sha256)))["size"]
        except FileNotFoundError:
            return None

    async def _keep(self, waiting: Path, sha256: str, size: int) -> bool:
        """Whether the bytes are new. Who comes second finds the first one's, and never replaces them."""
        known = await self.size(sha256)
        if known not in (None, size):
            raise RuntimeError(f"the store holds {known} bytes under {sha256}, whose bytes are {size}")
        created = known is None
        if created:
            try:
                await self._publish(waiting, _key(sha256), size)
            except AlreadyExistsError:
                created = False
        if self._folder is not None:
            # The second one too: it must not say "stored" before the first one's name is on the disk.
            await run_sync(_make_durable, self._folder / _key(sha256))
        return created

    async def _publish(self, waiting: Path, key: str, size: int) -> None:
        """Make the bytes appear, whole, under `key`. Raises AlreadyExistsError when something is there."""
        if self._folder is not None:
            # On a folder this copy is a hard link.
            await obstore.copy_async(self._store, f"incoming/{waiting.name}", key, overwrite=False)
        elif size <= STORE_PART:
            await obstore.put_async(self._store, key, waiting, mode="create")
        else:
            # The library completes a multipart upload without a condition, so it gets a name of its own first.
            incoming = f"incoming/{uuid4().hex}"
            try:
                await obstore.put_async(self._store, incoming, waiting, chunk_size=STORE_PART, max_concurrency=3)
                await obstore.copy_async(self._store, incoming, key, overwrite=False)
            finally:
                # What a lost connection leaves there, the bucket's lifecycle rule removes.
                with CancelScope(shield=True), suppress(BaseError, FileNotFoundError):
                    await obstore.delete_async(self._store, incoming)


class Readable(Protocol):
    async def read(self, size: int) -> bytes: ...


async def parts_of(file: Readable) -> AsyncIterator[bytes]:
    """An uploaded file in parts of 1 MiB, for `put`."""
    while part := await file.read(UPLOAD_PART):
        yield part


def _key(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256}"


def _prepare(folder: Path) -> None:
    """Make the folder and drop the waiting files of processes that were killed."""
    room = folder / "incoming"
    room.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=room):
        pass  # so that a folder we may not write to is refused now
    abandoned = time.time() - ABANDONED_AFTER.total_seconds()
    for waiting in room.iterdir():
        with suppress(FileNotFoundError):
            if waiting.stat().st_mtime < abandoned:
                waiting.unlink()


def _new_file(room: Path | None) -> IO[bytes]:
    return NamedTemporaryFile(dir=room, prefix="rectify-")


def _take(waiting: IO[bytes], digest: "hashlib._Hash", chunk: bytes) -> None:
    digest.update(chunk)
    waiting.write(chunk)


def _finish(waiting: IO[bytes], durable: bool) -> None:
    waiting.flush()
    if durable:
        os.fsync(waiting.fileno())


def _make_durable(path: Path) -> None:
    """Put the names on the disk: the file's, and those of the two folders above it."""
    for folder in list(path.parents)[:3]:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
