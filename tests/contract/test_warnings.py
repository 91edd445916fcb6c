"""Warnings of a fit: they come last, point at the user's line, and cost no training."""

import inspect
import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skneural
from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    MLPClassifier,
    MLPRegressor,
    NeuralNetRegressor,
    NeuralOutlierDetector,
)
from skneural._user_warnings import warn_user
from skneural.exceptions import NonFiniteLossWarning
from skneural.network.network import Network

PACKAGE = Path(skneural.__file__).parent
SMALL = {"random_state": 0, "max_iter": 2}
NOT_CONVERGED = [
    MLPClassifier((3,), **SMALL),
    MLPClassifier((3,), solver="lbfgs", **SMALL),
    MLPRegressor(hidden_layer_sizes=(3,), early_stopping=True, **SMALL),
    ConvNetClassifier(2, hidden_layer_sizes=(), image_shape=(2, 2), **SMALL),
    NeuralNetRegressor(**SMALL),
    AutoencoderTransformer(2, **SMALL),
    AutoencoderTransformer(2, (3,), pretraining="layerwise", **SMALL),
    NeuralOutlierDetector(2, solver="lbfgs", **SMALL),
]
DIVERGES = {"solver": "sgd", "learning_rate_init": 1e14, "dtype": "float32", **SMALL}
WARNING = {
    "clipped": (MLPClassifier((3,), batch_size=1000, **SMALL), UserWarning),
    "unused": (MLPClassifier((3,), solver="lbfgs", weight_decay=0.1, **SMALL), UserWarning),
    "not converged": (NOT_CONVERGED[0], ConvergenceWarning),
    "lbfgs": (NOT_CONVERGED[1], ConvergenceWarning),
    "diverged": (MLPRegressor(hidden_layer_sizes=(20, 20, 20), **DIVERGES), NonFiniteLossWarning),
}
EACH_WARNING = pytest.mark.parametrize(("model", "category"), WARNING.values(), ids=WARNING)

# As where it compiles, and finds that the cache cannot be written to.
PREDICT = """
def predict(*arguments, **keywords):
    warn_user("inside", RuntimeWarning)
    return whole(*arguments, **keywords)
"""


def make_data():
    random = np.random.RandomState(0)
    X = random.standard_normal((60, 4))
    return X, (X[:, 0] > 0).astype(int)


def line():
    """The line that calls this."""
    return inspect.currentframe().f_back.f_lineno


def caught(category, call):
    """Places of the warnings of a category, as pairs of file and line."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        call()
    places = [(w.filename, w.lineno) for w in found if issubclass(w.category, category)]
    assert places
    return places


@EACH_WARNING
def test_fit_points_at_the_users_line(model, category):
    X, y = make_data()
    here = line() + 1
    places = caught(category, lambda: model.fit(X, y))
    assert set(places) == {(__file__, here)}


def test_predicting_points_at_the_users_line():
    images = np.random.RandomState(0).randint(0, 256, (40, 4, 4))
    model = ConvNetClassifier(2, **SMALL)
    with warnings.catch_warnings(action="ignore"):
        model.fit(images, np.arange(40) % 2)
    here = line() + 1
    places = caught(UserWarning, lambda: model.predict(images / 255))
    assert places == [(__file__, here)]


@EACH_WARNING
def test_meta_estimators_point_at_the_users_line(model, category):
    X, y = make_data()
    search = GridSearchCV(make_pipeline(StandardScaler(), model), {}, cv=2, error_score="raise")
    here = line() + 1
    places = caught(category, lambda: search.fit(X, y))
    assert set(places) == {(__file__, here)}


def test_other_processes_point_at_none_of_our_files(run_python):
    done = run_python(
        """
        import numpy as np
        from sklearn.model_selection import GridSearchCV
        from skneural import MLPClassifier

        X = np.random.RandomState(0).standard_normal((40, 3))
        search = GridSearchCV(MLPClassifier((3,), max_iter=2), {"alpha": [0, 1]}, cv=2, n_jobs=2)
        search.fit(X, np.arange(40) % 2)
        """
    )
    assert "ConvergenceWarning: Stochastic Optimizer" in done.stderr
    assert str(PACKAGE) not in done.stderr


@pytest.mark.parametrize("method", ["partial_fit", "predict"])
def test_other_methods_point_at_the_users_line(method, monkeypatch):
    X, y = make_data()
    model = MLPRegressor(hidden_layer_sizes=(3,), batch_size=1000, **SMALL)
    with warnings.catch_warnings(action="ignore"):
        model.fit(X, y)
    if method == "predict":
        names = {"warn_user": warn_user, "whole": Network.predict}
        exec(compile(PREDICT, PACKAGE / "inside.py", "exec"), names)
        monkeypatch.setattr(Network, "predict", names["predict"])
    here = line() + 2
    arguments = (X,) if method == "predict" else (X, y)
    places = caught(Warning, lambda: getattr(model, method)(*arguments))
    assert places == [(__file__, here)]


def test_no_other_way_to_warn():
    """Every warning of the package goes through the function that finds the user's line."""
    users = [p.name for p in PACKAGE.rglob("*.py") if "warnings.warn(" in p.read_text("utf-8")]
    assert users == ["_user_warnings.py"]


