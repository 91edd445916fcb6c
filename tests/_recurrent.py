"""Recurrent layers step by step in NumPy, and a bench for series of unequal lengths."""

import numpy as np

from _helpers import BATCH, LayerBench
from skneural.engine.random import bits, row_key
from skneural.layers import GRU, LSTM, SimpleRNN
from skneural.layers._sequences import SequenceBuffer


def logistic(z):
    return 1 / (1 + np.exp(-z))


def lstm(x, u, h, c, kernel, recurrent, bias):
    i, f, g, o = np.split(x @ kernel + u @ recurrent + bias, 4, axis=-1)
    c = logistic(f) * c + logistic(i) * np.tanh(g)
    return logistic(o) * np.tanh(c), c


def gru(x, u, h, c, kernel, recurrent, bias, reset_after=True):
    of_inputs, of_states = bias if reset_after else (bias, 0)
    zx, rx, nx = np.split(x @ kernel + of_inputs, 3, axis=-1)
    zh, rh, nh = np.split(u @ recurrent + of_states, 3, axis=-1)
    z, r = logistic(zx + zh), logistic(rx + rh)
    units = h.shape[-1]
    nh = r * nh if reset_after else (r * u) @ recurrent[:, 2 * units :]
    return z * h + (1 - z) * np.tanh(nx + nh), c


def elman(x, u, h, c, kernel, recurrent, bias):
    return np.tanh(x @ kernel + u @ recurrent + bias), c


CELLS = {LSTM: lstm, GRU: gru, SimpleRNN: elman}


def twin(layer, variables, x, lengths=None, masks=None, zones=None):
    """The outputs of a layer, each series by itself.

    ``masks`` (rows, units) multiply the states that products read. Of ``zones`` (rows, steps, 2,
    units) states and cells keep their values before a step.
    """
    kernel, recurrent = variables["kernel"], variables["recurrent_kernel"]
    bias = variables.get("bias", np.zeros((2, kernel.shape[1])))
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
                x[row, place], masks[row] * h, h, c, kernel, recurrent, bias, **more
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


LENGTHS = (4, 1, 5, 2, 5, 3)
assert len(LENGTHS) == BATCH
