"""The transforms of Winograd's minimal filtering F(4x4, 3x3), a vector of channels at a time.

A tile is a window of 6 x 6 pixels with 4 x 4 outputs, or those outputs, or a filter of 3 x 3. In
each direction it is a polynomial, given by its values at 0, +-1/sqrt(2), +-sqrt(2) and infinity:
correlation is then the product of 36 pairs of numbers in place of 144. With those places about
five times as much is lost to rounding as by direct sums, with 0, +-1 and +-2 ten times.

Winograd 1980, "Arithmetic complexity of computations"; Lavin and Gray 2016, "Fast algorithms for
convolutional neural networks" (arXiv 1509.09308).
"""

from ....engine.compile.jit import helper
from ....engine.lanes import load, minus, multiply_add, plus, spread, store, times
from ....engine.primitives import ITEMSIZE, real
from ....engine.tiles import LANES

PLACES = 6  # at which the polynomials are given, in each direction
OUTPUTS = 4  # of a tile in each direction
TAPS = 3  # of a filter in each direction

_NEAR, _FAR = 0.5**0.5, 2**0.5
_NEAR_CUBED, _FAR_CUBED = _NEAR**3, _FAR**3


@helper
def _times_plus(factor, a, b):
    return multiply_add(spread(real(factor)), a, b)


@helper
def _store_pair(y, step, even, odd):
    """Store the values at a place and at its opposite: the sum and the difference."""
    store(y, plus(even, odd), LANES)
    store(y + step, minus(even, odd), LANES)


@helper
def _window(x, step, y, y_step):
    """Transform six pixels."""
    a, b, c = load(x, LANES), load(x + step, LANES), load(x + 2 * step, LANES)
    d, e, f = (load(x + 3 * step, LANES), load(x + 4 * step, LANES), load(x + 5 * step, LANES))
    store(y, plus(_times_plus(-2.5, c, a), e), LANES)
    odd = times(spread(real(_NEAR)), _times_plus(-2.0, b, d))
    _store_pair(y + y_step, y_step, _times_plus(-2.0, c, e), odd)
    odd = times(spread(real(_FAR)), _times_plus(-0.5, b, d))
    _store_pair(y + 3 * y_step, y_step, _times_plus(-0.5, c, e), odd)
    store(y + 5 * y_step, plus(_times_plus(-2.5, d, b), f), LANES)


@helper
def _outputs(x, step, y, y_step, n, start):
    """Find the first n of four outputs, which begin with ``start``."""
    above, below = load(x + step, LANES), load(x + 2 * step, LANES)
    far_above, far_below = load(x + 3 * step, LANES), load(x + 4 * step, LANES)
    even, odd = plus(above, below), minus(above, below)
    far_even, far_odd = plus(far_above, far_below), minus(far_above, far_below)
    store(y, plus(plus(load(x, LANES), start), plus(even, far_even)), LANES)
    if n > 1:
        value = _times_plus(_NEAR, odd, _times_plus(_FAR, far_odd, start))
        store(y + y_step, value, LANES)
    if n > 2:
        value = _times_plus(0.5, even, _times_plus(2.0, far_even, start))
        store(y + 2 * y_step, value, LANES)
    if n > 3:
        value = _times_plus(_FAR_CUBED, far_odd, plus(load(x + 5 * step, LANES), start))
        store(y + 3 * y_step, _times_plus(_NEAR_CUBED, odd, value), LANES)


@helper
def _gradients(x, step, y, y_step, n):
    """Transform the gradients of four outputs, of which the first n are there."""
    a = b = c = d = spread(real(0.0))
    if n > 0:
        a = load(x, LANES)
    if n > 1:
        b = load(x + step, LANES)
    if n > 2:
        c = load(x + 2 * step, LANES)
    if n > 3:
        d = load(x + 3 * step, LANES)
    store(y, a, LANES)
    odd = times(spread(real(_NEAR)), _times_plus(0.5, d, b))
    _store_pair(y + y_step, y_step, _times_plus(0.5, c, a), odd)
    odd = times(spread(real(_FAR)), _times_plus(2.0, d, b))
    _store_pair(y + 3 * y_step, y_step, _times_plus(2.0, c, a), odd)
    store(y + 5 * y_step, d, LANES)


