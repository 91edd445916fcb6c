"""Which worker works on which partition."""

import numpy as np
import pytest

from skneural.distributed._cluster import shared_out
from skneural.distributed._parts import Part, combined


@pytest.mark.parametrize(("sizes", "holders", "threads", "expected"), [
    ([5, 5, 5, 5], "aabb", {"a": 1, "b": 1}, "aabb"),
    ([5, 5, 5, 5], "aaab", {"a": 1, "b": 1}, "aabb"),
    ([5, 5, 5, 5], "aaaa", {"a": 3, "b": 1}, "aaab"),
    ([9, 1, 1, 1], "aaaa", {"a": 1, "b": 1}, "abbb"),
    ([5], "a", {"a": 1, "b": 1}, "a"),
    ([5, 5], "ca", {"a": 1, "b": 1}, "ab"),
])
def test_partitions_stay_unless_a_worker_has_more_than_its_share(
    sizes, holders, threads, expected
):
    assert shared_out(sizes, list(holders), threads) == list(expected)


def part(value, rows):
    return Part(np.array([value]), np.full(2, value), [np.full(3, value, np.float32)], rows, 1)


def test_parts_without_rows_do_not_count():
    one = combined([part(1.0, 3), part(9.0, 0), part(2.0, 1)])
    assert one.rows == 4
    np.testing.assert_array_equal(one.gradient, [3.0, 3.0])
    np.testing.assert_array_equal(one.mean_states()[0], np.full(3, 1.25))
    alone = combined([part(9.0, 0), part(2.0, 1)])
    assert alone.mean_states()[0].dtype == np.float32


def test_sums_of_sums_are_sums():
    parts = [part(float(n), n + 1) for n in range(4)]
    whole, halves = combined(parts), combined([combined(parts[:2]), combined(parts[2:])])
    np.testing.assert_array_equal(whole.mean_states()[0], halves.mean_states()[0])
    np.testing.assert_array_equal(whole.gradient, halves.gradient)
