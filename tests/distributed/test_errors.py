"""What can't be distributed, and clusters that can't be used, are errors that say what to do."""

import sys

import numpy as np
import pytest

from skneural import (
    BernoulliRBM,
    DBNClassifier,
    MLPClassifier,
    MLPRegressor,
    SeriesNetClassifier,
    TabularClassifier,
)
from skneural.distributed import fit, predict

da = pytest.importorskip("dask.array", reason="dask is not installed")
distributed = pytest.importorskip("distributed", reason="distributed is not installed")

X = np.arange(60.0).reshape(20, 3) % 7
Y = np.arange(20) % 2


def parts(values, *chunks):
    return da.from_array(values, chunks=(chunks or (10, 10), *values.shape[1:]))


def model(**settings):
    return MLPClassifier((3,), max_iter=1, **settings)


def test_a_missing_package_is_named_with_the_command_that_brings_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r'distributed: pip install "scikit-neural\[dist'):
        fit(model(), parts(X), Y)


def test_dask_is_imported_only_when_it_is_needed(run_python):
    result = run_python(
        """
        import sys

        import skneural.distributed

        print(sorted({"dask", "distributed"} & set(sys.modules)))
        """
    )
    assert result.stdout.strip() == "[]"


def test_without_a_client():
    with pytest.raises(RuntimeError, match=r"MLPClassifier: there is no client.*client="):
        fit(model(), parts(X), Y)
    with pytest.raises(TypeError, match="client=3"):
        fit(model(), parts(X), Y, client=3)


def test_a_closed_client():
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as cluster:
        client = distributed.Client(cluster, set_as_default=False)
        client.close()
        message = "MLPClassifier: the client is closed; make a new one"
        with pytest.raises(RuntimeError, match=message):
            fit(model(), parts(X), Y, client=client)


@pytest.mark.parametrize("timeout", [-1, "a", None, True, float("nan"), float("inf")], ids=repr)
def test_an_invalid_timeout(client, timeout):
    with pytest.raises(ValueError, match=f"MLPClassifier: timeout={timeout!r} has to be a number"):
        fit(model(), parts(X), Y, client=client, timeout=timeout)


def test_without_workers():
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
        pytest.raises(RuntimeError, match=r"scheduler at inproc:.* has no workers.*dask worker"),
    ):
        fit(model(), parts(X), Y, client=client, timeout=0.1)


@pytest.mark.parametrize(("estimator", "error", "message"), [
    (BernoulliRBM(), TypeError, "only classifiers and regressors"),
    (SeriesNetClassifier(n_networks=2), ValueError, "n_networks=2 can't be distributed"),
    (TabularClassifier(), ValueError, "learns categories and quantiles"),
    (SeriesNetClassifier(normalize="features"), ValueError, "normalize=None"),
])
def test_estimators_that_need_all_rows(client, estimator, error, message):
    with pytest.raises(error, match=message):
        fit(estimator, parts(X), Y, client=client)


@pytest.mark.parametrize(("how", "message"), [
    ({"method": "fast"}, "method='fast'"),
    ({"local_updates": 0}, "local_updates=0"),
    ({"local_updates": 1.5}, "local_updates=1.5"),
])
def test_invalid_arguments(client, how, message):
    with pytest.raises(ValueError, match=message):
        fit(model(), parts(X), Y, client=client, **how)


def test_data_that_are_not_in_partitions(client):
    with pytest.raises(TypeError, match=r"X is ndarray.*from_array"):
        fit(model(), X, Y, client=client)
    with pytest.raises(ValueError, match="y has 19 rows, X has 20"):
        fit(model(), parts(X), Y[:19], client=client)
    with pytest.raises(ValueError, match="no partition of X has rows"):
        fit(model(), parts(X[:0], 0), parts(Y[:0], 0), client=client)
    with pytest.raises(TypeError, match="X is ndarray"):
        predict(model().fit(X, Y), X)


