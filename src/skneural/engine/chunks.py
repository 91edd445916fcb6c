"""Consecutive steps that go through the rows of a batch together, chunk by chunk.

The output of a step is then still in a cache when the next one reads it.
"""

from collections.abc import Iterable, Iterator

from .primitives import IN_CHUNKS
from .steps import BARRIER, Step
from .units import MOST_LINKS, MOST_UNITS, in_chunks

CHUNK_BYTES = 4194304  # of a batch, worked on at a time
FEWEST_ROWS = 8  # worked on at a time, if the bytes of a single step allow it


def chunk_by_chunk(
    steps: Iterable[Step], row_bytes: dict[int, int], sums: dict[int, int], batch_size: int
) -> Iterator[Step]:
    """Yield steps, consecutive long ones in chunks, between barriers.

    Parameters
    ----------
    steps : iterable of Step
    row_bytes : dict
        Bytes of a row of each buffer, by its address.
    sums : dict
        How many spans of the batch share a sum, by the sums' addresses.
    batch_size : int
    """
    chain: list[tuple] = []
    for group, n_rows in _groups(steps, row_bytes):
        if len(group) == 1 or n_rows >= batch_size:  # chunks are for a chain's sake, if at all
            n_rows = min(n_rows, chain[-1][1]) if chain else 0
        chunked = group[0].chunked and n_rows > 0
        if chunked:
            fields = {number for step in group for number in step.fields}
            together = max((sums[address] for address in fields & sums.keys()), default=0)
            chain.append((group, n_rows, together))
        if not chunked or len(chain) == MOST_LINKS or batch_size > MOST_UNITS * n_rows:
            yield from _in_a_chain(chain)
            chain = []
        if not chunked:
            yield from group
    yield from _in_a_chain(chain)


def _in_a_chain(chain):
    """Yield the steps of consecutive groups, without barriers between them."""
    if not chain:
        return
    yield BARRIER
    for link, (group, *how) in enumerate(chain):
        since = 1 + len(chain[link - 1][0]) if link else 0
        yield Step(in_chunks, (len(group), *how, link, since, link == len(chain) - 1))
        for step in group:
            yield Step(step.kernel, step.fields, IN_CHUNKS)
    yield BARRIER


def _groups(steps, row_bytes):
    """Yield steps that go through the rows together, and how many rows at a time.

    A group has as many steps as leave its chunks large enough.
    """
    group, n_rows = [], 0
    for step in steps:
        n_rows_with = _rows_at_a_time([*group, step], row_bytes)
        if group and (
            step.chunked != group[0].chunked or n_rows_with < min(FEWEST_ROWS, n_rows)
        ):
            yield group, n_rows
            group, n_rows_with = [], _rows_at_a_time([step], row_bytes)
        group, n_rows = [*group, step], n_rows_with
    if group:
        yield group, n_rows


def _rows_at_a_time(steps, row_bytes):
    """Return how many rows of all that some steps touch keep within the bytes of a chunk."""
    touched = {number for step in steps for number in step.fields} & row_bytes.keys()
    return max(1, CHUNK_BYTES // max(1, sum(row_bytes[address] for address in touched)))
