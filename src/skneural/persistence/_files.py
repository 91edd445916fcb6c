"""Files of a tree of plain values and its arrays: safetensors with JSON in the header."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from importlib import import_module
from typing import Any

import numpy as np

from .._plain_state import PACKAGE
from ..exceptions import ModelFileError
from ._beside import prefix_beside

FORMAT = 1
_KEY = "skneural"
_AGAIN = "copy it anew from where it was saved, or save the model again"


def write(path: str | bytes | os.PathLike[str], tree: Any, tensors: dict[str, np.ndarray]) -> None:
    """Write a file whole, or leave the one that is there.

    Parameters
    ----------
    path : str or path-like
    tree : JSON value
    tensors : dict of str to ndarray
        In C order, of numbers or truth values.
    """
    from safetensors.numpy import save

    text = json.dumps(tree, allow_nan=False, separators=(",", ":"))
    version = import_module(PACKAGE).__version__
    header = {
        "format": FORMAT, "version": version, "sha256": _checksum(text, tensors), "model": text
    }
    replace(path, save(tensors, {_KEY: json.dumps(header)}))


def replace(path: str | bytes | os.PathLike[str], content: bytes) -> None:
    """Put bytes in a file in one step: whatever happens, it has the old content or the new."""
    path = os.path.realpath(os.fsdecode(path))
    check_is_file(path, "cannot write {}")
    folder, name = os.path.split(path)
    if not os.path.isdir(folder):
        raise FileNotFoundError(
            f"cannot write {path!r}: there is no folder {folder!r}; make it before"
        )
    handle, beside = tempfile.mkstemp(prefix=prefix_beside(name), dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, _mode(path))
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def check_is_file(path: str, what: str) -> None:
    """Raise an OSError for a path of anything but a file, or a link to one, if it exists.

    A pipe or device would be replaced, and reading one can last forever. ``what`` is how the
    message begins, with {} for the path.
    """
    owner = what.format(repr(path))
    if os.path.isdir(path):
        raise IsADirectoryError(f"{owner}: it is a folder; give the path of a file")
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(
            f"{owner}: it is a pipe, a device or a socket; give the path of a regular file"
        )


def _mode(path: str) -> int:
    """Return the permissions of a file, or those that a new one would have."""
    try:
        return os.stat(path).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def read(path: str | bytes | os.PathLike[str]) -> tuple[Any, dict[str, np.ndarray]]:
    """Return the tree of a file and its arrays.

    Raises
    ------
    ModelFileError
        If it is not whole, not as it was written, of a newer version or of another kind.
    """
    from safetensors import SafetensorError, safe_open

    path = os.fsdecode(path)
    place = repr(path)
    check_is_file(path, "load: cannot read {}")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            names = file.keys() if _KEY in metadata else ()
            tensors = {name: file.get_tensor(name) for name in names}
    except (SafetensorError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelFileError(
            f"load: {place} is truncated, or no file that `save` has written ({error}); {_AGAIN}"
        ) from error
    if _KEY not in metadata:
        raise ModelFileError(
            f"load: {place} holds tensors, but no model of this library: it was not written by"
            " skneural.persistence.save; from_torch puts tensors of a file into a fitted model"
        )
    header = _header(metadata[_KEY], place)
    if header["format"] < 1:
        raise ModelFileError(
            f"load: {place} was not written by skneural.persistence.save: its format is"
            f" {header['format']}, and formats begin with 1; {_AGAIN}"
        )
    if header["format"] > FORMAT:
        raise ModelFileError(
            f"load: {place} was written by scikit-neural {header['version']} in format"
            f" {header['format']}, and this version reads formats up to {FORMAT}: update"
            " scikit-neural"
        )
    if header["sha256"] != _checksum(header["model"], tensors):
        raise ModelFileError(
            f"load: {place} was changed after it was saved: its checksum is another one; {_AGAIN}"
        )
    return _tree(header["model"], place), tensors


def _tree(text: str, place: str) -> Any:
    """Return the tree of a model, whose text need not be what `write` has written."""
    try:
        return json.loads(text)
    except (ValueError, ArithmeticError, MemoryError, RecursionError) as error:
        raise ModelFileError(
            f"load: {place} was not written by skneural.persistence.save: its model cannot be read"
            f" ({type(error).__name__}: {error}); {_AGAIN}"
        ) from error


def _header(text: str, place: str) -> dict[str, Any]:
    """Return the header of a file, once it is known to have all that it needs."""
    try:
        header = json.loads(text)
        kinds = {"format": int, "version": str, "sha256": str, "model": str}
        if all(type(header[name]) is kind for name, kind in kinds.items()):
            return header
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise ModelFileError(
        f"load: {place} was changed after it was saved: its header is damaged; {_AGAIN}"
    )


def _checksum(text: str, tensors: dict[str, np.ndarray]) -> str:
    found = hashlib.sha256(text.encode(errors="surrogatepass"))
    for name in sorted(tensors):
        array = tensors[name]
        found.update(f"|{name}|{array.dtype.str}|{array.shape}|".encode())
        found.update(np.ascontiguousarray(array).data if array.size else b"")
    return found.hexdigest()
