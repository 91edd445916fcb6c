"""The contraction kernel against NumPy, at every edge, and the bits of its rows."""

import numpy as np
import pytest

from _contractions import (
    DEEP,
    EDGES,
    STARTS,
    TWO_LEVELS,
    batch_reduce,
    check_all,
    product,
)
from _helpers import DTYPES, name_of, plain_python
from skneural.engine.compile import jit

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
EACH_START = pytest.mark.parametrize("start", STARTS)
THIN = 7 if jit.is_disabled() else 1  # plain Python runs every seventh case


@EACH_START
@pytest.mark.parametrize("transposed", [False, True], ids=["rows", "columns"])
@pytest.mark.parametrize("padding", [0, 3], ids=["packed", "padded"])
@EACH_DTYPE
def test_products_at_every_edge(dtype, padding, transposed, start):
    for m, n, k in EDGES[:: 2 * THIN]:
        product(m, n, k, dtype, start=start, transposed=transposed, padding=padding).check()


@EACH_START
@EACH_DTYPE
def test_deep_and_packed_products(dtype, start):
    for m, n, k in DEEP[::THIN]:
        product(m, n, k, dtype, start=start, transposed=k % 2 == 0, padding=n % 3).check()


@EACH_START
@EACH_DTYPE
def test_sums_over_two_levels(dtype, start):
    for sizes in TWO_LEVELS[::THIN]:
        batch_reduce(*sizes, dtype, start).check()


@EACH_DTYPE
def test_all_widths(dtype):
    assert np.isfinite(check_all(dtype, thin=THIN)).all()


@pytest.mark.parametrize(("n", "k"), [(1, 7), (33, 64), (70, 200), (100, 300)])
@EACH_DTYPE
def test_bits_of_a_row_do_not_depend_on_the_rows_beside_it(dtype, n, k):
    whole = product(40, n, k, dtype, start="bias")
    together = whole.run()
    for begin, end in [(0, 1), (1, 4), (7, 15), (16, 40), (39, 40), (0, 23), (0, 24)]:
        part = whole.part(rows=slice(begin, end))
        np.testing.assert_array_equal(part.run(), together[begin:end])


@EACH_DTYPE
def test_bits_of_a_column_do_not_depend_on_the_columns_beside_it(dtype):
    whole = product(11, 70, 50, dtype)
    together = whole.run()
    for begin, end in [(0, 1), (5, 20), (33, 70), (69, 70)]:
        part = whole.part(columns=slice(begin, end))
        np.testing.assert_array_equal(part.run(), together[:, begin:end])


@EACH_DTYPE
def test_nan_and_infinity_stay_in_their_row_and_column(dtype):
    case = product(9, 20, 6, dtype)
    case.a[4, 0, 2], case.b[0, 3, 11] = np.nan, np.inf
    result = case.run()
    assert np.isnan(result[4]).all()
    rest = np.delete(result, 4, axis=0)
    assert not np.isfinite(rest[:, 11]).any()
    assert np.isfinite(np.delete(rest, 11, axis=1)).all()


@pytest.mark.needs_jit(reason="there is one meaning only")
@EACH_DTYPE
def test_compiled_equals_plain_python(dtype):
    compiled = check_all(dtype, thin=9)
    with plain_python():
        plain = check_all(dtype, thin=9)
    scale = np.finfo(dtype).eps * 300
    np.testing.assert_allclose(compiled, plain, rtol=scale, atol=10 * scale)
