"""Hopfield networks: what is recalled, in which coding, what is warned of and refused."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer

from skneural import HopfieldNetwork
from skneural.callbacks import HAS_CALLBACKS


def random_bits(n_patterns=4, n_units=60, seed=0):
    return np.random.RandomState(seed).randint(2, size=(n_patterns, n_units))


def flipped(X, share, seed=1):
    """A copy of 0 and 1 with some of each row flipped."""
    random, noisy = np.random.RandomState(seed), X.copy()
    for row in noisy:
        chosen = random.choice(len(row), round(share * len(row)), replace=False)
        row[chosen] = 1 - row[chosen]
    return noisy


BITS = random_bits()
NOISY = flipped(BITS, 0.1)


@pytest.mark.parametrize("rule", ["hebbian", "storkey", "pseudo_inverse"])
@pytest.mark.parametrize("update", ["asynchronous", "synchronous"])
def test_recalls_from_noise(rule, update):
    network = HopfieldNetwork(rule, update=update, random_state=0).fit(BITS)
    assert_array_equal(network.transform(NOISY), BITS)
    assert_array_equal(network.predict(NOISY), range(4))


def test_negatives_are_no_patterns():
    network = HopfieldNetwork(random_state=0).fit(BITS)
    assert_array_equal(network.transform(1 - BITS), 1 - BITS)
    assert_array_equal(network.predict(1 - BITS), [-1] * 4)
    cubic = HopfieldNetwork(interaction="polynomial", random_state=0).fit(BITS)
    assert (cubic.transform(1 - BITS) != 1 - BITS).any()


def test_of_equal_patterns_the_first_is_named():
    network = HopfieldNetwork(random_state=0).fit(BITS[[0, 1, 0, 1]])
    assert_array_equal(network.predict(BITS[[1, 0]]), [1, 0])


def test_coding_is_that_of_the_patterns():
    bits = HopfieldNetwork(random_state=0).fit(BITS)
    expected = bits.transform(NOISY)
    for low, high in ((-1, 1), (0, 255), (-3.5, 0.25)):
        values = np.array([low, high])
        network = HopfieldNetwork(random_state=0, threshold=low).fit(values[BITS])
        assert_array_equal(network.levels_, values)
        assert_array_equal(network.patterns_, values[BITS])
        assert_array_equal(network.transform(values[NOISY]), values[expected.astype(int)])
        assert_array_equal(network.weights_, bits.weights_)
    numbers = np.random.RandomState(3).normal(size=(4, 60))
    network = HopfieldNetwork(random_state=0).fit(numbers)
    assert_array_equal(network.levels_, [-1, 1])
    assert_array_equal(network.patterns_, np.sign(numbers))
    assert_array_equal(HopfieldNetwork(threshold=0.5).fit(BITS).levels_, [0, 1])
    assert_array_equal(HopfieldNetwork().fit(np.ones((1, 60))).levels_, [0, 1])


def test_numbers_in_any_container_and_dtype_are_recalled_alike():
    pd = pytest.importorskip("pandas")
    expected = HopfieldNetwork(random_state=0).fit(BITS).transform(NOISY)
    frame = pd.DataFrame(NOISY, columns=[f"unit {number}" for number in range(60)])
    containers = [bool, np.uint8, np.int64, np.float32, np.float64]
    for dtype in containers:
        network = HopfieldNetwork(random_state=0).fit(BITS.astype(dtype))
        found = network.transform(NOISY.astype(dtype))
        assert found.dtype == (np.float32 if dtype is np.float32 else np.float64)
        assert_array_equal(found, expected)
    network = HopfieldNetwork(random_state=0).fit(sparse.csr_matrix(BITS))
    assert_array_equal(network.transform(sparse.coo_array(NOISY)), expected)
    assert_array_equal(network.transform(NOISY.tolist()), expected)
    named = HopfieldNetwork(random_state=0).fit(frame).set_output(transform="pandas")
    assert list(named.transform(frame).columns) == list(frame.columns)


def test_threshold_counts_like_binarizer():
    numbers = np.random.RandomState(3).normal(size=(4, 60))
    network = HopfieldNetwork(threshold=0.3, random_state=0).fit(numbers)
    pipeline = make_pipeline(Binarizer(threshold=0.3), HopfieldNetwork(random_state=0))
    bits = pipeline.fit_transform(numbers)
    assert_array_equal(network.transform(numbers), 2 * bits - 1)
    single = numbers.astype(np.float32)
    edge = float(single[0, 0])
    for X in (single, single.astype(np.float64)):
        assert HopfieldNetwork(threshold=edge).fit(X).patterns_[0, 0] == -1


def test_modern_network_keeps_numbers():
    random = np.random.RandomState(0)
    X = random.normal(size=(50, 32))
    for dtype in (np.float32, np.float64):
        network = HopfieldNetwork(interaction="exponential", beta=4.0).fit(X.astype(dtype))
        noisy = (X + random.normal(0, 0.1, X.shape)).astype(dtype)
        found = network.transform(noisy)
        assert found.dtype == dtype
        assert np.abs(found - X).max() < 0.01
        assert_array_equal(network.predict(noisy), range(50))
    assert network.capacity_ == np.inf
    assert not hasattr(network, "weights_")
    assert not hasattr(network, "levels_")
    blurred = HopfieldNetwork(interaction="exponential", beta=1e-3).fit(X)
    assert_array_equal(blurred.predict(X), [-1] * 50)
    assert np.abs(blurred.transform(X) - X.mean(axis=0)).max() < 0.1


def test_another_fit_forgets():
    network = HopfieldNetwork("pseudo_inverse", random_state=0).fit(BITS)
    network.set_params(interaction="exponential").fit(BITS[:2])
    assert network.n_patterns_ == 2
    assert not hasattr(network, "levels_")
    assert not hasattr(network, "weights_")


def test_pickles_and_clones():
    network = HopfieldNetwork("storkey", random_state=0).fit(BITS)
    loaded = pickle.loads(pickle.dumps(network))
    assert_array_equal(loaded.transform(NOISY), network.transform(NOISY))
    again = clone(network).fit(BITS)
    assert_array_equal(again.weights_, network.weights_)


def test_same_seed_same_order():
    X = random_bits(30, 60)
    states = random_bits(40, 60, seed=5)

    def recalled(seed):
        network = HopfieldNetwork(random_state=seed)
        with pytest.warns(UserWarning, match="30 patterns"):
            return network.fit(X).transform(states)

    assert_array_equal(recalled(0), recalled(0))
    assert (recalled(0) != recalled(1)).any()


def test_beyond_capacity_warns_with_the_remedy():
    X = random_bits(30, 60)
    expected = (
        r"HopfieldNetwork: 30 patterns in 60 units: beyond 0\.138 n = 8 recall fails;"
        r" rule='pseudo_inverse' stores up to 59"
    )
    with pytest.warns(UserWarning, match=expected):
        HopfieldNetwork().fit(X)
    with pytest.warns(UserWarning, match=r"beyond n / sqrt\(2 ln n\) = 20 recall makes errors"):
        HopfieldNetwork("storkey").fit(X)
    with pytest.warns(UserWarning, match="beyond 59 every state is at rest"):
        HopfieldNetwork("pseudo_inverse").fit(random_bits(70, 60))
    with pytest.warns(UserWarning, match="beyond 146 recall makes errors; degree=4 stores"):
        HopfieldNetwork(interaction="polynomial").fit(random_bits(150, 60))
    network = HopfieldNetwork().fit(X[:8])
    with pytest.warns(UserWarning, match="9 patterns in 60 units"):
        network.partial_fit(X[8:9])
    assert network.n_patterns_ == 9


def test_dependent_patterns_warn_and_are_recalled():
    X = np.vstack([BITS, BITS[0], 1 - BITS[1]])
    network = HopfieldNetwork("pseudo_inverse", random_state=0)
    with pytest.warns(UserWarning, match="2 of 6 patterns follow from the others"):
        network.fit(X)
    assert_array_equal(network.transform(flipped(X, 0.05)), X)
    assert_array_equal(network.predict(X), [0, 1, 2, 3, 0, 5])
    constant = HopfieldNetwork("pseudo_inverse", random_state=0).fit(np.zeros((1, 60)))
    assert_array_equal(constant.transform(np.zeros((1, 60))), np.zeros((1, 60)))


def test_rows_that_do_not_rest_warn():
    X = random_bits(30, 60)
    states = random_bits(40, 60, seed=5)
    with pytest.warns(UserWarning, match="30 patterns"):
        network = HopfieldNetwork(max_iter=1, random_state=0).fit(X)
    message = r"HopfieldNetwork: \d+ of 40 rows are not at rest after max_iter=1 sweeps; raise it"
    with pytest.warns(ConvergenceWarning, match=message):
        network.transform(states)
    two = np.array([[1, 0], [0, 1]])
    network = HopfieldNetwork(update="synchronous")
    with pytest.warns(UserWarning, match="2 patterns in 2 units"):
        network.fit(two)
    with pytest.warns(ConvergenceWarning, match="1 of 2 rows alternate between two states"):
        network.predict([[1, 1], [1, 0]])
    modern = HopfieldNetwork(interaction="exponential", max_iter=1).fit(X)
    with pytest.warns(ConvergenceWarning, match="after max_iter=1 sweeps"):
        modern.transform(states)


def test_errors_leave_the_network_as_it_was(raises_unchanged):
    network = HopfieldNetwork(random_state=0).fit(BITS)
    network.set_params(rule="storkey")
    raises_unchanged(
        network,
        ["HopfieldNetwork: partial_fit with rule='storkey'", "stored with rule='hebbian'", "fit"],
        "partial_fit", BITS,
    )
    network.set_params(rule="hebbian")
    raises_unchanged(network, ["HopfieldNetwork", "59 features", "60"], "partial_fit", BITS[:, 1:])
    raises_unchanged(network, ["HopfieldNetwork", "59 features", "60"], "transform", BITS[:, 1:])
    raises_unchanged(network, ["NaN"], "fit", np.where(BITS, np.nan, 1.0))
    raises_unchanged(network, ["infinity"], "predict", np.where(BITS, np.inf, 1.0))
    raises_unchanged(network, ["dim 3", "HopfieldNetwork"], "fit", BITS.reshape(2, 2, 60))
    raises_unchanged(network, ["1D array"], "transform", BITS[0])
    modern = HopfieldNetwork(interaction="exponential")
    raises_unchanged(modern, ["products of patterns overflow", "scale X"], "fit", BITS * 1e200)
    modern.fit(BITS)
    raises_unchanged(modern, ["overflow", "numbers up to 1e+307"], "transform", BITS * 1e307)
    raises_unchanged(modern, ["overflow", "numbers up to 1e+307"], "energy", BITS * 1e307)


@pytest.mark.parametrize(("parameters", "message"), [
    ({"rule": "hebian"}, "Did you mean 'hebbian'"),
    ({"interaction": "modern"}, "'exponential'"),
    ({"degree": 1}, "degree"),
    ({"beta": 0.0}, "beta"),
    ({"update": "sync"}, "update"),
    ({"max_iter": 0}, "max_iter"),
    ({"tol": -1.0}, "tol"),
])
def test_parameters_are_checked(parameters, message):
    with pytest.raises(ValueError, match=message):
        HopfieldNetwork(**parameters).fit(BITS)


def test_not_fitted():
    for method in ("transform", "predict", "energy", "score_samples"):
        with pytest.raises(NotFittedError):
            getattr(HopfieldNetwork(), method)(BITS)
    with pytest.raises(AttributeError, match="once it is fitted"):
        HopfieldNetwork().weights_  # noqa: B018 - the property raises


@pytest.mark.skipif(not HAS_CALLBACKS, reason="needs scikit-learn 1.9")
def test_callbacks_see_the_fitted_network():
    class Recorder:
        seen = []

        def setup(self, estimator, context):
            pass

        def teardown(self, estimator, context):
            pass

        def on_fit_task_begin(self, estimator, context):
            self.seen.append(context.task_name)

        def on_fit_task_end(
            self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None
        ):
            self.seen.append(fitted_estimator.predict(NOISY).tolist())

    network = HopfieldNetwork(random_state=0)
    network.set_callbacks(Recorder())
    network.fit(BITS)
    assert Recorder.seen == ["fit", "epoch", [0, 1, 2, 3], [0, 1, 2, 3]]


def test_interrupt_leaves_the_network_as_it_was(monkeypatch):
    import skneural.estimators.hopfield.rules as rules

    network = HopfieldNetwork("storkey", random_state=0).fit(BITS[:2])
    before = network.weights_

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(rules, "run", interrupt)
    for method in (network.fit, network.partial_fit):
        with pytest.raises(KeyboardInterrupt):
            method(BITS)
    assert_array_equal(network.weights_, before)
    assert network.n_patterns_ == 2


@pytest.mark.parametrize(("threshold", "side"), [(0.0, "above"), (3.0, "not above")])
def test_patterns_on_one_side_of_the_threshold_are_warned_of(threshold, side):
    X = np.random.RandomState(0).choice([1.0, 2.0], size=(3, 40))
    with pytest.warns(UserWarning, match=f"all numbers of X are {side} threshold={threshold}"):
        HopfieldNetwork(threshold=threshold).fit(X)
