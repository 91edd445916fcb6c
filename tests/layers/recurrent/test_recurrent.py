"""Recurrent layers: against plain NumPy, PyTorch and Keras with the same weights."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from _helpers import DTYPES, ROUNDING, LayerBench, name_of
from _recurrent import twin
from skneural.layers import GRU, LSTM, Bidirectional, LastStep, SimpleRNN

STEPS, FEATURES, ROWS = 7, 3, 6
RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(ROWS, STEPS, FEATURES))
FLAT = X.reshape(ROWS, -1)
LAYERS = [LSTM, GRU, SimpleRNN]
EACH_WAY = pytest.mark.parametrize(
    ("sequences", "reverse", "bias"), list(itertools.product([False, True], repeat=3))
)


def layers_of(sequences, reverse, bias):
    how = {"return_sequences": sequences, "reverse": reverse, "use_bias": bias}
    return [LSTM(5, **how), GRU(5, **how), GRU(5, reset_after=False, **how), SimpleRNN(5, **how)]


@EACH_WAY
@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
def test_outputs_are_those_of_numpy(sequences, reverse, bias, dtype):
    for layer in layers_of(sequences, reverse, bias):
        bench = LayerBench(layer, (STEPS, FEATURES), dtype)
        expected = twin(layer, bench.variables, X.astype(dtype))
        tolerance = ROUNDING[dtype.name]
        assert_allclose(bench.forward(FLAT), expected, rtol=tolerance, atol=tolerance)
        predicting = LayerBench(layer, (STEPS, FEATURES), dtype, training=False)
        assert_array_equal(predicting.forward(FLAT), bench.forward(FLAT))


def torch_twin(layer, variables):
    torch = pytest.importorskip("torch")
    kind = {LSTM: torch.nn.LSTM, GRU: torch.nn.GRU, SimpleRNN: torch.nn.RNN}[type(layer)]
    units = layer.units
    order = np.arange(variables["kernel"].shape[1])
    if isinstance(layer, GRU):  # in PyTorch the reset gate comes first
        order = np.concatenate([order[units : 2 * units], order[:units], order[2 * units :]])
    net = kind(FEATURES, units, batch_first=True, bias=layer.use_bias).double()
    bias = variables.get("bias")
    with torch.no_grad():
        net.weight_ih_l0.copy_(torch.tensor(variables["kernel"].T[order]))
        net.weight_hh_l0.copy_(torch.tensor(variables["recurrent_kernel"].T[order]))
        if layer.use_bias:
            of_inputs, of_states = bias if bias.ndim > 1 else (bias, np.zeros_like(bias))
            net.bias_ih_l0.copy_(torch.tensor(of_inputs[order]))
            net.bias_hh_l0.copy_(torch.tensor(of_states[order]))
    return net, np.argsort(order)


@EACH_WAY
@pytest.mark.parametrize("number", range(len(LAYERS)))
def test_outputs_and_gradients_are_those_of_torch(sequences, reverse, bias, number):
    torch = pytest.importorskip("torch")
    how = {"return_sequences": sequences, "reverse": reverse, "use_bias": bias}
    layer = LAYERS[number](5, **how)
    bench = LayerBench(layer, (STEPS, FEATURES), backward=True)
    net, order = torch_twin(layer, bench.variables)
    x = torch.tensor(X[:, ::-1].copy() if reverse else X, requires_grad=True)
    outputs, _ = net(x)
    last = outputs[:, -1]
    wanted = (outputs.flip(1) if reverse else outputs).reshape(ROWS, -1) if sequences else last
    forward = LayerBench(layer, (STEPS, FEATURES)).forward(FLAT)
    assert_allclose(forward, wanted.detach().numpy(), atol=1e-12)
    gradient = RANDOM.normal(size=wanted.shape)
    (wanted * torch.tensor(gradient)).sum().backward()
    of_inputs, found = bench.backward(FLAT, gradient)
    expected = x.grad.numpy()[:, ::-1] if reverse else x.grad.numpy()
    assert_allclose(of_inputs, expected.reshape(ROWS, -1), atol=1e-12)
    names = {"kernel": "weight_ih_l0", "recurrent_kernel": "weight_hh_l0"}
    for name, theirs in names.items():
        assert_allclose(found[name], getattr(net, theirs).grad.numpy()[order].T, atol=1e-12)
    if bias:
        ours = found["bias"].reshape(-1, len(order))
        for row, theirs in zip(ours, ("bias_ih_l0", "bias_hh_l0"), strict=False):
            assert_allclose(row, getattr(net, theirs).grad.numpy()[order], atol=1e-12)


@pytest.mark.parametrize("merge", ["concatenate", "add", "multiply", "average"])
@pytest.mark.parametrize("sequences", [False, True])
def test_bidirectional_merges_both_directions(merge, sequences):
    layer = Bidirectional(GRU(4, return_sequences=sequences), merge)
    bench = LayerBench(layer, (STEPS, FEATURES))
    sides = []
    for name in ("forward", "backward"):
        prefix = f"{name}."
        own = {k[len(prefix) :]: v for k, v in bench.variables.items() if k.startswith(prefix)}
        cell = GRU(4, return_sequences=True, reverse=name == "backward")
        side = twin(cell, own, X).reshape(ROWS, STEPS, 4)
        last = side[:, 0] if name == "backward" else side[:, -1]
        sides.append(side if sequences else last)
    one, other = sides
    expected = {
        "concatenate": np.concatenate(sides, axis=-1), "add": one + other,
        "multiply": one * other, "average": (one + other) / 2,
    }[merge]
    assert_allclose(bench.forward(FLAT), expected.reshape(ROWS, -1), atol=1e-12)


def test_bidirectional_reaches_the_parameters_of_its_layer():
    layer = Bidirectional(LSTM(3))
    layer.set_params(layer__units=5, merge="add")
    assert layer.get_params()["layer__units"] == 5
    assert layer.output_shape((4, 2)) == (5,)
    names = [variable.name for variable in layer.variables((4, 2))]
    assert names[0] == "forward.kernel" and names[-1] == "backward.bias"


def test_last_step():
    bench = LayerBench(LastStep(), (STEPS, FEATURES))
    assert_array_equal(bench.forward(FLAT), X[:, -1])


def test_first_values():
    """Those of Keras: orthogonal as a whole, and 1 as the forget gate's bias."""
    layer = LSTM(6)
    shapes = {v.name: np.empty(v.shape) for v in layer.variables((4, 3))}
    layer.initialize(shapes, np.random.RandomState(0), "identity")
    recurrent = shapes["recurrent_kernel"]
    assert_allclose(recurrent @ recurrent.T, np.eye(6), atol=1e-12)
    limit = np.sqrt(6 / (3 + 24))
    assert 0.8 * limit < np.abs(shapes["kernel"]).max() <= limit
    assert_array_equal(shapes["bias"], np.repeat([0, 1, 0, 0], 6))


