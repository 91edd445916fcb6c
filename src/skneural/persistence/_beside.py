"""Files that are written beside another one, to take its place in one step."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
import zlib

# a process that is killed leaves its file; the next one with its number is told from it by this
_OWN = secrets.token_hex(2)


def prefix_beside(name: str) -> str:
    """Return how the names of such files begin: with host, process and what tells it from others.

    Parameters
    ----------
    name : str
        Of the file whose place they take, without its folder.
    """
    return f".{name}.{_host()}-{os.getpid()}-{_OWN}."


def _host() -> str:
    return f"{zlib.crc32(platform.node().encode()):08x}"


def remove_left_behind(path: str | os.PathLike[str]) -> None:
    """Remove the files that processes of this machine left which were killed as they wrote.

    Those of processes that are alive stay, and so do those of other machines.

    Parameters
    ----------
    path : str or path-like
        The file whose place they were to take.
    """
    folder, name = os.path.split(os.path.realpath(os.fspath(path)))
    form = re.compile(re.escape(f".{name}.{_host()}-") + r"(\d+)-(\w+)\.\w+")
    for found in os.listdir(folder):
        writer = form.fullmatch(found)
        if writer is not None and not _is_alive(int(writer[1]), writer[2]):
            with contextlib.suppress(OSError):  # of Windows for a file that is open
                os.unlink(os.path.join(folder, found))


def _is_alive(process: int, own: str) -> bool:
    """Whether the process that wrote a file may write still."""
    if process == os.getpid():
        return own == _OWN
    if os.name != "posix":  # where signal 0 ends a process, and open files cannot be removed
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
