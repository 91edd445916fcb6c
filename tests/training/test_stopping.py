"""How training ends: plateaus, targets, time, early stopping on any score, best weights."""

import time
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import f1_score, make_scorer, r2_score
from sklearn.utils.validation import check_is_fitted

from skneural import (
    AutoencoderTransformer,
    MLPClassifier,
    MLPRegressor,
    NeuralOutlierDetector,
)
from skneural.exceptions import NonFiniteLossWarning
from skneural.optimizers import SGD
from skneural.schedules import Cosine, Warmup


def make_data(n_samples=60, seed=0):
    random = np.random.RandomState(seed)
    X = random.standard_normal((n_samples, 4))
    return X, (X[:, 0] + 0.5 * random.standard_normal(n_samples) > 0).astype(int)


def fit(estimator, *arguments, **keywords):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(*arguments, **keywords)


def classifier(**parameters):
    settings = {"hidden_layer_sizes": (6,), "random_state": 0, "learning_rate_init": 0.01}
    return MLPClassifier(**settings | parameters)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_target_loss(solver):
    full = fit(classifier(max_iter=40, solver=solver), *make_data())
    target = full.loss_curve_[10]
    model = fit(classifier(max_iter=40, solver=solver, target_loss=target), *make_data())
    assert model.n_iter_ == 11
    assert model.loss_ <= target < model.loss_curve_[-2]


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_max_time(solver):
    started = time.perf_counter()
    model = classifier(max_iter=10**6, tol=0.0, n_iter_no_change=np.inf, solver=solver)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.set_params(max_time=1e-9).fit(*make_data())
    assert model.n_iter_ == 1
    assert time.perf_counter() - started < 5


def test_validation_curves_without_early_stopping():
    X, y = make_data()
    X_val, y_val = make_data(30, seed=1)
    model = fit(classifier(max_iter=5), X, y, X_val=X_val, y_val=y_val)
    plain = fit(classifier(max_iter=5), X, y)
    assert_array_equal(model.coefs_[0], plain.coefs_[0])
    assert len(model.validation_loss_curve_) == len(model.validation_scores_) == 5
    assert model.validation_scores_[-1] == model.score(X_val, y_val)
    chosen = model.predict_proba(X_val)[np.arange(30), y_val]
    assert_allclose(model.validation_loss_curve_[-1], -np.log(chosen).mean(), rtol=1e-10)
    assert model.best_validation_score_ == max(model.validation_scores_)
    assert model.best_loss_ == min(model.loss_curve_)
    assert plain.validation_loss_curve_ is plain.validation_scores_ is None


def test_early_stopping_on_given_validation_data():
    X, y = make_data()
    model = classifier(max_iter=500, early_stopping=True, n_iter_no_change=3)
    model.fit(X, y, X_val=X[:20], y_val=y[:20])
    assert model.n_iter_ < 500
    assert model.t_ == model.n_iter_ * len(X)
    assert model.best_loss_ is None


@pytest.mark.parametrize("restore", [True, False])
def test_best_weights(restore):
    X, y = make_data()
    X_val, y_val = make_data(40, seed=3)
    settings = {"early_stopping": True, "n_iter_no_change": 15, "learning_rate_init": 0.05}
    model = classifier(max_iter=200, restore_best_weights=restore, **settings)
    model.fit(X, y, X_val=X_val, y_val=y_val)
    scores = model.validation_scores_
    assert scores[-1] < max(scores)
    assert model.score(X_val, y_val) == (max(scores) if restore else scores[-1])


@pytest.mark.parametrize("restore", [True, "latest"])
def test_which_of_equally_good_epochs_is_restored(restore):
    X, y = make_data()
    settings = {"early_stopping": True, "n_iter_no_change": np.inf, "max_iter": 6}
    scores, seen = iter([0.1, 0.5, 0.3, 0.5, 0.5, 0.2]), []

    def scoring(model, X, y):
        seen.append(model.coefs_[0].copy())
        return next(scores)

    model = classifier(restore_best_weights=restore, scoring=scoring, **settings)
    fit(model, X, y)
    best = {True: 1, "latest": 4}[restore]
    np.testing.assert_array_equal(model.coefs_[0], seen[best])
    assert model.best_validation_score_ == 0.5


@pytest.mark.parametrize("scoring", ["f1", "neg_log_loss", make_scorer(f1_score)])
def test_scoring(scoring):
    X, y = make_data()
    X_val, y_val = make_data(30, seed=1)
    model = classifier(max_iter=6, early_stopping=True, scoring=scoring)
    fit(model, X, y, X_val=X_val, y_val=y_val)
    if scoring == "neg_log_loss":
        assert_allclose(model.validation_scores_, -np.array(model.validation_loss_curve_))
    else:
        best = f1_score(y_val, model.predict(X_val))
        assert_allclose(model.best_validation_score_, best)


