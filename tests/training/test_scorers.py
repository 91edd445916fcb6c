"""Scores of probabilities on held-back rows, which may lack a class."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import metrics
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from skneural import ConvNetClassifier, MLPClassifier, NeuralNetClassifier
from skneural.data.splits import strata, with_each
from skneural.training.scorers import with_classes

SCORINGS = ["neg_log_loss", "roc_auc_ovr", "roc_auc_ovo", "average_precision", "top_k_accuracy"]
MODELS = [
    MLPClassifier((6,), max_iter=3),
    NeuralNetClassifier([], max_iter=3),
    ConvNetClassifier(2, max_iter=3),
]
RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((200, 4))
Y = np.array(list("abcd"))[np.argmax(X + RANDOM.standard_normal((200, 4)), axis=1)]
WEIGHT = RANDOM.uniform(0.1, 2, 200)


def rare(n_of_last, n_samples=60):
    """Three classes, the last of a few rows."""
    y = np.r_[np.arange(n_samples - n_of_last) % 2, np.full(n_of_last, 2)]
    return np.random.RandomState(1).standard_normal((n_samples, 4)) + y[:, None], y


@pytest.mark.parametrize("scoring", SCORINGS)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("n_of_last", [1, 2, 6])
def test_every_seed_is_judged(model, scoring, n_of_last):
    X, y = rare(n_of_last)
    for seed in range(3):
        model.set_params(scoring=scoring, early_stopping=True, random_state=seed).fit(X, y)
        assert np.isfinite(model.validation_scores_).all()


@pytest.mark.parametrize("scoring", SCORINGS[:4])
def test_validation_data_without_a_class(scoring):
    X, y = rare(20)
    part = slice(0, 30)
    model = MLPClassifier((6,), max_iter=3, scoring=scoring, early_stopping=True, random_state=0)
    model.fit(X, y, X_val=X[part], y_val=y[part])
    assert np.isfinite(model.validation_scores_).all()


def test_several_classes_are_stratified_where_there_is_a_scorer():
    seen = []

    def scorer(estimator, X, y):
        seen.append(np.bincount(y))
        return 0.0

    X, y = rare(20)
    MLPClassifier((6,), max_iter=1, early_stopping=True, scoring=scorer).fit(X, y)
    assert_array_equal(seen[0], [2, 2, 2])


@pytest.mark.parametrize(
    ("counts", "fraction", "expected"),
    [
        ([50, 48, 2], 0.1, [3, 5, 9]),
        ([49, 50, 1], 0.1, [3, 5, 5]),  # what cannot be split goes with the most frequent
        ([50, 48, 2], 0.02, [3, 5, 3]),
        ([50, 48, 2], 0.98, [3, 5, 3]),
        ([50, 48, 2], 0.01, None),
        ([98, 1, 1], 0.1, None),
        ([2, 2, 2], 0.5, [3, 5, 9]),
    ],
)
def test_what_can_be_split(counts, fraction, expected):
    labels = np.array([3, 5, 9])
    found = strata(np.repeat(labels, counts), fraction)
    if expected is None:
        assert found is None
        return
    found = found[np.cumsum(counts) - 1]
    together = np.equal.outer(np.array(expected), np.array(expected))
    np.testing.assert_array_equal(np.equal.outer(found, found), together)


MODEL = LogisticRegression().fit(X, Y)


@pytest.mark.parametrize("scoring", [*SCORINGS, "roc_auc_ovr_weighted", "f1_macro", "accuracy"])
@pytest.mark.parametrize("weight", [{}, {"sample_weight": WEIGHT}], ids=["equal", "weighted"])
def test_where_all_classes_occur_the_score_is_scikit_learns(scoring, weight):
    scorer = metrics.get_scorer(scoring)
    if weight and "ovo" in scoring:
        pytest.skip("scikit-learn has no weighted one-against-one")
    expected = scorer(MODEL, X, Y, **weight)
    assert_allclose(with_classes(scorer, MODEL.classes_)(MODEL, X, Y, **weight), expected)


@pytest.mark.parametrize("present", ["abc", "ab", "d"])
def test_log_loss_of_rows_without_a_class(present):
    rows = np.isin(Y, list(present))
    scorer = with_classes(metrics.get_scorer("neg_log_loss"), MODEL.classes_)
    places = np.searchsorted(MODEL.classes_, Y[rows])
    probabilities = MODEL.predict_proba(X[rows])[np.arange(len(places)), places]
    assert_allclose(scorer(MODEL, X[rows], Y[rows]), np.log(probabilities).mean())


@pytest.mark.parametrize(
    ("scoring", "binary", "method"),
    [
        ("roc_auc_ovr", metrics.roc_auc_score, "predict_proba"),
        ("average_precision", metrics.average_precision_score, "decision_function"),
    ],
)
@pytest.mark.parametrize("present", ["abc", "ab"])
def test_one_against_the_rest_is_the_mean_over_those_that_occur(scoring, binary, method, present):
    rows = np.isin(Y, list(present))
    scorer = with_classes(metrics.get_scorer(scoring), MODEL.classes_)
    scores = getattr(MODEL, method)(X[rows])
    each = [
        binary(Y[rows] == label, scores[:, place])
        for place, label in enumerate("abcd")
        if label in present
    ]
    assert_allclose(scorer(MODEL, X[rows], Y[rows]), np.mean(each))


def test_scorers_of_ones_own_are_left_alone():
    def own(estimator, X, y):
        return 0.0

    assert with_classes(own, MODEL.classes_) is own
    named = metrics.get_scorer("f1_macro")
    assert with_classes(named, MODEL.classes_) is named
    made = metrics.make_scorer(
        metrics.log_loss, response_method="predict_proba", greater_is_better=False, labels=["z"]
    )
    assert with_classes(made, MODEL.classes_)._kwargs["labels"] == ["z"]


@pytest.mark.parametrize("scoring", ["roc_auc", "average_precision", "neg_log_loss"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_rare_class_is_among_the_rows_held_back(model, scoring):
    X, y = RANDOM.standard_normal((200, 4)), np.arange(200) < 3
    settings = {"scoring": scoring, "early_stopping": True, "max_iter": 3}
    for seed in range(5):
        scores = clone(model).set_params(**settings, random_state=seed).fit(X, y).validation_scores_
        assert np.isfinite(scores).all() and (scoring != "average_precision" or min(scores) > 0)
    labels = np.c_[y, np.arange(200) % 2].astype(int)
    fitted = clone(model).set_params(**settings, random_state=0).fit(X, labels)
    assert np.isfinite(fitted.validation_scores_).all()


def test_rows_are_exchanged_where_a_kind_is_missing():
    kinds = [np.isin(np.arange(10), rows) for rows in ([0, 1], [2, 3, 4, 5, 6], [7], [8, 9])]
    kept, held_back = np.array([0, 1, 2, 3, 4, 7, 9]), np.array([8, 5, 6])
    new_kept, new_held = with_each(kept, held_back, kinds)
    assert sorted([*new_kept, *new_held]) == list(range(10))
    assert sorted(new_held) == [0, 5, 8], "one row of a kind of two, none of a kind of one"
    assert kept[0] == 0 and held_back[2] == 6, "the arrays given stay as they are"


def test_nan_is_no_improvement():
    def scorer(model, X, y):
        return float("nan")

    model = MLPClassifier((3,), early_stopping=True, scoring=scorer, n_iter_no_change=3)
    with pytest.warns(UserWarning, match="MLPClassifier: scoring gave NaN"):
        model.fit(X, Y)
    assert model.n_iter_ <= 5


def test_an_error_of_a_scorer_has_a_note_of_the_estimator():
    def failing(estimator, X, y):
        return 1 / 0

    X, y = rare(6)
    for model in MODELS:
        model = clone(model).set_params(early_stopping=True, scoring=failing)
        with pytest.raises(ZeroDivisionError) as caught:
            model.fit(X, y)
        assert type(model).__name__ in caught.value.__notes__[0]
