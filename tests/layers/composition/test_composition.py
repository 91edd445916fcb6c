"""Layers made of layers: against NumPy, names, parameters, random numbers, first values, copies."""

import math

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits

from _helpers import BATCH, DTYPES, LayerBench, close, name_of
from skneural import NeuralNetClassifier
from skneural.activations import LeakyRelu
from skneural.engine.plan import Plan
from skneural.layers import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    Parallel,
    Residual,
    Sequential,
)
from skneural.layers._memory import copy
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}


def normal(shape, dtype=np.float64, seed=1, n_rows=BATCH):
    shape = shape if isinstance(shape, tuple) else (shape,)
    return np.random.default_rng(seed).normal(size=(n_rows, *shape)).astype(dtype)


@EACH_DTYPE
def test_residual(dtype):
    block = Residual([Dense(4), Activation("tanh"), ("out", Dense(5))], activation="tanh")
    x, dy = normal(5, dtype), normal(5, dtype, seed=2)
    bench = LayerBench(block, 5, dtype, backward=True)
    v = bench.variables
    assert list(v) == ["0.kernel", "0.bias", "out.kernel", "out.bias"]
    hidden = np.tanh(x @ v["0.kernel"] + v["0.bias"])
    y = np.tanh(hidden @ v["out.kernel"] + v["out.bias"] + x)
    of_sum = dy * (1 - y**2)
    of_hidden = of_sum @ v["out.kernel"].T * (1 - hidden**2)
    expected = {
        "0.kernel": x.T @ of_hidden,
        "0.bias": of_hidden.sum(axis=0),
        "out.kernel": hidden.T @ of_sum,
        "out.bias": of_sum.sum(axis=0),
    }
    tolerance = TOLERANCE[dtype.name]
    close(LayerBench(block, 5, dtype).forward(x), y, tolerance)
    dx, gradients = bench.backward(x, dy)
    close(dx, of_sum + of_hidden @ v["0.kernel"].T, tolerance)
    for name, gradient in expected.items():
        close(gradients[name], gradient, tolerance)


@EACH_DTYPE
def test_residual_with_a_shortcut(dtype):
    x = normal(5, dtype)
    bench = LayerBench(Residual([Dense(3)], [Dense(3), Activation("tanh")]), 5, dtype)
    v = bench.variables
    main = x @ v["0.kernel"] + v["0.bias"]
    shortcut = np.tanh(x @ v["shortcut.0.kernel"] + v["shortcut.0.bias"])
    close(bench.forward(x), main + shortcut, TOLERANCE[dtype.name])


