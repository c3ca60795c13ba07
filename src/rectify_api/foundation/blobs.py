"""Evidence bytes, kept once under their SHA-256, on a local folder or an S3-compatible store."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from typing import IO, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, S3Store

from .problems import NotFound, TooLarge

PART = 1 << 20


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
        """Raises ValueError, naming RECTIFY_EVIDENCE_URL, for a url that is neither."""
        parts = urlsplit(url)
        if parts.scheme == "file" and parts.path:
            folder = Path(unquote(parts.path))
            folder.mkdir(parents=True, exist_ok=True)
            return cls(LocalStore(folder), folder)
        if parts.scheme == "s3" and parts.netloc:
            return cls(S3Store(parts.netloc, prefix=parts.path.strip("/") or None), None)
        raise ValueError(
            "RECTIFY_EVIDENCE_URL: 应为 file:///目录 或 s3://桶/前缀 / file:///folder or s3://bucket/prefix"
        )

    async def put(self, chunks: AsyncIterable[bytes], *, limit: int) -> Stored:
        """Keep the bytes under their digest. Raises TooLarge past `limit` bytes, with nothing left behind.

        The digest must be known before the bytes are visible, so they wait in a local temporary file.
        """
        with tempfile.TemporaryFile(dir=self._waiting_room()) as waiting:
            digest, size = hashlib.sha256(), 0
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge(
                        f"文件超过 {limit} 字节的上限", f"The file is larger than {limit} bytes", limit=limit
                    )
                await asyncio.to_thread(_take, waiting, digest, chunk)
            name = digest.hexdigest()
            if await self.size(name) == size:
                return Stored(name, size, created=False)
            waiting.seek(0)
            await obstore.put_async(self._store, _key(name), waiting)
        if self._folder is not None:
            await asyncio.to_thread(_make_durable, self._folder / _key(name))
        return Stored(name, size, created=True)

    async def read(self, sha256: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, without, `end`. Raises NotFound when the store lacks them."""
        size = await self.size(sha256)
        if size is None:
            raise NotFound("存储中没有这个文件的内容", "The store lacks the bytes of this file", sha256=sha256)
        end = size if end is None else min(end, size)
        while start < end:
            stop = min(end, start + 4 * PART)
            yield bytes(await obstore.get_range_async(self._store, _key(sha256), start=start, end=stop))
            start = stop

    async def size(self, sha256: str) -> int | None:
        try:
            return (await obstore.head_async(self._store, _key(sha256)))["size"]
        except FileNotFoundError:
            return None

    def _waiting_room(self) -> Path | None:
        if self._folder is None:
            return None
        room = self._folder / "incoming"
        room.mkdir(exist_ok=True)
        return room


class Readable(Protocol):
    async def read(self, size: int) -> bytes: ...


async def parts_of(file: Readable) -> AsyncIterator[bytes]:
    """An uploaded file in parts of 1 MiB, for `put`."""
    while part := await file.read(PART):
        yield part


def _key(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256}"


def _take(waiting: IO[bytes], digest: "hashlib._Hash", chunk: bytes) -> None:
    digest.update(chunk)
    waiting.write(chunk)


def _make_durable(path: Path) -> None:
    for place in (path, path.parent, path.parent.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
