"""Blocks of tables in files of Parquet."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ._base import BUFFER, Blocks, Opened
from ._packages import needed
from ._store import Span, Store, spans_of

_MOST_OPEN = 8  # streams of row groups that are read by turns
_SPANS_AHEAD = 4  # that are decoded at a time: half of a window in all streams
_STREAM_BUFFER = 1 << 18  # bytes of a column that are read at a time


class ParquetFiles(Store):
    """Columns of numbers of several files.

    A row group is read from its beginning; reading goes on where it ended, for some groups at a
    time, so that little of one is in memory.

    Parameters
    ----------
    files : sequence of (str, pyarrow.parquet.ParquetFile)
        With their names.
    columns : list of str
    """

    def __init__(self, files: Sequence[tuple[str, Any]], columns: list[str]):
        self.names = self.columns = columns
        self.shape = (len(columns),)
        self._files = files
        self._groups: list[tuple[int, int]] = []  # the file of each row group, its number there
        ends = [0]
        for place, (_, file) in enumerate(files):
            for number in range(file.metadata.num_row_groups):
                self._groups.append((place, number))
                ends.append(ends[-1] + file.metadata.row_group(number).num_rows)
        self._ends = np.array(ends)
        self.n_samples = int(ends[-1])
        self.dtype = _common_dtype(files[0][1].schema_arrow, columns)
        self._streams: OrderedDict[int, _Stream] = OrderedDict()
        self._n_ahead = self.n_samples

    def read(self, begin: int, end: int) -> np.ndarray:
        found = []
        for group, first, last in self._parts(begin, end):
            stream = self._stream(group, first, last - first)
            while stream.place < last:
                found.append(stream.next(last - stream.place))
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _parts(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield the row groups that some rows are in, and which of their rows."""
        group = int(np.searchsorted(self._ends, begin, side="right")) - 1
        while begin < end:
            first, last = int(self._ends[group]), min(end, int(self._ends[group + 1]))
            if begin < last:
                yield group, begin - first, last - first
                begin = last
            group += 1

    def _stream(self, group: int, first: int, n_rows: int) -> _Stream:
        """Return what reads a row group from a row on."""
        stream = self._streams.pop(group, None)
        if stream is None or stream.place != first:
            place, number = self._groups[group]
            stream = _Stream(self._files[place][1], number, self.columns, self.dtype, self._n_ahead)
            stream.skip(first)
        if first + n_rows < self._ends[group + 1] - self._ends[group]:
            self._streams[group] = stream
        while len(self._streams) > _MOST_OPEN:
            self._streams.popitem(last=False)
        return stream

    def groups(self, n_rows: int) -> list[list[Span]]:
        """Return the spans of each row group, which is decoded some spans at a time."""
        self._n_ahead = _SPANS_AHEAD * n_rows
        return [
            [(begin + int(first), end + int(first)) for begin, end in
             spans_of(int(last - first), n_rows)]
            for first, last in zip(self._ends[:-1], self._ends[1:], strict=True) if first < last
        ]

    def place(self, begin: int) -> str:
        group = int(np.searchsorted(self._ends, begin, side="right")) - 1
        return self._files[self._groups[min(group, len(self._groups) - 1)][0]][0]

    def table(self, begin: int, end: int) -> Any:
        """Return rows as a data frame of pandas, or as a table of pyarrow without it."""
        pa = needed("pyarrow", "ParquetBlocks")
        tables = []
        for group, first, last in self._parts(begin, end):
            place, number = self._groups[group]
            whole = self._files[place][1].read_row_group(number, self.columns, use_threads=False)
            tables.append(whole.slice(first, last - first))
        found = pa.concat_tables(tables)
        try:
            return found.to_pandas()
        except ImportError:
            return found

    def close(self) -> None:
        self._streams.clear()
        for _, file in self._files:
            file.close()


class _Stream:
    """Reads a row group in order, some rows more at a time than it is asked for."""

    def __init__(self, file: Any, group: int, columns: list[str], dtype: np.dtype, n_rows: int):
        self.place = 0
        self._columns, self._dtype = columns, dtype
        self._batches = file.iter_batches(
            batch_size=n_rows, row_groups=[group], columns=columns, use_threads=False
        )
        self._held = np.empty((0, len(columns)), dtype)

    def next(self, n_rows: int) -> np.ndarray:
        """Return the next rows, so many at most."""
        if not len(self._held):
            batch = next(self._batches)
            self._held = np.empty((batch.num_rows, len(self._columns)), self._dtype)
            for place, (name, column) in enumerate(zip(self._columns, batch.columns, strict=True)):
                self._held[:, place] = _numbers(column, name, self._dtype)
        found, self._held = self._held[:n_rows], self._held[n_rows:]
        self.place += len(found)
        return found

    def skip(self, n_rows: int) -> None:
        """Go to a row."""
        while self.place < n_rows:
            self.next(n_rows - self.place)


