"""How recall is watched and ended, and in which dtype it goes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning

from _helpers import plain_python
from skneural import HopfieldNetwork

KINDS = [
    {}, {"update": "synchronous"}, {"interaction": "polynomial"},
    {"interaction": "polynomial", "update": "synchronous"},
    {"interaction": "binary_exponential"},
    {"interaction": "binary_exponential", "update": "synchronous"},
    {"interaction": "exponential", "beta": 0.2},
]
each = pytest.mark.parametrize("kind", KINDS, ids=str)
X = np.random.RandomState(0).choice([-1.0, 1.0], (12, 60))
STATES = np.random.RandomState(1).choice([-1.0, 1.0], (40, 60))

pytestmark = [
    pytest.mark.filterwarnings("ignore:HopfieldNetwork:UserWarning"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


@each
def test_sweeps_one_by_one_are_the_same_sweeps(kind, capsys):
    network = HopfieldNetwork(**kind, random_state=0).fit(X)
    expected = network.transform(STATES)
    assert capsys.readouterr().out == ""
    network.set_params(verbose=1, max_time=1e6)
    assert_array_equal(network.transform(STATES), expected)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 1
    assert lines[0].startswith("Iteration 1, loss = ")
    assert lines[-1].endswith("loss = 0.00000000")


@each
def test_recall_ends_in_time(kind):
    network = HopfieldNetwork(**kind, random_state=0, max_time=1e-9).fit(X)
    message = r"HopfieldNetwork: \d+ of 40 rows are not at rest after max_time=1e-09 seconds; raise"
    with pytest.warns(ConvergenceWarning, match=message):
        found = network.transform(STATES)
    once = network.set_params(max_time=None, max_iter=1).transform(STATES)
    assert_array_equal(found, once)


def test_a_bar_of_sweeps(capsys):
    pytest.importorskip("tqdm")
    HopfieldNetwork(random_state=0, verbose=2).fit(X).transform(STATES)
    assert "HopfieldNetwork" in capsys.readouterr().err


@each
def test_dtype_of_states(kind):
    double = HopfieldNetwork(**kind, random_state=0).fit(X)
    single = HopfieldNetwork(**kind, random_state=0, dtype="float32").fit(X)
    assert double.patterns_.dtype == np.float64
    assert single.patterns_.dtype == np.float32
    found, expected = single.transform(STATES), double.transform(STATES)
    assert found.dtype == np.float32
    if kind.get("interaction") == "exponential":
        assert_allclose(found, expected, atol=2e-3)
        assert_allclose(single.energy(STATES), double.energy(STATES), rtol=1e-5)
        assert (found != expected).any()
    else:
        assert_array_equal(found, expected)
        assert_array_equal(single.energy(STATES), double.energy(STATES))
    assert single.energy(STATES).dtype == np.float64
    wide = HopfieldNetwork(**kind, random_state=0, dtype="float64").fit(X.astype(np.float32))
    assert_array_equal(wide.transform(STATES), expected)


@each
def test_kernels_as_plain_python(kind):
    network = HopfieldNetwork(**kind, random_state=0, n_jobs=1, max_iter=3).fit(X)
    compiled = network.transform(STATES[:6])
    with plain_python():
        plain = network.transform(STATES[:6])
    assert_allclose(plain, compiled, atol=1e-12)


def test_many_units_and_cold_exponentials_do_not_overflow():
    random = np.random.RandomState(0)
    patterns = random.choice([-1.0, 1.0], (40, 1500))
    noisy = patterns * np.where(random.uniform(size=patterns.shape) < 0.3, -1, 1)
    for beta in (1e-3, 1.0, 50.0):
        network = HopfieldNetwork(
            interaction="binary_exponential", beta=beta, random_state=0
        ).fit(patterns)
        assert np.isfinite(network.energy(noisy)).all()
        if beta >= 1:
            assert_array_equal(network.predict(noisy), np.arange(40))
    few = HopfieldNetwork(interaction="binary_exponential", random_state=0)
    with pytest.warns(UserWarning, match=r"5 patterns in 4 units: beyond 2 .* = 4 recall makes"):
        few.fit(random.choice([-1.0, 1.0], (5, 4)))
    huge = HopfieldNetwork(interaction="binary_exponential").fit(np.ones((2, 2100)))
    assert huge.capacity_ == np.inf
