"""Pictures of maps: what is drawn, where, and errors."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

from skneural import MLPClassifier, SelfOrganizingMap
from skneural.inspection import MapDisplay

pyplot = pytest.importorskip("matplotlib.pyplot", reason="displays draw by matplotlib")
pytestmark = pytest.mark.needs_jit(reason="fits maps")


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    frame = pd.DataFrame(X, columns=["sepal length", "sepal width", "length", "width"])
    som = SelfOrganizingMap((4, 5), topology="hexagonal", max_iter=5).fit(frame)
    return som, frame, np.array(["setosa", "versicolor", "virginica"])[y]


@pytest.mark.parametrize(("kind", "expected"), [
    ("u_matrix", lambda som, X, y: som.u_matrix()),
    ("hits", lambda som, X, y: som.hit_map(X)),
    ("component", lambda som, X, y: som.codebook_[:, :, 0]),
])
def test_numbers_of_units(iris, kind, expected):
    som, X, y = iris
    display = MapDisplay.from_estimator(som, X, kind=kind)
    assert np.allclose(display.units_.get_array(), expected(som, X, y).ravel())
    assert display.colorbar_ is not None
    assert display.figure_ is display.ax_.figure


def test_labels_are_written_into_units(iris):
    som, X, y = iris
    display = MapDisplay.from_estimator(som, X, y, kind="labels")
    labels = som.label_map(X, y)
    assert [text.get_text() for text in display.ax_.texts] == list(labels.compressed())
    assert display.colorbar_ is None
    middle = display.units_.get_paths()[0].vertices[:-1].mean(0)
    first = np.argwhere(~np.ma.getmaskarray(labels))[0]
    assert np.allclose(middle, som.unit_positions_[tuple(first)])


def test_a_feature_by_its_name(iris):
    som, _, _ = iris
    display = MapDisplay.from_estimator(som, kind="component", feature="width", cmap="plasma")
    assert np.allclose(display.units_.get_array(), som.codebook_[:, :, 3].ravel())
    assert display.ax_.get_title() == "width"
    assert display.units_.get_cmap().name == "plasma"


def test_the_axes_of_the_user(iris):
    _, (left, right) = pyplot.subplots(1, 2)
    display = MapDisplay.from_values(np.arange(6).reshape(2, 3), ax=left)
    assert display.ax_ is left
    assert len(display.units_.get_paths()) == 6
    assert display.plot(right).ax_ is right
    assert len(display.units_.get_paths()[0].vertices) == 5  # squares


@pytest.mark.parametrize(("arguments", "message"), [
    ({"kind": "umatrix"}, "kind='umatrix' must be one of .* Did you mean 'u_matrix'"),
    ({"kind": "hits"}, "kind='hits' needs X"),
    ({"kind": "labels", "X": np.ones((2, 4))}, "kind='labels' needs X and y"),
    ({"kind": "component", "feature": "widht"}, "feature='widht' .* Did you mean 'width'"),
    ({"kind": "component", "feature": 4}, "feature=4 of a map with 4 features"),
])
def test_bad_arguments(iris, arguments, message):
    with pytest.raises(ValueError, match=message):
        MapDisplay.from_estimator(iris[0], **arguments)


def test_other_estimators():
    with pytest.raises(TypeError, match="MLPClassifier is no map; give a SelfOrganizingMap"):
        MapDisplay.from_estimator(MLPClassifier())
    with pytest.raises(NotFittedError):
        MapDisplay.from_estimator(SelfOrganizingMap())
    with pytest.raises(ValueError, match="values must be of shape"):
        MapDisplay(np.ones(3))
    with pytest.raises(ValueError, match="positions must be of shape"):
        MapDisplay(np.ones((2, 2)), positions=np.ones((3, 2)))
