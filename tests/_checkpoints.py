"""Fits that are ended at any epoch, and the comparison of what fits leave."""

import numpy as np
import pytest

from _saved_models import digits
from skneural import MLPClassifier
from skneural.persistence import Checkpoint

N_EPOCHS = 6
SHORT = {"max_iter": N_EPOCHS, "random_state": 0, "batch_size": 16}


class Killed(Exception):
    """Ends a fit as a kill would: nothing is kept but the file."""


class KillAt:
    """Callback that raises when some epochs have begun."""

    def __init__(self, n_epochs):
        self.left = n_epochs

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context, **data):
        if context.task_name == "epoch":
            self.left -= 1
            if self.left < 0:
                raise Killed

    def on_fit_task_end(self, estimator, context, **data):
        pass


def state(model):
    """What a fit leaves, as plain values."""
    return {name: value for name, value in model.__getstate__().items() if "callback" not in name}


def assert_same(first, second, where=""):
    """Raise unless plain values are equal to the bit."""
    assert type(first) is type(second), where
    if isinstance(first, dict):
        assert first.keys() == second.keys(), where
        for key in first:
            assert_same(first[key], second[key], f"{where}.{key}")
    elif isinstance(first, list | tuple):
        assert len(first) == len(second), where
        for n, (a, b) in enumerate(zip(first, second, strict=True)):
            assert_same(a, b, f"{where}[{n}]")
    elif isinstance(first, np.ndarray):
        assert first.dtype == second.dtype, where
        assert first.tobytes() == second.tobytes(), where
    elif not isinstance(first, np.random.RandomState) and not hasattr(first, "get_params"):
        assert first == second or first != first, where


def network(*callbacks, **how):
    """A small perceptron with callbacks."""
    made = MLPClassifier(**{"hidden_layer_sizes": (8,), **SHORT, **how})
    return made.set_callbacks(*callbacks) if callbacks else made


def killed(model, n_epochs, path):
    """Fit a model that is ended when so many epochs are done."""
    callback = KillAt(n_epochs)
    with pytest.raises(Killed):
        model.set_callbacks(Checkpoint(path), callback).fit(*digits())
    return model
