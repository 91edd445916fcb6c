"""What a self-organizing map refuses and warns of, each with a message that helps."""

import pickle

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skneural import SelfOrganizingMap

X, Y = load_iris(return_X_y=True)


def with_value(value, row=3, column=1):
    changed = X.copy()
    changed[row, column] = value
    return changed


@pytest.mark.parametrize("shape", [(0, 8), (3, 4, 5), (4,), (2.5, 3), (True, 3), (-1, 2), ()])
def test_shapes_that_are_no_map(shape, raises_unchanged):
    som = SelfOrganizingMap(shape)
    raises_unchanged(som, ["SelfOrganizingMap", "shape", "two whole numbers"], "fit", X)


@pytest.mark.parametrize(
    ("parameters", "fragments"),
    [
        ({"topology": "hexagnal"}, ["topology", "hexagonal"]),
        ({"shape": (3, 4), "topology": "hexagonal", "toroidal": True}, ["even number of rows"]),
        ({"radius": 0.5}, ["radius=0.5", "radius_end=1.0"]),
        ({"radius": 0}, ["radius"]),
        ({"radius_end": -1.0}, ["radius_end"]),
        ({"learning_rate_init": 1.5}, ["learning_rate_init"]),
        ({"learning_rate_end": 0.0}, ["learning_rate_end"]),
        ({"initialization": "pac"}, ["initialization", "pca"]),
        ({"initialization": np.ones((2, 2, 4))}, ["initialization", "(10, 10, 4)", "(2, 2, 4)"]),
        ({"initialization": np.full((10, 10, 4), np.nan)}, ["initialization", "finite"]),
        ({"algorithm": "stream"}, ["algorithm"]),
        ({"max_iter": 0}, ["max_iter"]),
    ],
    ids=repr,
)
def test_bad_parameters(parameters, fragments, raises_unchanged):
    som = SelfOrganizingMap(**parameters)
    raises_unchanged(som, ["SelfOrganizingMap", *fragments], "fit", X)
    raises_unchanged(som, ["SelfOrganizingMap", *fragments], "partial_fit", X)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_bad_rows(method, raises_unchanged):
    som = SelfOrganizingMap((4, 4), max_iter=3)
    for fitted in (False, True):
        som = som.fit(X) if fitted else som
        raises_unchanged(som, ["infinity"], method, with_value(np.inf))
        missing = with_value(np.nan, row=3, column=slice(None))
        raises_unchanged(som, ["SelfOrganizingMap", "row 3", "NaN only"], method, missing)
        raises_unchanged(som, ["0 sample"], method, X[:0])
        raises_unchanged(
            som, ["Sparse", "X.toarray()"], method, sparse.csr_array(X), error=TypeError
        )
        raises_unchanged(som, ["sample_weight"], method, X, sample_weight=-np.ones(150))
    column = with_value(np.nan, row=slice(None), column=1)
    raises_unchanged(SelfOrganizingMap((4, 4)), ["column 1", "NaN only"], method, column)
    raises_unchanged(som, ["row 3", "NaN only"], "predict", missing)
    raises_unchanged(som, ["3 features", "4 features"], "predict", X[:, :3])


def test_another_shape_in_partial_fit(raises_unchanged):
    som = SelfOrganizingMap((4, 4), max_iter=3).fit(X).set_params(shape=(4, 5))
    raises_unchanged(som, ["shape=(4, 5)", "(4, 4)"], "partial_fit", X)


def test_label_map_needs_a_label_a_row(raises_unchanged):
    som = SelfOrganizingMap((4, 4), max_iter=3).fit(X)
    raises_unchanged(som, ["150", "149"], "label_map", X, Y[:-1])


def test_one_unit_has_no_topographic_error(raises_unchanged):
    som = SelfOrganizingMap((1, 1), max_iter=3).fit(X)
    np.testing.assert_allclose(som.codebook_[0, 0], X.mean(axis=0))
    raises_unchanged(som, ["one unit"], "topographic_error", X)


def test_more_units_than_rows_is_a_warning():
    message = r"SelfOrganizingMap: 400 units for 150 rows: .*5 \* sqrt\(n_samples\) = 61 is"
    with pytest.warns(UserWarning, match=message) as caught:
        SelfOrganizingMap((20, 20), max_iter=2).fit(X)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_one_direction_is_a_warning(method):
    line = np.linspace(0, 1, 60)[:, None]
    for rows, where in (
        (line, "one direction"), (line * [1.0, 0, 0] + 5, "one direction"),
        (line * [1.0, 2, 3], "one direction"), (np.full((60, 2), 7.0), "no direction"),
    ):
        som = SelfOrganizingMap((3, 4), max_iter=5)
        with pytest.warns(UserWarning, match=f"SelfOrganizingMap: X varies in {where}"):
            getattr(som, method)(rows)
        assert np.isfinite(som.codebook_).all()
    with pytest.warns(UserWarning, match="one direction"):
        som = SelfOrganizingMap((3, 4)).fit(line)
    assert som.quantization_error(line) < 0.05


def test_missing_numbers_never_reach_the_map():
    random = np.random.RandomState(0)
    holes = np.where(random.uniform(size=X.shape) < 0.3, np.nan, X)
    holes[np.isnan(holes).all(axis=1)] = X.mean(axis=0)
    whole = SelfOrganizingMap((4, 4), max_iter=20).fit(X)
    som = SelfOrganizingMap((4, 4), max_iter=20).fit(holes)
    assert np.isfinite(som.codebook_).all()
    assert som.quantization_error(X) < 1.5 * whole.quantization_error(X)


def test_read_only_and_foreign_rows():
    frozen = X.copy()
    frozen.setflags(write=False)
    som = SelfOrganizingMap((4, 4), max_iter=3).fit(X)
    again = SelfOrganizingMap((4, 4), max_iter=3).fit(frozen)
    assert som.codebook_.tobytes() == again.codebook_.tobytes()
    for other in (np.asfortranarray(X), X.tolist(), X[::-1][::-1]):
        same = SelfOrganizingMap((4, 4), max_iter=3).fit(other)
        assert same.codebook_.tobytes() == som.codebook_.tobytes()
    assert SelfOrganizingMap((2, 2), dtype="float32").fit(X).transform(X).dtype == np.float32


def test_pickled_maps_predict_the_same():
    som = SelfOrganizingMap((4, 4), max_iter=3).fit(X)
    same = pickle.loads(pickle.dumps(som))
    np.testing.assert_array_equal(same.predict(X), som.labels_)
    same.codebook_ = same.codebook_ + 1  # by hand
    np.testing.assert_array_equal(same.predict(X + 1), som.labels_)


def test_searched_in_a_pipeline():
    pipeline = make_pipeline(StandardScaler(), SelfOrganizingMap(max_iter=3))
    grid = {"selforganizingmap__shape": [(2, 2), (5, 5)]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(X)
    assert search.best_params_ == {"selforganizingmap__shape": (5, 5)}
    assert search.best_estimator_.predict(X).shape == (150,)
