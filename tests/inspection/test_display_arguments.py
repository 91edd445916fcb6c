"""Bad arguments of displays are named, with what to give instead; good ones of all kinds work."""

import numpy as np
import pytest
from sklearn.manifold import TSNE
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _displays import fitted
from skneural import MLPClassifier
from skneural.inspection import (
    ActivationDisplay,
    AttentionDisplay,
    FilterDisplay,
    LatentSpaceDisplay,
    LossCurveDisplay,
    LossLandscapeDisplay,
    MapDisplay,
    NetworkDisplay,
    ReconstructionDisplay,
    TrainingDisplay,
    loss_landscape,
)

pyplot = pytest.importorskip("matplotlib.pyplot", reason="displays draw by matplotlib")
pytestmark = [
    pytest.mark.needs_jit(reason="fits estimators"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]
CODES = np.random.default_rng(0).normal(size=(6, 3))
IMAGES = CODES.reshape(2, 3, 3)
FLAT = np.ones((2, 16))


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


@pytest.mark.parametrize("n_columns", [-2, 1.5, "2", 0, True], ids=repr)
@pytest.mark.parametrize("draw", [
    lambda n: FilterDisplay.from_filters(IMAGES, n_columns=n),
    lambda n: ActivationDisplay.from_activations(IMAGES, n_columns=n),
], ids=["FilterDisplay", "ActivationDisplay"])
def test_columns(draw, n_columns):
    with pytest.raises(ValueError, match=f"Display: n_columns={n_columns!r} must be a whole numb"):
        draw(n_columns)


@pytest.mark.parametrize("shape", [4, (4.0, 4.0), "44", (-4, -4), (16,), (True, 16)], ids=repr)
@pytest.mark.parametrize("draw", [
    lambda shape: FilterDisplay.from_filters(FLAT, image_shape=shape),
    lambda shape: ReconstructionDisplay.from_images(FLAT, FLAT, image_shape=shape),
    lambda shape: FilterDisplay.from_estimator(fitted("MLPClassifier")[0], image_shape=shape),
], ids=["filters", "images", "estimator"])
def test_shapes_of_images(draw, shape):
    with pytest.raises(ValueError, match=r"Display: image_shape=.* must be height and width"):
        draw(shape)


@pytest.mark.parametrize(("draw", "message"), [
    (lambda net, X: FilterDisplay.from_estimator(net, n_filters=-3),
     "FilterDisplay: n_filters=-3 must be a whole number"),
    (lambda net, X: FilterDisplay.from_estimator(net, channel="a"),
     "FilterDisplay: channel='a' of a layer"),
    (lambda net, X: ReconstructionDisplay.from_estimator(
        fitted("AutoencoderTransformer")[0], X, n_images="3"),
     "ReconstructionDisplay: n_images='3' must be a whole number"),
    (lambda net, X: LossCurveDisplay.from_curves([1, 2], restored_epoch=1.5),
     "LossCurveDisplay: restored_epoch=1.5 must be from 1 to 2"),
    (lambda net, X: LossCurveDisplay.from_curves("abc"), "LossCurveDisplay: training must have"),
    (lambda net, X: LossCurveDisplay.from_curves([]), "LossCurveDisplay: training .* at least one"),
    (lambda net, X: LossCurveDisplay.from_curves([[1], [1, 2]]),
     "LossCurveDisplay: training has parts of unequal lengths"),
    (lambda net, X: TrainingDisplay.from_curves([[1], [1, 2]]),
     "TrainingDisplay: loss has parts of unequal lengths"),
    (lambda net, X: NetworkDisplay.from_shapes(["a"], [3]),
     r"NetworkDisplay: shapes\[0\]=3 must be a tuple .* such as \(3,\)"),
    (lambda net, X: NetworkDisplay.from_shapes(["a"], [(3,)], [1.5]),
     "NetworkDisplay: n_parameters=1.5 must be a whole number"),
    (lambda net, X: NetworkDisplay.from_shapes("a", [(3,)]), "names='a' must be a sequence of str"),
    (lambda net, X: LatentSpaceDisplay.from_codes(CODES, [0, 1, 1, 1, 1, np.nan]),
     r"LatentSpaceDisplay: y\[5\]=nan is missing; leave out"),
    (lambda net, X: LatentSpaceDisplay.from_codes(CODES, ["a", None, "b", "a", "a", "a"]),
     r"LatentSpaceDisplay: y\[1\]=None is missing; leave out"),
    (lambda net, X: LatentSpaceDisplay.from_codes(CODES, np.array(["a", 1] * 3, object)),
     "LatentSpaceDisplay: y has both text and other"),
    (lambda net, X: loss_landscape(net, X, random_state="a"),
     "loss_landscape: random_state='a' must be an int"),
    (lambda net, X: loss_landscape(net, X, extent="1"),
     "loss_landscape: extent='1' must be a positive number"),
    (lambda net, X: MapDisplay.from_estimator(
        fitted("SelfOrganizingMap")[0], kind="component", feature=1.5),
     "MapDisplay: feature=1.5 of a map with 64 features"),
    (lambda net, X: TrainingDisplay.from_estimator(net, [[1.0], [1.0, 2.0]], [0, 1]),
     "TrainingDisplay: no decision boundary .*: X or y has rows of unequal lengths. Leave X out"),
    (lambda net, X: TrainingDisplay.from_estimator(net, X[:3, :2], [0, 1]),
     r"TrainingDisplay: no decision boundary .*: y of shape \(2,\) does not fit 3 rows"),
    (lambda net, X: TrainingDisplay.from_estimator(net, X[:2, :2], [0, 77]),
     "TrainingDisplay: no decision boundary .*: y has 77, which is none of its classes"),
])
def test_bad_values(draw, message):
    with pytest.raises(ValueError, match=message):
        draw(*fitted("MLPClassifier")[:2])


@pytest.mark.parametrize(("draw", "message"), [
    (lambda: LatentSpaceDisplay.from_codes(CODES, projection="pca"),
     "LatentSpaceDisplay: projection='pca' must be a transformer"),
    (lambda: LatentSpaceDisplay.from_codes(CODES, projection=TSNE),
     "LatentSpaceDisplay: projection=.*TSNE.* must be a transformer"),
    (lambda: TrainingDisplay(path=5), "TrainingDisplay: path=5 must be a str or a Path"),
])
def test_bad_kinds(draw, message):
    with pytest.raises(TypeError, match=message):
        draw()


EVERY = [
    lambda ax: LossCurveDisplay.from_curves([2.0, 1.0], ax=ax),
    lambda ax: TrainingDisplay.from_curves([2.0, 1.0], ax=ax),
    lambda ax: FilterDisplay.from_filters(IMAGES, ax=ax),
    lambda ax: ActivationDisplay.from_activations(IMAGES, ax=ax),
    lambda ax: ReconstructionDisplay.from_images(IMAGES, IMAGES, ax=ax),
    lambda ax: LatentSpaceDisplay.from_codes(CODES, ax=ax),
    lambda ax: NetworkDisplay.from_shapes(["a"], [(3,)], ax=ax),
    lambda ax: AttentionDisplay.from_weights([[0.5, 0.5]], ax=ax),
    lambda ax: LossLandscapeDisplay.from_losses([1.0, 2.0], ax=ax),
    lambda ax: MapDisplay.from_values(CODES, ax=ax),
]


@pytest.mark.parametrize("draw", EVERY, ids=lambda draw: draw.__code__.co_names[0])
def test_what_is_not_one_axes(draw):
    for other, remedy in (
        (pyplot.subplots(2, 2)[1], "give one"), (pyplot.figure(), r"figure.add_subplot\(\)"),
        ("ax", "give one, such as"),
    ):
        with pytest.raises(TypeError, match=f"Display: ax must be a single .* Axes, .*{remedy}"):
            draw(other)


def test_several_images_in_place_of_one():
    net, X, _ = fitted("ConvNetClassifier")
    with pytest.raises(ValueError, match=r"image has the shape \(5, 8, 8\), .* such as images\[0"):
        ActivationDisplay.from_estimator(net, X[:5])
    one = ActivationDisplay.from_estimator(net, X[:1])
    assert np.array_equal(one.activations, ActivationDisplay.from_estimator(net, X[0]).activations)


@pytest.mark.parametrize("display", [
    LossCurveDisplay, TrainingDisplay, FilterDisplay, NetworkDisplay, MapDisplay,
    ActivationDisplay, AttentionDisplay, LossLandscapeDisplay, ReconstructionDisplay,
    LatentSpaceDisplay,
], ids=lambda display: display.__name__)
def test_what_holds_an_estimator(display):
    _, X, y = fitted("MLPClassifier")
    net = MLPClassifier((3,), max_iter=2, random_state=0)
    rows = [X] if display in (
        ActivationDisplay, AttentionDisplay, LossLandscapeDisplay, ReconstructionDisplay,
        LatentSpaceDisplay,
    ) else []
    search = GridSearchCV(net, {"alpha": [0.1]}, cv=2).fit(X, y)
    name = "loss_landscape" if display is LossLandscapeDisplay else display.__name__
    with pytest.raises(TypeError, match=f"{name}.*; give its best_estimator_"):
        display.from_estimator(search, *rows)
    pipeline = make_pipeline(StandardScaler(), net).fit(X, y)
    with pytest.raises(TypeError, match=f"{name}.*; give its last step"):
        display.from_estimator(pipeline, *rows)


@pytest.mark.parametrize("several", [
    iter, lambda nets: (each for each in nets), lambda nets: np.array(nets, object),
    lambda nets: dict(enumerate(nets)).values(),
], ids=["iterator", "generator", "array", "values"])
def test_curves_of_several_estimators(several):
    nets = [fitted("MLPClassifier")[0], fitted("ConvNetClassifier")[0]]
    display = LossCurveDisplay.from_estimator(several(nets))
    assert list(display.trainings) == ["MLPClassifier", "ConvNetClassifier"]


def test_short_names_of_colors_and_lines():
    for display in (LossCurveDisplay, TrainingDisplay):
        line = display.from_curves([2.0, 1.0], c="r", ls=":", lw=4).lines_[0]
        assert (line.get_color(), line.get_linestyle(), line.get_linewidth()) == ("r", ":", 4)
    box = NetworkDisplay.from_shapes(["a"], [(3,)], ec="r", lw=3).boxes_[0]
    assert (box.get_edgecolor(), box.get_linewidth()) == ((1, 0, 0, 1), 3)
    units = MapDisplay.from_values(CODES, ec="r").units_
    assert np.array_equal(units.get_edgecolor(), [[1, 0, 0, 1]])


@pytest.mark.parametrize("y", [None, list("abcabc"), np.linspace(0, 1, 6)], ids=repr)
def test_colors_of_points(y):
    red = LatentSpaceDisplay.from_codes(CODES, y, c="r")
    for points in red.ax_.collections:
        assert np.array_equal(points.get_facecolor(), [[1, 0, 0, 1]])
    assert red.colorbar_ is None
    values = np.arange(6.0)
    each = LatentSpaceDisplay.from_codes(CODES, y, c=values)
    drawn = np.concatenate([points.get_array() for points in each.ax_.collections])
    assert np.array_equal(np.sort(drawn), values)


@pytest.mark.parametrize("size", [(6.4, 4.8), (3, 2.5)])
def test_a_legend_of_many_classes(size):
    y = np.array([f"class {number:03}" for number in range(100)])
    codes, ax = np.random.default_rng(0).normal(size=(100, 2)), pyplot.subplots(figsize=size)[1]
    display = LatentSpaceDisplay.from_codes(codes, y, ax=ax)
    legend = display.ax_.get_legend()
    assert [each.get_text() for each in legend.get_texts()][::19] == ["class 000", "class 099"]
    assert legend.get_title().get_text() == "20 of 100 classes"
    display.figure_.canvas.draw()
    assert legend.get_window_extent().height <= display.ax_.get_window_extent().height
    assert len(display.ax_.collections) == 100


@pytest.mark.parametrize(("n_layers", "size"), [
    (3, None), (40, None), (120, None), (25, (3, 3)), (25, (2.5, 8)), (200, (3, 3)),
])
def test_text_fits_into_the_boxes(n_layers, size):
    ax = None if size is None else pyplot.subplots(figsize=size)[1]
    names = [f"dense number {number}" for number in range(n_layers)]
    display = NetworkDisplay.from_shapes(names, [(10,)] * n_layers, ax=ax)
    display.figure_.canvas.draw()
    assert display.figure_.get_size_inches()[1] <= 16
    inside = [text for text in display.ax_.texts if "dense" in text.get_text()]
    assert len(inside) == (0 if n_layers == 200 else n_layers)
    for text, box in zip(inside, display.boxes_, strict=False):
        words, frame = text.get_window_extent(), box.get_window_extent()
        assert words.height <= frame.height
        assert words.width <= frame.width
