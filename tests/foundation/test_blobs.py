"""Evidence bytes on a folder and, over HTTP, on a server that speaks S3: one suite for both."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import httpx
import obstore
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from rectify_api.foundation import blobs as blobs_module
from rectify_api.foundation.blobs import Blobs, Stored
from rectify_api.foundation.problems import NotFound, TooLarge

MIB = 1 << 20
GENEROUS = 64 * MIB
SHORT, LONG = b"minutes of the party group" * 40, os.urandom(9 * MIB + 7)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server in this process, with the bucket `ledger`.

    It answers one request at a time: S3 checks If-None-Match and writes in one step, moto's threads do not.
    """
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=False)
    thread = Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    httpx.put(f"{address}/ledger").raise_for_status()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["folder", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "folder":
        return (tmp_path / "佐证 材料").as_uri()
    environment = {
        "AWS_ENDPOINT": request.getfixturevalue("s3"),
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "clerk",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_REGION": "us-east-1",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return f"s3://ledger/{uuid4().hex}/evidence"


@pytest.fixture
def blobs(url: str) -> Blobs:
    return Blobs.open(url)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def parts(data: bytes, size: int = MIB) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def whole(blobs: Blobs, digest: str, *, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([part async for part in blobs.read(digest, start=start, end=end)])


async def names(blobs: Blobs) -> list[str]:
    """Everything the store holds, waiting uploads included."""
    found = [entry["path"] async for entries in obstore.list(blobs._store) for entry in entries]
    return sorted(found)


@pytest.mark.parametrize("data", [b"", b"x", SHORT, LONG], ids=["empty", "one byte", "short", "long"])
async def test_bytes_come_back_as_they_went_in(blobs: Blobs, data: bytes) -> None:
    stored = await blobs.put(parts(data), limit=GENEROUS)
    assert stored == Stored(sha256(data), len(data), created=True)
    assert await blobs.size(stored.sha256) == len(data)
    assert await whole(blobs, stored.sha256) == data
    assert await names(blobs) == [f"sha256/{stored.sha256[:2]}/{stored.sha256}"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 1),
        (0, len(LONG)),
        (5, 5),
        (9, 3),
        (4 * MIB - 1, 4 * MIB + 1),
        (8 * MIB, None),
        (9 * MIB, 99 * MIB),
        (99 * MIB, None),
    ],
)
async def test_a_range_is_half_open_and_ends_with_the_file(blobs: Blobs, start: int, end: int | None) -> None:
    stored = await blobs.put(parts(LONG), limit=GENEROUS)
    assert await whole(blobs, stored.sha256, start=start, end=end) == LONG[start:end]


@pytest.mark.parametrize("data", [SHORT, LONG], ids=["short", "long"])
async def test_the_same_bytes_are_kept_once(blobs: Blobs, data: bytes) -> None:
    first = await blobs.put(parts(data), limit=GENEROUS)
    second = await blobs.put(parts(data, 1000 * 1000), limit=GENEROUS)
    assert (first.created, second.created) == (True, False)
    assert len(await names(blobs)) == 1


@pytest.mark.parametrize("data", [SHORT, LONG], ids=["short", "long"])
async def test_of_uploads_at_the_same_time_one_creates(blobs: Blobs, data: bytes) -> None:
    everybody_is_done_sending = asyncio.Barrier(4)

    async def sent_together() -> AsyncIterator[bytes]:
        async for part in parts(data):
            yield part
        await everybody_is_done_sending.wait()

    stored = await asyncio.gather(*(blobs.put(sent_together(), limit=GENEROUS) for _ in range(4)))
    assert sorted(one.created for one in stored) == [False, False, False, True]
    assert await names(blobs) == [f"sha256/{sha256(data)[:2]}/{sha256(data)}"]
    assert await whole(blobs, sha256(data)) == data


@pytest.mark.parametrize("data", [SHORT, LONG], ids=["short", "long"])
async def test_who_comes_second_does_not_replace_the_first_ones_bytes(
    blobs: Blobs, data: bytes, tmp_path: Path
) -> None:
    """Even when it did not see them: this goes straight to the last step, with other bytes."""
    stored = await blobs.put(parts(data), limit=GENEROUS)
    other = (blobs._folder / "incoming" if blobs._folder else tmp_path) / "other"
    other.write_bytes(bytes(len(data)))
    with pytest.raises(obstore.exceptions.AlreadyExistsError):
        await blobs._publish(other, blobs_module._key(stored.sha256), len(data))
    assert await whole(blobs, stored.sha256) == data


async def test_a_file_of_just_the_limit_is_taken_and_one_byte_more_is_not(blobs: Blobs) -> None:
    assert (await blobs.put(parts(SHORT), limit=len(SHORT))).created
    before = await names(blobs)
    with pytest.raises(TooLarge) as refused:
        await blobs.put(parts(SHORT + b"!", 100), limit=len(SHORT))
    assert refused.value.extension == {"limit": len(SHORT)}
    assert await names(blobs) == before


async def test_past_the_limit_no_more_is_read(blobs: Blobs) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield bytes(1000)

    with pytest.raises(TooLarge):
        await blobs.put(endless(), limit=10_500)
    assert read == 11


async def test_an_upload_whose_sender_goes_away_leaves_nothing(blobs: Blobs) -> None:
    async def cut_off() -> AsyncIterator[bytes]:
        yield LONG
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await blobs.put(cut_off(), limit=GENEROUS)
    assert await names(blobs) == []


async def test_nothing_is_visible_before_the_last_byte_and_nothing_stays_of_a_cancelled_upload(blobs: Blobs) -> None:
    sent = asyncio.Event()

    async def never_ends() -> AsyncIterator[bytes]:
        yield LONG
        sent.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(blobs.put(never_ends(), limit=GENEROUS))
    await sent.wait()
    assert await blobs.size(sha256(LONG)) is None
    assert [name for name in await names(blobs) if not name.startswith("incoming/")] == []
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert await names(blobs) == []


async def test_absent_bytes_are_not_found(blobs: Blobs) -> None:
    absent = sha256(b"absent")
    assert await blobs.size(absent) is None
    for end in (None, 0, 5):
        with pytest.raises(NotFound):
            await whole(blobs, absent, end=end)


async def test_a_store_opened_again_has_the_same_bytes(blobs: Blobs, url: str) -> None:
    stored = await blobs.put(parts(SHORT), limit=GENEROUS)
    assert await whole(Blobs.open(url), stored.sha256) == SHORT


async def test_damaged_bytes_are_not_taken_for_the_file(tmp_path: Path) -> None:
    blobs = Blobs.open(tmp_path.as_uri())
    stored = await blobs.put(parts(SHORT), limit=GENEROUS)
    kept = tmp_path / blobs_module._key(stored.sha256)
    kept.write_bytes(b"cut")
    with pytest.raises(RuntimeError, match=stored.sha256):
        await blobs.put(parts(SHORT), limit=GENEROUS)
    assert kept.read_bytes() == b"cut"


def test_the_waiting_files_of_a_killed_process_go_after_a_day(tmp_path: Path) -> None:
    Blobs.open(tmp_path.as_uri())
    old, young = tmp_path / "incoming/old", tmp_path / "incoming/young"
    for waiting in (old, young):
        waiting.touch()
    os.utime(old, (time.time() - 86_500,) * 2)
    Blobs.open(tmp_path.as_uri())
    assert list((tmp_path / "incoming").iterdir()) == [young]


@pytest.fixture
def fsynced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files and folders in the order in which they were put on the disk."""
    order: list[Path] = []
    fsync: Callable[[int], None] = os.fsync

    def noted(handle: int) -> None:
        order.append(Path(os.readlink(f"/proc/self/fd/{handle}")))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    return order


async def test_a_folder_has_the_bytes_on_disk_before_the_name_and_the_name_before_the_answer(
    tmp_path: Path, fsynced: list[Path]
) -> None:
    blobs = Blobs.open(tmp_path.as_uri())
    for _ in range(2):
        fsynced.clear()
        stored = await blobs.put(parts(SHORT), limit=GENEROUS)
        kept = tmp_path / blobs_module._key(stored.sha256)
        assert fsynced[0].parent == tmp_path / "incoming"
        assert fsynced[1:] == [kept.parent, kept.parent.parent, tmp_path]
    assert kept.stat().st_nlink == 1


@pytest.mark.parametrize(
    "url",
    [
        "", "evidence", "/srv/evidence", "file://", "file:///", "file://srv/evidence", "file:///srv/evidence#1",
        "http://bucket/prefix", "s3://", "s3:///prefix", "s3://key:secret@bucket", "s3://bucket:9000/x",
        "s3://bucket/x?region=a", "file:///dev/null/evidence",
    ],
)  # fmt: skip
def test_a_bad_url_is_refused_in_one_sentence_that_names_the_setting(url: str) -> None:
    with pytest.raises(ValueError, match=r"^RECTIFY_EVIDENCE_URL: [^\n]+$") as refused:
        Blobs.open(url)
    assert "secret" not in str(refused.value)
