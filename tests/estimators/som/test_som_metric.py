"""Maps by cosine, against their definition; when rounds end; the way back from labels."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.metrics.pairwise import cosine_distances

from _helpers import plain_python
from _maps import map_distances, neighborhood
from skneural import SelfOrganizingMap

X, Y = load_iris(return_X_y=True)
SHAPE = (4, 5)
BETWEEN = map_distances(SHAPE)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def first_codebook():
    return np.random.RandomState(1).uniform(size=(20, 4))


def cosine_map(**parameters):
    return SelfOrganizingMap(
        SHAPE, metric="cosine", initialization=first_codebook(), radius=2.5, **parameters
    )


def by_hand(weights, n_rounds):
    """Each unit the mean of the rows' directions, weighted by neighborhood, at length 1."""
    rows, units = unit(X), unit(first_codebook())
    for _ in range(n_rounds):
        nearest = cosine_distances(rows, units).argmin(axis=1)
        units = unit(weights_at(2.5)[:, nearest] * weights @ rows)
    return units


def weights_at(radius):
    return neighborhood("gaussian", BETWEEN, radius)


def test_a_batch_round_by_cosine():
    weights = np.random.RandomState(2).uniform(0, 2, 150)
    som = cosine_map(radius_end=2.5, max_iter=3, tol=0).fit(X, sample_weight=weights)
    expected = by_hand(weights, 3)
    np.testing.assert_allclose(som.cluster_centers_, expected, rtol=1e-10)
    distances = cosine_distances(X, expected)
    np.testing.assert_allclose(som.transform(X), distances, atol=1e-12)
    np.testing.assert_array_equal(som.predict(X), distances.argmin(axis=1))
    assert som.loss_ == pytest.approx(np.average(distances.min(axis=1), weights=weights))
    assert som.quantization_error(X, weights) == pytest.approx(som.loss_)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_online_round_by_cosine(dtype):
    som = cosine_map(learning_rate_init=0.4).partial_fit(X.astype(dtype))
    units = unit(first_codebook())
    for row in unit(X):
        nearest = cosine_distances(row[None], units)[0].argmin()
        units = unit(units + 0.4 * weights_at(2.5)[nearest][:, None] * (row - units))
    tolerance = 1e-4 if dtype == np.float32 else 1e-9
    np.testing.assert_allclose(som.cluster_centers_, units, rtol=tolerance)
    with plain_python():
        plain = cosine_map(learning_rate_init=0.4).partial_fit(X.astype(dtype)[:40])
    again = cosine_map(learning_rate_init=0.4).partial_fit(X.astype(dtype)[:40])
    np.testing.assert_allclose(plain.codebook_, again.codebook_, rtol=tolerance)


def test_lengths_do_not_matter_by_cosine():
    longer = X * np.random.RandomState(0).randint(0, 9, 150)[:, None].astype(float) + X
    settings = {"metric": "cosine", "max_iter": 10, "random_state": 0}
    for extra in ({}, {"initialization": "random"}, {"algorithm": "online"}):
        one, other = (SelfOrganizingMap(SHAPE, **settings, **extra).fit(rows)
                      for rows in (X, longer))
        np.testing.assert_allclose(one.codebook_, other.codebook_, atol=1e-9)
        np.testing.assert_array_equal(one.labels_, other.predict(X))
    one, huge = (SelfOrganizingMap(SHAPE, **settings).fit(rows) for rows in (X, X * 1e200))
    np.testing.assert_allclose(huge.codebook_, one.codebook_)
    np.testing.assert_allclose(np.linalg.norm(huge.cluster_centers_, axis=1), 1)


def test_u_matrix_by_cosine():
    som = cosine_map(max_iter=3).fit(X)
    units, matrix = som.codebook_, som.u_matrix(expanded=True)
    between = cosine_distances(units[0], units[0])
    np.testing.assert_allclose(matrix[0, 1::2], np.diag(between, 1), atol=1e-12)
    assert som.topographic_error(X) < 1


