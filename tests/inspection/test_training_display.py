"""Pictures of running fits: in a file, in a notebook, on the user's axes; errors keep the fit."""

import builtins
import itertools
import pickle
import sys
import threading
import types
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import make_blobs, make_moons
from sklearn.exceptions import NotFittedError

from skneural import (
    AutoencoderTransformer,
    BernoulliRBM,
    DBNClassifier,
    GenerativeAdversarialNetwork,
    GMDHRegressor,
    HopfieldNetwork,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralOutlierDetector,
    SelfOrganizingMap,
    SeriesNetClassifier,
    TabularClassifier,
)
from skneural.callbacks import HAS_CALLBACKS
from skneural.inspection import TrainingDisplay

pyplot = pytest.importorskip("matplotlib.pyplot", reason="displays draw by matplotlib")
needs_callbacks = pytest.mark.skipif(not HAS_CALLBACKS, reason="needs scikit-learn 1.9 or newer")
X, Y = make_moons(80, noise=0.1, random_state=0)
EACH = {"every": 1, "interval": 0.0, "grid_resolution": 10}


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def mlp(**parameters):
    return MLPClassifier((4,), **{"max_iter": 4, "tol": 0.0, "random_state": 0} | parameters)


def fit(display, estimator=None, *data):
    with warnings.catch_warnings(action="ignore"):
        return (estimator or mlp()).set_callbacks(display).fit(*(data or (X, Y)))


@needs_callbacks
def test_a_script_gets_a_file_that_is_written_anew(tmp_path):
    written = []

    class Following(TrainingDisplay):
        def on_fit_task_end(
            self, estimator, context, *, X=None, y=None, fitted_estimator=None
        ):
            super().on_fit_task_end(
                estimator, context, X=X, y=y, fitted_estimator=fitted_estimator
            )
            written.append((tmp_path / "training.png").read_bytes())

    before, open_figures = threading.active_count(), pyplot.get_fignums()
    display = Following(tmp_path / "training.png", **EACH)
    model = fit(display)
    assert display.n_pictures_ == len(written) == 5  # four epochs and the end
    assert len(set(written[:4])) == 4
    assert pyplot.imread(tmp_path / "training.png").shape[1] > 600
    assert [path.name for path in tmp_path.iterdir()] == ["training.png"]
    assert display.curves_["training loss"] == model.loss_curve_
    assert threading.active_count() == before
    assert pyplot.get_fignums() == open_figures
    assert display.error_ is None


@needs_callbacks
def test_the_boundary_is_that_of_the_fitted_estimator(tmp_path):
    display = TrainingDisplay(tmp_path / "a.png", **EACH)
    model = fit(display)
    shown = display.boundary_
    grid = np.column_stack([shown.xx0.ravel(), shown.xx1.ravel()])
    np.testing.assert_allclose(shown.response.ravel(), model.predict_proba(grid)[:, 1])
    assert len(display.axes_) == 2
    assert display.axes_[1].get_title() == "decision boundary"


@needs_callbacks
def test_every_and_interval_leave_pictures_out_but_never_the_last(tmp_path):
    for settings, expected in (({"every": 3}, 3), ({"interval": 1e6}, 2)):
        display = TrainingDisplay(tmp_path / "a.png", **EACH | settings)
        model = fit(display, mlp(max_iter=7))
        assert display.n_pictures_ == expected
        assert display.curves_["training loss"] == model.loss_curve_


@needs_callbacks
def test_drawing_changes_nothing_of_the_fit(tmp_path):
    plain, drawn = mlp().fit(X, Y), fit(TrainingDisplay(tmp_path / "a.png", **EACH))
    assert all(np.array_equal(*pair) for pair in zip(plain.coefs_, drawn.coefs_, strict=True))


@needs_callbacks
@pytest.mark.parametrize("fails", [ValueError("no ink"), MemoryError()], ids=["value", "memory"])
def test_an_error_in_drawing_keeps_the_fit(tmp_path, fails, monkeypatch):
    def broken(self, estimator, X, y):
        raise fails

    monkeypatch.setattr(TrainingDisplay, "_redraw", broken)
    display = TrainingDisplay(tmp_path / "a.png", **EACH)
    model = mlp().set_callbacks(display)
    name = type(fails).__name__
    with pytest.warns(UserWarning, match=f"MLPClassifier ended after 0 pictures by {name}"):
        model.fit(X, Y)
    assert model.n_iter_ == 4
    assert display.error_ is fails
    monkeypatch.undo()
    display.plot()
    assert display.lines_[0].get_ydata().size == 1