@pytest.mark.parametrize("layer", [LSTM(3), GRU(3), SimpleRNN(3), LastStep()], ids=name_of)
def test_flat_samples_are_refused(layer):
    name = type(layer).__name__
    with pytest.raises(ValueError, match=rf"{name}: needs series of shape \(time, features\)"):
        layer.output_shape((5,))


@pytest.mark.parametrize("n_rows", [1, 5, 64, 150])
def test_rows_are_independent_to_the_bit(n_rows):
    """Of blocks and threads too."""
    for layer in layers_of(sequences=True, reverse=False, bias=True):
        x = np.random.RandomState(1).normal(size=(n_rows, STEPS * FEATURES))
        alone = LayerBench(layer, (STEPS, FEATURES), np.float32, n_rows=1)
        expected = np.concatenate([alone.forward(row[None]) for row in x])
        for n_jobs in (1, 3):
            bench = LayerBench(layer, (STEPS, FEATURES), np.float32, n_rows=n_rows, n_jobs=n_jobs)
            assert_array_equal(bench.forward(x), expected)


def test_gradients_do_not_depend_on_threads():
    for layer in layers_of(sequences=False, reverse=True, bias=True):
        x = np.random.RandomState(1).normal(size=(150, STEPS * FEATURES))
        gradient = np.random.RandomState(2).normal(size=(150, 5))
        found = [
            LayerBench(
                layer, (STEPS, FEATURES), np.float32, backward=True, n_rows=150, n_jobs=n_jobs
            ).backward(x, gradient)
            for n_jobs in (1, 2, 4)
        ]
        for of_inputs, gradients in found[1:]:
            assert_array_equal(of_inputs, found[0][0])
            for name, values in gradients.items():
                assert_array_equal(values, found[0][1][name])
