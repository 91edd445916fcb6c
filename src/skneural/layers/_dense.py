"""The dense layer: outputs = inputs @ kernel + bias."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..activations import Activation as Rule
from ..engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N
from ..engine.jit import helper, kernel
from ..engine.plan import BARRIER, Buffer, Plan, Step
from ..engine.primitives import (
    ITEMSIZE,
    ROWS,
    RUN_FIELDS,
    SCRATCH,
    call,
    integers,
    reals,
)
from ..engine.scratch import block_gradient
from ..engine.shares import column_begin, column_end, part_begin, part_end, share_begin, share_end
from ..engine.tiles import (
    BIAS,
    FROM_BIAS,
    FROM_ZERO,
    K1,
    K2,
    LANES,
    LDC,
    RSA,
    SA1,
    SA2,
    SB1,
    SB2,
    START,
    transpose_square,
)
from ..initializers import Initializer, get_initializer
from ._activation import add_activation
from ._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from ._column_sums import bias_gradient
from ._sparse import SparseRows, by_feature, sparse_multiply, sparse_weight_gradient

LARGE_BYTES = 262144  # of a matrix
BLOCK_ROWS = 256  # most rows in a block of a kernel
BLOCK_NUMBERS = 32768  # most numbers in one: few enough to stay in the cache


class Dense(Layer, name="dense"):
    """Fully connected layer: ``outputs = activation(inputs @ kernel + bias)``.

    Parameters
    ----------
    units : int
        Width of the output.
    activation : str or skneural.activations.Activation, default="identity"
        Applied to each output.
    use_bias : bool, default=True
    initializer : str or Initializer, default="sklearn"
        Draws the first kernel and bias.
    trainable : bool, default=True
        False keeps kernel and bias as they are.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "units": [Interval(Integral, 1, None, closed="left")],
        "activation": [str, Rule],
        "use_bias": ["boolean"],
        "initializer": [str, Initializer],
        "trainable": ["boolean"],
    }

    keeps_inputs = True

    def __init__(
        self,
        units: int,
        activation: str | Rule = "identity",
        *,
        use_bias: bool = True,
        initializer: str | Initializer = "sklearn",
        trainable: bool = True,
    ):
        self.units = units
        self.activation = activation
        self.use_bias = use_bias
        self.initializer = initializer
        self.trainable = trainable

    @property
    def keeps_gradient(self) -> bool:  # type: ignore[override]
        """Whether the backward pass leaves the outputs' gradient alone."""
        return not self.activation_names

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1:
            raise ValueError(
                f"Dense: needs flat input, got samples of shape {input_shape}; put Flatten()"
                " before it"
            )
        return (self.units,)

    def variables(self, input_shape: Shape) -> list[Variable]:
        shape = (math.prod(input_shape), self.units)
        bias = [Variable("bias", (self.units,))] if self.use_bias else []
        return [Variable("kernel", shape, WEIGHT), *bias]

    def initialize(self, values, random_state, activation):
        draw = get_initializer(self.initializer)
        kernel, bias = draw(*values["kernel"].shape, random_state, activation)
        values["kernel"][...] = kernel
        if self.use_bias:
            values["bias"][...] = bias

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        weights, bias = slots["kernel"], slots.get("bias")
        products = plan.buffer((self.units,))
        plan.flops += 2 * plan.batch_size * weights.values.size
        of_products = self._add_forward(plan, inputs, products, weights, bias)
        outputs, of_activation = add_activation(plan, products, self.activation)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            gradient = of_activation(gradient, wanted or weights.trained)
            if bias is not None:
                bias_gradient(plan, gradient, bias)
            return of_products(gradient, wanted)

        return outputs, backward

    def _add_forward(self, plan, inputs, outputs, weights, bias):
        bias_address = 0 if bias is None else bias.address
        if isinstance(inputs, SparseRows):
            return self._add_sparse(plan, inputs, outputs, weights, bias_address)
        add_product(plan, inputs, weights.address, self.units, bias_address, outputs)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            transposed: Any = self._transpose(plan, weights) if wanted else None
            if weights.trained:
                self._weight_gradient(plan, inputs, gradient, weights, transposed)
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            add_product(plan, gradient, transposed.address, transposed.stride, 0, result)
            plan.flops += 2 * plan.batch_size * weights.values.size
            return result

        return backward

    def _add_sparse(self, plan, inputs, outputs, weights, bias_address):
        data, features, starts = inputs.addresses
        plan.by_rows(sparse_multiply, data, features, starts, weights.address, bias_address,
                     outputs.address, outputs.stride, self.units)

        def backward(gradient: Buffer, wanted: bool) -> None:
            lists = plan.memory(inputs.columns + 2 + 2 * inputs.most, np.int64).ctypes.data
            sizes = (inputs.columns, lists, inputs.most)
            plan.before_blocks += [Step(by_feature, (features, starts, *sizes), 0), BARRIER]
            for begin, end in row_blocks(inputs.columns, self.units):
                offset = begin * self.units
                step = Step(sparse_weight_gradient, (
                    data, *sizes, begin, end, gradient.address, gradient.stride, self.units,
                    weights.gradient_at(offset),
                ))
                plan.block(weights.offset + offset, (end - begin) * self.units, step)

        return backward

    def _transpose(self, plan, weights):
        """Return memory for the transposed kernel, filled before the epoch begins."""
        n_inputs = weights.values.shape[0]
        stride = plan.stride(n_inputs)
        array = plan.memory(self.units * stride)
        transposed = Buffer(array, (n_inputs,), stride)
        plan.prepare.append(self._transposing(weights, transposed, 0, n_inputs, plan.dtype))
        return transposed

    def _transposing(self, weights, transposed, begin, end, dtype):
        size = dtype.itemsize
        return Step(transpose, (weights.address + begin * self.units * size, end - begin,
                                self.units, transposed.address + begin * size,
                                transposed.stride))

    def _weight_gradient(self, plan, inputs, gradient, weights, transposed):
        size = plan.dtype.itemsize
        for begin, end in row_blocks(inputs.columns, self.units):
            step = Step(weight_gradient, (
                plan.gemm_address, inputs.address + begin * size, inputs.stride,
                gradient.address, gradient.stride, end - begin, self.units,
                weights.gradient_at(begin * self.units),
            ))
            after = ()
            if transposed is not None:
                after = (self._transposing(weights, transposed, begin, end, plan.dtype),)
            offset = weights.offset + begin * self.units
            plan.block(offset, (end - begin) * self.units, step, after)
        plan.flops += 2 * plan.batch_size * weights.values.size

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (5,)),
            (cls(50, initializer="he_normal"), (17,)),
            (cls(1, "tanh", use_bias=False), (1,)),
            (cls(4, "gelu", trainable=False), (3,)),
        ]