@pytest.mark.parametrize("model", NOT_CONVERGED, ids=lambda model: type(model).__name__)
def test_a_convergence_warning_as_error_leaves_the_model(model):
    X, y = make_data()
    with warnings.catch_warnings(action="ignore"):
        expected = model.fit(X, y)
        expected = {k: v for k, v in vars(expected).items() if k.endswith("_")}
    model = skneural.__dict__[type(model).__name__](**model.get_params(deep=False))
    owner = type(model).__name__
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        with pytest.raises(ConvergenceWarning, match=owner):
            model.fit(X, y)
    found = {k: v for k, v in vars(model).items() if k.endswith("_")}
    assert found.keys() == expected.keys()
    assert found["loss_curve_"] == expected["loss_curve_"]
    for name in {"predict", "transform"} & set(dir(model)):
        assert len(getattr(model, name)(X)) == 60


def test_a_warm_start_goes_on_after_the_error():
    """The usual recipe ends, where each fit begins with what the last one came to."""
    X, y = make_data()
    model = MLPClassifier((3,), warm_start=True, random_state=0, max_iter=10, tol=1e-3)
    for _ in range(100):
        with warnings.catch_warnings():
            warnings.simplefilter("error", ConvergenceWarning)
            try:
                model.fit(X, y)
                break
            except ConvergenceWarning:
                continue
    assert 10 < len(model.loss_curve_) < 1000
    assert model.loss_ < model.loss_curve_[9]


@pytest.mark.parametrize("make", [MLPRegressor, NeuralOutlierDetector])
def test_diverging_and_interrupted_fits_as_errors_leave_the_model(make, monkeypatch):
    X, y = make_data()
    model = make(hidden_layer_sizes=(20, 20, 20), **DIVERGES)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NonFiniteLossWarning)
        with pytest.raises(NonFiniteLossWarning):
            model.fit(X, y)
    assert np.isfinite(model.predict(X)).all()
    monkeypatch.setattr(
        "skneural.training.epochs.Training._out_of_time",
        lambda training: (_ for _ in ()).throw(KeyboardInterrupt),
    )
    model = make(**SMALL)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match=f"interrupted by user.*{make.__name__}"):
            model.fit(X, y)
    assert model.n_iter_ == 1 and len(model.predict(X)) == 60


def test_callbacks_see_the_end_before_the_error():
    pytest.importorskip("sklearn.callback")
    X, y = make_data()
    ended = []

    class Recorder:
        def setup(self, estimator, context):
            pass

        teardown = on_fit_task_begin = setup

        def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
            ended.append((context.task_name, fitted_estimator))

    model = MLPClassifier((3,), **SMALL).set_callbacks(Recorder())
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        with pytest.raises(ConvergenceWarning):
            model.fit(X, y)
    assert [name for name, _ in ended] == ["epoch", "epoch", "fit"]
    assert_array_equal(ended[-1][1].predict(X), model.predict(X))


def test_a_whole_stack_of_our_own_is_no_error(monkeypatch):
    """As in a thread, where no caller is the user's."""
    monkeypatch.setattr("skneural._user_warnings._PACKAGES", ("",))
    with pytest.warns(UserWarning, match="seen"):
        warn_user("seen")