@needs_callbacks
def test_a_warning_of_it_turned_into_an_error_keeps_the_fit_too(tmp_path, monkeypatch):
    monkeypatch.setattr(TrainingDisplay, "_redraw", lambda *arguments: 1 / 0)
    model = mlp().set_callbacks(TrainingDisplay(tmp_path / "a.png"))
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        with pytest.raises(UserWarning, match="ZeroDivisionError"):
            model.fit(X, Y)
    assert model.predict(X).shape == (80,)


@needs_callbacks
def test_ctrl_c_while_drawing_ends_the_fit_as_always(tmp_path, monkeypatch):
    real, calls = TrainingDisplay._redraw, []

    def interrupted(self, *arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(self, *arguments)

    monkeypatch.setattr(TrainingDisplay, "_redraw", interrupted)
    display = TrainingDisplay(tmp_path / "a.png", **EACH)
    with pytest.warns(UserWarning, match="interrupted by user"):
        model = mlp().set_callbacks(display).fit(X, Y)
    assert model.n_iter_ == 2
    assert model.predict(X).shape == (80,)
    assert display.n_pictures_ == 2  # after the first epoch, and of the end
    assert len(display.curves_["training loss"]) == 2


@needs_callbacks
def test_an_error_of_the_fit_is_the_users(tmp_path):
    display = TrainingDisplay(tmp_path / "a.png")
    with pytest.raises(ValueError, match="NaN"):
        mlp().set_callbacks(display).fit(X * np.nan, Y)
    assert display._canvas is None


class Handle:
    """What IPython's ``display`` returns."""

    def __init__(self, picture):
        self.pictures = [picture]

    def update(self, picture):
        self.pictures.append(picture)


@pytest.fixture
def notebook(monkeypatch):
    handles = []

    def display(picture, display_id):
        assert display_id is True
        handles.append(Handle(picture))
        return handles[-1]

    cells = types.SimpleNamespace(display=display, Image=lambda data, format: data)
    shell = types.SimpleNamespace(kernel=object())
    ipython = types.SimpleNamespace(display=cells, get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", cells)
    return handles


@needs_callbacks
def test_a_notebook_has_one_picture_that_redraws_itself(notebook):
    display = TrainingDisplay(**EACH)
    fit(display)
    (handle,) = notebook
    assert len(handle.pictures) == display.n_pictures_ == 5
    assert all(picture.startswith(b"\x89PNG") for picture in handle.pictures)
    fit(display)
    assert len(notebook) == 2  # each fit has a picture of its own


@needs_callbacks
def test_a_console_of_ipython_is_no_notebook(notebook, monkeypatch):
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", types.SimpleNamespace)
    with pytest.raises(ValueError, match="outside of a notebook pictures go to a file; give path"):
        fit(TrainingDisplay())


FIVE = np.random.RandomState(0).uniform(size=(40, 5))
LABELS = np.array(["no", "yes"])[(FIVE[:, 0] > 0.5).astype(int)]
SERIES = np.random.RandomState(1).uniform(size=(20, 12, 2))
BLOBS = make_blobs(60, centers=3, random_state=0)


@needs_callbacks
@pytest.mark.needs_jit(reason="fits many estimators")
@pytest.mark.parametrize(("estimator", "data", "planar", "curve"), [
    (mlp(), (FIVE, LABELS), False, "training loss"),
    (mlp(), (FIVE[:, :2], LABELS), True, "training loss"),
    (mlp(), BLOBS, True, "training loss"),
    (mlp(), (BLOBS[0], np.array(["a", "b", "c"])[BLOBS[1]]), True, "training loss"),
    (mlp(early_stopping=True), (X, Y), True, "validation score"),
    (mlp(), (pd.DataFrame(X, columns=["width", "height"]), pd.Series(Y)), True, "training loss"),
    (mlp(), (X.tolist(), Y.tolist()), True, "training loss"),
    (mlp(), (csr_array(X), Y), True, "training loss"),
    (mlp(), (X, np.column_stack([Y, 1 - Y])), False, "training loss"),
    (mlp(solver="lbfgs"), (X, Y), True, "training loss"),
    (MLPRegressor(hidden_layer_sizes=(4,), max_iter=3), (X, X[:, 0]), True, "training loss"),
    (MLPRegressor(hidden_layer_sizes=(4,), max_iter=3), (X, X[:, :1]), True, "training loss"),
    (MLPRegressor(hidden_layer_sizes=(4,), max_iter=3), (X, X), False, "training loss"),
    (NeuralNetClassifier(max_iter=3), (X, Y), True, "training loss"),
    (TabularClassifier(max_iter=3), (X, Y), True, "training loss"),
    (SeriesNetClassifier(max_iter=2, n_networks=2), (SERIES, Y[:20]), False, "training loss"),
    (AutoencoderTransformer(1, max_iter=3), (X,), False, "training loss"),
    (NeuralOutlierDetector(1, max_iter=3), (X,), False, "training loss"),
    (BernoulliRBM(3, n_iter=3), ((FIVE > 0.5).astype(float),), False, "training loss"),
    (DBNClassifier((4,), pretraining_max_iter=2, max_iter=3), (FIVE, LABELS), False,
     "training loss"),
    (SelfOrganizingMap((3, 3), max_iter=3), (X,), False, "training loss"),
    (GMDHRegressor(), (X, X[:, 0] * X[:, 1]), True, "training loss"),
    (GenerativeAdversarialNetwork(max_iter=2), (X,), False, "discriminator loss"),
])
def test_estimators_of_each_kind(tmp_path, estimator, data, planar, curve):
    display = TrainingDisplay(tmp_path / "a.svg", **EACH)
    fit(display, clone(estimator), *data)
    assert display.error_ is None
    assert display.n_pictures_ > 1
    assert curve in display.curves_
    assert len(display.axes_) == 1 + planar
    assert (tmp_path / "a.svg").read_text().count("<svg") == 1


@needs_callbacks
def test_the_plane_fits_rows_of_any_scale(tmp_path):
    display = TrainingDisplay(tmp_path / "a.png", **EACH)
    for scale in ([1e-3, 1e-3], [1.0, 100.0]):
        fit(display, mlp(), X * scale, Y)
        across = np.ptp(display.boundary_.xx0), np.ptp(display.boundary_.xx1)
        assert np.all(across >= np.ptp(X * scale, axis=0))
        assert np.all(across <= 1.5 * np.ptp(X * scale, axis=0))


@needs_callbacks
def test_drawing_takes_a_quarter_of_the_time_at_most(tmp_path, monkeypatch):
    seconds = itertools.count()  # one passes from each look at the clock to the next
    clock = types.SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr("skneural.inspection._training.time", clock)
    display = TrainingDisplay(tmp_path / "a.png", **EACH | {"interval": 0.5})
    fit(display, mlp(max_iter=12))
    # after epochs 1, 4, 7 and 10, a second of drawing and three of training, and at the end
    assert display.n_pictures_ == 5


@needs_callbacks
def test_missing_values_are_left_out_of_the_plane(tmp_path):
    holes = X.copy()
    holes[3, 0] = np.nan
    display = TrainingDisplay(tmp_path / "a.png", **EACH)
    fit(display, TabularClassifier(max_iter=2), holes, Y)
    assert display.error_ is None
    assert display.boundary_ is not None


@needs_callbacks
@pytest.mark.parametrize(("path", "error", "message"), [
    ("training.pgn", ValueError, r"path='training.pgn' must end with one of .*\.png"),
    ("none/a.png", FileNotFoundError, "is in a folder that is not there; make it first"),
    (None, ValueError, "give path='training.png'"),
])
def test_bad_places_are_told_before_training(path, error, message):
    model = mlp()
    with pytest.raises(error, match=f"TrainingDisplay: .*{message}"):
        model.set_callbacks(TrainingDisplay(path)).fit(X, Y)
    assert not hasattr(model, "coefs_")


@needs_callbacks
def test_an_estimator_without_epochs(tmp_path):
    network = HopfieldNetwork().set_callbacks(TrainingDisplay(tmp_path / "a.png"))
    with pytest.raises(TypeError, match="HopfieldNetwork is not trained by epochs"):
        network.fit(np.sign(FIVE - 0.5))


@needs_callbacks
def test_without_matplotlib(tmp_path, monkeypatch):
    real = builtins.__import__

    def missing(name, *arguments):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *arguments)

    model = mlp().set_callbacks(TrainingDisplay(tmp_path / "a.png"))
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError, match="TrainingDisplay draws by matplotlib: pip install"):
        model.fit(X, Y)