def test_scoring_sees_labels_and_weights():
    X, y = make_data()
    labels, weight = np.array(["no", "yes"])[y], np.arange(60.0) + 1
    seen = []

    def scorer(estimator, X, y, sample_weight):
        seen.append((X.shape, set(y), len(sample_weight), set(estimator.predict(X))))
        return 1.0

    fit(classifier(max_iter=2, early_stopping=True, scoring=scorer), X, labels, weight)
    assert [shape for shape, *_ in seen] == [(6, 4)] * 2
    assert seen[0][1] <= {"no", "yes"} and seen[0][3] <= {"no", "yes"}
    assert seen[0][2] == 6


def test_default_score_of_a_regressor():
    X, _ = make_data()
    y = np.c_[X[:, 0], X[:, 1] ** 2]
    model = MLPRegressor(hidden_layer_sizes=(6,), max_iter=4, random_state=0)
    fit(model, X, y, X_val=X[:20], y_val=y[:20], sample_weight_val=np.arange(20.0))
    expected = r2_score(y[:20], model.predict(X[:20]), sample_weight=np.arange(20.0))
    assert_allclose(model.validation_scores_[-1], expected, rtol=1e-10)


def test_adaptive_goes_on_at_a_plateau():
    model = classifier(solver="sgd", learning_rate="adaptive", tol=10.0, n_iter_no_change=1)
    fit(model.set_params(max_iter=9), *make_data())
    assert_allclose(model.learning_rates_[:6], [0.01] * 3 + [0.002] * 2 + [0.0004])


