"""Whole networks: gradients, training, prediction and the flat vector of variables."""

import gc
import weakref

import numpy as np
import pytest
from scipy import sparse

from _helpers import DTYPES, ROUNDING, close, name_of, plain_python, randomize
from skneural.layers import Activation, BatchNorm, Dense, Dropout, LayerNorm
from skneural.losses import LogLoss, SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD, Adam, AdamW, Optimizer

N_ROWS, WIDTH, N_CLASSES = 7, 6, 3
NORMALISATIONS = {None: None, "batch": BatchNorm, "layer": LayerNorm}
WEIGHTS = np.array([0.5, 2.0, 1.0, 0.0, 3.0, 1.5, 1.0])
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)


def build(normalization=None, dropout=0.0, dtype=np.float64, activation="tanh", units=(4,)):
    layers = []
    for width in units:
        layers.append(Dense(width))
        if normalization:
            layers.append(NORMALISATIONS[normalization]())
        layers.append(Activation(activation))
        if dropout:
            layers.append(Dropout(dropout))
    layers.append(Dense(N_CLASSES))
    loss = LogLoss().for_targets("multiclass")
    network = Network(layers, WIDTH, loss, N_CLASSES, dtype)
    randomize(network, seed=3)
    return network


def data(dtype=np.float64, is_sparse=False, n_rows=N_ROWS, seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(0, 1, (n_rows, WIDTH))
    x[random.random(x.shape) < 0.3] = 0
    y = random.integers(0, N_CLASSES, (n_rows, 1)).astype(dtype)
    x = np.ascontiguousarray(x, dtype)
    return sparse.csr_matrix(x) if is_sparse else x, y


def train(network, x, y, weights=None, *, epochs=2, order=None, rate=0.05, **settings):
    settings = {"batch_size": 3, "optimizer": Adam(), "n_jobs": 1, "seed": 11, **settings}
    with network.training_session(x, y, weights, **settings) as session:
        rates = np.full(session.n_batches, rate)
        return [session.run_epoch(order, rates) for _ in range(epochs)]


@pytest.mark.parametrize("is_sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
@pytest.mark.parametrize("dropout", [0.0, 0.4], ids=["", "dropout"])
@pytest.mark.parametrize("normalization", NORMALISATIONS)
def test_gradient_is_the_central_difference(normalization, dropout, weights, is_sparse):
    network = build(normalization, dropout)
    x, y = data(is_sparse=is_sparse)
    settings = {"batch_size": N_ROWS, "alpha": 0.1, "n_jobs": 1, "seed": 5}
    with network.training_session(x, y, weights, **settings) as session:
        _, gradient = session.loss_and_gradient()
        gradient = gradient.copy()
        step, checked = 1e-6, 0
        for place in trained_places(network):
            value = network.parameters[place]
            losses = []
            for moved in (value + step, value - step):
                network.parameters[place] = moved
                losses.append(session.loss_and_gradient()[0])
            network.parameters[place] = value
            close(gradient[place], (losses[0] - losses[1]) / (2 * step), 1e-6)
            checked += 1
        assert checked > 40


def trained_places(network):
    """Where the trained variables are in the flat vector."""
    base, size = network.parameters.ctypes.data, network.parameters.itemsize
    for values in network.variables:
        for name, array in values.items():
            if not name.startswith("running"):
                begin = (array.ctypes.data - base) // size
                yield from range(begin, begin + array.size)


def test_deep_network_has_the_gradient_of_torch():
    torch = pytest.importorskip("torch")
    network = build("layer", units=(50, 33), activation="gelu")
    x, y = data(n_rows=20)
    with network.training_session(x, y, batch_size=20, n_jobs=1) as session:
        loss, gradient = session.loss_and_gradient()
    functional = torch.nn.functional
    variables = [
        {name: torch.tensor(array, requires_grad=True) for name, array in values.items()}
        for values in network.variables
    ]
    z = torch.tensor(x)
    for layer, values in zip(network.layers, variables, strict=True):
        if isinstance(layer, Dense):
            z = z @ values["kernel"] + values["bias"]
        elif isinstance(layer, LayerNorm):
            z = functional.layer_norm(z, z.shape[1:], values["scale"], values["shift"])
        else:
            z = functional.gelu(z)
    expected = functional.cross_entropy(z, torch.tensor(y[:, 0]).long())
    expected.backward()
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    for number, values in enumerate(variables):
        for name, slot in network.slots(number, gradient).items():
            ours = gradient[slot.offset :][: slot.values.size].reshape(slot.values.shape)
            close(ours, values[name].grad.numpy(), 1e-11)


@pytest.mark.needs_jit(reason="there is one meaning only")
@EACH_DTYPE
@pytest.mark.parametrize("normalization", NORMALISATIONS)
def test_compiled_training_equals_plain_python(normalization, dtype):
    x, y = data(dtype)
    settings = {"alpha": 0.01, "max_grad_norm": 0.5, "optimizer": SGD(), "rate": 0.1}

    def result():
        network = build(normalization, 0.3, dtype)
        losses = train(network, x, y, WEIGHTS, order=np.arange(N_ROWS)[::-1], **settings)
        return network.parameters.copy(), losses, network.predict(x)

    compiled = result()
    with plain_python():
        plain = result()
    for one, other in zip(compiled, plain, strict=True):
        close(one, other, 10 * ROUNDING[dtype.name])


@EACH_DTYPE
def test_inputs_are_untouched(dtype):
    x, y = data(dtype)
    weights, order = WEIGHTS.copy(), np.random.default_rng(0).permutation(N_ROWS)
    arrays = [x, y, weights, order]
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    network = build("batch", 0.3, dtype)
    train(network, x, y, weights, order=order, alpha=0.1)
    network.predict(x)
    network.evaluate(x, y, weights)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@EACH_DTYPE
@pytest.mark.parametrize("is_sparse", [False, True], ids=["dense", "sparse"])
def test_a_row_is_predicted_alone(is_sparse, dtype):
    """To the bit, whatever the other rows are and wherever it stands."""
    n_rows = 300 if not is_sparse else 40
    network = build("batch", units=(17,), dtype=dtype)
    x, _ = data(dtype, is_sparse, n_rows)
    together = network.predict(x)
    assert together.dtype == dtype and together.shape == (n_rows, N_CLASSES)
    for rows in (slice(0, 1), slice(n_rows - 1, n_rows), slice(5, 30)):
        np.testing.assert_array_equal(network.predict(x[rows]), together[rows])
    order = np.random.default_rng(0).permutation(n_rows)
    np.testing.assert_array_equal(network.predict(x[order]), together[order])


def test_no_rows_are_no_predictions():
    assert build().predict(np.empty((0, WIDTH))).shape == (0, N_CLASSES)


def test_raw_predictions_have_no_link():
    network, (x, _) = build(), data()
    raw = network.predict(x, raw=True)
    expected = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network.predict(x), expected, rtol=1e-13)


def test_predictions_follow_the_parameters():
    network, (x, _) = build(), data()
    before = network.predict(x)
    kept = network.parameters.copy()
    network.parameters[:] *= 2
    assert np.any(network.predict(x) != before)
    network.parameters[:] = kept
    np.testing.assert_array_equal(network.predict(x), before)


def test_variables_are_views_that_do_not_overlap():
    network = build("batch", units=(4, 5))
    network.parameters[:] = -1
    number = 0
    for values in network.variables:
        for array in values.values():
            assert np.shares_memory(array, network.parameters)
            array[...] = number
            number += 1
    number = 0
    for values in network.variables:
        for array in values.values():
            assert (array == number).all()
            number += 1
    weights = [values["kernel"] for values in network.variables if "kernel" in values]
    ends = [array.ctypes.data + array.nbytes for array in weights]
    assert max(ends) <= network.parameters[network.n_weights :].ctypes.data
    assert network.parameters.ctypes.data % 64 == 0


def test_initial_draws_are_repeatable_and_in_order():
    one, other = build(), build()
    one.initialize(np.random.RandomState(3))
    other.initialize(np.random.RandomState(3))
    np.testing.assert_array_equal(one.parameters, other.parameters)
    bound = np.sqrt(6 / (WIDTH + 4))
    expected = np.random.RandomState(3).uniform(-bound, bound, (WIDTH, 4))
    np.testing.assert_allclose(one.variables[0]["kernel"], expected, rtol=1e-15)


def test_noise_is_known():
    assert build(dropout=0.2).has_noise
    assert not build().has_noise


def test_epoch_is_one_update_a_batch():
    """Against NumPy: plain gradient descent over batches of 3, 3 and 1 rows of an order."""
    x, y = data()
    order = np.array([4, 2, 3, 6, 1, 5, 0])
    network = Network([Dense(N_CLASSES)], WIDTH, SquaredError(), N_CLASSES, np.float64)
    randomize(network, seed=1)
    y = np.random.default_rng(5).normal(0, 1, (N_ROWS, N_CLASSES))
    w, b = (network.variables[0][name].copy() for name in ("kernel", "bias"))
    rates, alpha, total = [0.1, 0.05, 0.2], 0.3, 0.0
    for number, rate in enumerate(rates):
        rows = order[3 * number : 3 * number + 3]
        share = WEIGHTS[rows][:, None]
        error = x[rows] @ w + b - y[rows]
        loss = np.sum(share * error**2) / 2 / N_CLASSES / share.sum()
        penalty = alpha * np.sum(w**2) / 2 / share.sum()
        total += (loss + penalty) * len(rows)
        gradient = (x[rows].T @ (share * error) + alpha * w) / share.sum()
        b = b - rate * np.sum(share * error, axis=0) / share.sum()
        w = w - rate * gradient
    settings = {"batch_size": 3, "optimizer": SGD(momentum=0.0), "alpha": alpha, "n_jobs": 1}
    with network.training_session(x, y, WEIGHTS, **settings) as session:
        assert session.n_batches == 3
        mean_loss = session.run_epoch(order, rates)
        assert session.n_updates == 3
    close(network.variables[0]["kernel"], w, 1e-13)
    close(network.variables[0]["bias"], b, 1e-13)
    assert mean_loss == pytest.approx(total / N_ROWS, rel=1e-12)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
@pytest.mark.parametrize("max_grad_norm", [1e-3, 0.5, 1e6])
def test_clipping_limits_the_norm_over_all_parameters(max_grad_norm, weights):
    """The update is that of the gradient scaled down to the limit."""
    x, y = data()
    network = build("batch")
    start = network.parameters.copy()
    with network.training_session(
        x, y, weights, batch_size=N_ROWS, alpha=0.2, n_jobs=1
    ) as session:
        _, gradient = session.loss_and_gradient()
    norm = np.linalg.norm(gradient)
    network.parameters[:] = start
    train(
        network, x, y, weights, epochs=1, rate=1.0, batch_size=N_ROWS, alpha=0.2,
        optimizer=SGD(momentum=0.0), max_grad_norm=max_grad_norm,
    )
    n_trained = network.n_trained
    step = start[:n_trained] - network.parameters[:n_trained]
    close(step, gradient * min(1.0, max_grad_norm / norm), 1e-12)


@pytest.mark.parametrize("name", sorted(Optimizer.registry))
def test_a_limit_out_of_reach_changes_nothing(name):
    optimizer = Optimizer.registry[name]()
    x, y = data()
    results = []
    for limit in (None, 1e9):
        network = build("layer")
        losses = train(network, x, y, WEIGHTS, alpha=0.1, max_grad_norm=limit, optimizer=optimizer)
        results.append((network.parameters.copy(), losses))
    close(results[0][0], results[1][0], 1e-12)
    close(results[0][1], results[1][1], 1e-12)


def test_weight_decay_is_decoupled_and_for_weights_only():
    x, y = data()
    ends = {}
    for decay in (0.0, 0.4):
        network = build("layer")
        start = network.parameters.copy()
        train(
            network, x, y, epochs=1, batch_size=N_ROWS, weight_decay=decay, rate=0.1,
            optimizer=Adam(),
        )
        ends[decay] = network.parameters.copy()
    n_weights = network.n_weights
    difference = ends[0.4] - ends[0.0]
    close(difference[:n_weights], -0.1 * 0.4 * start[:n_weights], 1e-13)
    assert not difference[n_weights:].any()


def test_adamw_brings_its_own_decay():
    x, y = data()
    ends = []
    for optimizer, decay in ((AdamW(weight_decay=0.2), None), (Adam(), 0.2), (AdamW(), 0.2)):
        network = build()
        train(network, x, y, optimizer=optimizer, weight_decay=decay)
        ends.append(network.parameters.copy())
    np.testing.assert_array_equal(ends[0], ends[1])
    np.testing.assert_array_equal(ends[0], ends[2])


def test_penalty_is_on_weights_only_and_divided_by_the_weight_of_the_rows():
    x, y = data()
    network = build("batch")
    kernels = [values["kernel"] for values in network.variables if "kernel" in values]
    squares = sum(np.sum(kernel**2) for kernel in kernels)
    losses = []
    for alpha in (0.0, 0.6):
        with network.training_session(
            x, y, WEIGHTS, batch_size=N_ROWS, alpha=alpha, n_jobs=1
        ) as session:
            losses.append(session.loss_and_gradient()[0])
    assert losses[1] - losses[0] == pytest.approx(0.3 * squares / WEIGHTS.sum(), rel=1e-12)


def test_reported_loss_of_an_epoch_is_that_before_its_updates():
    x, y = data()
    network = build()
    expected = network.evaluate(x, y, WEIGHTS)
    kernels = [values["kernel"] for values in network.variables if "kernel" in values]
    penalty = 0.25 * sum(np.sum(kernel**2) for kernel in kernels) / WEIGHTS.sum()
    (loss,) = train(network, x, y, WEIGHTS, epochs=1, batch_size=N_ROWS, alpha=0.5)
    assert loss == pytest.approx(expected + penalty, rel=1e-12)


@pytest.mark.parametrize("name", sorted(Optimizer.registry))
def test_a_session_can_go_on_with_another(name):
    """Two epochs in one session are two epochs in two sessions that hand over their state."""
    x, y = data()
    optimizer = Optimizer.registry[name]()
    whole = build(dropout=0.3)
    train(whole, x, y, optimizer=optimizer, epochs=2)
    parts, state, n_updates = build(dropout=0.3), None, 0
    for _ in range(2):
        settings = {"batch_size": 3, "optimizer": optimizer, "n_jobs": 1, "seed": 11}
        with parts.training_session(x, y, **settings) as session:
            if state is not None:
                session.optimizer_state[:] = state
                session.n_updates = n_updates
            session.run_epoch(None, np.full(3, 0.05))
            state, n_updates = session.optimizer_state.copy(), session.n_updates
    np.testing.assert_array_equal(parts.parameters, whole.parameters)


def test_dropout_differs_by_seed_and_by_update():
    x, y = data()
    ends = []
    for seed in (1, 1, 2):
        network = build(dropout=0.5)
        train(network, x, y, seed=seed)
        ends.append(network.parameters.copy())
    np.testing.assert_array_equal(ends[0], ends[1])
    assert np.any(ends[0] != ends[2])
    network = build(dropout=0.5)
    losses = train(network, x, y, rate=0.0, epochs=3)
    assert len(set(losses)) == 3


def test_rows_without_weight_leave_the_model_as_it_is():
    x, y = data()
    network = build()
    start = network.parameters.copy()
    losses = train(network, x, y, np.zeros(N_ROWS), optimizer=SGD())
    np.testing.assert_array_equal(network.parameters, start)
    assert losses == [0.0, 0.0]


def test_learning_reaches_a_small_loss():
    x, y = data(n_rows=30)
    network = build(units=(8,))
    network.initialize(np.random.RandomState(0))
    losses = train(network, x, y, batch_size=10, epochs=40, rate=0.05)
    assert losses[-1] < 0.2 * losses[0]


def test_evaluation_goes_over_several_batches():
    x, y = data(n_rows=600)
    weights = np.linspace(0, 2, 600)
    network = build()
    probabilities = network.predict(x)
    surprise = -np.log(probabilities[np.arange(600), y[:, 0].astype(int)])
    evaluation = network.evaluation(x, y, weights)
    expected = weights @ surprise / weights.sum()
    assert evaluation.loss() == pytest.approx(expected, rel=1e-12)
    assert evaluation.loss() == pytest.approx(expected, rel=1e-12)
    assert network.evaluate(x, y) == pytest.approx(surprise.mean(), rel=1e-12)


@pytest.mark.needs_jit(reason="plain Python runs on one thread")
@pytest.mark.parametrize("is_sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("normalization", NORMALISATIONS)
def test_threads_do_not_change_a_bit(normalization, is_sparse, no_leaked_threads):
    x, y = data(np.float32, is_sparse, n_rows=90)
    ends = []
    for n_jobs in (1, 2, 3, 4):
        network = build(normalization, 0.3, np.float32, units=(40, 9))
        settings = {"batch_size": 40, "alpha": 0.1, "max_grad_norm": 0.5, "n_jobs": n_jobs}
        losses = train(network, x, y, np.linspace(0.5, 2, 90), **settings)
        ends.append((network.parameters.copy(), losses))
    for parameters, losses in ends[1:]:
        np.testing.assert_array_equal(parameters, ends[0][0])
        assert losses == ends[0][1]


@pytest.mark.parametrize("clipped", [None, 1.0])
def test_memory_of_a_session_is_given_back_at_its_end(clipped):
    x, y = data()
    network = build("batch", dropout=0.5)
    gc.disable()
    try:
        session = network.training_session(
            x, y, batch_size=4, optimizer=Adam(), max_grad_norm=clipped
        )
        plan = weakref.ref(session._runner.plan)
        with session:
            session.run_epoch(None, np.full(session.n_batches, 1e-3))
        del session
        assert plan() is None
    finally:
        gc.enable()
