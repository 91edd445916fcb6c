"""Fits on blocks that go on, are interrupted or fail, and what callbacks see of them."""

import os
import signal
import threading

import numpy as np
import pytest

from _blocks import SMALL, classifier, numbers, weights
from skneural.blocks import ArrayBlocks
from skneural.callbacks import HAS_CALLBACKS
from skneural.persistence import Checkpoint
from skneural.training.snapshots import Snapshots

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
NEEDS_CALLBACKS = pytest.mark.skipif(not HAS_CALLBACKS, reason="needs scikit-learn 1.9")


def test_partial_fit_is_an_epoch_over_all_windows():
    X, y, _ = numbers()
    blocks = ArrayBlocks(X, y, buffer=SMALL)
    found = []
    for n_jobs in (1, 2):
        network = classifier(n_jobs=n_jobs)
        for _ in range(3):
            network.partial_fit(blocks, classes=[0, 1])
        found.append(weights(network))
    np.testing.assert_array_equal(*found)
    in_order = classifier(shuffle=False)
    expected = classifier(shuffle=False)
    for _ in range(2):
        in_order.partial_fit(blocks, classes=[0, 1])
        expected.partial_fit(X, y, classes=[0, 1])
    np.testing.assert_array_equal(weights(in_order), weights(expected))


def test_warm_start():
    X, y, _ = numbers()
    blocks = ArrayBlocks(X, y, buffer=SMALL)
    network, expected = (classifier(shuffle=False, warm_start=True) for _ in range(2))
    network.fit(blocks).fit(blocks)
    np.testing.assert_array_equal(weights(network), weights(expected.fit(X, y).fit(X, y)))


@NEEDS_CALLBACKS
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_fit_goes_on_from_a_checkpoint(tmp_path, solver):
    X, y, _ = numbers()

    def network(max_iter, buffer=SMALL):
        made = classifier(max_iter=max_iter, solver=solver, tol=0)
        made.set_callbacks(Checkpoint(tmp_path / "fit.ckpt", every=1))
        return made

    class Killed(Exception):
        pass

    class KillAfter:
        def __init__(self, n_epochs):
            self.left = n_epochs

        def __call__(self):
            self.left -= 1
            if self.left < 0:
                raise Killed

    blocks = ArrayBlocks(X, y, buffer=SMALL)
    expected = weights(classifier(max_iter=5, solver=solver, tol=0).fit(blocks))
    kill, kept = KillAfter(3), Snapshots._keep
    with pytest.MonkeyPatch.context() as patch:
        def keep(*arguments, **keywords):
            kept(*arguments, **keywords)
            kill()

        patch.setattr(Snapshots, "_keep", keep)
        with pytest.raises(Killed):
            network(5).fit(blocks)
    gone_on = network(5).fit(blocks)
    np.testing.assert_array_equal(weights(gone_on), expected)
    other = ArrayBlocks(X + 1, y, buffer=SMALL)
    with pytest.raises(ValueError, match="X"):
        network(5).fit(other)


class Slow:
    """An array whose slices take long after some."""

    def __init__(self, X, at, action):
        self.X, self.at, self.action = X, at, action
        self.shape, self.dtype, self.n_read = X.shape, X.dtype, 0

    def __getitem__(self, rows):
        self.n_read += 1
        if self.n_read == self.at:
            self.action()
        return self.X[rows]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_interrupt_ends_the_thread_and_keeps_what_was_trained(no_leaked_threads):
    X, y, _ = numbers()
    stop = Slow(X, 4000, lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGINT))
    network = classifier(max_iter=9999, n_iter_no_change=9999)
    with pytest.warns(UserWarning, match="interrupted by user"):
        network.fit(ArrayBlocks(stop, y, buffer=SMALL))
    assert 1 <= network.n_iter_ < 9999
    assert network.score(X, y) > 0.5


def test_an_error_while_reading_leaves_the_estimator_as_it_was(no_leaked_threads):
    X, y, _ = numbers()

    def fail():
        raise OSError("the disk is gone")

    network = classifier(max_iter=1000, n_iter_no_change=1000)
    network.set_params(max_iter=1).fit(X, y).set_params(max_iter=1000)
    before = weights(network).copy()
    with pytest.raises(OSError, match=r"MLPClassifier: rows \d+ to \d+: the disk is"):
        network.fit(ArrayBlocks(Slow(X, 4000, fail), y, buffer=SMALL))
    np.testing.assert_array_equal(weights(network), before)


class Asks:
    """A callback that is passed X."""

    def __init__(self):
        self.seen = []

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context, *, X):
        self.seen.append(X)

    def on_fit_task_end(self, estimator, context):
        return False


@NEEDS_CALLBACKS
def test_callbacks_get_the_blocks():
    X, y, _ = numbers()
    blocks, callback = ArrayBlocks(X, y, buffer=SMALL), Asks()
    classifier().set_callbacks(callback).fit(blocks)
    assert any(X is blocks for X in callback.seen)
    network = classifier(early_stopping=True).set_callbacks(Asks())
    with pytest.raises(TypeError, match="a callback asked for the rows of X"):
        network.fit(blocks)
