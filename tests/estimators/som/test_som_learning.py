"""How a self-organizing map learns: against its definition in NumPy, and the figures it reaches."""

import itertools

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import nan_euclidean_distances

from _helpers import plain_python
from _maps import (
    batch_round,
    distances,
    map_distances,
    neighborhood,
    online_round,
)
from skneural import SelfOrganizingMap
from skneural.estimators.som.grid import Grid, Neighborhood
from skneural.estimators.som.learning import Course, batch_step

SHAPE = (4, 5)
KINDS = ("gaussian", "bubble", "triangle")
LAYOUTS = list(itertools.product((False, True), (False, True)))  # hexagonal, toroidal
EACH_LAYOUT = pytest.mark.parametrize(("hexagonal", "toroidal"), LAYOUTS)


def make_data(n_samples=60, n_features=3, missing=0.0, seed=0):
    random = np.random.RandomState(seed)
    X = random.normal(size=(n_samples, n_features)) + 3
    X[random.uniform(size=X.shape) < missing] = np.nan
    X[np.isnan(X).all(axis=1), 0] = 3
    return X


def first_codebook(n_features=3, seed=1):
    return np.random.RandomState(seed).normal(size=(*SHAPE, n_features)) + 3


def make_map(hexagonal=False, toroidal=False, **parameters):
    topology = "hexagonal" if hexagonal else "rectangular"
    settings = {"initialization": first_codebook(), **parameters}
    return SelfOrganizingMap(SHAPE, topology=topology, toroidal=toroidal, **settings)


@EACH_LAYOUT
@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_those_of_the_distances_on_the_map(kind, hexagonal, toroidal):
    grid = Grid(*SHAPE, hexagonal, toroidal)
    expected = neighborhood(kind, map_distances(SHAPE, hexagonal, toroidal), 1.7)
    spread = Neighborhood(grid, kind, 1.7).spread(np.eye(grid.n_units))
    np.testing.assert_allclose(spread, expected, atol=1e-12)


def test_weights_of_large_maps_are_found_block_by_block(monkeypatch):
    grid, sums = Grid(*SHAPE, True, False), np.random.RandomState(0).normal(size=(20, 4))
    whole = Neighborhood(grid, "gaussian", 2.0).spread(sums)
    monkeypatch.setattr("skneural.estimators.som.grid._BLOCK_NUMBERS", 1)
    np.testing.assert_allclose(Neighborhood(grid, "gaussian", 2.0).spread(sums), whole)


@EACH_LAYOUT
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_a_batch_round_is_the_weighted_mean(kind, hexagonal, toroidal, missing):
    X, weight = make_data(missing=missing), np.random.RandomState(2).uniform(0, 2, 60)
    som = make_map(hexagonal, toroidal, neighborhood=kind, radius=2.5, max_iter=1)
    som.fit(X, sample_weight=weight)
    between = neighborhood(kind, map_distances(SHAPE, hexagonal, toroidal), 2.5)
    expected = batch_round(X, weight, first_codebook().reshape(20, 3), between)
    np.testing.assert_allclose(som.cluster_centers_, expected, rtol=1e-10)
    assert som.loss_ == pytest.approx(
        np.average(distances(X, expected).min(axis=1), weights=weight)
    )


