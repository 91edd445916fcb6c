"""TabularClassifier and TabularRegressor: their networks, and what they learn."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, softmax
from sklearn.base import clone
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV

from skneural import TabularClassifier, TabularRegressor
from skneural.losses import CustomLoss, Quantile
from skneural.schedules import Scheduled

RANDOM = np.random.default_rng(0)
N = 400
X = pd.DataFrame(
    {
        "size": RANDOM.gamma(2, size=N),
        "place": RANDOM.choice(["north", "south", "east"], N),
        "kind": RANDOM.integers(0, 12, N),
        "age": RANDOM.normal(50, 10, N),
    }
)
X["kind"] = X["kind"].astype("category")
X.loc[::7, "age"] = np.nan
X.loc[::11, "place"] = None
AMOUNT = np.where(X["place"] == "north", 3, 1) * X["size"] + X["age"].isna()
LABEL = np.where(AMOUNT > 3, "much", "little")
SHORT = {"max_iter": 6, "random_state": 0}
of_both = pytest.mark.parametrize(
    ("estimator", "y"), [(TabularClassifier(**SHORT), LABEL), (TabularRegressor(**SHORT), AMOUNT)],
    ids=["classifier", "regressor"],
)  # fmt: skip


def embedded(net, X):
    """What the members read, from the weights and the quantiles of a fitted network."""
    scale, weights = net._table.scale, net.weights_
    numbers = X[["size", "age"]].to_numpy(float)
    places = [
        np.interp(np.where(np.isnan(column), median, column), edges, np.arange(len(edges)))
        for column, edges, median in zip(numbers.T, scale.edges, scale.median, strict=True)
    ]
    bins = np.clip(np.stack(places, axis=1)[:, :, None] - np.arange(48), 0, 1)
    kernel = weights["numbers"]["kernel"].reshape(2, 48, -1)
    encoded = np.einsum("nfb,fbu->nfu", bins, kernel) + weights["numbers"]["bias"]
    known = sorted(X["place"].dropna().unique())
    one_hot = np.stack([X["place"] == name for name in known], axis=1)
    vectors = weights["categories"]["vectors"][X["kind"].to_numpy(int) + 1]
    indicator = np.isnan(numbers[:, 1:])
    return np.concatenate([encoded.reshape(len(X), -1), indicator, one_hot, vectors], axis=1)


def member_outputs(net, X):
    """The raw outputs of each member, (n_samples, n_members, n_outputs), by NumPy."""
    weights = net.weights_
    hidden = embedded(net, X).astype(float)[:, None] * weights["members"]["member_scale"]
    for place in (1, 2):
        dense, share = weights[f"dense_{place}"], weights[f"activation_{place}"]["share"]
        hidden = hidden @ dense["kernel"] + dense["bias"]
        hidden = hidden + share * (np.maximum(hidden, 0) - hidden)
    output = weights["output"]
    return np.einsum("nmd,mdu->nmu", hidden, output["kernel"]) + output["bias"]


def test_predictions_of_classes_by_numpy():
    several = np.digitize(AMOUNT, [2, 4])
    for y, link in ((LABEL, expit), (several, lambda z: softmax(z, axis=2))):
        net = TabularClassifier(dtype="float64", **SHORT).fit(X, y)
        expected = link(member_outputs(net, X)).mean(axis=1)
        found = net.predict_proba(X)
        np.testing.assert_allclose(found[:, -expected.shape[1]:], expected, rtol=1e-9)
        np.testing.assert_array_equal(net.predict(X), net.classes_[found.argmax(axis=1)])


def test_predictions_of_numbers_by_numpy():
    net = TabularRegressor(dtype="float64", clip_predictions=False, **SHORT).fit(X, AMOUNT)
    targets = net._targets
    expected = member_outputs(net, X).mean(axis=1)[:, 0] * targets.scale + targets.mean
    np.testing.assert_allclose(net.predict(X), expected, rtol=1e-9)
    clipped = clone(net).set_params(clip_predictions=True).fit(X, AMOUNT)
    low, high = clipped._targets.bounds
    np.testing.assert_allclose(clipped.predict(X), expected.clip(low, high), rtol=1e-9)


@pytest.mark.needs_jit(reason="fits that last many epochs")
def test_it_learns_what_categories_and_holes_say():
    half = slice(0, None, 2), slice(1, None, 2)
    reg = TabularRegressor(random_state=0).fit(X[half[0]], AMOUNT[half[0]])
    assert reg.score(X[half[1]], AMOUNT[half[1]]) > 0.9
    clf = TabularClassifier(random_state=0).fit(X[half[0]], LABEL[half[0]])
    assert clf.score(X[half[1]], LABEL[half[1]]) > 0.9
    found = permutation_importance(reg, X, AMOUNT, n_repeats=2, random_state=0)
    assert found.importances_mean[:2].min() > 10 * abs(found.importances_mean[2])


@of_both
@pytest.mark.parametrize(
    "parameters",
    [
        {"n_members": 1},
        {"numeric_embedding": "periodic"},
        {"numeric_embedding": None},
        {"hidden_layer_sizes": 8, "activation": "mish"},
        {"hidden_layer_sizes": (), "dropout": 0},
        {"dropout": Scheduled(0.2), "max_one_hot": 0, "embedding_size": 3},
        {"solver": "lbfgs", "early_stopping": False, "dropout": 0},
        {"categorical_features": ["place"], "learning_rate": "coslog", "batch_size": 64},
    ],
    ids=str,
)
def test_parameters_train_and_pickle(estimator, y, parameters):
    numbers = X.assign(kind=X["kind"].astype(float))
    net = clone(estimator).set_params(**parameters).fit(numbers, y)
    assert np.isfinite(net.loss_)
    copy = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(copy.predict(numbers), net.predict(numbers))
    assert isinstance(str(net.summary()), str)


@of_both
def test_invariance_to_units_of_a_column(estimator, y):
    """Nothing depends on the size of numbers, only on their order and places in bins."""
    other = X.assign(size=X["size"] * 1e6, age=X["age"] + 1e6)
    one, two = clone(estimator).fit(X, y), clone(estimator).fit(other, y)
    np.testing.assert_allclose(one.loss_curve_, two.loss_curve_, rtol=1e-4)
    assert one.score(X, y) == pytest.approx(two.score(other, y), abs=1e-3)


def test_several_outputs():
    both = np.stack([AMOUNT, -2 * AMOUNT + 5], axis=1)
    assert TabularRegressor(**SHORT).fit(X, both).predict(X[:3]).shape == (3, 2)
    labels = np.stack([AMOUNT > 2, AMOUNT > 4, X["size"] > 1], axis=1).astype(int)
    clf = TabularClassifier(**SHORT).fit(X, labels)
    assert clf.predict_proba(X[:3]).shape == (3, 3)
    assert set(np.unique(clf.predict(X))) <= {0, 1}


@pytest.mark.needs_jit(reason="fits that last many epochs")
def test_losses_of_numbers():
    high = TabularRegressor(loss=Quantile(0.9), random_state=0).fit(X, AMOUNT)
    low = clone(high).set_params(loss=Quantile(0.1)).fit(X, AMOUNT)
    assert 0.8 < np.mean(high.predict(X) >= AMOUNT) < 1
    assert 0.8 < np.mean(low.predict(X) <= AMOUNT) < 1
    counts = np.random.default_rng(1).poisson(AMOUNT)
    poisson = TabularRegressor(loss="poisson", random_state=0).fit(X, counts)
    assert (poisson.predict(X) >= 0).all() and poisson.score(X, counts) > 0.5
    for unit in (2.0**-20, 2.0**20):  # powers of two, so that nothing is rounded otherwise
        other = clone(poisson).fit(X, counts * unit)
        np.testing.assert_allclose(other.predict(X), poisson.predict(X) * unit, rtol=1e-9)


def test_shares_by_a_loss_of_ones_own_are_not_scaled():
    def log_loss(target, output, gradient):
        gradient[0] = 1 / (1 + np.exp(-output[0])) - target[0]
        return np.log(1 + np.exp(output[0])) - target[0] * output[0]

    shares = expit(AMOUNT - 3)
    reg = TabularRegressor(loss=CustomLoss(log_loss, link="logistic"), max_iter=60, random_state=0)
    assert reg.fit(X, shares)._targets.mean is None
    assert reg.score(X, shares) > 0.7


def test_class_weight_and_sample_weight():
    rare = (np.argsort(np.argsort(AMOUNT)) >= 0.9 * N).astype(int)
    plain = TabularClassifier(max_iter=15, random_state=0).fit(X, rare)
    even = clone(plain).set_params(class_weight="balanced").fit(X, rare)
    assert even.predict(X).sum() > plain.predict(X).sum()
    weights = np.where(rare, 5.0, 0.0)
    only = clone(plain).fit(X, rare, sample_weight=weights)
    assert (only.predict(X) == 1).all()


def test_partial_fit_keeps_what_it_learned_of_columns():
    net = TabularClassifier(random_state=0)
    net.partial_fit(X[:200], LABEL[:200], classes=["little", "much"])
    table = net._table
    loss = net.loss_
    for _ in range(10):
        net.partial_fit(X[200:], LABEL[200:])
    assert net._table is table and net.loss_ < loss
    assert net.validation_scores_ is None


def test_a_rule_of_auto_for_few_rows():
    few = TabularClassifier(**SHORT).fit(X[:60], LABEL[:60])
    assert few.validation_scores_ is None and "dropout_1" not in few._built.names
    many = TabularClassifier(**SHORT).fit(X, LABEL)
    assert len(many.validation_scores_) == 6 and "dropout_1" in many._built.names
    given = TabularClassifier(**SHORT).fit(X[:60], LABEL[:60], X_val=X[60:80], y_val=LABEL[60:80])
    assert len(given.validation_scores_) == 6
    whole = TabularClassifier(early_stopping=False, **SHORT).fit(X, LABEL)
    assert whole.validation_scores_ is None


def test_validation_rows_are_judged_by_the_loss_of_the_mean():
    net = TabularClassifier(restore_best_weights=False, **SHORT)
    net.fit(X[:300], LABEL[:300], X_val=X[300:], y_val=LABEL[300:])
    chosen = net.predict_proba(X[300:])[:, 1]
    right = np.where(LABEL[300:] == "much", chosen, 1 - chosen)
    assert net.validation_scores_[-1] == pytest.approx(np.log(right).mean(), rel=1e-6)
    assert net.best_validation_score_ == max(net.validation_scores_)


def test_precision_follows_the_number_of_rows():
    twice = pd.concat([X] * 3, ignore_index=True)
    y = np.tile(LABEL, 3)
    assert TabularClassifier(**SHORT).fit(twice, y).predict_proba(X).dtype == np.float32
    assert TabularClassifier(**SHORT).fit(X, LABEL).predict_proba(X).dtype == np.float64
    double = TabularClassifier(dtype="float64", **SHORT).fit(twice, y)
    assert double.predict_proba(X).dtype == np.float64


def test_a_fitted_network_is_small():
    """It has no rows of the training data, and no more than weights and moments."""
    wide = pd.DataFrame(RANDOM.normal(size=(3000, 6))).assign(c=RANDOM.choice(list("abc"), 3000))
    wide.columns = wide.columns.astype(str)
    net = TabularClassifier(**SHORT).fit(wide, wide["0"] > 0)
    n_weights = sum(a.size for v in net.weights_.values() for a in v.values())
    assert len(pickle.dumps(net)) < 4 * 3 * n_weights + 40_000


def test_a_search_over_its_parameters():
    grid = {"n_members": [1, 2], "numeric_embedding": ["piecewise", None]}
    search = GridSearchCV(TabularClassifier(max_iter=2, random_state=0), grid, cv=2)
    assert len(search.fit(X, LABEL).cv_results_["params"]) == 4


@of_both
def test_any_number_of_threads_gives_the_same_bits(estimator, y):
    large = pd.concat([X] * 4, ignore_index=True)
    found = [
        clone(estimator).set_params(n_jobs=n_jobs, max_iter=2).fit(large, np.tile(y, 4))
        for n_jobs in (1, 2, 3)
    ]
    for net in found[1:]:
        np.testing.assert_array_equal(net.predict(large), found[0].predict(large))
        np.testing.assert_array_equal(net.loss_curve_, found[0].loss_curve_)