def _numbers(column: Any, name: str, dtype: np.dtype) -> np.ndarray:
    if column.null_count and dtype.kind != "f":
        raise ValueError(f"column {name!r} has missing values")
    return column.to_numpy(zero_copy_only=False)


def _common_dtype(schema: Any, columns: Sequence[str]) -> np.dtype:
    """Return the dtype of rows of some columns: as of a data frame, with whole numbers as float64.

    Columns that hold no numbers count as float64.
    """
    dtypes = []
    for name in columns:
        try:
            dtypes.append(np.dtype(schema.field(name).type.to_pandas_dtype()))
        except (TypeError, NotImplementedError):
            dtypes.append(np.dtype(float))
    found = np.result_type(*dtypes)
    return found if found.kind == "f" or found == np.dtype("B") else np.dtype(float)


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
        The features; None for all columns that are neither targets nor weights.
    buffer : int, default=2**27
        Bytes of a window of rows, see `Blocks`.

    Raises
    ------
    ImportError
        In ``fit`` or ``predict``, if pyarrow is not installed.
    FileNotFoundError
        If there is no such file, or none in the folder.
    ValueError
        If a column is missing, or a file has other columns or types than the first.

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
        self.path, self.target, self.sample_weight = path, target, sample_weight
        self.columns = columns

    def _open(self) -> Opened:
        files = _opened_files(self.path)
        try:
            targets = [self.target] if isinstance(self.target, str) else list(self.target or ())
            others = [*targets, *([self.sample_weight] if self.sample_weight else ())]
            names = files[0][1].schema_arrow.names
            columns = [n for n in names if n not in others]
            columns = columns if self.columns is None else list(self.columns)
            _check_columns(files, [*columns, *others])
            y = [_column(files, name) for name in targets]
            weight = _column(files, self.sample_weight) if self.sample_weight else None
        except BaseException:
            for _, file in files:
                file.close()
            raise
        whole = None if not y else y[0] if isinstance(self.target, str) else np.column_stack(y)
        return Opened(ParquetFiles(files, columns), whole, weight)


def _opened_files(path: Any) -> list[tuple[str, Any]]:
    """Return the files of a path, open, and their names."""
    dataset = needed("pyarrow.dataset", "ParquetBlocks")
    parquet = needed("pyarrow.parquet", "ParquetBlocks")
    source = [str(each) for each in path] if isinstance(path, (list, tuple)) else str(path)
    try:
        found = dataset.dataset(source, format="parquet")
    except FileNotFoundError as error:
        raise FileNotFoundError(f"ParquetBlocks: there is no file {source}") from error
    files = []
    for fragment in found.get_fragments():
        opened = fragment.filesystem.open_input_file(fragment.path)
        name = fragment.path.rpartition("/")[2]
        try:
            file = parquet.ParquetFile(opened, buffer_size=_STREAM_BUFFER, pre_buffer=False)
        except (ValueError, OSError) as error:
            raise ValueError(f"ParquetBlocks: {name} is no file of Parquet: {error}") from error
        files.append((name, file))
    if not files:
        raise FileNotFoundError(f"ParquetBlocks: there are no files in {source}")
    return files


def _check_columns(files: Sequence[tuple[str, Any]], columns: Sequence[str]) -> None:
    """Raise a ValueError for columns that a file does not have, or of another type."""
    first = files[0][1].schema_arrow
    block = 0
    for name, file in files:
        schema = file.schema_arrow
        where = f"ParquetBlocks: block {block} (file {name})"
        missing = [column for column in columns if column not in schema.names]
        if missing:
            raise ValueError(f"{where} has no column {missing[0]!r}; it has {schema.names}")
        if len(schema.names) != len(first.names):
            raise ValueError(
                f"{where} has {len(schema.names)} columns where the first has {len(first.names)}"
            )
        for column in columns:
            kind, known = schema.field(column).type, first.field(column).type
            if kind != known:
                raise ValueError(
                    f"{where}: column {column!r} holds {kind}, in the first file {known}"
                )
        block += file.metadata.num_row_groups


def _column(files: Sequence[tuple[str, Any]], name: str) -> np.ndarray:
    """Return a column of all files."""
    parts = []
    for _, file in files:
        column = file.read(columns=[name], use_threads=False).column(0)
        if hasattr(column.type, "index_type"):
            column = column.cast(column.type.value_type)
        parts.append(column.to_numpy())
    return np.concatenate(parts)