@EACH_LAYOUT
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_a_partial_fit_moves_units_row_by_row(hexagonal, toroidal, missing):
    X, weight = make_data(missing=missing), np.random.RandomState(2).uniform(0, 4, 60)
    som = make_map(hexagonal, toroidal, radius=2.5, learning_rate_init=0.4)
    som.partial_fit(X, sample_weight=weight)
    between = neighborhood("gaussian", map_distances(SHAPE, hexagonal, toroidal), 2.5)
    rates = np.minimum(1, 0.4 * weight)
    expected = online_round(X, rates, first_codebook().reshape(20, 3), between)
    np.testing.assert_allclose(som.cluster_centers_, expected, rtol=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_kernels_as_plain_python(dtype, missing):
    X = make_data(41, missing=missing).astype(dtype)
    compiled = make_map(max_iter=2, n_jobs=1).fit(X).partial_fit(X[:9])
    with plain_python():
        plain = make_map(max_iter=2, n_jobs=1).fit(X).partial_fit(X[:9])
        distances = plain.transform(X)
    tolerance = 1e-4 if dtype == np.float32 else 1e-11
    np.testing.assert_allclose(plain.codebook_, compiled.codebook_, rtol=tolerance)
    np.testing.assert_array_equal(plain.predict(X), compiled.predict(X))
    np.testing.assert_allclose(distances, compiled.transform(X), rtol=tolerance)


def test_several_rounds_follow_the_course():
    X, between = make_data(), map_distances(SHAPE)
    course = Course(8, (3.0, 1.0), (0.5, 0.01), linear=False)
    som = make_map(radius=3.0, max_iter=8).fit(X)
    assert som.n_iter_ > course.n_shrinking
    units = first_codebook().reshape(20, 3)
    for number in range(som.n_iter_):
        weights = neighborhood("gaussian", between, course.radius(number))
        units = batch_round(X, np.ones(60), units, weights)
    np.testing.assert_allclose(som.cluster_centers_, units, rtol=1e-9)


def test_course():
    course = Course(9, (8.0, 2.0), (0.5, 0.1), linear=True)
    radii = [course.radius(number) for number in range(10)]
    np.testing.assert_allclose(radii, [8, 7, 6, 5, 4, 3, 2, 2, 2, 2])
    assert [course.rate(0), course.rate(8), course.rate(100)] == [0.5, 0.1, 0.1]
    assert course.rate(4) == pytest.approx(0.3)
    factors = Course(9, (8.0, 2.0), (0.5, 0.1), linear=False)
    steps = np.diff(np.log([factors.radius(number) for number in range(factors.n_shrinking)]))
    np.testing.assert_allclose(steps, steps[0])
    assert Course(1, (8.0, 2.0), (0.5, 0.1), linear=False).radius(0) == 8


def test_rounds_end_when_no_row_changes_its_unit():
    X, _ = load_iris(return_X_y=True)
    som = SelfOrganizingMap((3, 4), max_iter=400).fit(X)
    assert 300 <= som.n_iter_ < 400
    again = SelfOrganizingMap((3, 4), initialization=som.codebook_, radius=1, max_iter=2).fit(X)
    np.testing.assert_allclose(again.codebook_, som.codebook_, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("algorithm", ["batch", "online"])
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_any_number_of_threads_gives_the_same_bits(dtype, algorithm, missing):
    X = make_data(3000, 33, missing).astype(dtype)
    X = np.where(np.isnan(X).all(axis=1, keepdims=True), 1, X)
    maps = [
        SelfOrganizingMap((7, 9), algorithm=algorithm, max_iter=3, random_state=0, n_jobs=n).fit(X)
        for n in (1, 2, 3)
    ]
    assert maps[0].codebook_.dtype == dtype
    for other in maps[1:]:
        assert other.codebook_.tobytes() == maps[0].codebook_.tobytes()
        np.testing.assert_array_equal(other.labels_, maps[0].labels_)
        assert other.loss_curve_ == maps[0].loss_curve_
        assert other.transform(X).tobytes() == maps[0].transform(X).tobytes()


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_rows_are_predicted_alone(missing):
    X = make_data(500, 7, missing)
    som = SelfOrganizingMap((9, 8), max_iter=5).fit(X)
    np.testing.assert_array_equal(som.labels_, som.predict(X))
    whole, labels = som.transform(X), som.predict(X)
    for i in range(40):
        assert som.transform(X[i : i + 1]).tobytes() == whole[i].tobytes()
        assert som.predict(X[i : i + 1])[0] == labels[i]


def test_distances_are_scikit_learns():
    X = make_data(200, 6, missing=0.3)
    X[np.isnan(X).all(axis=1)] = 1
    som = SelfOrganizingMap((5, 5), max_iter=3).fit(X)
    expected = nan_euclidean_distances(X, som.cluster_centers_)
    np.testing.assert_allclose(som.transform(X), expected, rtol=1e-10)
    np.testing.assert_array_equal(som.predict(X), expected.argmin(axis=1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_from_zero_nothing_is_lost(dtype):
    near = make_data(400, 4).astype(dtype)
    far = near + dtype(1024)
    one, other = (SelfOrganizingMap((6, 6), max_iter=10).fit(X) for X in (near, far))
    assert other.loss_ == pytest.approx(one.loss_, rel=0.02)
    assert adjusted_rand_score(one.labels_, other.labels_) > 0.9


def test_weights_count_like_repeated_rows():
    X, weight = make_data(40), np.random.RandomState(3).randint(0, 4, 40)
    weighted = SelfOrganizingMap((4, 4), max_iter=12).fit(X, sample_weight=weight)
    repeated = SelfOrganizingMap((4, 4), max_iter=12).fit(np.repeat(X, weight, axis=0))
    np.testing.assert_allclose(weighted.codebook_, repeated.codebook_, rtol=1e-9)
    assert weighted.loss_ == pytest.approx(repeated.loss_)


def test_online_draws_a_new_order_each_round():
    X = make_data()
    maps = [make_map(algorithm="online", random_state=s, max_iter=2).fit(X) for s in (0, 0, 1)]
    assert maps[0].codebook_.tobytes() == maps[1].codebook_.tobytes()
    assert maps[0].codebook_.tobytes() != maps[2].codebook_.tobytes()


def test_partial_fit_goes_on_where_fit_ended():
    X = make_data()
    som = make_map(max_iter=4, radius=2.0, learning_rate_end=0.25).fit(X)
    units, rounds = som.cluster_centers_.copy(), som.n_iter_
    som.partial_fit(X[:10])
    between = neighborhood("gaussian", map_distances(SHAPE), 1.0)
    expected = online_round(X[:10], np.full(10, 0.25), units, between)
    np.testing.assert_allclose(som.cluster_centers_, expected, rtol=1e-10)
    assert som.n_iter_ == rounds + 1 == len(som.loss_curve_)
    np.testing.assert_array_equal(som.labels_, som.predict(X[:10]))


def test_plane_of_the_first_two_components():
    random = np.random.RandomState(0)
    X = random.normal(size=(500, 2)) * [3, 1] @ [[0, 1, 0, 0], [0, 0, 0, 1]] + 5
    for shape, long_axis in (((3, 5), 1), ((5, 3), 0)):
        som = SelfOrganizingMap(shape, learning_rate_init=1e-12, learning_rate_end=1e-12)
        codebook = som.partial_fit(X).codebook_
        sides = [codebook[-1, 0] - codebook[0, 0], codebook[0, -1] - codebook[0, 0]]
        deviations = X.std(axis=0)
        np.testing.assert_allclose(np.abs(sides[long_axis]), [0, 2 * deviations[1], 0, 0], atol=0.1)
        np.testing.assert_allclose(
            np.abs(sides[1 - long_axis]), [0, 0, 0, 2 * deviations[3]], atol=0.2
        )
        np.testing.assert_allclose(codebook.mean(axis=(0, 1)), X.mean(axis=0))


def test_wide_data_has_the_same_plane():
    X = make_data(12, 40)
    settings = {"learning_rate_init": 1e-12, "learning_rate_end": 1e-12}
    wide = SelfOrganizingMap((3, 3), **settings).partial_fit(X).codebook_
    tall = SelfOrganizingMap((3, 3), **settings).partial_fit(np.repeat(X, 5, axis=0)).codebook_
    np.testing.assert_allclose(wide, tall, atol=1e-8)


def test_random_start_is_of_rows():
    X = make_data(missing=0.2)
    settings = {"learning_rate_init": 1e-12, "learning_rate_end": 1e-12, "random_state": 3}
    som = SelfOrganizingMap((4, 4), initialization="random", **settings).partial_fit(X)
    filled = np.where(np.isnan(X), np.nanmean(X, axis=0), X)
    nearest = np.abs(som.cluster_centers_[:, None] - filled).max(axis=2)
    assert nearest.min(axis=1).max() < 1e-9
    assert len(set(nearest.argmin(axis=1))) == 16


def test_iris_by_eight_times_eight():
    X, _ = load_iris(return_X_y=True)
    som = SelfOrganizingMap((8, 8), radius_end=0.8).fit(X)
    assert som.quantization_error(X) == som.loss_ <= 0.21
    assert som.topographic_error(X) <= 0.08


@pytest.mark.needs_jit(reason="twenty rounds over the digits")
@pytest.mark.parametrize("algorithm", ["batch", "online"])
def test_digits_by_twenty_times_twenty(algorithm):
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    som = SelfOrganizingMap((20, 20), algorithm=algorithm, max_iter=20, random_state=0).fit(X)
    assert som.quantization_error(X) <= (0.95 if algorithm == "batch" else 0.97)
    assert som.topographic_error(X) < 0.15
    assert (som.label_map(X, y).ravel()[som.labels_] == y).mean() > 0.95


def test_max_time_and_progress(capsys):
    som = make_map(max_time=1e-9, verbose=1).fit(make_data())
    assert som.n_iter_ == 1 == len(som.loss_curve_)
    assert f"Iteration 1, loss = {som.loss_:.8f}" in capsys.readouterr().out


def test_ctrl_c_keeps_the_last_round(monkeypatch):
    rounds = []

    def interrupted(*arguments):
        rounds.append(batch_step(*arguments))
        if len(rounds) == 3:
            raise KeyboardInterrupt
        return rounds[-1]

    monkeypatch.setattr("skneural.estimators.som.fitting.batch_step", interrupted)
    with pytest.warns(UserWarning, match=r"Training interrupted by user\. \(SelfOrganizingMap\)"):
        som = make_map().fit(make_data())
    assert som.n_iter_ == 2
    np.testing.assert_allclose(som.cluster_centers_, rounds[1] + som._origin)
