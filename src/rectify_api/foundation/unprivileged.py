"""PostgreSQL does not run as root: whose account it gets then, and how that account reaches the data folder."""

import os
import pwd
import struct
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from .problems import Unavailable

_ACCOUNT = "rectify-postgres"


class EmbeddedFailed(Unavailable):
    """The embedded PostgreSQL cannot run here; the sentence says why and what to do."""


def owner_of(home: Path) -> pwd.struct_passwd:
    """Whom the server runs as: this user; under root, who refuses PostgreSQL, the owner of the folder or an account."""
    uid = os.geteuid()
    if uid == 0:
        owners = [place.stat().st_uid for place in (home, home.parent) if place.exists()]
        uid = next(filter(None, owners), 0)
    try:
        return pwd.getpwuid(uid) if uid else _account()
    except KeyError:
        raise EmbeddedFailed(
            f"用户编号 {uid} 没有用户名，PostgreSQL 无法运行：请为它建立用户，或设置 RECTIFY_DATABASE_URL",
            f"User id {uid} has no name, which PostgreSQL needs: give it an account, or set RECTIFY_DATABASE_URL",
        ) from None


def _account() -> pwd.struct_passwd:
    """The account that owns nothing but these data; made when root starts the first server."""
    shut = ["--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent", "--shell=/usr/sbin/nologin"]
    program = ["useradd", *shut, _ACCOUNT]
    for _ in range(50):
        with suppress(KeyError):
            return pwd.getpwnam(_ACCOUNT)
        # It fails while another process holds the list of accounts, perhaps to add this very one.
        with suppress(FileNotFoundError):
            subprocess.run(program, check=False, capture_output=True)  # noqa: S603 - from root's PATH
        time.sleep(0.05)
    raise EmbeddedFailed(
        f"PostgreSQL 不能以 root 运行，且无法建立用户 {_ACCOUNT}：请以普通用户运行，或把数据文件夹交给一个普通用户",
        f"PostgreSQL does not run as root, and the account {_ACCOUNT} cannot be made: "
        "run as an ordinary user, or give the data folder to one",
    )


def let_pass(folder: Path, who: pwd.struct_passwd) -> None:
    """Let one account walk through `folder` and those above it, where not everybody may: an ACL entry `user:x`."""
    for place in (folder, *folder.parents):
        found = place.stat()
        if found.st_mode & 0o001 or found.st_uid == who.pw_uid:
            continue
        try:
            _grant(place, found.st_mode, who.pw_uid)
        except (OSError, AttributeError) as error:
            raise EmbeddedFailed(
                f"用户 {who.pw_name} 不能进入 {place}：请把 RECTIFY_DATA_DIR 设在别处，或允许其通过",
                f"The account {who.pw_name} may not pass {place}: choose another RECTIFY_DATA_DIR, or let it pass",
            ) from error


def _grant(place: Path, mode: int, uid: int) -> None:
    """Add `user:<uid>:x` to the POSIX ACL, in the kernel's form: a version, then (tag, permissions, id) by tag."""
    name, no_id, user, mask = "system.posix_acl_access", 0xFFFFFFFF, 0x02, 0x10
    owner, group, other = 0x01, 0x04, 0x20
    entries = {(owner, no_id): mode >> 6 & 7, (group, no_id): mode >> 3 & 7, (other, no_id): mode & 7}
    with suppress(OSError):
        entries = {(tag, who): may for tag, may, who in struct.iter_unpack("<HHI", os.getxattr(place, name)[4:])}
    entries[mask, no_id] = entries.get((mask, no_id), entries[group, no_id]) | 1
    entries[user, uid] = entries.get((user, uid), 0) | 1
    packed = b"".join(struct.pack("<HHI", tag, may, who) for (tag, who), may in sorted(entries.items()))
    os.setxattr(place, name, struct.pack("<I", 2) + packed)
