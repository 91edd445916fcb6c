"""Losses, optimizers and scorers as an estimator takes them."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skneural import MLPClassifier, MLPRegressor
from skneural.losses import CustomLoss, Hinge, Huber, LogLoss, SquaredError

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((50, 4))
Y = X[:, :2] - X[:, 2:]


def regressor(**parameters):
    settings = {"hidden_layer_sizes": (5,), "max_iter": 3, "random_state": 0} | parameters
    return MLPRegressor(**settings)


@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (MLPRegressor(loss=LogLoss()), Y),
        (MLPRegressor(loss=Hinge()), Y),
        (MLPClassifier(loss=Huber()), Y[:, 0] > 0),
        (MLPClassifier(loss=SquaredError()), Y[:, 0] > 0),
    ],
    ids=repr,
)
def test_losses_of_the_other_task_are_refused(estimator, y):
    with pytest.raises(ValueError, match=rf"{type(estimator).__name__}: loss=.* is a loss of"):
        estimator.fit(X, y)


def half_square(target, output, gradient):
    error = output - target
    gradient[:] = error
    return 0.5 * (error * error).sum()


def test_a_custom_loss_may_use_arrays():
    ours = regressor(loss=CustomLoss(half_square)).fit(X, Y)
    assert_array_equal(ours.coefs_[0], regressor().fit(X, Y).coefs_[0])


@pytest.mark.needs_jit(reason="plain Python finds the mistake when it runs")
def test_a_custom_loss_that_does_not_compile():
    def mistaken(target, output, gradient):
        return undefined_name  # noqa: F821

    with pytest.raises(ValueError, match=r"MLPRegressor: loss=.*mistaken.*undefined_name"):
        regressor(loss=CustomLoss(mistaken)).fit(X, Y)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_custom_loss_that_raises(n_jobs):
    def squared_below(target, output, gradient):
        if target[0] > 1.5:
            raise ArithmeticError("too large")
        total = 0.0
        for j in range(len(output)):
            gradient[j] = output[j] - target[j]
            total += 0.5 * gradient[j] ** 2
        return total

    small = Y[:, 0] < 1.5
    assert 0 < small.sum() < len(Y)
    model = regressor(loss=CustomLoss(squared_below), n_jobs=n_jobs)
    told = r"MLPRegressor: loss=.*raised an|too large"
    with pytest.raises((RuntimeError, ArithmeticError), match=told):
        model.fit(X, Y)
    model.fit(X[small], Y[small])
    assert np.isfinite(model.loss_)


def test_weight_decay_of_the_solver_and_of_the_estimator():
    def weights(**parameters):
        return regressor(**parameters).fit(X, Y).coefs_[0]

    assert_array_equal(weights(solver="adamw", weight_decay=0.0), weights())
    assert_array_equal(weights(solver="adamw"), weights(solver="adamw", weight_decay=0.01))
    assert (weights(solver="adamw") != weights()).any()


@pytest.mark.parametrize(
    "scoring", ["neg_max_error", lambda model, X, y: 1.0], ids=["name", "callable"]
)
def test_scorers_without_weights(scoring):
    model = regressor(early_stopping=True, scoring=scoring)
    model.fit(X, Y[:, 0], sample_weight=np.ones(50))
    assert len(model.validation_scores_) == 3


@pytest.mark.parametrize("fraction", [0.0, 0.999])
def test_validation_fractions_that_leave_nothing(fraction):
    with pytest.raises(ValueError, match=f"MLPRegressor: validation_fraction={fraction}"):
        regressor(early_stopping=True, validation_fraction=fraction).fit(X, Y)