def add_product(
    plan: Plan, left: Buffer, right: int, right_stride: int, bias: int, result: Buffer
) -> None:
    """Add the product of a batch with a matrix.

    Threads share the rows of the batch, or the columns of a matrix so large that each reading
    all of it would cost more than two barriers.
    """
    fields = (plan.gemm_address, left.address, left.stride, right, right_stride, bias,
              result.address, result.stride, left.columns, result.columns)
    if left.columns * result.columns * plan.dtype.itemsize < LARGE_BYTES:
        plan.by_rows(multiply, *fields, whole=True)
    else:
        plan.by_all(multiply_columns, *fields)


def row_blocks(n_rows: int, n_columns: int) -> list[tuple[int, int]]:
    """Cut the rows of a kernel into blocks that shapes alone decide."""
    rows = min(BLOCK_NUMBERS // n_columns, -(-n_rows // 4))
    rows = min(max(8, rows // 8 * 8), BLOCK_ROWS)
    return [(begin, min(n_rows, begin + rows)) for begin in range(0, n_rows, rows)]


@helper
def _matrix_product(gemm, run, a, row_stride, column_stride, b, b_stride, c, c_stride):
    """Describe the contraction of two matrices in the thread's scratch, sizes left out."""
    description = integers(run, RUN_FIELDS)[SCRATCH]
    g = integers(description, GEMM_FIELDS)
    g[A], g[RSA], g[SA2] = a, row_stride, column_stride
    g[B], g[SB2] = b, b_stride
    g[C], g[LDC] = c, c_stride
    g[GROUPS], g[K1], g[SA1], g[SB1], g[START], g[BIAS] = 1, 1, 0, 0, FROM_ZERO, 0
    return g


@helper
def _multiply(row, run, begin, end, first, last):
    """Rows begin to end and columns first to last of X @ W + bias."""
    field = integers(row, 12)
    if begin < end and first < last:
        x = field[3] + begin * field[4] * ITEMSIZE
        y = field[8] + (begin * field[9] + first) * ITEMSIZE
        w = field[5] + first * ITEMSIZE
        g = _matrix_product(field[2], run, x, field[4], 1, w, field[6], y, field[9])
        if field[7] != 0:
            g[START], g[BIAS] = FROM_BIAS, field[7] + first * ITEMSIZE
        g[M], g[N], g[K2] = end - begin, last - first, field[10]
        call(field[2], integers(run, RUN_FIELDS)[SCRATCH], run)


@kernel
def multiply(row, run):
    """Y (rows, n) = X (rows, k) @ W (k, n) + bias, this thread's rows."""
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], integers(row, 12)[11]
    _multiply(row, run, share_begin(n_rows, run), share_end(n_rows, run), 0, columns)


@kernel
def multiply_columns(row, run):
    """Y (rows, n) = X (rows, k) @ W (k, n) + bias, this thread's columns."""
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], integers(row, 12)[11]
    _multiply(row, run, part_begin(n_rows, run), part_end(n_rows, run),
              column_begin(columns, run), column_end(columns, run))


@kernel
def weight_gradient(row, run):
    """G (k, n) = X (rows, k) transposed @ dY (rows, n), one block of G's rows."""
    field = integers(row, 10)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    target = block_gradient(field[9], run)
    g = _matrix_product(
        field[2], run, field[3], 1, field[4], field[5], field[6], target, field[8]
    )
    g[M], g[N], g[K2] = field[7], field[8], n_rows
    call(field[2], integers(run, RUN_FIELDS)[SCRATCH], run)


@kernel
def transpose(row, run):
    """T (n, k) = W (k, n) transposed, a block of W's rows."""
    field = integers(row, 7)
    n_rows, columns, stride = field[3], field[4], field[6]
    weights = reals(field[2], n_rows * columns)
    transposed = reals(field[5], (columns - 1) * stride + n_rows)
    whole_rows, whole_columns = n_rows // LANES * LANES, columns // LANES * LANES
    for j in range(0, whole_columns, LANES):
        for i in range(0, whole_rows, LANES):
            transpose_square(field[5] + (j * stride + i) * ITEMSIZE, stride,
                             field[2] + (i * columns + j) * ITEMSIZE, columns)
    for i in range(n_rows):
        for j in range(whole_columns if i < whole_rows else 0, columns):
            transposed[j * stride + i] = weights[i * columns + j]
