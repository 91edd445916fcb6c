"""PiecewiseLinearEncoder and PeriodicEncoder: columns of numbers before any estimator."""

import pickle

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skneural import MLPRegressor, PeriodicEncoder, PiecewiseLinearEncoder
from skneural.data.bin_edges import quantile_edges, tree_edges

RANDOM = np.random.default_rng(0)
N = 200
X = np.column_stack([RANDOM.normal(size=N), RANDOM.integers(0, 5, N), RANDOM.exponential(size=N)])
Y = np.sin(2 * X[:, 0]) + (X[:, 1] > 2)
HOLES = np.where(RANDOM.random(X.shape) < 0.1, np.nan, X)
ENCODERS = {
    "quantile": PiecewiseLinearEncoder(8),
    "tree": PiecewiseLinearEncoder(8, strategy="tree"),
    "linear": PiecewiseLinearEncoder(8, extrapolation="linear"),
    "sparse": PiecewiseLinearEncoder(8, sparse_output=True),
    "periodic": PeriodicEncoder(3, random_state=0),
    "waves": PeriodicEncoder(3, random_state=0, keep_numbers=False),
}
each = pytest.mark.parametrize("encoder", ENCODERS.values(), ids=ENCODERS)


def dense(values):
    return values.toarray() if sparse.issparse(values) else values


def naive(values, edges, linear=False):
    """The encoding as the paper has it."""
    rows = []
    for x in values:
        row = []
        for t in range(1, len(edges)):
            if x < edges[t - 1] and (t > 1 or not linear):
                row.append(0.0)
            elif x >= edges[t] and (t < len(edges) - 1 or not linear):
                row.append(1.0)
            else:
                row.append((x - edges[t - 1]) / (edges[t] - edges[t - 1]))
        rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("linear", [False, True])
def test_piecewise_linear_encoding(linear):
    name = "linear" if linear else "quantile"
    encoder = clone(ENCODERS[name]).fit(X)
    wide = np.concatenate([X, [[-9, -9, -9], [9, 9, 9]]])
    expected = [naive(wide[:, j], encoder.bin_edges_[j], linear) for j in range(3)]
    np.testing.assert_allclose(encoder.transform(wide), np.hstack(expected), rtol=1e-12, atol=1e-14)


def test_periodic_encoding():
    encoder = PeriodicEncoder(4, scale=0.5, random_state=3).fit(X)
    assert encoder.frequencies_.shape == (3, 4)
    np.testing.assert_array_equal(
        encoder.frequencies_, np.random.RandomState(3).normal(scale=0.5, size=(3, 4))
    )
    z = (X - encoder.center_) / encoder.spread_
    np.testing.assert_allclose(encoder.center_, np.median(X, axis=0))
    method = {"method": "averaged_inverted_cdf", "axis": 0}
    low, high = np.quantile(X, [0.25, 0.75], **method)
    np.testing.assert_allclose(encoder.spread_, high - low)
    blocks = []
    for j in range(3):
        angles = 2 * np.pi * z[:, [j]] * encoder.frequencies_[j]
        blocks += [z[:, [j]], np.sin(angles), np.cos(angles)]
    np.testing.assert_allclose(encoder.transform(X), np.hstack(blocks), rtol=1e-12, atol=1e-14)


def test_bins_have_equally_many_rows():
    values = RANDOM.normal(size=1000)
    edges = quantile_edges(values, 10)
    counts, _ = np.histogram(values, edges)
    assert len(edges) == 11
    assert counts.min() >= 99
    assert counts.max() <= 101
    assert set(edges) <= set(values)
    assert (edges[0], edges[-1]) == (values.min(), values.max())


def test_a_frequent_value_is_one_bin():
    values = np.concatenate([np.zeros(900), np.arange(1.0, 101)])
    edges = quantile_edges(values, 11)
    np.testing.assert_array_equal(edges, [0, *range(10, 101, 10)])
    np.testing.assert_array_equal(quantile_edges(np.repeat([1.0, 5], [9, 1]), 4), [1, 5])


def test_few_distinct_values_are_the_edges():
    encoder = PiecewiseLinearEncoder(8).fit(X)
    np.testing.assert_array_equal(encoder.bin_edges_[1], range(5))


def test_a_tree_puts_edges_where_the_target_changes():
    x = np.linspace(0, 1, 400)
    y = (x > 0.3).astype(float) + 5 * (x > 0.7) + 0.01 * x
    for shift in (0, 1e6):
        edges = tree_edges(x + shift, y, 3, 1, classify=False) - shift
        np.testing.assert_allclose(edges, [0, 0.3, 0.7, 1], atol=0.003)
    labels = np.where(x > 0.3, "a", "b")
    encoder = PiecewiseLinearEncoder(2, strategy="tree").fit(x[:, None], labels)
    np.testing.assert_allclose(encoder.bin_edges_[0], [0, 0.3, 1], atol=0.003)
    whole = np.arange(400) // 100
    by_class = PiecewiseLinearEncoder(3, strategy="tree").fit(x[:, None], whole)
    by_number = clone(by_class).set_params(task="regression").fit(x[:, None], whole)
    assert len(by_class.bin_edges_[0]) == len(by_number.bin_edges_[0]) == 4
    several = PiecewiseLinearEncoder(4, strategy="tree").fit(X, np.column_stack([Y, -Y]))
    assert len(several.bin_edges_[0]) == 5


def test_a_tree_needs_a_target():
    with pytest.raises(ValueError, match="PiecewiseLinearEncoder: strategy='tree' requires y"):
        PiecewiseLinearEncoder(strategy="tree").fit(X)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        PiecewiseLinearEncoder(strategy="tree").fit(X, Y[1:])