@helper
def _taps(x, step, y, y_step):
    """Transform three numbers of a filter."""
    a, b, c = load(x, LANES), load(x + step, LANES), load(x + 2 * step, LANES)
    store(y, a, LANES)
    even = times(spread(real(-2.0 / 3.0)), _times_plus(0.5, c, a))
    _store_pair(y + y_step, y_step, even, times(spread(real(-_NEAR / 1.5)), b))
    even = times(spread(real(1.0 / 6.0)), _times_plus(2.0, c, a))
    _store_pair(y + 3 * y_step, y_step, even, times(spread(real(_FAR / 6.0)), b))
    store(y + 5 * y_step, c, LANES)


@helper
def _tap_gradients(x, step, y, y_step):
    """Find the gradients of three numbers of a filter."""
    above, below = load(x + step, LANES), load(x + 2 * step, LANES)
    far_above, far_below = load(x + 3 * step, LANES), load(x + 4 * step, LANES)
    even, odd = plus(above, below), minus(above, below)
    far_even, far_odd = plus(far_above, far_below), minus(far_above, far_below)
    value = _times_plus(1.0 / 6.0, far_even, load(x, LANES))
    store(y, _times_plus(-2.0 / 3.0, even, value), LANES)
    value = times(spread(real(_FAR / 6.0)), far_odd)
    store(y + y_step, _times_plus(-_NEAR / 1.5, odd, value), LANES)
    value = _times_plus(1.0 / 3.0, far_even, load(x + 5 * step, LANES))
    store(y + 2 * y_step, _times_plus(-1.0 / 3.0, even, value), LANES)


@helper
def transform_window(x, line, pixel, y, plane, between):
    """Y (36 planes) = transform of a window; lines and pixels are so many bytes apart."""
    step = LANES * ITEMSIZE
    for j in range(PLACES):
        _window(x + j * pixel, line, between + j * step, PLACES * step)
    for i in range(PLACES):
        _window(between + i * PLACES * step, step, y + i * PLACES * plane, plane)


@helper
def transform_gradients(x, line, pixel, rows, columns, y, plane, between):
    """Y (36 planes) = transform of the gradients of a tile's outputs, so many rows and columns."""
    step = LANES * ITEMSIZE
    for j in range(OUTPUTS):
        n = rows if j < columns else 0
        _gradients(x + j * pixel, line, between + j * step, OUTPUTS * step, n)
    for i in range(PLACES):
        _gradients(
            between + i * OUTPUTS * step, step, y + i * PLACES * plane, plane, OUTPUTS
        )


@helper
def transform_filter(x, line, pixel, y, plane, between):
    """Y (36 planes) = transform of a filter."""
    step = LANES * ITEMSIZE
    for j in range(TAPS):
        _taps(x + j * pixel, line, between + j * step, TAPS * step)
    for i in range(PLACES):
        _taps(between + i * TAPS * step, step, y + i * PLACES * plane, plane)


@helper
def find_outputs(x, plane, y, line, pixel, rows, columns, start, between):
    """Y, so many rows and columns of a tile's outputs, = what 36 planes give, plus ``start``."""
    step, zero = LANES * ITEMSIZE, spread(real(0.0))
    for j in range(PLACES):
        _outputs(x + j * plane, PLACES * plane, between + j * step, PLACES * step, OUTPUTS, zero)
    for i in range(rows):
        _outputs(between + i * PLACES * step, step, y + i * line, pixel, columns, start)


@helper
def find_filter_gradient(x, plane, y, line, pixel, between):
    """Y, the gradient of a filter, = what 36 planes give."""
    step = LANES * ITEMSIZE
    for j in range(PLACES):
        _tap_gradients(x + j * plane, PLACES * plane, between + j * step, PLACES * step)
    for i in range(TAPS):
        _tap_gradients(between + i * PLACES * step, step, y + i * line, pixel)