def test_numbers_that_are_not_finite_are_found_in_their_partition(client):
    for row, number in ((0, 0), (15, 1)):
        bad = X.copy()
        bad[row] = np.nan
        estimator = model()
        with pytest.raises(ValueError, match=f"MLPClassifier, partition {number}: .*NaN"):
            fit(estimator, parts(bad), Y, client=client)
        assert not hasattr(estimator, "n_features_in_")
    weight = np.ones(20)
    weight[13] = -1
    with pytest.raises(ValueError, match="sample_weight has negative values"):
        fit(model(), parts(X), Y, weight, client=client)


def test_partitions_that_differ(client):
    import dask

    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frames = pytest.importorskip("dask.dataframe", reason="dask.dataframe is not installed")
    good = pandas.DataFrame(X[:10], columns=list("abc"))
    for bad, message in (
        (good.rename(columns={"c": "d"}), r"partition 1: columns of X is \['a', 'b', 'd'\]"),
        (good.astype("float32"), "partition 1: dtypes of X is"),
    ):
        X_parts = frames.from_delayed(
            [dask.delayed(good), dask.delayed(bad)], meta=good, verify_meta=False
        )
        y = frames.from_pandas(pandas.Series(Y), npartitions=2)
        with pytest.raises(ValueError, match=message):
            fit(model(), X_parts, y, client=client)


@pytest.mark.parametrize("bad", ["X", "y"])
def test_a_partition_that_cannot_be_read(client, bad):
    import dask

    def fails():
        raise OSError("the disk is gone")

    def read(values, name):
        last = dask.delayed(fails)() if name == bad else dask.delayed(values[10:])
        ends = (dask.delayed(values[:10]), last)
        return da.concatenate([
            da.from_delayed(part, (10, *values.shape[1:]), values.dtype) for part in ends
        ])

    with pytest.raises(OSError, match="the disk is gone") as caught:
        fit(model(), read(X, "X"), read(Y, "y"), client=client)
    assert caught.value.__notes__ == ["raised by a worker of MLPClassifier for partition 1"]


def test_targets_that_differ_in_length(client):
    import dask

    X_parts = da.concatenate([
        da.from_delayed(dask.delayed(X[:n]), (np.nan, 3), X.dtype) for n in (10, 9)
    ])
    y = da.concatenate([
        da.from_delayed(dask.delayed(Y[:10]), (np.nan,), Y.dtype) for _ in range(2)
    ])
    with pytest.raises(ValueError, match="partition 1: X has 9 rows, y has 10"):
        fit(model(), X_parts, y, client=client)
    with pytest.raises(TypeError, match="y is ndarray, but X has partitions of unknown lengths"):
        fit(model(), X_parts, Y, client=client)
    with pytest.raises(ValueError, match="y has 1 partitions, X has 2"):
        fit(model(), X_parts, parts(Y, 20), client=client)


def test_what_a_loss_is_not_defined_for(client):
    y = X[:, 0] - 1
    with pytest.raises(ValueError, match="MLPRegressor"):
        fit(MLPRegressor("poisson", max_iter=1), parts(X), y, client=client)


def test_validation_rows_are_too_few(client):
    with pytest.raises(ValueError, match="validation set is too small"):
        fit(
            model(early_stopping=True, validation_fraction=0.05), parts(X), Y, client=client
        )


@pytest.mark.parametrize(("weight", "message"), [
    (np.where(np.arange(20) == 13, -1, 1), "sample_weight has negative values, the least is -1"),
    (np.ones((20, 2)), "Sample weights must be 1D"),
])
def test_weights_are_checked_in_their_partition(client, weight, message):
    number = 0 if weight.ndim == 2 else 1
    with pytest.raises(ValueError, match=f"^MLPClassifier, partition {number}: {message}"):
        fit(model(), parts(X), Y, weight, client=client)


def test_errors_name_the_estimator_once(client):
    with pytest.raises(ValueError, match="Expected 2D array, got 1D") as caught:
        fit(model(), parts(X[:, 0]), Y, client=client)
    assert str(caught.value).startswith("MLPClassifier, partition 0: ")
    assert str(caught.value).count("MLPClassifier") == 1


def test_pretraining_needs_all_rows(client):
    with pytest.raises(TypeError, match="DBNClassifier: X is read in parts, but pretraining"):
        fit(DBNClassifier((3,)), parts(X / 7), Y, client=client)
