"""What a fitted map shows: neighbors, u-matrix, hits, labels, errors."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

from _maps import distances, map_distances, places
from skneural import SelfOrganizingMap
from skneural.estimators.som.grid import Grid

REACH = {False: 1.5, True: 1.1}  # of neighbors, hexagonal or not
EACH_LAYOUT = pytest.mark.parametrize("toroidal", [False, True])
EACH_TOPOLOGY = pytest.mark.parametrize("hexagonal", [False, True])


def fitted(shape=(4, 5), hexagonal=False, toroidal=False, **parameters):
    X, y = load_iris(return_X_y=True)
    topology = "hexagonal" if hexagonal else "rectangular"
    som = SelfOrganizingMap(shape, topology=topology, toroidal=toroidal, max_iter=5, **parameters)
    return som.fit(X), X, y


@EACH_LAYOUT
@EACH_TOPOLOGY
def test_neighbors_touch(hexagonal, toroidal):
    grid = Grid(6, 5, hexagonal, toroidal)
    between = map_distances((6, 5), hexagonal, toroidal)
    expected = (between < REACH[hexagonal]) & (between > 0)
    first, second = np.indices(expected.shape).reshape(2, -1)
    found = grid.are_neighbors(first, second).reshape(expected.shape)
    np.testing.assert_array_equal(found, expected)
    if toroidal:
        assert set(found.sum(axis=1)) == {6 if hexagonal else 8}
    links = np.zeros_like(expected)
    one, other, _, _ = grid.links()
    links[one, other] = links[other, one] = True
    np.testing.assert_array_equal(links, expected)
    assert len(one) == expected.sum() // 2, "each pair once"


@EACH_TOPOLOGY
def test_places_between_units_lie_between_them(hexagonal):
    grid = Grid(4, 5, hexagonal, False)
    x, y = places((4, 5), hexagonal)
    one, other, row, column = grid.links()
    height = np.sqrt(0.75) if hexagonal else 1
    np.testing.assert_allclose((y[one] + y[other]) / 2, row * height / 2)
    middle = (x[one] + x[other]) / 2
    shift = np.array([0, 0.25, 0.5, 0.25])[row % 4] if hexagonal else 0
    np.testing.assert_allclose(middle, column / 2 + shift)


@EACH_LAYOUT
@EACH_TOPOLOGY
def test_u_matrix_is_the_mean_distance_to_neighbors(hexagonal, toroidal):
    som, _, _ = fitted((6, 5), hexagonal, toroidal)
    between = map_distances((6, 5), hexagonal, toroidal)
    near = (between < REACH[hexagonal]) & (between > 0)
    apart = distances(som.cluster_centers_, som.cluster_centers_)
    expected = (apart * near).sum(axis=1) / near.sum(axis=1)
    np.testing.assert_allclose(som.u_matrix().ravel(), expected)
    expanded = som.u_matrix(expanded=True)
    assert expanded.shape == ((12, 10) if toroidal else (11, 9))
    np.testing.assert_array_equal(expanded[::2, ::2], som.u_matrix())
    across = np.linalg.norm(np.diff(som.codebook_, axis=1), axis=2)
    np.testing.assert_allclose(expanded[::2, 1:9:2], across)
    if not hexagonal:
        w = som.codebook_
        diagonals = (
            np.linalg.norm(w[1:, 1:] - w[:-1, :-1], axis=2)
            + np.linalg.norm(w[1:, :-1] - w[:-1, 1:], axis=2)
        ) / 2
        np.testing.assert_allclose(expanded[1:11:2, 1:9:2], diagonals)


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (5, 1), (2, 2)])
@EACH_LAYOUT
def test_narrow_maps(shape, toroidal):
    som, X, _ = fitted(shape, toroidal=toroidal)
    assert np.isfinite(som.u_matrix(expanded=True)).all()
    assert som.u_matrix().shape == shape == som.hit_map(X).shape
    if shape != (1, 1):
        assert 0 <= som.topographic_error(X) <= 1


@EACH_TOPOLOGY
def test_topographic_error_counts_rows_whose_units_do_not_touch(hexagonal):
    som, X, _ = fitted((5, 6), hexagonal)
    nearest = distances(X, som.cluster_centers_).argsort(axis=1)[:, :2]
    apart = map_distances((5, 6), hexagonal)[nearest[:, 0], nearest[:, 1]]
    assert som.topographic_error(X) == (apart > REACH[hexagonal]).mean()


def test_errors_of_a_map_by_hand():
    codebook = np.array([[[0.0], [10.0], [1.0]]])  # two alike at the ends of a line
    som = SelfOrganizingMap((1, 3), initialization=codebook, radius=1, learning_rate_init=1e-12,
                            learning_rate_end=1e-12)
    som.partial_fit([[0.4], [9.0], [0.0], [10.0]])
    X = np.array([[0.4], [8.0], [11.0]])
    assert som.topographic_error(X) == pytest.approx(1 / 3)
    assert som.quantization_error(X) == pytest.approx((0.4 + 2 + 1) / 3)
    assert som.quantization_error(X, [1, 0, 1]) == pytest.approx(0.7)
    assert som.score(X) == -som.quantization_error(X)
    np.testing.assert_array_equal(som.hit_map(X), [[1, 2, 0]])
    np.testing.assert_allclose(som.u_matrix(), [[10, 9.5, 9]])
    np.testing.assert_allclose(som.u_matrix(expanded=True), [[10, 10, 9.5, 9, 9]])


def test_hits_and_labels():
    som, X, y = fitted((9, 9))
    hits = som.hit_map(X)
    np.testing.assert_array_equal(hits.ravel(), np.bincount(som.labels_, minlength=81))
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    for labels, classes in ((y, np.arange(3)), (names, np.unique(names))):
        found = som.label_map(X, labels)
        assert found.shape == (9, 9)
        np.testing.assert_array_equal(found.mask, hits == 0)
        for row, column in np.argwhere(hits > 0):
            own = labels[som.labels_ == row * 9 + column]
            counts = [(own == label).sum() for label in classes]
            assert found[row, column] == classes[int(np.argmax(counts))]


def test_positions():
    som, _, _ = fitted((3, 4), hexagonal=True)
    x, y = places((3, 4), True)
    np.testing.assert_allclose(som.unit_positions_.reshape(-1, 2), np.stack([x, y], axis=1))


def test_methods_need_a_fit():
    som = SelfOrganizingMap()
    for call in (som.predict, som.transform, som.hit_map, som.quantization_error):
        with pytest.raises(NotFittedError):
            call([[0.0]])
    with pytest.raises(NotFittedError):
        som.u_matrix()
    with pytest.raises(NotFittedError):
        som.topographic_error([[0.0]])


def test_names_and_frames():
    som, X, _ = fitted((2, 3))
    assert list(som.get_feature_names_out()[:2]) == ["selforganizingmap0", "selforganizingmap1"]
    assert len(som.get_feature_names_out()) == 6 == som.transform(X).shape[1]
    np.testing.assert_array_equal(som.fit_predict(X), som.labels_)
