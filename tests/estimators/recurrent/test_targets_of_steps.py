"""RecurrentClassifier and RecurrentRegressor with a target for each step of a series."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import GridSearchCV

from skneural import RecurrentClassifier, RecurrentRegressor
from skneural.losses import CustomLoss

pytestmark = [
    pytest.mark.needs_jit(reason="fits that last many epochs"),
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"),
]
RANDOM = np.random.RandomState(0)
SERIES = [RANDOM.normal(size=(length, 2)) for length in RANDOM.randint(3, 12, 300)]
SUMS = [series[:, 0].cumsum() for series in SERIES]
SIGNS = [np.where(sums > 0, "above", "below") for sums in SUMS]
LABELS = np.array([signs[-1] for signs in SIGNS])
STEPS = RANDOM.normal(size=(120, 9, 2))
RUNNING = STEPS[:, :, 0].cumsum(axis=1)


def test_a_label_for_each_step():
    labels = np.where(RUNNING > 0, "above", "below")
    net = RecurrentClassifier("gru", 16, pooling=None, max_iter=40, random_state=0)
    net.fit(STEPS[:80], labels[:80])
    assert net.score(STEPS[80:], labels[80:]) > 0.85
    assert net.predict(STEPS[:4]).shape == (4, 9)
    proba = net.predict_proba(STEPS[:4])
    assert proba.shape == (4, 9, 2)
    assert_array_equal(net.classes_[proba.argmax(axis=2)], net.predict(STEPS[:4]))


@pytest.mark.parametrize("targets", [RUNNING, STEPS.cumsum(axis=1)], ids=["one", "two"])
def test_numbers_for_each_step(targets):
    net = RecurrentRegressor(
        "gru", 16, pooling=None, dense_layer_sizes=(8,), max_iter=40, random_state=0
    ).fit(STEPS, targets)
    assert net.predict(STEPS).shape == targets.shape
    assert net.score(STEPS, targets) > 0.9


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (STEPS, LABELS[:120], r"y has shape \(120,\), where pooling=None needs a label for each"),
        (STEPS, np.zeros((120, 5)), r"y\[0\] has 5 targets, X\[0\] has 9 steps"),
        (STEPS, np.zeros((120, 9, 2)), r"y has \(2,\) labels a step, where a step has one label"),
        (SERIES, ["ab"] * 300, r"y has shape \(300,\), where pooling=None needs a label for each"),
        (SERIES, SIGNS[:1] + SIGNS[:-1], r"y\[1\] has {1} targets, X\[1\] has {2} steps"),
        (STEPS, SIGNS[:120], r"y\[0\] has {0} targets, X\[0\] has 9 steps"),
    ],
)
def test_labels_of_steps_that_do_not_fit(X, y, message):
    lengths = len(SIGNS[0]), len(SIGNS[0]), len(SIGNS[1])
    with pytest.raises(ValueError, match=f"RecurrentClassifier: {message.format(*lengths)}"):
        RecurrentClassifier(pooling=None).fit(X, y)


def filled(series, value, more=0):
    """Series in one array, behind their ends a value."""
    longest = max(map(len, series)) + more
    whole = np.full((len(series), longest, *series[0].shape[1:]), value, series[0].dtype)
    for row, each in zip(whole, series, strict=True):
        row[: len(each)] = each
    return whole


def bits(net, X, y):
    net.fit(X, y)
    return [net.loss_curve_, net.score(X, y), *net.predict(SERIES)]


@pytest.mark.parametrize("more", [0, 50])
@pytest.mark.parametrize("validation", [False, True])
def test_a_padding_of_labels_changes_no_bit(more, validation):
    net = RecurrentClassifier(
        "lstm", 8, pooling=None, bidirectional=True, max_iter=4, random_state=0,
        class_weight="balanced", label_smoothing=0.1, early_stopping=validation,
    )
    wanted = bits(net, SERIES, SIGNS)
    padded = bits(net, filled(SERIES, np.nan, more), filled(SIGNS, "", more))
    for one, other in zip(wanted, padded, strict=True):
        assert_array_equal(one, other)


@pytest.mark.parametrize("loss", ["squared_error", "poisson", "huber"])
@pytest.mark.parametrize("more", [0, 50])
def test_a_padding_of_numbers_changes_no_bit(loss, more):
    net = RecurrentRegressor(
        "gru", 8, pooling=None, max_iter=4, random_state=0, loss=loss, early_stopping=True
    )
    targets = [np.abs(sums) for sums in SUMS]
    wanted = bits(net, SERIES, targets)
    padded = bits(net, filled(SERIES, np.nan, more), filled(targets, 7.0, more))
    for one, other in zip(wanted, padded, strict=True):
        assert_array_equal(one, other)


def test_labels_of_unequal_lengths():
    net = RecurrentClassifier("gru", 16, pooling=None, max_iter=40, random_state=0)
    net.fit(SERIES[:200], SIGNS[:200])
    predicted, truth = net.predict(SERIES[200:]), SIGNS[200:]
    share = accuracy_score(np.concatenate(truth), np.concatenate(predicted))
    assert share > 0.85
    assert_allclose(net.score(SERIES[200:], truth), share, rtol=1e-15)
    probabilities = net.predict_proba(SERIES[200:])
    assert [each.shape for each in probabilities] == [(len(each), 2) for each in truth]
    alone = net.predict_proba([SERIES[203]])
    assert_array_equal(alone[0], probabilities[3])
    assert net.predict(STEPS).shape == (120, 9)


def test_numbers_of_unequal_lengths():
    pairs = [np.column_stack([sums, -sums]) for sums in SUMS]
    for targets in (SUMS, pairs):
        net = RecurrentRegressor("gru", 16, pooling=None, max_iter=60, random_state=0)
        net.fit(SERIES[:200], targets[:200])
        predicted, truth = net.predict(SERIES[200:]), np.concatenate(targets[200:])
        assert net.score(SERIES[200:], targets[200:]) > 0.9
        assert_allclose(
            net.score(SERIES[200:], targets[200:]), r2_score(truth, np.concatenate(predicted))
        )


@pytest.mark.parametrize("batch_size", [8, 300])
def test_the_loss_is_the_mean_over_steps(batch_size):
    still = {"learning_rate_init": 1e-12, "max_iter": 1, "random_state": 0, "pooling": None}
    net = RecurrentRegressor("gru", 4, alpha=0.0, **still).fit(SERIES, SUMS)
    errors = np.concatenate(net.predict(SERIES)) - np.concatenate(SUMS)
    assert_allclose(net.loss_, 0.5 * np.mean(errors**2), rtol=1e-6)
    net = RecurrentClassifier("gru", 4, alpha=0.0, batch_size=batch_size, **still)
    net.fit(SERIES, SIGNS)
    found = np.concatenate(net.predict_proba(SERIES))
    right = np.concatenate(SIGNS)[:, None] == net.classes_
    assert_allclose(net.loss_, -np.log(found[right]).mean(), rtol=1e-6)


def test_weights_are_repetitions_of_series():
    weights = np.array([2.0, 1.0, 0.0] * 20)
    chosen = np.repeat(np.arange(60), weights.astype(int))
    net = RecurrentClassifier(
        "gru", 4, pooling=None, max_iter=20, solver="lbfgs", random_state=0, dtype="float64"
    )
    net.fit(SERIES[:60], SIGNS[:60], weights)
    weighted = np.concatenate(net.predict_proba(SERIES))
    net.fit([SERIES[i] for i in chosen], [SIGNS[i] for i in chosen])
    assert_allclose(np.concatenate(net.predict_proba(SERIES)), weighted, rtol=1e-7)


def test_searches_take_ragged_targets():
    net = RecurrentClassifier("gru", 4, pooling=None, max_iter=3, random_state=0)
    objects = np.empty(len(SIGNS), object)
    objects[:] = SIGNS
    for y in (SIGNS, objects):
        search = GridSearchCV(net, {"cell": ["gru", "elman"]}, cv=2).fit(SERIES, y)
        assert len(search.best_estimator_.predict(SERIES)) == 300


def test_validation_data_of_unequal_lengths():
    net = RecurrentRegressor("gru", 4, pooling=None, max_iter=3, random_state=0)
    net.fit(SERIES, SUMS, X_val=SERIES[:50], y_val=SUMS[:50])
    assert len(net.validation_scores_) == 3
    with pytest.raises(ValueError, match=r"y\[1\] has \d+ targets, X\[1\] has \d+ steps"):
        net.fit(SERIES, SUMS, X_val=SERIES[:50], y_val=SUMS[:1] + SUMS[:49])


def test_a_function_of_a_row_needs_one_length():
    def squares(target, output, gradient):
        return 0.0

    net = RecurrentRegressor("gru", 4, pooling=None, loss=CustomLoss(squares))
    with pytest.raises(ValueError, match="cannot leave out the steps behind a series' end"):
        net.fit(SERIES, SUMS)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_of_steps_are_finite(bad):
    targets = [sums.copy() for sums in SUMS]
    targets[3][1] = bad
    with pytest.raises(ValueError, match=r"RecurrentRegressor: y\[3\]: Input y contains"):
        RecurrentRegressor(pooling=None).fit(SERIES, targets)


SHORT = [i for i, series in enumerate(SERIES) if len(series) < 8]
EVEN = [i for i, series in enumerate(SERIES) if len(series) == 11]


@pytest.mark.parametrize(
    ("first", "second"),
    [(SHORT, range(300)), (range(300), SHORT), (EVEN, range(300)), (range(300), EVEN)],
    ids=["longer", "shorter", "unequal", "equal"],
)
@pytest.mark.parametrize("make", [RecurrentRegressor, RecurrentClassifier])
def test_later_series_may_have_other_lengths(make, first, second):
    targets = SUMS if make is RecurrentRegressor else SIGNS
    of_classes = {} if make is RecurrentRegressor else {"classes": ["above", "below"]}
    net = make("gru", 4, pooling=None, random_state=0)
    net.partial_fit([SERIES[i] for i in first], [targets[i] for i in first], **of_classes)
    net.partial_fit([SERIES[i] for i in second], [targets[i] for i in second])
    assert 0.05 < net.loss_ < 5
    assert len(net.predict(SERIES)) == 300
    net.set_params(warm_start=True, max_iter=2).fit(SERIES, targets)
    assert np.isfinite(net.score(SERIES, targets))


@pytest.mark.parametrize("ragged", [False, True])
def test_series_of_one_step(ragged):
    ones = [series[:1] for series in SERIES]
    X = ones if ragged else np.stack(ones)
    for make, targets in ((RecurrentRegressor, SUMS), (RecurrentClassifier, SIGNS)):
        y = [each[:1] for each in targets]
        net = make("gru", 4, pooling=None, max_iter=2, random_state=0)
        net.fit(X, y if ragged else np.stack(y))
        assert np.shape(net.predict(X)) == (300, 1)
        assert np.isfinite(net.score(X, y))


def test_targets_may_be_filled_up_with_nan():
    settings = {"pooling": None, "max_iter": 2, "random_state": 0}
    wanted = RecurrentRegressor("gru", 4, **settings).fit(SERIES, SUMS).loss_curve_
    net = RecurrentRegressor("gru", 4, **settings)
    assert net.fit(filled(SERIES, np.nan), filled(SUMS, np.nan)).loss_curve_ == wanted


def test_negative_counts_are_named():
    with pytest.raises(ValueError, match=r"needs y >= 0, got a y of -\d"):
        RecurrentRegressor(pooling=None, loss="poisson").fit(SERIES, SUMS)
