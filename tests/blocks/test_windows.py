"""Windows of rows: what is read when, by a thread, and what training makes of it."""

import numpy as np
import pytest

from _blocks import SMALL, classifier, numbers, regressor, weights
from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    NeuralOutlierDetector,
    RecurrentClassifier,
    SeriesNetClassifier,
)
from skneural.blocks import ArrayBlocks
from skneural.blocks._pieces import Windows, shuffled
from skneural.blocks._reading import Feed, Memory
from skneural.data.rows import Rows
from skneural.data.sources import FarRows

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("even", [False, True])
@pytest.mark.parametrize(("n_samples", "batch_size"), [(1000, 64), (1001, 77), (50, 50), (129, 2)])
def test_windows_have_all_batches_and_rows_once(n_samples, batch_size, even):
    windows = Windows(n_samples, batch_size, even, most_rows=3 * batch_size + 1)
    batches = [batch for window in range(len(windows)) for batch in windows.batches(window)]
    assert batches == list(range(windows.n_batches))
    sizes = [windows.n_rows(window) for window in range(len(windows))]
    assert sum(sizes) == n_samples
    assert max(sizes) <= windows.most_rows
    assert min(len(windows.batches(window)) for window in range(len(windows))) >= 1


def test_pieces_of_a_group_keep_their_order_and_groups_mix():
    groups = [[(10 * g + i, 10 * g + i + 1) for i in range(10)] for g in range(40)]
    pieces = shuffled(groups, np.random.RandomState(0))
    assert sorted(pieces) == [piece for group in groups for piece in group]
    for group in groups:
        places = [pieces.index(piece) for piece in group]
        assert places == sorted(places)
    assert len({begin // 10 for begin, _ in pieces[:40]}) >= 8
    single = [[(n, n + 1)] for n in range(100)]
    assert shuffled(single, np.random.RandomState(1)) != shuffled(single, np.random.RandomState(2))


def feed(n_samples=1000, among=None, seed=0, batch_size=20, most_rows=110):
    X = np.arange(n_samples, dtype=float)[:, None]
    spans = [(n, min(n + 7, n_samples)) for n in range(0, n_samples, 7)]
    far = FarRows(lambda begin, end: X[begin:end], spans, (1,), X.dtype, 1 << 20)
    rows = Rows(far, 2 * X, X[:, 0] + 1, None, None, among)
    windows = Windows(rows.n_samples, batch_size, False, most_rows)
    found = Feed(rows, [[span] for span in spans], windows, Memory(rows, most_rows), 2)
    found.seed = seed
    return found


@pytest.mark.parametrize("among", [None, np.random.RandomState(0).permutation(1000)[:777]])
@pytest.mark.parametrize("seed", [None, 0])
def test_each_row_comes_once_an_epoch_with_its_target_and_weight(among, seed, no_leaked_threads):
    fed = feed(among=among, seed=seed)
    expected = np.arange(1000) if among is None else np.sort(among)
    orders = []
    for _ in range(3):  # one more than is read ahead
        seen = []
        for window in fed.epoch():
            X = fed.memory.X[window.order, 0]
            np.testing.assert_array_equal(fed.memory.y[window.order, 0], 2 * X)
            np.testing.assert_array_equal(fed.memory.weight[window.order], X + 1)
            seen.append(X.astype(int))
        np.testing.assert_array_equal(np.sort(np.concatenate(seen)), expected)
        orders.append(np.concatenate(seen))
        if seed is None:
            np.testing.assert_array_equal(orders[-1], expected)
        else:
            assert np.ptp(seen[0]) > 700  # of many places
    assert (seed is None) == (orders[0] == orders[1]).all()
    fed.close()


def test_a_feed_that_nobody_reads_ends(no_leaked_threads):
    feed().close()
    fed = feed()
    next(fed.epoch())
    fed.close()


def families():
    random = np.random.RandomState(0)
    rows = random.normal(size=(1200, 6))
    series = random.normal(size=(500, 9, 3)).astype(np.float32)
    images = random.randint(0, 256, size=(600, 8, 8, 1)).astype(np.uint8)
    yield regressor(dropout=0.3, normalization="batch", max_grad_norm=0.1), rows, rows[:, :2]
    yield regressor(learning_rate="one_cycle", weight_decay=0.1, solver="adamw"), rows, rows.sum(1)
    yield regressor(initializer="unit_variance"), rows, rows.sum(1)
    yield ConvNetClassifier(max_iter=2, random_state=0), images, images.mean(axis=(1, 2, 3)) > 127
    yield AutoencoderTransformer(2, (8,), max_iter=2, random_state=0), rows, None
    yield NeuralOutlierDetector(max_iter=2, random_state=0), rows, None
    yield (
        SeriesNetClassifier(max_iter=2, random_state=0, normalize=None), series,
        series.mean(axis=(1, 2)) > 0,
    )
    yield (
        RecurrentClassifier(max_iter=2, random_state=0, normalize=None), series,
        series.mean(axis=(1, 2)) > 0,
    )


@pytest.mark.needs_jit
@pytest.mark.parametrize(
    ("estimator", "X", "y"), families(), ids=lambda value: type(value).__name__
)
def test_families(estimator, X, y):
    blocks = ArrayBlocks(X, y, buffer=X.nbytes // 7)
    in_order = estimator.set_params(shuffle=False)
    expected = weights(in_order.fit(X, y) if y is not None else in_order.fit(X))
    predict = "predict" if y is not None else "score_samples"
    predicted = getattr(estimator, predict)(X)
    np.testing.assert_array_equal(getattr(estimator, predict)(blocks), predicted)
    np.testing.assert_array_equal(weights(in_order.fit(blocks)), expected)
    found = []
    for n_jobs in (1, 2):
        estimator.set_params(shuffle=True, n_jobs=n_jobs).fit(blocks)
        found.append(weights(estimator))
    np.testing.assert_array_equal(*found)
    assert not np.array_equal(found[0], expected)


def test_autoencoders():
    X, _, _ = numbers()
    blocks = ArrayBlocks(X, buffer=SMALL)
    network = AutoencoderTransformer(2, (8,), max_iter=1, random_state=0).fit(blocks)
    for method in ("transform", "reconstruct", "score_samples", "score"):
        found, expected = (getattr(network, method)(each) for each in (blocks, X))
        np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(network.activations(blocks, 0), network.activations(X, 0))


@pytest.mark.needs_jit
def test_series_are_standardised_by_all_blocks():
    series = np.random.RandomState(0).normal(3, 2, size=(500, 9, 3))
    y = series.mean(axis=(1, 2)) > 3
    estimator = SeriesNetClassifier(
        max_iter=1, random_state=0, shuffle=False, normalize="features"
    )
    expected = estimator.fit(series, y).feature_scale_
    found = estimator.fit(ArrayBlocks(series, y, buffer=SMALL)).feature_scale_
    np.testing.assert_allclose(found.mean, expected.mean)
    np.testing.assert_allclose(found.scale, expected.scale)


@pytest.mark.parametrize("weighted", [False, True])
def test_lbfgs_sums_over_windows(weighted):
    X, y, weight = numbers()
    weight = weight if weighted else None
    how = {"solver": "lbfgs", "max_iter": 5}
    expected = classifier(**how).fit(X, y, weight)
    fitted = classifier(**how).fit(ArrayBlocks(X, y, weight, buffer=SMALL))
    np.testing.assert_allclose(weights(fitted), weights(expected), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("weighted", [False, True])
def test_class_weights_and_held_back_rows_are_those_of_an_array(weighted):
    X, y, weight = numbers()
    y = np.where(X[:, 0] > 0.8, "rare", "frequent")
    weight = weight if weighted else None
    how = {"class_weight": "balanced", "early_stopping": True, "scoring": "f1_macro"}
    expected = classifier(shuffle=False, **how)
    fitted = classifier(shuffle=False, **how).fit(ArrayBlocks(X, y, weight, buffer=SMALL))
    expected.fit(X, y, weight)
    kept = np.abs(weights(fitted) - weights(expected))
    assert kept.max() < 0.1  # the order of the split differs from that of the file
    np.testing.assert_array_equal(fitted.classes_, expected.classes_)
    assert len(fitted.validation_scores_) == 2


def test_sorted_rows_are_learned():
    X, y, _ = numbers(6000, 4)
    y = (X[:, 0] > 0).astype(int)
    order = np.argsort(y, kind="stable")
    blocks = ArrayBlocks(X[order], y[order], buffer=SMALL)
    assert classifier(max_iter=10, learning_rate_init=0.01).fit(blocks).score(X, y) > 0.97
