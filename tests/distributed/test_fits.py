"""Fits over partitions beside fits on all rows, and beside NumPy."""

import pickle

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss

from skneural import MLPClassifier, MLPRegressor, NeuralNetClassifier
from skneural.distributed import fit, predict
from skneural.layers import BatchNorm, Dense, Dropout
from skneural.persistence import Checkpoint, load, save

da = pytest.importorskip("dask.array", reason="dask is not installed")
pytest.importorskip("distributed", reason="distributed is not installed")

CHUNKS = (40, 0, 70, 1, 39)
FEW = {"batch_size": 20, "max_iter": 3, "random_state": 0}


def cut(values, chunks=CHUNKS):
    """A dask array of partitions of some lengths."""
    return da.from_array(values, chunks=(chunks, *values.shape[1:]))


def weights_of(model):
    """All weights of a fitted model as one vector."""
    return np.concatenate([weight.ravel() for weight in model._weights()])


@pytest.mark.parametrize("weighted", [False, True])
def test_lbfgs_is_that_of_all_rows(client, table, weighted):
    X, y, weight = table
    if not weighted:
        weight = None
    settings = {"solver": "lbfgs", "max_iter": 12, "alpha": 0.1, "random_state": 0}
    settings |= {"class_weight": "balanced" if weighted else None}
    one = MLPClassifier((6,), **settings).fit(X, y, weight)
    many = fit(MLPClassifier((6,), **settings), cut(X), y, weight, client=client)
    np.testing.assert_allclose(weights_of(many), weights_of(one), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(many.loss_curve_, one.loss_curve_, rtol=1e-9)
    assert list(many.classes_) == ["low", "middle", "top"]


def test_lbfgs_of_several_outputs(client, table):
    X = table[0]
    y = np.stack([X.sum(axis=1), X[:, 0] ** 2], axis=1)
    settings = {"solver": "lbfgs", "max_iter": 10, "random_state": 0}
    settings |= {"hidden_layer_sizes": (6,)}
    one = MLPRegressor(**settings).fit(X, y)
    many = fit(MLPRegressor(**settings), cut(X), cut(y, (100, 50)), client=client)
    np.testing.assert_allclose(weights_of(many), weights_of(one), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("more", [{}, {"max_grad_norm": 0.1, "alpha": 0.3}, {"solver": "sgd"}],
                         ids=["adam", "clipped", "sgd"])
def test_a_synchronous_batch_has_rows_of_all_partitions(client, table, more):
    """By hand: the rows of each batch together, in a fit that keeps their order."""
    X, y, weight = table
    chunks, settings = (60, 90), FEW | {"batch_size": 30, "shuffle": False} | more
    parts = np.arange(60).reshape(5, 12), 60 + np.arange(90).reshape(5, 18)
    order = np.concatenate(parts, axis=1).ravel()
    one = MLPClassifier((6,), **settings).fit(X[order], y[order], weight[order])
    many = fit(
        MLPClassifier((6,), **settings), cut(X, chunks), y, weight, client=client,
        method="synchronous",
    )
    np.testing.assert_allclose(weights_of(many), weights_of(one), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(many.loss_curve_, one.loss_curve_, rtol=1e-9)


def network():
    layers = [Dense(12, "relu"), BatchNorm(), Dropout(0.2), Dense(3)]
    return NeuralNetClassifier(layers, learning_rate="one_cycle", weight_decay=0.01, **FEW)


def test_a_single_partition_gives_the_bits_of_a_usual_fit(client, table):
    X, y, weight = table
    one = network().fit(X, y, weight)
    many = fit(network(), cut(X, (150,)), y, weight, client=client)
    np.testing.assert_array_equal(weights_of(many), weights_of(one))
    assert many.loss_curve_ == one.loss_curve_


def test_local_updates_are_averaged_by_rows(client, table):
    """By hand: each partition's update alone, and the average of the weights."""
    X, y, _ = table
    settings = FEW | {"batch_size": 90, "max_iter": 1, "solver": "sgd"}
    settings |= {"learning_rate_init": 0.1, "shuffle": False}
    parts = [
        MLPClassifier((6,), **settings | {"batch_size": len(part)}).fit(X[part], y[part])
        for part in (range(60), range(60, 150))
    ]
    many = fit(MLPClassifier((6,), **settings), cut(X, (60, 90)), y, client=client)
    expected = (60 * weights_of(parts[0]) + 90 * weights_of(parts[1])) / 150
    np.testing.assert_allclose(weights_of(many), expected, rtol=1e-12)
    loss = (60 * parts[0].loss_ + 90 * parts[1].loss_) / 150
    assert many.loss_ == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("method", ["local", "synchronous"])
@pytest.mark.parametrize("chunks", [CHUNKS, (8,) * 18 + (6,)], ids=["uneven", "many"])
def test_the_same_bits_whoever_holds_the_partitions(
    client, other_client, table, method, chunks
):
    X, y, _ = table
    size = 8 if method == "local" else 75
    one, other = [
        fit(
            network().set_params(batch_size=size, max_iter=2), cut(X, chunks), y, client=each,
            method=method, local_updates=1,
        )
        for each in (client, other_client)
    ]
    np.testing.assert_array_equal(weights_of(one), weights_of(other))
    assert one.loss_curve_ == other.loss_curve_


@pytest.mark.parametrize("method", ["local", "synchronous"])
def test_it_learns(client, table, method):
    X, y, _ = table
    model = MLPClassifier((8,), batch_size=30, learning_rate_init=0.02, max_iter=15, random_state=0)
    fit(model, cut(X), y, client=client, method=method, local_updates=2)
    assert log_loss(y, model.predict_proba(X)) < 0.6
    assert model.n_iter_ == 15


def test_early_stopping_holds_back_rows_of_each_partition(client, table):
    X, y, _ = table
    model = MLPClassifier((8,), early_stopping=True, validation_fraction=0.2, **FEW)
    fit(model, cut(X, (50, 50, 50)), y, client=client)
    assert len(model.validation_scores_) == 3
    assert model._record.samples_seen == 3 * 120


def test_validation_data_of_dask_or_numpy(client, table):
    X, y, _ = table
    scores = [
        fit(
            MLPClassifier((8,), early_stopping=True, **FEW), cut(X), y, client=client,
            X_val=X_val, y_val=y_val,
        ).validation_scores_
        for X_val, y_val in ((X, y), (cut(X), cut(y)))
    ]
    assert scores[0] == scores[1]


def test_a_fitted_model_goes_on(client, table):
    X, y, _ = table
    model = MLPClassifier((8,), warm_start=True, **FEW)
    for _ in range(2):
        fit(model, cut(X), y, client=client)
    assert len(model.loss_curve_) == 6


def test_a_fitted_model_is_a_usual_one(client, table, tmp_path):
    X, y, _ = table
    model = fit(MLPClassifier((8,), **FEW), cut(X), y, client=client)
    save(model, tmp_path / "model.skn")
    for other in (pickle.loads(pickle.dumps(model)), load(tmp_path / "model.skn")):
        np.testing.assert_array_equal(other.predict_proba(X), model.predict_proba(X))


class Stop(Exception):
    """Ends a fit."""


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_it_resumes_from_a_checkpoint(client, table, tmp_path, monkeypatch, solver):
    pytest.importorskip("sklearn.callback", reason="callbacks need scikit-learn 1.9")
    from skneural.training.epochs import Training

    X, y, _ = table
    settings = FEW | {"max_iter": 6, "solver": solver}
    whole = fit(MLPClassifier((6,), **settings), cut(X), y, client=client)
    with monkeypatch.context() as patch:
        go_on = Training.go_on

        def break_off(training):
            go_on(training)
            if training.record.n_iter == 3:
                raise Stop

        patch.setattr(Training, "go_on", break_off)
        begun = MLPClassifier((6,), **settings).set_callbacks(Checkpoint(tmp_path / "c"))
        with pytest.raises(Stop):
            fit(begun, cut(X), y, client=client)
    resumed = MLPClassifier((6,), **settings).set_callbacks(Checkpoint(tmp_path / "c"))
    fit(resumed, cut(X), y, client=client)
    np.testing.assert_array_equal(weights_of(resumed), weights_of(whole))
    other = MLPClassifier((6,), **settings).set_callbacks(Checkpoint(tmp_path / "c"))
    with pytest.raises(ValueError, match="other data"):
        fit(other, cut(X + 1), y, client=client)


def test_ctrl_c_leaves_a_usable_model(client, table, monkeypatch):
    from skneural.distributed import _sessions

    X, y, _ = table
    round_of = _sessions.RemoteSession._round

    def interrupted(session, *arguments, **more):
        if session.n_updates >= 4:
            raise KeyboardInterrupt
        return round_of(session, *arguments, **more)

    monkeypatch.setattr(_sessions.RemoteSession, "_round", interrupted)
    with pytest.warns(UserWarning, match="interrupted by user"):
        model = fit(MLPClassifier((6,), **FEW), cut(X), y, client=client)
    assert model.n_iter_ == 1
    assert model.predict(X).shape == (150,)


@pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)
def test_data_frames_of_unknown_lengths(client, table):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frames = pytest.importorskip("dask.dataframe", reason="dask.dataframe is not installed")
    X, y, weight = table
    frame = pandas.DataFrame(X, columns=list("abcde")).assign(y=y, weight=weight)
    data = frames.from_pandas(frame, npartitions=4)
    data = data[data.a > -1.0]
    model = MLPClassifier((6,), solver="lbfgs", max_iter=8, random_state=0)
    fit(model, data[list("abcde")], data.y, data.weight, client=client)
    kept = frame[frame.a > -1.0]
    one = MLPClassifier((6,), solver="lbfgs", max_iter=8, random_state=0)
    one.fit(kept[list("abcde")], kept.y, kept.weight)
    np.testing.assert_allclose(weights_of(model), weights_of(one), rtol=1e-6, atol=1e-9)
    assert list(model.feature_names_in_) == list("abcde")
    found = predict(model, data[list("abcde")])
    with client.as_current():
        np.testing.assert_array_equal(found.compute(), model.predict(kept[list("abcde")]))


def test_predictions_are_computed_by_partition(client, table):
    X, y, _ = table
    model = MLPClassifier((6,), **FEW).fit(X, y)
    found = predict(model, cut(X), "predict_proba")
    assert found.chunks == ((40, 70, 1, 39), (3,))  # dask leaves out empty ones
    with client.as_current():
        np.testing.assert_array_equal(found.compute(), model.predict_proba(X))
        np.testing.assert_array_equal(predict(model, cut(X)).compute(), model.predict(X))
