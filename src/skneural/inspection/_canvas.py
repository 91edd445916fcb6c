"""Where a picture of a running fit goes: a notebook's cell, or a file."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any


class Canvas:
    """A figure without a window, shown anew at each call.

    Parameters
    ----------
    owner : str
        Who draws, for messages.
    path : str or None
        The file to write; None for a cell of a notebook.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        For a file of a format that matplotlib does not write, or None outside of a notebook.
    FileNotFoundError
        If the file's folder is not there.
    """

    def __init__(self, owner: str, path: str | None):
        try:
            from matplotlib.figure import Figure
        except ImportError as error:
            raise ImportError(f"{owner} draws by matplotlib: pip install matplotlib") from error
        # not by pyplot: no window opens, no backend is chosen, and no notebook shows it twice
        self.figure: Any = Figure(figsize=(9, 3.6), layout="constrained")
        self._path = None if path is None else Path(path)
        self._handle: Any = None
        self._cell = cell()
        if self._path is None:
            if self._cell is None:
                raise ValueError(
                    f"{owner}: outside of a notebook pictures go to a file; give"
                    " path='training.png'"
                )
            return
        kind, known = self._path.suffix[1:].lower(), self.figure.canvas.get_supported_filetypes()
        if kind not in known:
            raise ValueError(
                f"{owner}: path={path!r} must end with one of"
                f" {', '.join('.' + each for each in sorted(known))}"
            )
        if not self._path.parent.is_dir():
            raise FileNotFoundError(
                f"{owner}: path={path!r} is in a folder that is not there; make it first"
            )

    def show(self) -> None:
        """Put the figure into the file or the cell, in place of the one before."""
        if self._path is not None:
            # a viewer that follows the file never finds half a picture
            part = self._path.with_name(f".{os.getpid()}-{self._path.name}")
            try:
                self.figure.savefig(part, format=self._path.suffix[1:].lower())
                os.replace(part, self._path)
            finally:
                part.unlink(missing_ok=True)
            return
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png")
        picture = self._cell.Image(data=buffer.getvalue(), format="png")
        if self._handle is None:
            self._handle = self._cell.display(picture, display_id=True)
        else:
            self._handle.update(picture)


def cell() -> Any:
    """Return IPython's module of displays if this runs in a notebook, else None."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return None
    from importlib import import_module

    return import_module("IPython.display")