@pytest.mark.parametrize(
    ("schedule", "warns"),
    [
        ("cosine", False),
        ("one_cycle", False),
        (Warmup("one_cycle", n_epochs=2), False),
        (Cosine(cycle_length=3), False),
        (Cosine(cycle_length=4), True),
        ("constant", True),
        ("step", True),
        ("exponential", True),
        ("invscaling", True),
        ("adaptive", True),
        (Warmup("one_cycle", n_epochs=6), True),
    ],
    ids=repr,
)
@pytest.mark.parametrize("make", [MLPClassifier, MLPRegressor, AutoencoderTransformer])
def test_a_schedule_that_ran_its_course_gives_no_warning(make, schedule, warns):
    model = make(hidden_layer_sizes=(6,), learning_rate=schedule, max_iter=6, random_state=0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(*make_data())
    assert model.n_iter_ == 6
    assert [w.category for w in caught] == [ConvergenceWarning] * warns


def test_one_cycle_has_no_plateau_before_its_rate_has_come_down():
    """No epoch improves by so much as `tol` asks for."""
    strict = {"tol": 10.0, "n_iter_no_change": 3, "max_iter": 60}
    assert fit(classifier(**strict), *make_data()).n_iter_ == 5
    model = fit(classifier(learning_rate="one_cycle", **strict), *make_data())
    rates = np.array(model.learning_rates_)
    assert 50 < model.n_iter_ < 60
    assert rates.max() == pytest.approx(0.1, rel=0.01)
    assert (rates[-4:] <= 0.01).all() and rates[-6] > 0.01
    strict["early_stopping"] = True
    stopped = fit(classifier(learning_rate="one_cycle", **strict), *make_data())
    assert stopped.n_iter_ == model.n_iter_


def test_warmup_has_no_plateau_of_its_own():
    strict = {"tol": 10.0, "n_iter_no_change": 3, "max_iter": 60}
    model = fit(classifier(learning_rate=Warmup(n_epochs=5), **strict), *make_data())
    assert model.n_iter_ == 5 + 4


@pytest.mark.parametrize("solver", ["adam", "rmsprop", SGD(momentum=0.5)])
def test_schedules_act_on_every_solver(solver):
    model = classifier(solver=solver, learning_rate="step", max_iter=35)
    fit(model, *make_data())
    assert_allclose(model.learning_rates_, [0.01] * 30 + [0.001] * 5)


def test_progress_goes_on_over_partial_fits():
    X, y = make_data()
    model = classifier(solver="sgd", learning_rate="invscaling")
    for _ in range(3):
        model.partial_fit(X, y, classes=[0, 1])
    assert_allclose(model.learning_rates_, [0.01, 0.01 / 61**0.5, 0.01 / 121**0.5])
    assert model.n_iter_ == 1 and model.t_ == 180


def test_non_finite_loss_names_the_epoch():
    X, y = make_data()
    model = MLPRegressor(
        hidden_layer_sizes=(3,), activation="identity", solver="sgd", learning_rate_init=50.0
    )
    with pytest.warns(NonFiniteLossWarning, match=r"MLPRegressor: .* in epoch \d+"):
        model.set_params(random_state=0, max_iter=500, tol=0.0).fit(X, y)
    assert np.isfinite(model.loss_curve_).all()
    assert np.isfinite(model.predict(X)).all()
    assert model.n_iter_ == len(model.loss_curve_) < 500


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("make", [MLPClassifier, MLPRegressor, AutoencoderTransformer])
def test_a_last_update_that_breaks_predictions_is_taken_back(make, method):
    """The last loss is taken before it, and is finite as the weights are."""
    X, _ = make_data()
    huge = {"learning_rate_init": 1e14, "dtype": "float32", "max_iter": 1}
    model = make(hidden_layer_sizes=(20, 20, 20), solver="sgd", random_state=0, **huge)
    classes = {}
    if make is MLPClassifier:
        classes = {} if method == "fit" else {"classes": range(3)}
        model.set_params(early_stopping=method == "fit")  # the best score is then that of NaN
    train = getattr(model, method)
    with pytest.warns(NonFiniteLossWarning, match=f"{make.__name__}: predictions .* in epoch 1"):
        train(X, np.arange(60) % 3, **classes)
    assert np.isfinite(model.loss_)
    for name in ("predict_proba", "predict", "transform", "reconstruct"):
        if hasattr(model, name):
            assert np.isfinite(getattr(model, name)(X)).all()


def test_an_ordinary_fit_predicts_nothing(monkeypatch):
    monkeypatch.setattr("skneural.network.network.Network.predict", None)
    fit(classifier(max_iter=3), *make_data()).partial_fit(*make_data())


@pytest.mark.parametrize("option", [{}, {"early_stopping": True}, {"solver": "lbfgs"}])
def test_interrupt_leaves_a_usable_model(option, monkeypatch):
    X, y = make_data()
    model = classifier(max_iter=20, **option)
    calls = []

    def interrupt(loss_is_target):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr("skneural.training.epochs.Training._out_of_time", interrupt)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        model.fit(X, y)
    assert model.n_iter_ == 3
    assert model.predict(X).shape == (60,)


@pytest.mark.parametrize(
    "make",
    [
        lambda solver: MLPClassifier(solver=solver),
        lambda solver: AutoencoderTransformer(2, solver=solver),
        lambda solver: AutoencoderTransformer(2, (4,), pretraining="layerwise", solver=solver),
        lambda solver: NeuralOutlierDetector(2, solver=solver),
    ],
    ids=["mlp", "autoencoder", "pretrained", "detector"],
)
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_interrupted_before_anything_was_trained_there_is_no_model(make, solver, monkeypatch):
    def interrupt(self, *arguments):
        raise KeyboardInterrupt

    run = "loss_and_gradient" if solver == "lbfgs" else "run_epoch"
    X, y = make_data()
    model = make(solver)
    fitted = clone(model).set_params(max_iter=2, warm_start=True)
    fit(fitted, X, y)
    before = vars(fitted)["n_features_in_"], fitted.n_iter_
    monkeypatch.setattr(f"skneural.network.session.TrainingSession.{run}", interrupt)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, y)
    with pytest.raises(NotFittedError):
        check_is_fitted(model)
    assert vars(model).keys() == vars(clone(model)).keys()
    with pytest.warns(UserWarning, match="interrupted by user"):
        fitted.fit(X, y)  # goes on from what was trained before
    assert (fitted.n_features_in_, fitted.n_iter_) == (before[0], 0)


def test_interrupted_in_the_first_epoch_after_an_update_there_is_one(monkeypatch):
    """Batches of the first epoch were learned from, though it has no loss yet."""
    from skneural.network.session import TrainingSession

    whole = TrainingSession.run_epoch

    def interrupt(self, *epoch):
        whole(self, *epoch)
        raise KeyboardInterrupt

    monkeypatch.setattr(TrainingSession, "run_epoch", interrupt)
    with pytest.warns(UserWarning, match="interrupted by user"):
        model = classifier().fit(*make_data())
    assert model.n_iter_ == 0 and model.predict(make_data()[0]).shape == (60,)


def test_early_stopping_names_the_class_that_cannot_be_split():
    labels = np.array(["no"] * 59 + ["yes"])
    older = "least populated class in y has only 1 member"  # older versions of sklearn
    with pytest.raises(ValueError, match=f"too few members are: .*yes|{older}"):
        classifier(early_stopping=True).fit(make_data()[0], labels)
