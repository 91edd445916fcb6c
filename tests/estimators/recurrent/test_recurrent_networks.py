"""RecurrentClassifier and RecurrentRegressor: series, steps and tokens."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score

from skneural import (
    NeuralNetClassifier,
    RecurrentClassifier,
    RecurrentRegressor,
    SeriesNetClassifier,
)
from skneural.layers import LSTM, Embedding

pytestmark = [
    pytest.mark.needs_jit(reason="fits that last many epochs"),
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"),
]
RANDOM = np.random.RandomState(0)
SERIES = [RANDOM.normal(size=(length, 2)) for length in RANDOM.randint(3, 12, 300)]
SUMS = np.array([series[:, 0].sum() for series in SERIES])
LABELS = np.where(SUMS > 0, "up", "down")
STEPS = RANDOM.normal(size=(120, 9, 2))
RUNNING = STEPS[:, :, 0].cumsum(axis=1)


@pytest.mark.parametrize("cell", ["lstm", "gru", "elman", "jordan"])
@pytest.mark.parametrize("pooling", ["last", "mean", "max", "attention"])
def test_networks_learn_of_series_of_unequal_lengths(cell, pooling):
    net = RecurrentClassifier(cell, 16, pooling=pooling, max_iter=60, random_state=0)
    net.fit(SERIES[:200], LABELS[:200])
    # the greatest number over steps is no help for a sum, and learned weights are little
    least = {"max": 0.75, "attention": 0.8}.get(pooling, 0.85)
    least = 0.75 if (cell, pooling) == ("jordan", "mean") else least
    assert net.score(SERIES[200:], LABELS[200:]) > least
    assert net.predict_proba(SERIES[:3]).shape == (3, 2)


def filled(more=0):
    X = np.full((len(SERIES), 11 + more, 2), np.nan)
    for row, series in zip(X, SERIES, strict=True):
        row[: len(series)] = series
    return X


@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_padding_changes_no_bit(bidirectional):
    fits = []
    for X in (SERIES, tuple(SERIES), filled(), filled(50)):
        net = RecurrentRegressor(
            "gru", (8, 8), bidirectional=bidirectional, dropout=0.2, recurrent_dropout=0.1,
            dense_layer_sizes=6, max_iter=4, random_state=0,
        ).fit(X, SUMS)
        fits.append((net.loss_curve_, net.predict(SERIES), net.predict(filled(7))))
    for curve, one, other in fits:
        assert curve == fits[0][0]
        assert_array_equal(one, fits[0][1])
        assert_array_equal(other, fits[0][1])
    alone = [net.predict([series])[0] for series in SERIES[:5]]
    assert_array_equal(alone, fits[0][1][:5])


def test_threads_change_no_bit():
    first, *others = (
        RecurrentClassifier(
            "lstm", 8, recurrent_dropout=0.2, max_iter=3, random_state=0, n_jobs=n_jobs
        ).fit(SERIES, LABELS).predict_proba(SERIES) for n_jobs in (1, 2, 4)
    )  # fmt: skip
    for other in others:
        assert_array_equal(other, first)


def test_searches_take_lists_objects_and_arrays():
    net = RecurrentClassifier("gru", 4, max_iter=3, random_state=0)
    objects = np.empty(len(SERIES), object)
    objects[:] = SERIES
    scores = [cross_val_score(net, X, LABELS, cv=3) for X in (SERIES, objects)]
    assert_array_equal(scores[0], scores[1])
    search = GridSearchCV(net, {"cell": ["gru", "elman"]}, cv=2).fit(SERIES, LABELS)
    assert search.best_estimator_.predict(SERIES).shape == (300,)
    grid = {"hidden_layer_sizes": [(3,), (3, 3)]}
    GridSearchCV(clone(net), grid, cv=2).fit(STEPS, RUNNING[:, -1] > 0)


@pytest.mark.parametrize("sizes", [(6,), (6, 5)])
def test_the_last_layer_of_jordan_gives_the_outputs(sizes):
    nets = [
        RecurrentRegressor(
            "jordan", sizes, pooling=pooling, dropout=0.1, dense_layer_sizes=dense, max_iter=2,
            random_state=0,
        ).fit(STEPS, RUNNING if pooling is None else RUNNING[:, -1])
        for pooling, dense in [("last", ()), (None, ()), ("mean", ()), ("last", (4,))]
    ]  # fmt: skip
    last = f"jordan_{len(sizes)}"
    for net, ends in zip(nets, [True, True, False, False], strict=True):
        assert (list(net.weights_)[-1] == last) == ends
        width = net.weights_[last]["output_kernel"].shape[1]
        assert width == (1 if ends else sizes[-1])
    assert nets[1].predict(STEPS).shape == RUNNING.shape


@pytest.mark.parametrize("net", [RecurrentClassifier("gru", 4), SeriesNetClassifier([LSTM(3)])])
def test_objects_may_hold_series_that_are_as_long(net):
    net = clone(net).set_params(max_iter=2, random_state=0)
    X, y = list(RANDOM.normal(size=(20, 6))), np.arange(20) % 2
    wanted = clone(net).fit(X, y).predict_proba(X)
    objects = np.empty(20, object)
    objects[:] = X
    for container in (objects, pd.Series(X)):
        found = clone(net).fit(container, y)
        assert_array_equal(found.predict_proba(container), wanted)
        assert_array_equal(found.predict_proba(container[:1]), wanted[:1])
    ragged = pd.Series([*X, X[0][:4]])
    net.fit(ragged, np.append(y, 1))
    assert net.predict(ragged[:1]).shape == (1,)


@pytest.mark.parametrize("make", [SeriesNetClassifier, NeuralNetClassifier])
@pytest.mark.parametrize("wrong", [3, -1, 1.5])
def test_a_first_embedding_knows_its_ids(make, wrong):
    ids = RANDOM.randint(0, 3, (20, 5)).astype(float)
    net = make([Embedding(3, 2), LSTM(3)], max_iter=1).fit(ids, ids[:, 0] > 1)
    ids[4, 2] = wrong
    message = rf"X\[4, 2\] is {wrong}, where a token id from 0 to 2 is needed"
    for method in (net.fit, net.score):
        with pytest.raises(ValueError, match=f"{make.__name__}: {message}"):
            method(ids, ids[:, 0] > 1)


def test_channels_first_in_a_list_are_noticed():
    with pytest.raises(ValueError, match=r"channels seem to come first: \[series.T"):
        RecurrentClassifier().fit([series.T for series in SERIES], LABELS)


TOKENS = [RANDOM.randint(0, 12, length) for length in RANDOM.randint(3, 10, 200)]
HAS_SEVEN = np.array([(ids == 7).any() for ids in TOKENS])


def test_token_ids():
    net = RecurrentClassifier(
        "gru", 16, n_tokens=12, embedding_size=8, max_iter=60, random_state=0
    ).fit(TOKENS[:150], HAS_SEVEN[:150])
    assert net.score(TOKENS[150:], HAS_SEVEN[150:]) > 0.9
    assert net.weights_["embedding"]["vectors"].shape == (12, 8)
    assert net.weights_["embedding"]["vectors"].dtype == np.float32
    floats = [ids.astype(float) for ids in TOKENS]
    assert_array_equal(net.predict_proba(floats), net.predict_proba(TOKENS))


def test_token_ids_in_a_table_may_be_filled_up_with_nan():
    table = np.full((len(TOKENS), 9), np.nan)
    for row, ids in zip(table, TOKENS, strict=True):
        row[: len(ids)] = ids
    net = RecurrentClassifier("gru", 4, n_tokens=12, max_iter=2, random_state=0)
    wanted = clone(net).fit(TOKENS, HAS_SEVEN).predict_proba(TOKENS)
    assert_array_equal(net.fit(table, HAS_SEVEN).predict_proba(table), wanted)


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([[1, 2], [3, 12]], r"X\[1, 1\] is 12, where a token id from 0 to 11"),
        ([[1, -2], [3, 5, 7]], r"X\[0, 1\] is -2"),
        ([[1.5], [1, 2]], r"X\[0, 0\] is 1.5"),
    ],
)
def test_what_is_no_token_id(ids, message):
    net = RecurrentClassifier(n_tokens=12, hidden_layer_sizes=4, max_iter=1)
    with pytest.raises(ValueError, match=f"RecurrentClassifier: {message}"):
        net.fit(ids, [0, 1])
    net.fit(TOKENS, HAS_SEVEN)
    with pytest.raises(ValueError, match=f"RecurrentClassifier: {message}"):
        net.predict(ids)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"hidden_layer_sizes": ()}, "hidden_layer_sizes=\\(\\) has no recurrent layer"),
        ({"hidden_layer_sizes": (3, 0)}, "hidden_layer_sizes must be > 0"),
        ({"series_shape": (3, 0)}, "series_shape=\\(3, 0\\) is not a pair of positive integers"),
        ({"cell": "lsmt"}, "Did you mean 'lstm'"),
        ({"cell": "jordan", "bidirectional": True}, "context is the network's output"),
        ({"cell": "jordan", "recurrent_dropout": 0.1}, "recurrent_dropout=0.1 is for the state"),
    ],
)
def test_wrong_parameters_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        RecurrentClassifier(**parameters).fit(SERIES, LABELS)


def test_attention_weights_find_the_step_that_counts():
    """The label stands at the step that a second feature marks."""
    X = [RANDOM.normal(size=(length, 2)) for length in RANDOM.randint(4, 15, 300)]
    places = [RANDOM.randint(len(series)) for series in X]
    for series, place in zip(X, places, strict=True):
        series[:, 1] = np.arange(len(series)) == place
    y = np.array([series[place, 0] > 0 for series, place in zip(X, places, strict=True)])
    net = RecurrentClassifier("gru", 8, pooling="attention", max_iter=80, random_state=0)
    net.fit(X[:200], y[:200])
    assert net.score(X[200:], y[200:]) > 0.9
    weights = net.attention_weights(X[200:])
    assert [len(each) for each in weights] == [len(series) for series in X[200:]]
    np.testing.assert_allclose([each.sum() for each in weights], 1, rtol=1e-6)
    for series, each in zip(X[200:210], weights[:10], strict=True):
        assert_array_equal(net.attention_weights([series])[0], each)
        assert net.attention_weights(series[None]).shape == (1, len(series))
    outputs = net.get_layer("pooling").weights
    states = net.activations(X[200][None], "gru_1")[0]
    scores = np.tanh(states @ outputs["kernel"] + outputs["bias"]) @ outputs["score"]
    expected = np.exp(scores - scores.max())
    np.testing.assert_allclose(weights[0], expected / expected.sum(), rtol=1e-4)


def test_attention_weights_need_attention():
    net = RecurrentClassifier("gru", 4, max_iter=1, random_state=0)
    assert not hasattr(net, "attention_weights")
    net.fit(SERIES, LABELS).set_params(pooling="attention")
    with pytest.raises(ValueError, match="RecurrentClassifier: .*pooling"):
        net.attention_weights(SERIES)
    ids = [RANDOM.randint(5, size=length) for length in (3, 4, 6)]
    of_tokens = RecurrentClassifier(
        "gru", 4, pooling="attention", n_tokens=5, max_iter=1, random_state=0
    ).fit(ids, [0, 1, 1])
    assert [len(each) for each in of_tokens.attention_weights(ids)] == [3, 4, 6]
