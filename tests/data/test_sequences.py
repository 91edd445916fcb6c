"""Sequences of unequal lengths: each gives what it gives alone, whatever it is filled up with."""

import contextlib

import numpy as np
import pytest

from _helpers import DTYPES, LAYERS, close, name_of, plain_python, randomize
from skneural.data.sources import Sequences, source_of
from skneural.engine.plan import Plan
from skneural.layers import (
    APL,
    GRU,
    LSTM,
    Activation,
    Attention,
    AvgPool,
    BatchNorm,
    Bidirectional,
    Conv1D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    LastStep,
    LayerNorm,
    MaxPool,
    Parallel,
    PReLU,
    Reshape,
    Residual,
    Scale,
    Sequential,
    SimpleRNN,
)
from skneural.layers._base import Slot
from skneural.layers._memory import copy, lend
from skneural.layers._sequences import build_layer
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import Adam

FEATURES, N_OUTPUTS = 3, 2
LENGTHS = [11, 30, 12, 17, 64, 11, 29, 13, 100, 47]
RANDOM = np.random.default_rng(0)
SERIES = [RANDOM.normal(size=(length, FEATURES)) for length in LENGTHS]
TARGETS = RANDOM.normal(size=(len(LENGTHS), N_OUTPUTS))
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
STACKS = {
    "max": [GlobalMaxPool()],
    "mean": [GlobalAvgPool()],
    "convolution": [Conv1D(5, 3, "tanh"), GlobalMaxPool()],
    "mean of a convolution": [Conv1D(19, 4, "tanh"), GlobalAvgPool()],
    "strides": [Conv1D(4, 3, strides=2), Activation("tanh"), GlobalAvgPool()],
    "apart": [Conv1D(4, 3, dilation_rate=3), GlobalMaxPool()],
    "same": [Conv1D(4, 3, "tanh", padding="same"),
             Conv1D(3, 4, padding="same"), GlobalAvgPool()],
    "causal": [Conv1D(4, 3, "tanh", padding="causal", dilation_rate=2),
               Conv1D(3, 2, padding="causal", strides=2), GlobalAvgPool()],
    "padded": [Conv1D(4, 5, "softplus", padding=2, strides=2), Conv1D(3, 3, padding=1),
               GlobalMaxPool()],
    "steps": [Scale(0.5), LayerNorm(), PReLU(), APL(), Conv1D(6, 1), Dropout(0.0), GlobalAvgPool()],
    "windows": [Conv1D(4, 2), MaxPool(2), AvgPool(3, strides=1), GlobalMaxPool()],
    "many filters": [Conv1D(64, 3, padding="same"), Conv1D(256, 5, padding="same"),
                     Conv1D(70, 3), GlobalMaxPool()],
    "groups": [Conv1D(12, 3, padding="same"), Conv1D(12, 3, groups=12, padding="same"),
               GlobalAvgPool()],
    "lstm": [LSTM(5)],
    "gru": [Conv1D(4, 3), GRU(5, return_sequences=True), GlobalAvgPool()],
    "early reset": [GRU(17, reset_after=False, reverse=True)],
    "elman": [SimpleRNN(4, return_sequences=True, reverse=True), LastStep()],
    "two directions": [Bidirectional(LSTM(3, return_sequences=True)), GRU(4)],
    "same with strides": [Conv1D(4, 3, "tanh", padding="same", strides=2),
                          Conv1D(5, 4, padding="same", strides=3), GlobalAvgPool()],
    "windows apart": [Conv1D(4, 2, padding="same", strides=3), GlobalMaxPool()],
    "padded windows": [MaxPool(3, strides=1, padding="same"), Conv1D(19, 3), Activation("tanh"),
                       MaxPool(3, strides=2, padding="same"), AvgPool(3, padding=1, strides=2),
                       AvgPool(2, padding="same"), GlobalAvgPool()],
    "norm": [Conv1D(5, 3, padding="same"), BatchNorm(trainable=False), Activation("tanh"),
             Conv1D(3, 3, padding="same"), GlobalAvgPool()],
    "branches": [Parallel([Conv1D(3, 3, padding="same"), [MaxPool(3, strides=1, padding="same"),
                 Conv1D(2, 1)], []]), Activation("tanh"), LSTM(3)],
    "strided branches": [Parallel([Conv1D(3, 3, padding="same", strides=2),
                                   MaxPool(2, padding="same")], "multiply"), GlobalAvgPool()],
    "residual": [Residual([Conv1D(4, 3, padding="same"), Activation("tanh"),
                           Conv1D(4, 4, padding="same")], [Conv1D(4, 1)], "softplus"),
                 Residual([Conv1D(5, 3, padding="same", strides=2)], [Conv1D(5, 1, strides=2)]),
                 Residual([LayerNorm()]), GlobalAvgPool()],
    "beside": [Parallel([LSTM(3), [Conv1D(4, 3, padding="same"), GlobalAvgPool()]])],
    "dense": [Dense(5, "tanh"), Dense(17), GlobalAvgPool()],
    "attention": [Conv1D(5, 3, "tanh", padding="same"), Attention(4)],
    "attention to states": [GRU(19, return_sequences=True), Attention(3)],
    "block": [Sequential([Conv1D(4, 3, padding="same"), Activation("relu")]), GlobalMaxPool()],
}  # fmt: skip
NORM = [Conv1D(5, 3, padding="same"), BatchNorm(), Activation("tanh"),
        Residual([Conv1D(4, 4, padding="same", strides=2), BatchNorm()], "projection"),
        GlobalAvgPool()]  # whose rows depend on one another in training
