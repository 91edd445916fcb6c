"""Results as lines of JSON: written as they come, so that a run goes on where it stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple


class Key(NamedTuple):
    """What a result is of.

    Attributes
    ----------
    contestant, table : str
    rows : int or None
        Training rows asked for; None where the table's own training part was taken.
    seed : int
    """

    contestant: str
    table: str
    rows: int | None
    seed: int


Figures = dict[str, Any]


class Records:
    """Results in a file.

    Parameters
    ----------
    path : Path
        Is created with the first result.
    """

    def __init__(self, path: Path):
        self.path = path
        self.found = read(path)

    def __contains__(self, key: Key) -> bool:
        return key in self.found

    def add(self, key: Key, figures: Figures) -> None:
        """Append a result."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line(key, figures))
        self.found[key] = figures

    def forget(self, keys: set[Key]) -> None:
        """Remove results."""
        self.found = {key: figures for key, figures in self.found.items() if key not in keys}
        text = "".join(line(*result) for result in self.found.items())
        self.path.write_text(text, encoding="utf-8")


def line(key: Key, figures: Figures) -> str:
    return json.dumps({**key._asdict(), **figures}) + "\n"


def read(path: Path) -> dict[Key, Figures]:
    """Return the results of a file, none if there is no such file.

    The last of several results of a key counts, and half a line, which an interrupted run leaves at
    the end, does not.
    """
    found = {}
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            figures = json.loads(text)
        except json.JSONDecodeError:
            continue
        key = Key(*(figures.pop(name) for name in Key._fields))
        found[key] = figures
    return found
