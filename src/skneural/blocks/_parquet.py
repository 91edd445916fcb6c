"""Blocks of tables in files of Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ._base import BUFFER, Blocks, Opened
from ._packages import needed
from ._parquet_arguments import check_features, check_folders, check_path, listed
from ._parquet_files import ParquetFiles, index_columns

_STREAM_BUFFER = 1 << 18  # bytes of a column that are read at a time


class ParquetBlocks(Blocks):
    """Rows of a table in one or more files of Parquet, which are read in parts.

    Columns hold numbers; an estimator of tables, such as `TabularClassifier`, reads categories
    too, if all rows fit in the buffer. The names of the columns are the estimator's
    ``feature_names_in_``.

    Parameters
    ----------
    path : str, path-like or list of them
        A file, several, or a folder with files.
    target : str, list of str or None, default=None
        The column of the targets, or columns; they are kept in memory. None if the estimator needs
        none.
    sample_weight : str or None, default=None
        The column of the weights.
    columns : list of str or None, default=None
        The features; None for all columns that are neither targets nor weights, nor the index of a
        data frame of pandas.
    buffer : int, default=2**27
        Bytes of a window of rows, see `Blocks`.

    Raises
    ------
    ImportError
        In ``fit`` or ``predict``, if pyarrow is not installed.
    FileNotFoundError
        If there is no such file, or none in the folder.
    ValueError
        If ``columns`` is empty, or has a column twice or the target. In ``fit`` or ``predict``, if
        a column is missing, holds times or is in the names of folders alone (``year=2020/``), a
        file has other columns or types than the first, or targets or weights have missing values.
    TypeError
        If ``path`` is no path, or ``columns`` no list.

    Examples
    --------
    >>> from skneural import MLPClassifier
    >>> from skneural.blocks import ParquetBlocks
    >>> blocks = ParquetBlocks("flights/", target="delayed")
    >>> MLPClassifier().fit(blocks)  # doctest: +SKIP
    """

    def __init__(
        self, path: Any, target: str | Sequence[str] | None = None,
        sample_weight: str | None = None, columns: Sequence[str] | None = None, *,
        buffer: int = BUFFER,
    ):  # fmt: skip
        super().__init__(buffer=buffer)
        check_path(path)
        check_features(columns, [*listed(target), *listed(sample_weight)])
        self.path, self.target, self.sample_weight = path, target, sample_weight
        self.columns = columns

    def _open(self, with_y: bool = True) -> Opened:
        files, paths = _opened_files(self.path)
        try:
            targets = listed(self.target)
            others = [*targets, *listed(self.sample_weight)]
            names = files[0][1].schema_arrow.names
            check_folders(paths, self.path, names, self.columns, others)
            columns = [n for n in _names(files[0][1].schema_arrow) if n not in others]
            columns = columns if self.columns is None else list(self.columns)
            _check_columns(files, [*columns, *others])
            _check_kinds(files[0], columns)
            y, weight = [], None
            if with_y:
                y = [_column(files, name, "target") for name in targets]
                if self.sample_weight:
                    weight = _column(files, self.sample_weight, "weight")
        except BaseException:
            for _, file in files:
                file.close()
            raise
        whole = None if not y else y[0] if isinstance(self.target, str) else np.column_stack(y)
        return Opened(ParquetFiles(files, columns), whole, weight)


def _opened_files(path: Any) -> tuple[list[tuple[str, Any]], list[str]]:
    """Return the files of a path, each with its name and open, and their paths."""
    dataset = needed("pyarrow.dataset", "ParquetBlocks")
    parquet = needed("pyarrow.parquet", "ParquetBlocks")
    source = [str(each) for each in path] if isinstance(path, (list, tuple)) else str(path)
    try:
        found = dataset.dataset(source, needed("pyarrow", "ParquetBlocks").schema([]), "parquet")
    except FileNotFoundError as error:
        raise FileNotFoundError(f"ParquetBlocks: there is no file {source}") from error
    files, paths = [], []
    for fragment in found.get_fragments():
        opened = fragment.filesystem.open_input_file(fragment.path)
        name = fragment.path.rpartition("/")[2]
        try:
            file = parquet.ParquetFile(opened, buffer_size=_STREAM_BUFFER, pre_buffer=False)
        except (ValueError, OSError) as error:
            raise ValueError(
                f"ParquetBlocks: {name} is no file of Parquet ({error}); take it out of the folder,"
                " or pass the files as a list"
            ) from error
        files.append((name, file))
        paths.append(fragment.path)
    if not files:
        raise FileNotFoundError(f"ParquetBlocks: there are no files in {source}")
    return files, paths


def _check_columns(files: Sequence[tuple[str, Any]], columns: Sequence[str]) -> None:
    """Raise a ValueError for columns that a file does not have, or of another type."""
    first, block = files[0][1].schema_arrow, 0
    n_columns = len(_names(first))
    for name, file in files:
        schema = file.schema_arrow
        where = f"ParquetBlocks: block {block} (file {name})"
        missing = [column for column in columns if column not in schema.names]
        if missing:
            raise ValueError(f"{where} has no column {missing[0]!r}; it has {schema.names}")
        n_own = len(_names(schema))
        if n_own != n_columns:
            raise ValueError(f"{where} has {n_own} columns where the first has {n_columns}")
        for column in columns:
            kind, known = schema.field(column).type, first.field(column).type
            if kind != known:
                raise ValueError(
                    f"{where}: column {column!r} holds {kind}, in the first file {known}"
                )
        block += file.metadata.num_row_groups


def _names(schema: Any) -> list[str]:
    """Return the columns of a file, without those of an index."""
    index = index_columns(schema)
    return [name for name in schema.names if name not in index]


def _check_kinds(first: tuple[str, Any], columns: Sequence[str]) -> None:
    """Raise a ValueError for features that no estimator reads."""
    types = needed("pyarrow.types", "ParquetBlocks")
    name, file = first
    for column in columns:
        kind = file.schema_arrow.field(column).type
        where = f"ParquetBlocks: block 0 (file {name}): column {column!r} holds {kind}"
        if types.is_temporal(kind):
            raise ValueError(
                f"{where}, where numbers are needed; write it as a number, such as days since a"
                " date, or name the features without it by columns="
            )
        if types.is_nested(kind) or types.is_binary(kind):
            raise ValueError(
                f"{where}, where a number a row is needed; write it as columns of numbers, or name"
                " the features without it by columns="
            )


def _column(files: Sequence[tuple[str, Any]], name: str, what: str) -> np.ndarray:
    """Return a column of all files; ``what`` says what it is."""
    parts, n_rows = [], 0
    for place, file in files:
        column = file.read(columns=[name], use_threads=False).column(0)
        if hasattr(column.type, "index_type"):
            column = column.cast(column.type.value_type)
        if column.null_count:
            row = n_rows + int(np.flatnonzero(column.is_null())[0])
            raise ValueError(
                f"ParquetBlocks: the {what} column {name!r} has {column.null_count} missing values"
                f" in the file {place}, the first in row {row}; write the table without these rows"
            )
        parts.append(column.to_numpy())
        n_rows += len(column)
    return np.concatenate(parts)