EACH_STACK = pytest.mark.parametrize("stack", STACKS)


def network(stack, dtype=np.float64, length=20):
    layers = [*(STACKS[stack] if isinstance(stack, str) else stack), Dense(N_OUTPUTS)]
    result = Network(layers, (length, FEATURES), SquaredError(), N_OUTPUTS, dtype)
    randomize(result, seed=1)
    return result


def series(dtype=np.float64, chosen=slice(None)):
    return Sequences([each.astype(dtype) for each in SERIES[chosen]])


@EACH_DTYPE
@EACH_STACK
def test_each_sequence_gives_what_it_gives_alone(stack, dtype):
    model = network(stack, dtype)
    together = model.predict(series(dtype))
    alone = [model.predict(each.astype(dtype)[None])[0] for each in SERIES]
    np.testing.assert_array_equal(together, alone)
    fewer = model.predict(series(dtype, slice(0, 4)))
    np.testing.assert_array_equal(together[:4], fewer)


@EACH_STACK
def test_losses_and_gradient_are_the_sums_of_those_alone(stack):
    model = network(stack)
    weights = RANDOM.uniform(0.5, 2, len(SERIES))
    with model.training_session(
        series(), TARGETS, weights, batch_size=len(SERIES), n_jobs=1
    ) as session:
        loss, gradient = session.loss_and_gradient()
    expected, total = np.zeros_like(gradient), 0.0
    for each, target, weight in zip(SERIES, TARGETS, weights, strict=True):
        with model.training_session(
            each[None], target[None], batch_size=1, n_jobs=1
        ) as session:
            own_loss, own = session.loss_and_gradient()
        expected += weight / weights.sum() * own
        total += weight / weights.sum() * own_loss
    largest = np.abs(expected).max()
    close(gradient / largest, expected / largest, 1e-13)
    assert loss == pytest.approx(total)
    mean_loss = model.evaluate(series(), TARGETS, weights)  # over the outputs too
    assert mean_loss == pytest.approx(total / N_OUTPUTS)


@pytest.mark.parametrize(
    "stack", ["same", "padded", "steps", "strides", "windows", "lstm", "early reset", "elman",
              "two directions", "same with strides", "windows apart", "padded windows", "norm",
              "branches", "dense", "attention", "strided branches", "beside", NORM],
    ids=str,
)
def test_gradient_is_the_central_difference(stack):
    model = network(stack)
    parameters = model.parameters[: model.n_trained]
    with model.training_session(series(), TARGETS, batch_size=len(SERIES), n_jobs=1) as session:
        gradient = session.loss_and_gradient()[1].copy()
        for place in RANDOM.choice(len(parameters), 25):
            kept, values = parameters[place], []
            for step in (1e-6, -1e-6):
                parameters[place] = kept + step
                values.append(session.loss_and_gradient()[0])
            parameters[place] = kept
            assert (values[0] - values[1]) / 2e-6 == pytest.approx(gradient[place], abs=1e-7)


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("stack", ["same", "same with strides", "padded windows", NORM], ids=str)
def test_training_in_batches_and_an_order(stack, n_jobs):
    """The same numbers, filled up to other lengths because of other rows that have no weight."""
    order, trained = RANDOM.permutation(len(SERIES)), []
    longer = [*SERIES, RANDOM.normal(size=(300, FEATURES))]
    for rows in (SERIES, longer):
        model = network(stack)
        targets = np.resize(TARGETS, (len(rows), N_OUTPUTS))
        targets[: len(TARGETS)] = TARGETS
        with model.training_session(
            Sequences(rows), targets, batch_size=4, optimizer=Adam(), n_jobs=n_jobs,
            among=np.arange(len(SERIES)),
        ) as session:
            for _ in range(3):
                session.run_epoch(order, np.full(session.n_batches, 0.01))
        trained.append(model.parameters.copy())
    np.testing.assert_array_equal(*trained)