def branches_of(n):
    """Branches with what they stand for, and their slopes."""
    kinds = [
        ([Activation("tanh")], np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        ([], lambda x: x, np.ones_like),
        (Activation("tanh"), np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    ]
    return zip(*kinds[:n])


@EACH_DTYPE
@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("merge", ["concatenate", "add", "multiply", "average"])
def test_parallel(merge, n, dtype):
    branches, functions, slopes = branches_of(n)
    layer, shape = Parallel(list(branches), merge), (2, 3, 19)
    x, dy = normal(shape, dtype), normal(layer.output_shape(shape), dtype, seed=2)
    outputs = np.stack([function(x) for function in functions])
    each = np.stack([slope(x) for slope in slopes])
    if merge == "concatenate":
        y = np.concatenate(list(outputs), axis=-1)
        dx = sum(part * slope for part, slope in zip(np.split(dy, n, axis=-1), each))
    elif merge == "multiply":
        y = outputs.prod(axis=0)
        dx = dy * sum(np.delete(outputs, k, axis=0).prod(axis=0) * each[k] for k in range(n))
    else:
        scale = 1 / n if merge == "average" else 1
        y, dx = scale * outputs.sum(axis=0), scale * dy * each.sum(axis=0)
    flat, tolerance = x.reshape(BATCH, -1), TOLERANCE[dtype.name]
    close(LayerBench(layer, shape, dtype).forward(flat), y.reshape(BATCH, -1), tolerance)
    bench = LayerBench(layer, shape, dtype, backward=True)
    result, _ = bench.backward(flat, dy.reshape(BATCH, -1))
    close(result, dx.reshape(BATCH, -1), tolerance)


def test_blocks_of_blocks_are_those_of_torch():
    torch = pytest.importorskip("torch")
    block = Parallel(
        [[Residual([BatchNorm(), Activation("tanh"), Dense(5)])], [Dense(2), Activation("tanh")]]
    )
    layer, x, dy = Sequential([block, Dense(3)]), normal(5), normal(3, seed=2)
    bench = LayerBench(layer, 5, backward=True)
    v = {k: torch.tensor(a, requires_grad=True) for k, a in bench.variables.items()}
    z = torch.tensor(x, requires_grad=True)
    first = torch.nn.functional.batch_norm(
        z, None, None, v["0.0.0.0.scale"], v["0.0.0.0.shift"], training=True
    )
    first = z + torch.tanh(first) @ v["0.0.0.2.kernel"] + v["0.0.0.2.bias"]
    second = torch.tanh(z @ v["0.1.0.kernel"] + v["0.1.0.bias"])
    y = torch.cat([first, second], dim=1) @ v["1.kernel"] + v["1.bias"]
    y.backward(torch.tensor(dy))
    close(LayerBench(layer, 5).forward(x), y.detach().numpy(), 1e-12)
    dx, gradients = bench.backward(x, dy)
    close(dx, z.grad.numpy(), 1e-12)
    for name, gradient in gradients.items():
        close(gradient, v[name].grad.numpy(), 1e-12)


def trained(layers):
    network = Network(layers, 5, SquaredError(), 3, np.float64)
    network.initialize(np.random.RandomState(0))
    settings = {"batch_size": 7, "optimizer": SGD(momentum=0.9), "n_jobs": 1}
    x, y = normal(5, n_rows=40), normal(3, n_rows=40, seed=2)
    with network.training_session(x, y, **settings) as session:
        for _ in range(3):
            session.run_epoch(None, np.full(6, 0.01))
    return network.predict(x)


def test_a_block_trains_as_its_layers_do():
    flat = [Dense(8), BatchNorm(), Activation("relu"), Dense(6), Activation("tanh"), Dense(3)]
    middle = Sequential([flat[2], ("inner", Sequential(flat[3:5]))])
    nested = [Sequential(flat[:2]), middle, flat[5]]
    np.testing.assert_array_equal(trained(nested), trained(flat))


def test_first_values_follow_the_activation_behind():
    told = []

    class Told(Layer):
        def initialize(self, values, random_state, activation):
            told.append(activation)

    inner = Residual([Told(), Activation("elu"), Told()], [Told()], activation="silu")
    network = Network(
        [Sequential([Told(), inner, Told()]), Parallel([[Told()], Told()]), Activation("tanh"),
         Told(), Sequential([Activation("relu"), Told()])],
        (3,), SquaredError(), 3, np.float64,
    )  # fmt: skip
    network.initialize(np.random.RandomState(0))
    assert told == ["elu", "elu", "silu", "silu", "tanh", "tanh", "tanh", "relu", "relu"]


def test_random_numbers_differ_between_layers():
    noisy = [Dropout(0.5), [Dropout(0.5)], [[], Dropout(0.5)][1:], Sequential([Dropout(0.5)])]
    layer = Parallel([*noisy, Sequential([Parallel(noisy)])])
    x = np.ones((1, 200))
    parts = LayerBench(layer, 200, n_rows=1).forward(x).reshape(8, 200)
    assert len({part.tobytes() for part in parts}) == 8
    assert layer.has_noise and not Residual([Dense(3)]).has_noise


def plan_of(layer, shape):
    plan = Plan(np.dtype(np.float64), BATCH, training=True)
    bench = LayerBench(layer, shape)
    inputs = plan.buffer(shape)
    outputs, backward = layer.build(plan, inputs, bench.network.slots(0), 0)
    backward(plan.buffer(outputs.shape), True)
    return plan


@pytest.mark.parametrize(
    ("layer", "shape", "n_copies"),
    [
        (Residual([Dense(5), Activation("tanh"), Dense(5)]), (5,), 0),
        (Residual([Dense(5), BatchNorm()]), (5,), 0),
        (Residual([Dense(5), Dropout()]), (5,), 1),  # of the gradient
        (Residual([BatchNorm(), Dense(5)]), (5,), 1),  # of the input
        (Residual([Dense(3), BatchNorm()], [Dense(3), BatchNorm()]), (5,), 0),
        (Parallel([MaxPool(), AvgPool()], "add"), (4, 4, 2), 0),
        (Parallel([[Dropout(), Dense(3)], [Dropout(), Dense(3)]], "add"), (5,), 1),
    ],
)
def test_copies_are_made_where_one_branch_overwrites_what_another_needs(layer, shape, n_copies):
    kernels = [step.kernel for step in plan_of(layer, shape).steps]
    assert kernels.count(copy) == n_copies


def test_parameters_are_reached_by_name_or_place():
    block = Residual([("dense", Dense(4)), Sequential([("pool", Dropout(0.5))])])
    params = block.get_params()
    assert params["dense__units"] == 4 and params["1__pool__rate"] == 0.5
    assert params["dense"] is block.layers[0][1]
    block.set_params(dense__units=7, **{"1__pool__rate": 0.25})
    assert block.layers[0][1].units == 7 and block.layers[1].layers[0][1].rate == 0.25
    copied = clone(block).set_params(dense=Dense(9), activation="relu", **{"1": "passthrough"})
    assert copied.output_shape((9,)) == (9,) and copied.layers[1] == "passthrough"
    assert block.layers[0][1].units == 7 and block.activation == "identity"
    with pytest.raises(ValueError, match="Invalid parameter 'dance'"):
        block.set_params(dance__units=3)


def test_branches_are_reached_by_name():
    layer = Parallel([("wide", Dense(8)), ("same", [])])
    assert layer.set_params(wide__units=3).output_shape((5,)) == (8,)
    assert list(LayerBench(layer, 5).variables) == ["wide.kernel", "wide.bias"]


def test_layers_in_list_branches_are_reached_by_name_or_place():
    branches = [Dense(2), [Activation("tanh"), ("wide", Dense(8))], ("named", [[Dense(3)], []])]
    layer = Parallel([*branches[:2], ("named", [Parallel(branches[2][1])])])
    params = layer.get_params()
    assert params["1__wide__units"] == 8 and params["named__0__0__0__units"] == 3
    assert params["1__0"] is branches[1][0] and params["named__0__merge"] == "concatenate"
    copied = clone(layer)
    copied.set_params(**{"1__wide__units": 5, "named__0__0__0__units": 4})
    copied.set_params(**{"1__0__activation": "relu"})
    assert copied.output_shape((6,)) == (2 + 5 + 4 + 6,)
    assert copied.branches[1][0].activation == "relu"
    assert layer.output_shape((6,)) == (2 + 8 + 3 + 6,)


def test_layers_in_list_branches_are_replaced_in_a_list_of_their_own():
    branch = [("wide", Dense(8)), Activation("tanh")]
    layer = Parallel((("a", branch), Dense(2)))
    layer.set_params(a__wide=Dense(4), **{"a__1": "passthrough", "1": [Dense(3), Dense(1)]})
    assert layer.branches[0] == ("a", [("wide", layer.branches[0][1][0][1]), "passthrough"])
    assert layer.output_shape((5,)) == (5,)
    assert branch[0][1].units == 8 and isinstance(branch[1], Activation)
    assert layer.set_params(**{"1": [Dense(3)], "1__0__units": 7}).output_shape((5,)) == (11,)
    assert isinstance(layer.branches, tuple)


def test_layers_of_a_shortcut_are_reached_behind_its_name():
    shortcut = [("dense", Dense(4)), BatchNorm()]
    block = Residual([Dense(4)], shortcut, LeakyRelu(0.1))
    assert block.get_params()["shortcut__dense__units"] == 4
    block.set_params(shortcut__dense__units=6, activation__negative_slope=0.3, **{"0__units": 6})
    assert block.output_shape((5,)) == (6,) and block.shortcut is shortcut
    assert block.activation.negative_slope == 0.3
    block.set_params(shortcut__dense=Dense(6, "tanh"), shortcut__1="passthrough")
    assert block.shortcut[0][1].activation == "tanh" and isinstance(shortcut[1], BatchNorm)
    assert "shortcut__0" not in Residual([Dense(4)], "projection").get_params()


@pytest.mark.parametrize(
    ("layer", "params", "words"),
    [
        (Parallel([[Dense(2)], []]), {"0__1__units": 3}, r"'1' for Parallel.*, '0'"),
        (Parallel([[("wide", Dense(2))]]), {"0__wde__units": 3}, "Did you mean 'wide'"),
        (Parallel([[Dense(2)]]), {"0__0__nits": 3}, "'nits' for estimator Dense"),
        (Parallel([[Dense(2)]]), {"2__units": 3}, "'2'"),
        (Residual([Dense(2)]), {"shortcut__0__units": 3}, "'shortcut'"),
    ],
)
def test_parameters_that_no_list_has_are_named(layer, params, words):
    with pytest.raises(ValueError, match=words):
        layer.set_params(**params)


def test_layers_within_are_checked():
    with pytest.raises(ValueError, match="'rate' parameter of Dropout"):
        Sequential([Residual([Dropout(2.0)])])._validate_params()


@pytest.mark.parametrize(
    ("layer", "error", "message"),
    [
        (Residual([Dense(3)]), ValueError,
         r"Residual: the layers give \(3,\), the shortcut \(5,\).*projection"),
        (Parallel([Dense(3), Dense(4)], "add"), ValueError,
         r"Parallel: merge='add' needs branches of equal output shape, got \[\(3,\), \(4,\)\]"),
        (Parallel([]), ValueError, "Parallel: branches is empty"),
        (Sequential(Dense(3)), TypeError, "Sequential: needs a list of layers"),
        (Sequential([Dense]), TypeError, r"Sequential: '0' is <class .*Dense'>, which is no layer"),
        (Sequential(["dense"]), TypeError, "Sequential: '0' is 'dense', which is no layer"),
        (Sequential([("a", Dense(3)), ("a", Dense(3))]), ValueError, "its own.*got 'a'"),
        (Sequential([("a.b", Dense(3))]), ValueError, "without '.' and '__'; got 'a.b'"),
        (Residual([("shortcut", Dense(3))]), ValueError, "cannot be named 'shortcut'"),
        (Sequential([Dense(3), Residual([("conv", Conv2D(2))])]), ValueError,
         "^layer '1': layer 'conv': Conv2D: "),
        (Residual([Dense(5)], [("side", MaxPool())]), ValueError,
         "^layer 'shortcut': layer 'side': MaxPool: "),
        (Parallel([("left", Dense(3)), ("right", [MaxPool()])]), ValueError,
         "^layer 'right': layer '0': MaxPool: "),
    ],
)  # fmt: skip
def test_what_cannot_be_composed_is_said(layer, error, message):
    with pytest.raises(error, match=message):
        layer.output_shape((5,))


def test_branches_of_unlike_sizes_are_said():
    with pytest.raises(ValueError, match="but for the last axis"):
        Parallel([MaxPool(2), []]).output_shape((4, 4, 2))
    with pytest.raises(ValueError, match="needs samples of shape"):
        Residual([Activation()], "projection").output_shape((2, 2, 2, 2))


def test_frozen_layers_within_are_left_alone():
    frozen = Dense(4, trainable=False)
    block = Residual([Activation("tanh"), frozen], [frozen])
    network = Network([block, Dense(3)], (5,), SquaredError(), 3, np.float64)
    network.initialize(np.random.RandomState(0))
    before = {name: values.copy() for name, values in network.variables[0].items()}
    assert not network.is_trained(0) and network.is_trained(1)
    with network.training_session(
        normal(5), normal(3, seed=2), batch_size=3, optimizer=SGD(), n_jobs=1
    ) as session:
        session.run_epoch(None, np.full(2, 0.1))
    for name, values in network.variables[0].items():
        np.testing.assert_array_equal(values, before[name])


@pytest.mark.parametrize(
    ("layer", "shape", "kernel"),
    [
        (Dense(4), (5,), (5, 4)),
        (Conv1D(4, strides=2, padding="same"), (7, 2), (1, 2, 4)),
        (Conv2D(4, strides=(2, 3), padding="same"), (5, 6, 2), (1, 1, 2, 4)),
    ],
)
def test_a_projection_fits_the_output(layer, shape, kernel):
    block = Residual([layer, Activation("relu")], "projection")
    network = Network([block], shape, SquaredError(), math.prod(block.output_shape(shape)), float)
    network.initialize(np.random.RandomState(0))
    first = network.variables[0]["shortcut.0.kernel"]
    assert first.shape == kernel and np.abs(first).min() > 0
    assert block.output_shape(shape) == layer.output_shape(shape)


@pytest.mark.needs_jit(reason="a fit of many epochs")
def test_an_estimator_learns_with_blocks_and_searches_in_them():
    X, y = load_digits(return_X_y=True)
    block = Residual([("conv", Conv2D(8, padding="same")), BatchNorm()], activation="relu")
    branches = Parallel([MaxPool(2), AvgPool(2)])
    model = NeuralNetClassifier(
        [Conv2D(8, padding="same"), ("block", block), branches, Flatten()],
        input_shape=(8, 8, 1), learning_rate_init=0.01, max_iter=4, random_state=0,
    )  # fmt: skip
    model.set_params(block__conv__kernel_size=5)
    assert clone(model).fit(X[:1200] / 16, y[:1200]).score(X[1200:] / 16, y[1200:]) > 0.85


@pytest.mark.parametrize("merge", ["concatenate", "add", "multiply", "average"])
def test_a_single_empty_branch_does_not_lend_its_inputs(merge):
    branch = Parallel([[]], merge)
    block = Residual([branch, Activation("tanh")])
    x = normal(4)
    bench = LayerBench(block, (4,))
    np.testing.assert_allclose(bench.forward(x), np.tanh(x) + x, rtol=1e-12)


@pytest.mark.parametrize("merge", ["concatenate", "add", "multiply", "average"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_branch_passed_through_is_the_identity(merge, place):
    def layers(passed):
        branches = [[Dense(5)], Activation("tanh")]
        return Parallel([*branches[:place], passed, *branches[place:]], merge)

    assert layers("passthrough").output_shape((5,)) == layers([]).output_shape((5,))
    X, y = np.random.RandomState(0).standard_normal((20, 5)), np.arange(20) % 2
    one, other = (
        NeuralNetClassifier([layers(passed)], max_iter=2, random_state=0).fit(X, y)
        for passed in ("passthrough", [])
    )
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
    named = Parallel([("skip", Activation("tanh")), Dense(2)]).set_params(skip="passthrough")
    assert named.output_shape((5,)) == (7,)
