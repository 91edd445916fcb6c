"""Where compiled kernels are kept: in the user's cache folder, or a temporary one of the user's."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import trust as _trust

VARIABLE = "SKNEURAL_CACHE_DIR"
_NAME = "scikit-neural"


@dataclass(frozen=True)
class Store:
    """A folder of folders of files.

    Parameters
    ----------
    root : Path
    mode : int
        The mode that it is created with.
    check : callable
        Raises an OSError where nothing in a folder is to be trusted.
    """

    root: Path
    mode: int = _trust.PRIVATE
    check: Callable[[Path], None] = _trust.check_folder

    def read(self, folder: str, name: str) -> bytes:
        """Return the bytes of a file; raise an OSError if there is none to be trusted."""
        self._check(folder)
        return _trust.read_file(self.root / folder / name)

    def write(self, folder: str, name: str, data: bytes) -> None:
        """Write a file; raise an OSError where that cannot be done, or would not be trusted."""
        _trust.make_folder(self.root, self.mode)
        self.check(self.root)
        _trust.make_folder(self.root / folder, _trust.SHARED)
        self._check(folder)
        _trust.write_file(self.root / folder / name, data)

    def _check(self, folder):
        self.check(self.root)
        _trust.check_folder(self.root / folder)


def usual() -> Store:
    """Return the folder that ``SKNEURAL_CACHE_DIR`` names, or one in the user's cache folder.

    Others may read the folder that is named, where the umask lets them: it may have been filled
    for them, as in an image of a container.

    Raises
    ------
    OSError
        If the user has no home.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        try:
            return Store(Path(chosen).expanduser().absolute(), _trust.SHARED)
        except RuntimeError as error:
            raise OSError(f"{VARIABLE}={chosen!r}: {error}") from error
    if sys.platform == "win32":
        base = _absolute("LOCALAPPDATA") or _home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = _home() / "Library" / "Caches"
    else:
        base = _absolute("XDG_CACHE_HOME") or _home() / ".cache"
    return Store(base / _NAME)


def temporary() -> Store:
    """Return the folder for when the usual one cannot be used: temporary, and this user's alone."""
    name = f"{_NAME}-{os.geteuid()}" if hasattr(os, "geteuid") else _NAME
    return Store(Path(tempfile.gettempdir()) / name, check=_trust.check_private)


def _absolute(variable: str) -> Path | None:
    """Return the folder a variable names; a relative one is ignored, as XDG specifies."""
    folder = os.environ.get(variable, "")
    return Path(folder) if os.path.isabs(folder) else None


def _home() -> Path:
    for home in _homes():
        if home.is_absolute():
            return home
    raise OSError("the user has no home")


def _homes() -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(os.environ.get("USERPROFILE", ""))
        return
    import pwd

    yield Path(os.environ.get("HOME", ""))
    try:
        yield Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return
