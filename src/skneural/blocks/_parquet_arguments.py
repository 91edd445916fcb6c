"""What `ParquetBlocks` is passed: files, and the names of columns."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

_OWNER = "ParquetBlocks"


def listed(names: Any) -> list[str]:
    """Return a name or several as a list."""
    return [names] if isinstance(names, str) else list(names or ())


def check_path(path: Any) -> None:
    """Raise a TypeError for what is no path and no list of paths."""
    paths = path if isinstance(path, (list, tuple)) else [path]
    if not all(isinstance(each, (str, os.PathLike)) for each in paths):
        raise TypeError(
            f"{_OWNER}: path={path!r}, where the path of a file or a folder, or a list of them, is"
            " needed"
        )


def check_features(columns: Any, others: Sequence[str]) -> None:
    """Raise an error for features that are no list of different columns, or among ``others``."""
    if columns is None:
        return
    if isinstance(columns, (str, bytes)) or not hasattr(columns, "__len__"):
        raise TypeError(
            f"{_OWNER}: columns={columns!r}, where a list of names is needed, such as"
            f" columns=[{columns!r}]"
        )
    names = list(columns)
    if not names:
        raise ValueError(f"{_OWNER}: columns=[] names no feature; leave it out for all columns")
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise ValueError(f"{_OWNER}: columns has {twice[0]!r} twice; name each feature once")
    both = [name for name in names if name in others]
    if both:
        raise ValueError(
            f"{_OWNER}: columns has {both[0]!r}, which is the target or the weight and cannot be a"
            " feature too; take it out of columns"
        )


def check_folders(
    found: Sequence[str], path: Any, names: Sequence[str], columns: Any, others: Sequence[str]
) -> None:
    """Raise a ValueError for columns that are in the names of folders alone, and would be lost.

    Parameters
    ----------
    found : sequence of str
        The paths of the files.
    path : path, or list of paths
        As passed: the names of folders count below it.
    names : sequence of str
        Of the columns of the first file.
    columns : sequence of str or None
        The features that are asked for; None for all.
    others : sequence of str
        Targets and weights.
    """
    paths = [os.path.abspath(each) for each in found]
    if isinstance(path, (list, tuple)):
        base = os.path.commonpath([os.path.dirname(each) for each in paths])
    else:
        base = os.path.abspath(str(path).rpartition("://")[2])
    folders = dict.fromkeys(
        folder
        for each in paths
        for folder in os.path.dirname(os.path.relpath(each, base)).split(os.sep)
    )
    values: dict[str, str] = {}  # the first folder of each name
    for folder in folders:
        name, is_pair, _ = folder.partition("=")
        if is_pair and name and name not in names:
            values.setdefault(name, folder)
    wanted = list(values) if columns is None else [*columns, *others]
    asked = [name for name in wanted if name in values]
    if asked:
        raise ValueError(
            f"{_OWNER}: {', '.join(map(repr, asked))} {'is' if len(asked) == 1 else 'are'} in the"
            f" names of folders, as {values[asked[0]]!r}, and not in the files, from which"
            " rows are read; write the files with these columns, or name the features without them"
            " by columns="
        )