def test_threads_and_rows_by_cosine():
    rows = np.random.RandomState(0).normal(size=(1000, 33))
    maps = [SelfOrganizingMap((7, 9), metric="cosine", max_iter=3, n_jobs=n).fit(rows)
            for n in (1, 3)]
    assert maps[0].codebook_.tobytes() == maps[1].codebook_.tobytes()
    np.testing.assert_array_equal(maps[0].labels_, maps[1].predict(rows))
    whole = maps[0].transform(rows)
    assert maps[0].transform(rows[5:6]).tobytes() == whole[5].tobytes()


def test_what_has_no_direction(raises_unchanged):
    som = SelfOrganizingMap(SHAPE, metric="cosine", max_iter=3)
    for value, what in ((0.0, "is 0"), (np.nan, "contains NaN")):
        wrong = X.copy()
        wrong[7] = [value, *([1.0] * 3 if np.isnan(value) else [0.0] * 3)]
        fragments = ["SelfOrganizingMap", "row 7", what, "metric='euclidean'"]
        raises_unchanged(som, fragments, "fit", wrong)
        raises_unchanged(som, fragments, "partial_fit", wrong)
        raises_unchanged(SelfOrganizingMap(SHAPE, metric="cosine").fit(X), fragments, "predict",
                         wrong)
    opposite = np.array([[1.0, 0], [-1.0, 0]] * 20)
    with pytest.warns(UserWarning, match="one direction"):
        som = SelfOrganizingMap((3, 3), metric="cosine", max_iter=3).fit(opposite)
    assert np.isfinite(som.codebook_).all()
    som = SelfOrganizingMap(SHAPE, max_iter=3).fit(X).set_params(metric="cosine")
    raises_unchanged(som, ["metric='cosine'", "metric='euclidean'", "fit"], "partial_fit", X)
    np.testing.assert_array_equal(som.predict(X), som.labels_)


@pytest.mark.needs_jit(reason="hundreds of rounds over the digits")
def test_rounds_end_when_the_error_is_no_better():
    digits = load_digits().data / 16
    maps = [SelfOrganizingMap((8, 8), max_iter=200, tol=tol).fit(digits) for tol in (0, 1e-2)]
    curve, n_iter = maps[1].loss_curve_, maps[1].n_iter_
    assert 150 < n_iter < maps[0].n_iter_
    assert curve == maps[0].loss_curve_[:n_iter]
    assert curve[-1] >= 0.99 * curve[-2]
    online = SelfOrganizingMap((4, 4), algorithm="online", max_iter=12, tol=1.0, random_state=0)
    assert online.fit(digits).n_iter_ == 12
    assert SelfOrganizingMap((4, 4), max_iter=12, tol=1.0).fit(digits).n_iter_ < 12


def test_a_stream_comes_to_the_map_of_a_fit():
    random = np.random.RandomState(0)
    som = SelfOrganizingMap((6, 6), max_iter=40, random_state=0)
    for _ in range(40):
        som.partial_fit(X[random.permutation(150)])
    whole = SelfOrganizingMap((6, 6), algorithm="online", max_iter=40, random_state=0).fit(X)
    assert som.n_iter_ == 40 == len(som.loss_curve_)
    assert som.quantization_error(X) == pytest.approx(whole.quantization_error(X), rel=0.1)
    assert som.loss_curve_[-1] < 0.7 * som.loss_curve_[0]


def test_the_way_back_from_labels(raises_unchanged):
    som = SelfOrganizingMap(SHAPE, max_iter=5).fit(X)
    quantized = som.inverse_transform(som.predict(X))
    np.testing.assert_array_equal(quantized, som.cluster_centers_[som.labels_])
    np.testing.assert_array_equal(som.inverse_transform(som.transform(X)), quantized)
    error = np.linalg.norm(X - quantized, axis=1).mean()
    assert som.quantization_error(X) == pytest.approx(error)
    assert som.inverse_transform([3]).shape == (1, 4)
    for wrong, fragments in (
        ([20], ["no unit has the number 20", "19"]), ([-1], ["no unit has the number -1"]),
        ([0.5], ["whole numbers", "float64"]), (3, ["(n_samples,)"]),
        (np.ones((2, 3)), ["20 units", "(2, 3)"]),
    ):
        raises_unchanged(som, ["SelfOrganizingMap", *fragments], "inverse_transform", wrong)
