"""Estimators without a network: what their rounds heed, keep and refuse."""

import time

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import _fit_context
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from skneural._parameters import with_parameters
from skneural.callbacks import HAS_CALLBACKS, with_callbacks
from skneural.data.samples import Samples
from skneural.estimators.base.estimator import Estimator
from skneural.estimators.base.parameters import RoundsParameters


@with_parameters
class SlowMean(RoundsParameters, Estimator):
    """Moves halfway to the mean of X in each round.

    Parameters
    ----------
    {parameters}
    """

    disturb = None  # called with the number of each round

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, sample_weight=None):
        with self._rounds(X, y, sample_weight) as (data, rounds):
            mean = np.average(data.X, axis=0, weights=data.sample_weight)
            center = np.zeros_like(mean)
            for number in rounds:
                if self.disturb is not None:
                    self.disturb(number)
                center = (center + mean) / 2
                loss = np.square(center - mean).sum()
                rounds.end(loss, {"center_": center}, len(data.X), stop=loss == 0)
        return self

    def _samples(self):
        return Samples(self, accepts_sparse=False)


X = np.array([[1.0, 4.0], [3.0, 8.0]])


def disturbed(disturb, **parameters):
    estimator = SlowMean(**parameters)
    estimator.disturb = disturb
    return estimator


def interrupt_in(round_number):
    def disturb(number):
        if number == round_number:
            raise KeyboardInterrupt

    return disturb


class Recorder:
    def __init__(self, stop_after=np.inf):
        self.stop_after, self.tasks, self.seen = stop_after, [], []

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        self.tasks.append(("begin", context.task_name))

    def on_fit_task_end(
        self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None
    ):
        self.tasks.append(("end", context.task_name))
        self.seen.append((fitted_estimator.center_.copy(), metadata))
        return len(self.seen) >= self.stop_after


def test_rounds_end_at_max_iter():
    estimator = SlowMean(max_iter=3).fit(X)
    np.testing.assert_array_equal(estimator.center_, [1.75, 5.25])
    assert estimator.n_iter_ == 3
    assert estimator.loss_curve_ == [10.0, 2.5, 0.625]
    assert estimator.loss_ == 0.625
    assert estimator.n_features_in_ == 2


def test_weights_and_the_rule_of_the_method():
    estimator = SlowMean(max_iter=5000).fit(X, sample_weight=[0, 2])
    np.testing.assert_array_equal(estimator.center_, X[1])
    assert 50 < estimator.n_iter_ < 1200


def test_max_time_ends_after_a_round(capsys):
    estimator = disturbed(lambda number: time.sleep(0.02), max_time=0.05, verbose=1).fit(X)
    assert 1 <= estimator.n_iter_ <= 3
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "Iteration 1, loss = 10.00000000"
    assert printed[-1] == "Training took max_time=0.05 seconds. Stopping."
    assert len(printed) == estimator.n_iter_ + 1


def test_bar_is_closed_after_an_error(capsys):
    pytest.importorskip("tqdm")
    SlowMean(max_iter=2, verbose=2).fit(X)
    assert "SlowMean: 100%" in capsys.readouterr().err

    def fail(number):
        raise ZeroDivisionError

    estimator = disturbed(fail, verbose=2)
    with pytest.raises(ZeroDivisionError):
        estimator.fit(X)
    assert not hasattr(estimator, "n_features_in_")


@pytest.mark.skipif(not HAS_CALLBACKS, reason="needs scikit-learn 1.9")
def test_callbacks_see_every_round_and_stop_it():
    recorder = Recorder()
    estimator = SlowMean(max_iter=2)
    estimator.set_callbacks(recorder)
    estimator.fit(X, sample_weight=[1, 1])
    epoch = [("begin", "epoch"), ("end", "epoch")]
    assert recorder.tasks == [("begin", "fit"), *epoch, *epoch, ("end", "fit")]
    seen = [center.tolist() for center, _ in recorder.seen]
    assert seen == [[1, 3], [1.5, 4.5], [1.5, 4.5]]
    assert recorder.seen[0][1] == {"sample_weight": [1, 1]}
    estimator = SlowMean()
    estimator.set_callbacks(Recorder(stop_after=4))
    assert estimator.fit(X).n_iter_ == 4


def test_interrupted_fit_keeps_the_last_round():
    estimator = disturbed(interrupt_in(2))
    with pytest.warns(UserWarning, match=r"Training interrupted by user\. \(SlowMean\)"):
        estimator.fit(X)
    assert estimator.n_iter_ == 2
    np.testing.assert_array_equal(estimator.center_, [1.5, 4.5])


def test_interrupt_in_the_first_round_leaves_the_estimator_as_it_was():
    estimator = disturbed(interrupt_in(0))
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(X)
    with pytest.raises(NotFittedError):
        check_is_fitted(estimator)
    estimator.disturb = None
    kept = estimator.fit(X).center_
    estimator.disturb = interrupt_in(0)
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(10 * X)
    assert estimator.center_ is kept


@pytest.mark.filterwarnings("error")
def test_warning_as_error_keeps_what_was_fitted():
    estimator = disturbed(interrupt_in(1))
    with pytest.raises(UserWarning, match="interrupted"):
        estimator.fit(X)
    np.testing.assert_array_equal(estimator.center_, [1, 3])


def test_errors_name_the_estimator_and_what_is_wrong():
    with pytest.raises(TypeError, match=r"'max_itr'.* Did you mean 'max_iter'\?"):
        SlowMean(max_itr=3)
    with pytest.raises(ValueError, match=r"The 'max_iter' parameter of SlowMean must be"):
        SlowMean(max_iter=0).fit(X)
    with pytest.raises(ValueError, match=r"SlowMean: .*negative"):
        SlowMean().fit(X, sample_weight=[-1, 1])
    with pytest.raises(TypeError, match=r"SlowMean: Sparse data .* dense data is required"):
        SlowMean().fit(sparse.csr_array(X))
    huge = np.finfo(np.float64).max / 2
    message = r"SlowMean: the loss became inf in round 1\. Scale X\."
    with np.errstate(over="ignore"), pytest.raises(FloatingPointError, match=message):
        SlowMean().fit([[huge], [huge]])


def test_round_must_call_end():
    message = "round 1 called `end` 0 times, not once"
    with pytest.raises(RuntimeError, match=message), SlowMean()._rounds(X) as (_, rounds):
        list(rounds)


def test_warning_stands_at_the_line_of_the_user():
    estimator = disturbed(interrupt_in(1))
    with pytest.warns(UserWarning, match="interrupted") as caught:
        estimator.fit(X)
    assert caught[0].filename == __file__


def test_dtype_and_summary():
    assert SlowMean(dtype="float32").fit(X).center_.dtype == np.float32
    assert SlowMean().fit(X.astype(np.float32)).center_.dtype == np.float32
    with pytest.raises(NotFittedError):
        SlowMean().summary()
    assert str(SlowMean().fit(X).summary()).startswith("SlowMean")
