"""The table of a machine's layers, as kernels see it, and products between neighbors.

The visible layer comes first. Layers of even number depend on those of odd number only, and the
other way round.
"""

from __future__ import annotations

from ...engine.compile.jit import helper
from ...engine.gemm import M, N
from ...engine.primitives import ITEMSIZE, RUN_FIELDS, SCRATCH, call, integers
from ...engine.primitives import reals as numbers_at
from ...engine.tiles import FROM_C, FROM_ZERO, K2, START
from ...layers._product import matrix_product

# of a layer: its units; the addresses of what it has for each row, means and states, and their
# stride; the weights to it from the layer below and from the layer above; its bias and the one of
# the base distribution; and what products are multiplied by in the upward pass
UNITS, MEANS, STATES, STRIDE, UP, UP_STRIDE, DOWN, DOWN_STRIDE, BIAS, BASE, RISE = range(11)
LAYER_FIELDS = 11
BLOCK = 64  # rows at a time, while their numbers stay in the cache


@helper
def numbers_of(layers, layer, field, row):
    """Return the numbers that a layer has for a row."""
    place, units = layer * LAYER_FIELDS, layers[layer * LAYER_FIELDS + UNITS]
    return numbers_at(layers[place + field] + row * layers[place + STRIDE] * ITEMSIZE, units)


@helper
def biases_of(layers, layer, field):
    """Return the bias of a layer, or that of its base distribution."""
    place = layer * LAYER_FIELDS
    return numbers_at(layers[place + field], layers[place + UNITS])


@helper
def work_of(work, row, units):
    return numbers_at(work.address + row * work.stride * ITEMSIZE, units)


@helper
def multiply(gemm, layers, layers_of, field, rows, work, start, run):
    """Work (+)= what a layer's neighbor has for some rows, times the weights between the two."""
    (layer, neighbor), (first, n_rows) = layers_of, rows
    to, of = layer * LAYER_FIELDS, neighbor * LAYER_FIELDS
    weights = to + (UP if neighbor < layer else DOWN)
    stride, scratch = layers[of + STRIDE], integers(run, RUN_FIELDS)[SCRATCH]
    source = layers[of + field] + first * stride * ITEMSIZE
    target = work.address + first * work.stride * ITEMSIZE
    g = matrix_product(
        scratch, source, stride, 1, layers[weights], layers[weights + 1], target, work.stride
    )
    g[M], g[N], g[K2], g[START] = n_rows, layers[to + UNITS], layers[of + UNITS], start
    call(gemm, scratch, run)


@helper
def multiply_neighbors(gemm, layers, layer, n_layers, field, rows, work, run):
    """Work = what both neighbors of a layer have for some rows, times the weights."""
    start = FROM_ZERO
    if layer > 0:
        multiply(gemm, layers, (layer, layer - 1), field, rows, work, start, run)
        start = FROM_C
    if layer < n_layers:
        multiply(gemm, layers, (layer, layer + 1), field, rows, work, start, run)
