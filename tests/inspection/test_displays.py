"""What all displays have in common, and which estimators each is for.

A display joins by an entry in `CASES`.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _displays import EVERY, LAYERED, fitted, unfitted
from skneural import inspection
from skneural.inspection import (
    ActivationDisplay,
    AttentionDisplay,
    FeatureVisualizationDisplay,
    FilterDisplay,
    LatentSpaceDisplay,
    LossCurveDisplay,
    LossLandscapeDisplay,
    MapDisplay,
    NetworkDisplay,
    ReconstructionDisplay,
    SaliencyDisplay,
    TrainingDisplay,
)

pyplot = pytest.importorskip("matplotlib.pyplot", reason="displays draw by matplotlib")
pytestmark = pytest.mark.needs_jit(reason="fits an estimator of each family")


class Case(NamedTuple):
    """A display, and how it is made.

    ``arrays(ax, **kwargs)`` makes it of plain arrays, ``estimator(estimator, X, y)`` returns the
    arguments of `from_estimator`; ``fits`` are the families it is for; ``look`` are arguments for
    what it draws by.
    """

    display: type
    arrays: Callable[..., Any]
    estimator: Callable[[Any, Any, Any], tuple[tuple, Mapping[str, Any]]]
    fits: frozenset[str]
    look: Mapping[str, Any]


RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.normal(size=(6, 5, 4))
OF_IMAGES = frozenset({"ConvNetClassifier", "ConvNetRegressor"})
OF_SERIES = frozenset(name for name in LAYERED if name.startswith(("Recurrent", "Series")))
OF_TABLES = frozenset({"TabularClassifier", "TabularRegressor"})
MACHINES = frozenset({"BernoulliRBM", "GaussianRBM"})
GROUPED = frozenset({"GMDHClassifier", "GMDHRegressor"})

CASES = [
    Case(
        LossCurveDisplay,
        lambda ax, **look: LossCurveDisplay.from_curves(
            [3.0, 2.0, 1.0], [4.0, 3.0, 3.5], learning_rates=[0.1, 0.05, 0.01], restored_epoch=2,
            ax=ax, **look,
        ),
        lambda estimator, X, y: ((estimator,), {}),
        EVERY - {"HopfieldNetwork"},
        {"alpha": 0.5},
    ),
    Case(
        FilterDisplay,
        lambda ax, **look: FilterDisplay.from_filters(IMAGES, ax=ax, **look),
        lambda estimator, X, y: ((estimator,), {}),
        (LAYERED - OF_SERIES - OF_TABLES) | MACHINES | {"DeepBoltzmannMachine"},
        {"cmap": "plasma"},
    ),
    Case(
        ActivationDisplay,
        lambda ax, **look: ActivationDisplay.from_activations(IMAGES, ax=ax, **look),
        lambda estimator, X, y: ((estimator, X[0]), {}),
        OF_IMAGES,
        {"cmap": "plasma"},
    ),
    Case(
        ReconstructionDisplay,
        lambda ax, **look: ReconstructionDisplay.from_images(IMAGES, 0.9 * IMAGES, ax=ax, **look),
        lambda estimator, X, y: ((estimator, X), {"n_images": 4}),
        MACHINES | {"AutoencoderTransformer", "DeepBoltzmannMachine", "SelfOrganizingMap"},
        {"cmap": "plasma"},
    ),
    Case(
        LatentSpaceDisplay,
        lambda ax, **look: LatentSpaceDisplay.from_codes(
            RANDOM.normal(size=(20, 3)), np.arange(20) % 3, ax=ax, **look
        ),
        lambda estimator, X, y: ((estimator, X, y), {}),
        EVERY - {"GenerativeAdversarialNetwork", "SequenceGenerator"},
        {"s": 3},
    ),
    Case(
        NetworkDisplay,
        lambda ax, **look: NetworkDisplay.from_shapes(
            ["input", "dense", "dense"], [(4,), (3,), (2,)], [0, 15, 8], ax=ax, **look
        ),
        lambda estimator, X, y: ((estimator,), {}),
        EVERY - GROUPED - {"HopfieldNetwork", "SelfOrganizingMap"},
        {"edgecolor": "red"},
    ),
    Case(
        AttentionDisplay,
        lambda ax, **look: AttentionDisplay.from_weights(
            [[0.2, 0.8], [0.1, 0.2, 0.7]], tokens=[["not", "good"], ["it", "is", "great"]], ax=ax,
            **look,
        ),
        lambda estimator, X, y: ((estimator, X[:3]), {}),
        frozenset({"RecurrentClassifier", "RecurrentRegressor"}),
        {"cmap": "plasma"},
    ),
    Case(
        LossLandscapeDisplay,
        lambda ax, **look: LossLandscapeDisplay.from_losses(
            np.add.outer(np.arange(-2, 3) ** 2, np.arange(-2, 3) ** 2) + 0.1, ax=ax, **look
        ),
        lambda estimator, X, y: ((estimator, X, y), {"n_points": 3}),
        LAYERED,
        {"cmap": "plasma"},
    ),
    Case(
        MapDisplay,
        lambda ax, **look: MapDisplay.from_values(np.arange(6).reshape(2, 3), ax=ax, **look),
        lambda estimator, X, y: ((estimator,), {}),
        frozenset({"SelfOrganizingMap"}),
        {"cmap": "plasma"},
    ),
    Case(
        SaliencyDisplay,
        lambda ax, **look: SaliencyDisplay.from_attributions(IMAGES, ax=ax, **look),
        lambda estimator, X, y: ((estimator, X[:2]), {"method": "gradient"}),
        LAYERED,
        {"cmap": "plasma"},
    ),
    Case(
        FeatureVisualizationDisplay,
        lambda ax, **look: FeatureVisualizationDisplay.from_images(IMAGES, ax=ax, **look),
        lambda estimator, X, y: ((estimator,), {"options": {"n_iter": 2}}),
        OF_IMAGES,
        {"cmap": "plasma"},
    ),
    Case(
        TrainingDisplay,
        lambda ax, **look: TrainingDisplay.from_curves([3.0, 2.0, 1.0], ax=ax, **look),
        lambda estimator, X, y: ((estimator,), {}),
        EVERY - {"HopfieldNetwork"},
        {"alpha": 0.5},
    ),
]

each_display = pytest.mark.parametrize("case", CASES, ids=lambda case: case.display.__name__)
each_family = pytest.mark.parametrize("name", sorted(EVERY))


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def made(case, name, **kwargs):
    """The display of a fitted estimator of a family."""
    arguments, own = case.estimator(*fitted(name))
    return case.display.from_estimator(*arguments, **own, **kwargs)


def drawn(display):
    """The display, after its figure was drawn as a notebook and a file would."""
    display.figure_.canvas.draw()
    return display


def test_every_display_has_a_case():
    public = {name for name in inspection.__all__ if name.endswith("Display")}
    assert public == {case.display.__name__ for case in CASES}


@each_display
def test_from_arrays_in_a_figure_of_its_own(case):
    display = drawn(case.arrays(None))
    assert isinstance(display, case.display)
    assert display.figure_ is display.ax_.figure
    assert display.figure_.number in pyplot.get_fignums()  # which a notebook shows
    assert display.ax_.has_data() or display.ax_.collections or display.ax_.patches


@each_display
def test_on_the_axes_of_the_user(case):
    figure, (left, right) = pyplot.subplots(1, 2)
    display = case.arrays(left)
    assert display.ax_ is left
    assert display.figure_ is figure
    assert not right.has_data()
    assert not right.texts
    assert pyplot.get_fignums() == [figure.number]
    assert display.plot(ax=right).ax_ is right
    assert display.plot(right) is display
    drawn(display)


@each_display
def test_drawn_twice_and_with_other_looks(case):
    display = case.arrays(None, **case.look)
    first = display.figure_
    again = display.plot(**case.look)
    assert again.figure_ is not first
    drawn(again)
    # matplotlib before 3.11 only warns of what contours do not use
    with pytest.raises((AttributeError, TypeError, ValueError, UserWarning)):
        case.arrays(None, no_such_look=1)


@each_display
@each_family
def test_estimators_it_is_for_and_errors_for_others(case, name):
    if name in case.fits:
        figure, ax = pyplot.subplots()
        display = drawn(made(case, name, ax=ax))
        assert isinstance(display, case.display)
        assert (display.ax_, display.figure_) == (ax, figure)
        return
    before = pyplot.get_fignums()
    with pytest.raises((TypeError, ValueError), match=name) as error:
        made(case, name)
    said = str(error.value)
    assert case.display.__name__ in said or "loss_landscape" in said
    assert "; " in said, "what to do instead"
    assert pyplot.get_fignums() == before, "an empty figure is left behind"


@each_display
def test_before_fit(case):
    for name in sorted(case.fits):
        arguments, own = case.estimator(unfitted(name), *fitted(name)[1:])
        with pytest.raises(NotFittedError, match=name):
            case.display.from_estimator(*arguments, **own)


@each_display
@pytest.mark.parametrize("other", [
    LogisticRegression(max_iter=9),
    make_pipeline(StandardScaler(), LogisticRegression(max_iter=9)),
    LogisticRegression, None, "estimator",
], ids=["LogisticRegression", "pipeline", "class", "None", "str"])
def test_what_is_no_network(case, other):
    X, y = RANDOM.normal(size=(30, 4)), np.arange(30) % 2
    if hasattr(other, "fit") and not isinstance(other, type):
        other.fit(X, y)
    arguments, own = case.estimator(other, X, y)
    with pytest.raises(TypeError, match=r"Display|loss_landscape"):
        case.display.from_estimator(*arguments, **own)


@each_display
def test_without_matplotlib(case, monkeypatch):
    for name in ("matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=rf"{case.display.__name__} .*pip install matplotlib"):
        case.arrays(None)


def test_matplotlib_is_imported_only_to_draw(run_python):
    result = run_python("""
        import sys
        from skneural.inspection import FilterDisplay, MapDisplay
        FilterDisplay([[[1.0, 2.0]]]), MapDisplay([[1.0, 2.0]])
        print("matplotlib" in sys.modules)
    """)
    assert result.stdout.strip() == "False"
