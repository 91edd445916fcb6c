"""Files that machine code may be loaded from: those that only this user or root can have written.

A file is judged by its open handle, so nobody can put another in its place in between. Windows has
neither owners nor modes of this kind; there a user's folders are closed to others as they are.
"""

import contextlib
import os
import secrets
import shlex
import stat
from pathlib import Path

SHARED, PRIVATE = 0o755, 0o700  # a folder that others may read where the umask lets them, or not
_READABLE = 0o644
_WRITERS = {0o020: "its group", 0o002: "others", 0o022: "its group and others"}
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def _user():
    return os.geteuid() if hasattr(os, "geteuid") else None


def _check(status, path):
    user = _user()
    if user is None:
        return
    if status.st_uid not in (user, 0):
        raise PermissionError(f"{path} belongs to another user, by number {status.st_uid}")
    writers = _WRITERS.get(status.st_mode & 0o022)
    if writers:
        raise PermissionError(f"{writers} may write to {path}; {_cure('go-w', path)}")


def _cure(change, path):
    return f"`chmod {change} {shlex.quote(str(path))}` mends that"


def check_folder(path: Path) -> None:
    """Raise an OSError unless a path is a folder that no other user can have written to."""
    status = os.stat(path)
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(f"{path} is not a folder")
    _check(status, path)


def check_private(path: Path) -> None:
    """Raise an OSError unless a path is a folder, not a link, open to this user only."""
    status = os.lstat(path)
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(f"{path} is not a folder")
    if _user() is None:
        return
    if status.st_uid != _user():
        raise PermissionError(f"{path} belongs to another user, by number {status.st_uid}")
    if status.st_mode & ~PRIVATE & 0o777:
        raise PermissionError(f"{path} is open to others than this user; {_cure('go=', path)}")


def make_folder(path: Path, mode: int) -> None:
    """Make a folder and those above it where missing; the umask may close it further."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode, exist_ok=True)


def read_file(path: Path) -> bytes:
    """Return the bytes of a file; raise an OSError if another user can have written it."""
    with open(path, "rb") as file:
        _check(os.fstat(file.fileno()), path)
        return file.read()


def check_files(*paths: Path) -> None:
    """Raise an OSError if another user can have written any of some files, or put it there."""
    for path in paths:
        check_folder(path.parent)
        _check(os.stat(path), path)


def write_file(path: Path, data: bytes) -> None:
    """Write a file atomically: a concurrent reader finds all of it or none.

    Others may read it where the umask lets them.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, _NEW, _READABLE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
