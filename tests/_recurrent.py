"""Recurrent layers step by step in NumPy, and a bench for series of unequal lengths."""

import numpy as np

from _helpers import BATCH, LayerBench, central_differences, close
from skneural.engine.random import bits, row_key
from skneural.layers import GRU, LSTM, SimpleRNN
from skneural.layers._sequences import SequenceBuffer


def logistic(z):
    return 1 / (1 + np.exp(-z))


def standard(z):
    return (z - z.mean(axis=-1, keepdims=True)) / np.sqrt(z.var(axis=-1, keepdims=True) + 1e-5)


def product(left, right, v, name):
    """A product, standardised if there is a scale: all columns, or those of z, r and of n."""
    result, scale = left @ right, v.get(f"{name}_scale")
    return result if scale is None else standard(result) * scale


def lstm(x, u, h, c, v, bias):
    z = product(x, v["kernel"], v, "input") + product(u, v["recurrent_kernel"], v, "state")
    i, f, g, o = np.split(z + bias, 4, axis=-1)
    c = logistic(f) * c + logistic(i) * np.tanh(g)
    squashed = standard(c) * v["cell_scale"] + v["cell_shift"] if "cell_scale" in v else c
    return logistic(o) * np.tanh(squashed), c


def gru(x, u, h, c, v, bias, reset_after=True):
    n_gates = 2 * h.shape[-1]
    gates, new = (
        {name: value[..., part] for name, value in v.items()}
        for part in (slice(n_gates), slice(n_gates, None))
    )
    of_inputs, of_states = bias if reset_after else (bias, 0 * bias)
    zr = product(x, gates["kernel"], gates, "input") + of_inputs[:n_gates]
    zr = zr + product(u, gates["recurrent_kernel"], gates, "state") + of_states[:n_gates]
    z, r = np.split(logistic(zr), 2, axis=-1)
    read = u if reset_after else r * u
    nh = product(read, new["recurrent_kernel"], new, "state") + of_states[n_gates:]
    nx = product(x, new["kernel"], new, "input") + of_inputs[n_gates:]
    return z * h + (1 - z) * np.tanh(nx + (r * nh if reset_after else nh)), c


def elman(x, u, h, c, v, bias):
    z = product(x, v["kernel"], v, "input") + product(u, v["recurrent_kernel"], v, "state")
    return np.tanh(z + bias), c


CELLS = {LSTM: lstm, GRU: gru, SimpleRNN: elman}


def twin(layer, variables, x, lengths=None, masks=None, zones=None):
    """The outputs of a layer, each series by itself.

    ``masks`` (rows, units) multiply the states that products read. Of ``zones`` (rows, steps, 2,
    units) states and cells keep their values before a step.
    """
    bias = variables.get("bias", np.zeros((2, variables["kernel"].shape[1])))
    more = {"reset_after": layer.reset_after} if isinstance(layer, GRU) else {}
    if bias.ndim > 1 and not more.get("reset_after"):
        bias = bias[0]
    n_rows, most, _ = x.shape
    masks = np.ones((n_rows, layer.units)) if masks is None else masks
    zones = np.zeros((n_rows, most, 2, 1)) if zones is None else zones
    outputs, last = np.zeros((n_rows, most, layer.units)), np.zeros((n_rows, layer.units))
    for row in range(n_rows):
        places = range(most if lengths is None else lengths[row])
        h = c = np.zeros(layer.units)
        for step, place in enumerate(reversed(places) if layer.reverse else places):
            new, cell = CELLS[type(layer)](
                x[row, place], masks[row] * h, h, c, variables, bias, **more
            )
            of_h, of_c = zones[row, step]
            h, c = of_h * h + (1 - of_h) * new, of_c * c + (1 - of_c) * cell
            outputs[row, place] = h
        last[row] = h
    return outputs.reshape(n_rows, -1) if layer.return_sequences else last


def noise_of(layer, n_rows, most):
    """The masks and zones that a training draws for a layer in a `LayerBench`."""
    units, dropout, zoneout = layer.units, layer.recurrent_dropout, layer.zoneout
    with np.errstate(over="ignore"):
        keys = [row_key(3, 5, 0, row) for row in range(n_rows)]
        drawn = np.array([[bits(key, j) for j in range(units * (1 + 2 * most))] for key in keys])
    kept = drawn[:, :units] >= np.uint32(dropout * 2.0**32)
    zones = drawn[:, units:] < np.uint32(zoneout * 2.0**32)
    return kept / (1 - dropout), zones.reshape(n_rows, most, 2, units).astype(float)


def jordan(layer, variables, x, lengths=None, targets=None):
    """The outputs of a `JordanRNN`, each series by itself."""
    v, (n_rows, most, _) = variables, x.shape
    width = v["output_kernel"].shape[1]
    outputs, last = np.zeros((n_rows, most, width)), np.zeros((n_rows, width))
    act = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}[layer.activation]
    for row in range(n_rows):
        places = range(most if lengths is None else lengths[row])
        context = y = np.zeros(width)
        for place in reversed(places) if layer.reverse else places:
            context = layer.decay * context + y
            z = x[row, place] @ v["kernel"] + context @ v["recurrent_kernel"]
            y = act(z + v.get("bias", 0)) @ v["output_kernel"] + v.get("output_bias", 0)
            outputs[row, place] = last[row] = y
            if targets is not None:
                y = targets[row, place]
    return outputs.reshape(n_rows, -1) if layer.return_sequences else last


class SeriesBench(LayerBench):
    """A `LayerBench` for series of unequal lengths; nothing behind them may be read."""

    def __init__(self, layer, shape, lengths, dtype=np.float64, **how):
        self._lengths = lengths
        super().__init__(layer, shape, dtype, n_rows=len(lengths), **how)

    def _build(self, plan, layer, shape):
        lengths = plan.memory_of_rows(1, np.int64)
        lengths[: len(self._lengths)] = self._lengths
        whole = plan.buffer(shape)
        self._inputs = SequenceBuffer(whole.array, whole.shape, whole.stride, lengths)
        self._outputs, add_backward = layer.build(plan, self._inputs, self._slots, 0)
        self._gradient = plan.buffer(self._outputs.shape)
        self._result = add_backward(self._gradient, True) if self._goes_back else None

    def _run(self, x, gradient=None):
        x = x.copy().reshape(len(x), *self._inputs.shape)
        for series, length in zip(x, self._lengths, strict=True):
            series[length:] = np.nan
        super()._run(x.reshape(len(x), -1), gradient)


def check_gradients(layer, x, lengths, bench_of=None):
    """Compare the gradients of a layer for series with central differences."""
    shape, x = x.shape[1:], x.reshape(len(x), -1).copy()
    dy = np.random.RandomState(1).normal(size=(len(x), int(np.prod(layer.output_shape(shape)))))
    make = bench_of or SeriesBench
    of_inputs, of_variables = make(layer, shape, lengths, backward=True).backward(x, dy)
    bench = make(layer, shape, lengths)

    def total():
        return float(np.sum(dy * bench.forward(x)))

    close(of_inputs, central_differences(total, x))
    for name, gradient in of_variables.items():
        close(gradient, central_differences(total, bench.variables[name]))


LENGTHS = (4, 1, 5, 2, 5, 3)
assert len(LENGTHS) == BATCH