@pytest.mark.parametrize(("padding", "n_copies"), [("same", 1), ("valid", 0)])
def test_zeros_are_written_behind_sequences_where_nobody_else_has_the_memory(padding, n_copies):
    plan, source = Plan(np.dtype(float), 4), series()
    layer = Conv1D(4, 3, padding=padding)
    inputs = source.add_input(plan, source.shape, [layer])
    lend(plan, inputs, 2)
    values = np.zeros((3, FEATURES, 4))
    slots = {"kernel": Slot(values), "bias": Slot(values[0, 0])}
    outputs, _ = build_layer(plan, layer, inputs, slots, 0)
    assert [step.kernel for step in plan.steps].count(copy) == n_copies
    assert outputs.shape[0] == source.shape[0] - (0 if n_copies else 2)


def test_as_plain_python():
    rows, targets = SERIES[:3], TARGETS[:3]
    for stack in ("same", "mean", "strides"):
        results = []
        for run in (contextlib.nullcontext, plain_python):
            with run():
                model = network(stack)
                predicted = model.predict(Sequences(rows))
                with model.training_session(
                    Sequences(rows), targets, batch_size=3, n_jobs=1
                ) as session:
                    results.append([predicted, session.loss_and_gradient()[1]])
        close(results[0][0], results[1][0], 1e-13)
        close(results[0][1], results[1][1], 1e-12)


def test_plans_are_bound_to_other_sequences():
    model = network("same")
    model.predict(series())
    kept = model._plans.idle()
    others = [each[::-1, ::-1].copy() for each in SERIES[::-1]]
    expected = [model.predict(each[None])[0] for each in others]
    np.testing.assert_array_equal(model.predict(Sequences(others)), expected)
    assert kept[0] in model._plans.idle()


def test_source():
    source = series()
    assert source_of(source) is source
    assert (source.n_samples, source.shortest) == (len(LENGTHS), (11, FEATURES))
    assert 100 <= source.shape[0] <= 112 and source.shape[1] == FEATURES
    taken = source.take(np.array([3, 1]))
    assert (taken.n_samples, list(taken.lengths)) == (2, [17, 30])
    assert Sequences([np.zeros((1, 2))]).shape == (1, 2)


def test_integers_and_a_factor():
    rows = [RANDOM.integers(0, 9, (length, FEATURES)) for length in (4, 9)]
    model = network("max")
    model.scale = 0.5
    np.testing.assert_array_equal(
        model.predict(Sequences(rows)), [model.predict(each[None] * 1.0)[0] for each in rows]
    )


@pytest.mark.parametrize(
    "rows", [[np.zeros((3, 2)), np.zeros((3, 4))], [np.zeros((0, 2))], [np.zeros(3)]]
)
def test_what_is_no_sequence_is_refused(rows):
    with pytest.raises(ValueError, match=r"\(time, features\)"):
        Sequences(rows)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([Reshape((20, 3, 1)), GlobalMaxPool()], "cannot take|Reshape"),
        ([Flatten()], "Dense.* would get"),
        ([Conv1D(3, 12), GlobalMaxPool()], r"\(11, 3\).*kernel_size"),
    ],
)
def test_what_a_layer_cannot_take_is_refused(layers, words):
    model = network(layers)
    with pytest.raises(ValueError, match=words):
        model.predict(series())
    with pytest.raises(ValueError, match=words):
        model.training_session(series(), TARGETS, batch_size=5)


def test_branches_that_leave_sequences_of_other_lengths_are_refused():
    """Although those of even lengths would match."""
    model = network([Parallel([MaxPool(2), Conv1D(3, strides=2, padding="same")]), LastStep()])
    rows = [np.zeros((length, FEATURES)) for length in (4, 9, 16)]
    with pytest.raises(ValueError, match=r"Parallel: of a sequence of 1 .* \[0, 1\]|of 3 steps"):
        model.predict(Sequences(rows))


@pytest.mark.parametrize(
    ("layer", "shape"), [(layer, shape) for layer, shape in LAYERS if len(shape) == 2], ids=name_of
)
def test_any_layer_gives_what_it_gives_alone_or_refuses(layer, shape):
    layers = [layer, *([GlobalMaxPool()] if len(layer.output_shape(shape)) == 2 else []), Dense(2)]
    model = Network(layers, shape, SquaredError(), 2, np.float64)
    randomize(model, seed=2)
    rows = [RANDOM.normal(size=(length, shape[1])) for length in (shape[0], shape[0] + 9)]
    if not layer.reads_sequences and layer.over_time(shape) is None:
        with pytest.raises(ValueError, match=r"cannot take sequences|would get|layer"):
            model.predict(Sequences(rows))
        return
    alone = [model.predict(each[None])[0] for each in rows]
    np.testing.assert_array_equal(model.predict(Sequences(rows)), alone)
