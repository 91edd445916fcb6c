"""Tables in files of Parquet, read by their row groups."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ._packages import needed
from ._store import Span, Store, spans_of

_MOST_OPEN = 8  # streams of row groups that are read by turns
_SPANS_AHEAD = 4  # that are decoded at a time: half of a window in all streams


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
        return self._files[self._groups[self.block(begin)[0]][0]][0]

    def block(self, row: int) -> tuple[int, Span]:
        """Return the number of the row group that a row is in, among those of all files."""
        group = int(np.searchsorted(self._ends, row, side="right")) - 1
        group = min(group, len(self._groups) - 1)
        return group, (int(self._ends[group]), int(self._ends[group + 1]))

    def table(self, begin: int, end: int) -> Any:
        """Return rows as a data frame of pandas, or as a table of pyarrow without it."""
        pa = needed("pyarrow", "ParquetBlocks")
        tables = []
        for group, first, last in self._parts(begin, end):
            place, number = self._groups[group]
            whole = self._files[place][1].read_row_group(number, self.columns, use_threads=False)
            tables.append(whole.slice(first, last - first))
        found = _without_index(pa.concat_tables(tables))
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


def index_columns(schema: Any) -> list[str]:
    """Return the columns of a schema that pandas wrote its index to."""
    known = (schema.pandas_metadata or {}).get("index_columns", ())
    return [each for each in known if isinstance(each, str)]


def _without_index(table: Any) -> Any:
    """Return a table whose columns all become columns of a data frame."""
    known = table.schema.pandas_metadata
    if not known:
        return table
    text = json.dumps({**known, "index_columns": []})
    return table.replace_schema_metadata({**table.schema.metadata, b"pandas": text})