def test_matplotlib_is_imported_only_to_draw(run_python):
    result = run_python("""
        import sys
        from skneural.inspection import TrainingDisplay
        TrainingDisplay("training.png")
        print("matplotlib" in sys.modules)
    """)
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize("settings", [
    {"every": 0}, {"every": True}, {"interval": -1}, {"interval": np.nan}, {"boundary": "auto"},
    {"grid_resolution": 1},
])
def test_bad_settings(settings):
    ((name, value),) = settings.items()
    with pytest.raises(ValueError, match=f"TrainingDisplay: {name}={value!r} must be"):
        TrainingDisplay(**settings)


def test_of_a_fitted_estimator():
    model = mlp(early_stopping=True).fit(X, Y)
    display = TrainingDisplay.from_estimator(model, X, Y, linewidth=3)
    assert display.curves_["validation loss"] == model.validation_loss_curve_
    assert [line.get_linewidth() for line in display.lines_] == [3, 3, 3]
    assert display.figure_ is display.ax_.figure
    assert len(display.axes_) == 2
    assert len(TrainingDisplay.from_estimator(model).axes_) == 1


def test_axes_of_the_user():
    model = mlp().fit(X, Y)
    figure, (one, other) = pyplot.subplots(1, 2)
    display = TrainingDisplay.from_estimator(model, X, Y, ax=one, grid_resolution=5)
    assert display.figure_ is figure
    assert list(one.child_axes) == display.axes_
    assert display.plot([one, other]).axes_ == [one, other]
    assert other.collections
    with pytest.raises(ValueError, match="ax has 3 axes, and 2 are drawn on"):
        display.plot([one, other, one])