@each
def test_missing_numbers(encoder):
    fitted = clone(encoder).fit(HOLES, Y)
    names = fitted.get_feature_names_out().tolist()
    result = dense(fitted.transform(HOLES))
    assert result.shape[1] == len(names)
    assert np.isfinite(result).all()
    for j in range(3):
        missing = np.isnan(HOLES[:, j])
        place = names.index(f"x{j}_missing")
        np.testing.assert_array_equal(result[:, place], missing)
        own = [k for k, n in enumerate(names) if n.startswith(f"x{j}") and k != place]
        np.testing.assert_array_equal(result[missing][:, own], 0)
    full = clone(encoder).fit(X, Y)
    assert not len(full.indicated_)
    np.testing.assert_array_equal(dense(full.transform(np.full((1, 3), np.nan))), 0)


@each
def test_constant_and_missing_columns(encoder):
    odd = np.column_stack([np.full(200, 7.0), np.full(200, np.nan), X[:, 0]])
    fitted = clone(encoder).fit(odd, Y)
    names = fitted.get_feature_names_out()
    result = dense(fitted.transform(odd))
    assert np.isfinite(result).all()
    assert result.shape[1] == len(names)
    assert not any("missing" in name for name in names)
    one_row = dense(clone(encoder).fit(X[:1], Y[:1]).transform(X))
    assert np.isfinite(one_row).all()


@each
def test_equal_numbers_give_equal_results(encoder):
    small = np.round(X * 8) / 8
    fitted = clone(encoder).fit(small, Y)
    expected = dense(fitted.transform(small))
    assert expected.dtype == np.float64
    single = small.astype(np.float32)
    other = clone(encoder).fit(single, Y)
    result = dense(other.transform(single))
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, expected.astype(np.float32))
    np.testing.assert_array_equal(dense(other.transform(small.tolist())), expected)
    np.testing.assert_array_equal(dense(other.transform(np.asfortranarray(small))), expected)
    np.testing.assert_array_equal(dense(other.transform(small[5:6])), expected[5:6])
    whole = np.arange(20).reshape(10, 2)
    for dtype in (np.int8, np.uint16, bool):
        given = whole.astype(dtype)
        integers = clone(encoder).fit(given, np.arange(10.0))
        floats = clone(encoder).fit(given.astype(float), np.arange(10.0))
        np.testing.assert_array_equal(
            dense(integers.transform(given)), dense(floats.transform(given.astype(float)))
        )


@each
def test_far_numbers_stay_finite(encoder):
    fitted = clone(encoder).fit(X, Y)
    assert np.isfinite(dense(fitted.transform(np.full((1, 3), 1e300)))).all()
    assert np.isfinite(dense(fitted.transform(np.full((1, 3), -1e300)))).all()


@each
@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_set_output_and_frames(encoder, container):
    library = pytest.importorskip(container)
    frame = library.DataFrame(dict(zip("abc", HOLES.T, strict=True)))
    encoder = clone(encoder)
    if getattr(encoder, "sparse_output", False):
        encoder.set_params(sparse_output=False)
    expected = encoder.fit(HOLES, Y).transform(HOLES)
    named = encoder.set_output(transform=container).fit(frame, Y)
    result = named.transform(frame)
    assert isinstance(result, library.DataFrame)
    assert list(result.columns) == named.get_feature_names_out().tolist()
    assert list(result.columns)[0].startswith("a")
    np.testing.assert_array_equal(result.to_numpy(), expected)


@each
def test_text_and_infinity(encoder):
    name = type(encoder).__name__
    with pytest.raises(ValueError, match=f"{name}: X holds text.*OneHotEncoder"):
        clone(encoder).fit(np.array([["a"], ["b"]]), [0.0, 1.0])
    with pytest.raises(ValueError, match=f"X contains infinity.*|{name}.*infinity"):
        clone(encoder).fit([[np.inf], [1.0]], [0.0, 1.0])
    with pytest.raises(TypeError, match=name):
        clone(encoder).fit(sparse.eye(3).tocsr(), [0.0, 1.0, 2.0])


@each
def test_pickle_and_clone(encoder):
    fitted = clone(encoder).fit(HOLES, Y)
    copied = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(dense(copied.transform(HOLES)), dense(fitted.transform(HOLES)))


def test_sparse_output_is_the_dense_one():
    result = clone(ENCODERS["sparse"]).fit(HOLES).transform(HOLES)
    assert result.format == "csr"
    np.testing.assert_array_equal(
        result.toarray(), clone(ENCODERS["quantile"]).fit(HOLES).transform(HOLES)
    )


def test_before_linear_models_and_networks():
    plain = LinearRegression().fit(X, Y).score(X, Y)
    for name in ("quantile", "tree", "periodic"):
        encoded = make_pipeline(clone(ENCODERS[name]), LinearRegression()).fit(X, Y)
        assert encoded.score(X, Y) > max(plain + 0.2, 0.9)
    labels = Y > 0
    search = GridSearchCV(
        make_pipeline(PiecewiseLinearEncoder(strategy="tree"), LogisticRegression()),
        {"piecewiselinearencoder__n_bins": [1, 16]}, cv=3,
    ).fit(X, labels)
    assert search.best_params_ == {"piecewiselinearencoder__n_bins": 16}
    for name in ("quantile", "sparse"):
        network = MLPRegressor(hidden_layer_sizes=(8,), max_iter=5)
        model = make_pipeline(clone(ENCODERS[name]), network)
        assert np.isfinite(model.fit(HOLES, Y).predict(HOLES)).all()


@parametrize_with_checks([ENCODERS["tree"], ENCODERS["linear"], ENCODERS["waves"]])
def test_sklearn_check(estimator, check):
    with sklearn.config_context(assume_finite=False):
        check(estimator)
