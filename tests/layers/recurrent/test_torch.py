"""Recurrent layers beside PyTorch's: two layers in both directions, packed series."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from _helpers import DTYPES, name_of
from _recurrent import LENGTHS, SeriesBench
from skneural import RecurrentRegressor
from skneural.layers import GRU, LSTM, Bidirectional, SimpleRNN

torch = pytest.importorskip("torch")
MOST, FEATURES, UNITS, ROWS = max(LENGTHS), 3, 4, len(LENGTHS)
X = np.random.RandomState(0).normal(size=(ROWS, MOST, FEATURES))
KINDS = {"LSTM": LSTM, "GRU": GRU, "RNN": SimpleRNN}
TOLERANCES = {"float32": 1e-5, "float64": 1e-12}
EACH_KIND = pytest.mark.parametrize("kind", KINDS)


def of_torch(state, layer, reverse, gradients=False):
    """The variables of a layer; of gradients, that of its bias is that of either of PyTorch's."""
    end = f"l{layer}" + "_reverse" * reverse
    w, u, b, c = (
        state[f"{name}_{end}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    gates = len(u) // u.shape[1]
    order = [1, 0, 2] if gates == 3 else range(gates)

    def columns(a):
        return np.concatenate([np.split(a, gates)[gate] for gate in order]).T

    bias = columns(b) + (0 if gradients else columns(c))
    return {
        "kernel": columns(w), "recurrent_kernel": columns(u),
        "bias": np.stack([columns(b), columns(c)]) if gates == 3 else bias,
    }


def both_directions(state, layer, **how):
    return {
        f"{name}.{variable}": values
        for reverse, name in enumerate(("forward", "backward"))
        for variable, values in of_torch(state, layer, reverse, **how).items()
    }


def net_of_torch(kind, n_layers=2, both=True):
    torch.manual_seed(0)
    return getattr(torch.nn, kind)(
        FEATURES, UNITS, n_layers, batch_first=True, bidirectional=both
    ).double()


def state_of(net):
    return {name: values.detach().numpy() for name, values in net.named_parameters()}


def packed(net, x):
    series = torch.nn.utils.rnn.pack_padded_sequence(
        x, LENGTHS, batch_first=True, enforce_sorted=False
    )
    outputs, last = net(series)
    outputs, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True)
    last = last[0] if isinstance(last, tuple) else last
    return outputs, torch.cat([last[-2], last[-1]], dim=1)


@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
@EACH_KIND
def test_outputs_of_stacked_layers_are_those_of_packed_series(kind, dtype, sequences):
    net = net_of_torch(kind)
    values = X
    for number in range(2):
        layer = Bidirectional(KINDS[kind](UNITS, return_sequences=number == 0 or sequences))
        bench = SeriesBench(layer, values.shape[1:], LENGTHS, dtype)
        for name, weights in both_directions(state_of(net), number).items():
            bench.variables[name][...] = weights
        values = bench.forward(values.reshape(ROWS, -1).astype(dtype)).reshape(ROWS, -1)
        if number == 0:
            values = values.reshape(ROWS, MOST, -1)
    steps, last = packed(net, torch.tensor(X))
    expected = (steps if sequences else last).detach().numpy().reshape(ROWS, -1)
    assert_allclose(values, expected, rtol=0, atol=TOLERANCES[dtype.name])


@EACH_KIND
def test_gradients_are_those_of_packed_series(kind):
    net = net_of_torch(kind, n_layers=1)
    bench = SeriesBench(Bidirectional(KINDS[kind](UNITS)), X.shape[1:], LENGTHS, backward=True)
    for name, weights in both_directions(state_of(net), 0).items():
        bench.variables[name][...] = weights
    x, dy = torch.tensor(X, requires_grad=True), np.random.RandomState(1).normal(size=(ROWS, 8))
    (packed(net, x)[1] * torch.tensor(dy)).sum().backward()
    of_inputs, found = bench.backward(X.reshape(ROWS, -1), dy)
    assert_allclose(of_inputs, x.grad.numpy().reshape(ROWS, -1), rtol=0, atol=1e-12)
    gradients = {name: values.grad.numpy() for name, values in net.named_parameters()}
    expected = both_directions(gradients, 0, gradients=True)
    assert expected.keys() == found.keys()
    for name, gradient in expected.items():
        assert_allclose(found[name], gradient, rtol=0, atol=1e-12)


@EACH_KIND
def test_estimators_begin_with_given_weights(kind):
    cell = {"LSTM": "lstm", "GRU": "gru", "RNN": "elman"}[kind]
    net = net_of_torch(kind, both=False)
    state = state_of(net)
    first = {f"{cell}_{number + 1}": of_torch(state, number, False) for number in range(2)}
    first["output"] = {"kernel": np.eye(UNITS, 1), "bias": np.zeros(1)}
    series = [x[:length] for x, length in zip(X, LENGTHS, strict=True)]
    fitted = RecurrentRegressor(
        cell, (UNITS, UNITS), initial_weights=first, learning_rate_init=1e-300, max_iter=1,
        random_state=0, dtype="float64",
    ).fit(series, np.arange(ROWS))
    expected = [net(torch.tensor(one)[None])[0][0, -1, 0].item() for one in series]
    assert_allclose(fitted.predict(series), expected, rtol=0, atol=1e-12)
