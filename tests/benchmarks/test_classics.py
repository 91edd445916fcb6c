"""The benchmarks of maps, memories and GMDH: what is measured runs, and turns are taken."""

from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.needs_jit(reason="sizes of benchmarks")


@pytest.fixture(autouse=True)
def benchmarks_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def test_turns_are_taken_and_the_first_round_does_not_count():
    from asv_benchmarks._alternating import ratio, take_turns

    order = []
    runs = {name: lambda name=name: order.append(name) or len(order) for name in ("a", "b")}
    assert take_turns(runs, 2) == {"a": [3, 5], "b": [4, 6]}
    assert order == ["a", "b"] * 3
    assert ratio([4.0, 6.0, 9.0], [2.0, 2.0, 3.0]) == 3.0


@pytest.mark.parametrize("algorithm", ["batch", "online"])
def test_epochs_of_maps(algorithm):
    from asv_benchmarks import maps

    assert np.isfinite(maps.seconds_per_epoch(maps.ours(algorithm, "float32"), 3))


def test_peers_of_maps():
    pytest.importorskip("minisom", reason="MiniSom is not installed")
    pytest.importorskip("xpysom", reason="XPySom is not installed")
    from asv_benchmarks import maps

    runs = maps.contestants(100)
    assert {"XPySom", "MiniSom"} < set(runs["batch"])
    assert np.isfinite(maps.seconds_per_epoch(runs["batch"]["XPySom"][0], 3))


def test_layers_of_gmdh():
    from asv_benchmarks import gmdh

    model = gmdh.layers("quadratic", 2)()
    X, y = gmdh.data()
    assert model.n_iter_ == 2
    errors = gmdh.by_hand(X, y, step=4949)
    assert len(errors) == 2
    assert np.isfinite(errors).all()


def test_recall_by_hand_is_synchronous_recall():
    from asv_benchmarks import hopfield
    from skneural import HopfieldNetwork

    X = np.random.RandomState(0).choice([-1.0, 1.0], (8, 100))
    noisy = X * np.where(np.random.RandomState(1).uniform(size=X.shape) < 0.1, -1, 1)
    network = HopfieldNetwork(update="synchronous", random_state=0).fit(X)
    recalled = hopfield.by_hand(network.weights_, noisy)
    np.testing.assert_array_equal(recalled, network.transform(noisy))


@pytest.mark.filterwarnings("ignore:HopfieldNetwork:UserWarning")
def test_figures():
    from asv_benchmarks.accuracy import classics

    figures = {what: found for what, found, _ in classics.maps()}
    assert figures["iris, 8 x 8"] <= "QE 0.21"
    assert figures["digits, 20 x 20, batch"] <= "QE 0.95"
    figures = {what: found for what, found, _ in classics.gmdh()}
    assert figures["a planted polynomial"].startswith("x1*x2 + 2*x3**2, error ")
    figures = {what: found for what, found, _ in classics.hopfield(500, 1, 500)}
    assert figures["pseudo-inverse, .5 n, n=150"] == "100.0%"
    assert float(figures["modern, 500 patterns, one update"].rstrip("%")) > 99.8