def test_of_arrays():
    display = TrainingDisplay.from_curves(
        [3, 2, 1], validation_loss=np.array([3.0, 2.5]), validation_score=(0.1, 0.2, 0.3)
    )
    assert list(display.curves_) == ["training loss", "validation loss", "validation score"]
    assert [list(line.get_xdata()) for line in display.lines_] == [[1, 2, 3], [2, 3], [1, 2, 3]]
    with pytest.raises(ValueError, match=r"validation_loss must be numbers of shape \(n_epochs,\)"):
        TrainingDisplay.from_curves([1.0], validation_loss=[[1.0]])
    with pytest.raises(ValueError, match="loss must be numbers"):
        TrainingDisplay.from_curves([])


def test_what_cannot_be_drawn():
    with pytest.raises(NotFittedError):
        TrainingDisplay.from_estimator(mlp())
    memory = HopfieldNetwork().fit(np.ones((1, 9)))
    with pytest.raises(TypeError, match="HopfieldNetwork keeps no curve of its training"):
        TrainingDisplay.from_estimator(memory)
    model = mlp().fit(FIVE, LABELS)
    with pytest.raises(ValueError, match=r"no decision boundary of MLPClassifier: X of shape"):
        TrainingDisplay.from_estimator(model, FIVE)
    with pytest.raises(ValueError, match="no training to draw yet"):
        TrainingDisplay().plot()


@needs_callbacks
def test_estimators_with_it_are_pickled_without_figures(tmp_path):
    model = fit(TrainingDisplay(tmp_path / "a.png", **EACH))
    again = pickle.loads(pickle.dumps(model))
    assert len(pickle.dumps(model)) < 100_000
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    copied = again._skl_callbacks[0]
    assert copied.curves_["training loss"] == model.loss_curve_
    assert copied.plot().lines_
