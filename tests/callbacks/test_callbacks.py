"""Callbacks of scikit-learn 1.9 and later: hooks, tasks, what they are given, stopping a fit."""

import builtins
import importlib
import inspect
import warnings

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralOutlierDetector,
)
from skneural import callbacks as our_callbacks
from skneural.callbacks import HAS_CALLBACKS

needs_callbacks = pytest.mark.skipif(not HAS_CALLBACKS, reason="needs scikit-learn 1.9")


class Recorder:
    """Notes the hooks called, and the curves and predictions of what they are given."""

    def __init__(self, stop_after=np.inf):
        self.stop_after = stop_after
        self.hooks, self.seen = [], []

    def setup(self, estimator, context):
        self.hooks.append("setup")

    def teardown(self, estimator, context):
        self.hooks.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.hooks.append(("begin", context.task_name))

    def on_fit_task_end(
        self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None
    ):
        self.hooks.append(("end", context.task_name))
        if context.task_name != "epoch":
            return False
        self.seen.append((X, y, metadata, fitted_estimator))
        return len(self.seen) >= self.stop_after


def make_data(n_samples=30):
    random = np.random.RandomState(0)
    X = random.standard_normal((n_samples, 3))
    return X, (X[:, 0] > 0).astype(int)


def fit(recorder, estimator=None, *arguments, **keywords):
    estimator = estimator or MLPClassifier((4,), max_iter=3, tol=0.0, random_state=0)
    estimator.set_callbacks(recorder)
    with warnings.catch_warnings(action="ignore"):
        return estimator.fit(*(arguments or make_data()), **keywords)


@needs_callbacks
def test_one_task_an_epoch_within_that_of_the_fit():
    recorder = Recorder()
    fit(recorder)
    epoch = [("begin", "epoch"), ("end", "epoch")]
    assert recorder.hooks == ["setup", ("begin", "fit"), *epoch * 3, ("end", "fit"), "teardown"]


@needs_callbacks
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_callback_stops_the_fit(solver):
    estimator = MLPClassifier((4,), max_iter=30, solver=solver, random_state=0)
    model = fit(Recorder(stop_after=2), estimator)
    assert model.n_iter_ == len(model.loss_curve_) == 2
    assert model.predict(make_data()[0]).shape == (30,)


@needs_callbacks
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_the_fitted_estimator_is_a_snapshot(solver):
    recorder = Recorder()
    estimator = MLPClassifier((4,), max_iter=3, tol=0.0, solver=solver, random_state=0)
    model = fit(recorder, estimator)
    X, _ = make_data()
    snapshots = [fitted for *_, fitted in recorder.seen]
    assert [len(snapshot.loss_curve_) for snapshot in snapshots] == [1, 2, 3]
    probabilities = [snapshot.predict_proba(X) for snapshot in snapshots]
    assert not np.array_equal(probabilities[0], probabilities[1])
    np.testing.assert_array_equal(probabilities[2], model.predict_proba(X))


@needs_callbacks
def test_data_is_passed_as_the_user_gave_it():
    X, y = make_data()
    recorder, labels = Recorder(), np.array(["no", "yes"])[y]
    fit(recorder, None, X.tolist(), labels, np.ones(30))
    given_X, given_y, metadata, _ = recorder.seen[0]
    assert given_X == X.tolist()
    np.testing.assert_array_equal(given_y, labels)
    np.testing.assert_array_equal(metadata["sample_weight"], np.ones(30))


@needs_callbacks
def test_rows_held_back_are_not_passed():
    recorder = Recorder()
    estimator = MLPClassifier((4,), max_iter=2, early_stopping=True, random_state=0)
    fit(recorder, estimator, *make_data(), np.ones(30))
    given_X, given_y, metadata, _ = recorder.seen[0]
    assert len(given_X) == len(given_y) == len(metadata["sample_weight"]) == 27
    assert recorder.seen[1][0] is given_X


@needs_callbacks
def test_teardown_follows_an_error():
    recorder = Recorder()
    estimator = MLPClassifier((4,), batch_size=7).set_callbacks(recorder)
    recorder.on_fit_task_end = lambda estimator, context: 1 / 0
    with pytest.raises(ZeroDivisionError):
        estimator.fit(*make_data())
    assert recorder.hooks[-1] == "teardown"
    assert not [name for name in vars(estimator) if name.endswith("_")]


@needs_callbacks
@pytest.mark.parametrize(
    ("make", "method"),
    [
        (lambda: MLPClassifier((4,), max_iter=2), "predict"),
        (lambda: MLPClassifier((4,), max_iter=2, early_stopping=True), "predict_proba"),
        (lambda: MLPRegressor(hidden_layer_sizes=(4,), max_iter=2), "predict"),
        (lambda: NeuralNetClassifier(max_iter=2), "predict"),
        (lambda: ConvNetClassifier(2, image_shape=(1, 3), max_iter=2), "predict"),
        (lambda: AutoencoderTransformer(2, (4,), max_iter=2), "transform"),
        (lambda: AutoencoderTransformer(2, (4,), max_iter=2), "reconstruct"),
        (lambda: AutoencoderTransformer(2, (4,), max_iter=2), "score_samples"),
        (lambda: NeuralOutlierDetector(2, (4,), max_iter=2), "predict"),
    ],
)
def test_the_estimator_itself_is_not_fitted_yet(make, method):
    X, _ = make_data()
    found = []

    class Impatient(Recorder):
        def on_fit_task_end(self, estimator, context, **given):
            if context.task_name == "epoch":
                with pytest.raises(NotFittedError, match=type(estimator).__name__):
                    getattr(estimator, method)(X)
                found.append(len(getattr(given["fitted_estimator"], method)(X)))
            return super().on_fit_task_end(estimator, context, **given)

        on_fit_task_end.__signature__ = inspect.signature(Recorder.on_fit_task_end)

    model = make()
    if isinstance(model, NeuralOutlierDetector):
        method = "score_samples"  # the threshold follows from a whole fit
    fit(Impatient(), model)
    assert len(found) == 2
    assert len(getattr(model, method)(X)) == 30


@needs_callbacks
def test_scoring_monitor():
    X, y = make_data()
    monitor = our_callbacks.ScoringMonitor(scoring="accuracy")
    model = fit(monitor)
    rows = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert len(rows) == 3
    assert rows[-1]["accuracy"] == model.score(X, y)


@needs_callbacks
def test_progress_bar():
    pytest.importorskip("rich")
    fit(our_callbacks.ProgressBar(), MLPRegressor(max_iter=2))


@needs_callbacks
def test_in_a_pipeline():
    recorder = Recorder()
    mlp = MLPClassifier((4,), max_iter=2, random_state=0).set_callbacks(recorder)
    with warnings.catch_warnings(action="ignore"):
        make_pipeline(StandardScaler(), mlp).fit(*make_data())
    assert len(recorder.seen) == 2


def test_without_callbacks_no_context_is_made(monkeypatch):
    def fail(*arguments, **keywords):
        raise AssertionError("a context was made")

    monkeypatch.setattr(MLPClassifier, "_init_callback_context", fail, raising=False)
    with warnings.catch_warnings(action="ignore"):
        MLPClassifier((4,), max_iter=2).fit(*make_data())


def test_older_scikit_learn(monkeypatch):
    """Without `sklearn.callback` estimators work; callbacks say what they need."""
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda n, *a: None if n == "sklearn.callback" else real(n, *a)
    )
    spec = real("skneural.callbacks._compat")
    compat = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(compat)
    assert not compat.HAS_CALLBACKS
    assert compat.with_callbacks(builtins.len) is len
    for call in (compat.ProgressBar, compat.CallbackSupportMixin().set_callbacks):
        with pytest.raises(ImportError, match="needs scikit-learn 1.9"):
            call()
