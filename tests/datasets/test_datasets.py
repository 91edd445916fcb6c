"""The loaders, with OpenML replaced: no test needs a connection."""

import dataclasses
import sys
from urllib.error import HTTPError, URLError

import numpy as np
import pytest

from skneural import datasets

LOADERS = {
    "load_mnist": ("_MNIST", "mnist_784", (28, 28), (28, 28)),
    "load_fashion_mnist": ("_FASHION_MNIST", "Fashion-MNIST", (28, 28), (28, 28)),
    "load_cifar10": ("_CIFAR10", "CIFAR_10", (3, 32, 32), (32, 32, 3)),
}
EACH_LOADER = pytest.mark.parametrize("loader", LOADERS)
N_TRAIN, N_TEST = 6, 3


@pytest.fixture
def openml(monkeypatch):
    """Serve a few images of each set; return them with the calls made."""
    calls, served = [], {}
    for variable, name, shape, _ in LOADERS.values():
        source = dataclasses.replace(getattr(datasets, variable), n_train=N_TRAIN)
        monkeypatch.setattr(datasets, variable, source)
        random = np.random.default_rng(0)
        served[name] = random.integers(0, 256, (N_TRAIN + N_TEST, *shape))

    def fetch(name, **options):
        calls.append((name, options))
        labels = np.array([str(n % 10) for n in range(N_TRAIN + N_TEST)], object)
        return served[name].reshape(N_TRAIN + N_TEST, -1).astype(float), labels

    monkeypatch.setattr(datasets, "fetch_openml", fetch)
    return served, calls


@EACH_LOADER
def test_images_and_labels_of_the_published_split(loader, openml):
    served, calls = openml
    _, name, _, shape = LOADERS[loader]
    X_train, y_train, X_test, y_test = getattr(datasets, loader)(data_home="somewhere")
    expected = served[name] if len(shape) == 2 else np.moveaxis(served[name], 1, -1)
    np.testing.assert_array_equal(np.concatenate([X_train, X_test]), expected)
    assert X_train.shape == (N_TRAIN, *shape) and X_test.shape == (N_TEST, *shape)
    assert X_train.dtype == X_test.dtype == np.uint8
    assert X_train.flags.c_contiguous and X_test.flags.c_contiguous
    assert y_train.tolist() == [0, 1, 2, 3, 4, 5] and y_test.tolist() == [6, 7, 8]
    assert y_train.dtype == y_test.dtype == np.int64
    ((asked, options),) = calls
    assert asked == name
    assert options["data_home"] == "somewhere" and options["version"] == 1


@pytest.mark.parametrize(
    ("loader", "n_train"),
    [("load_mnist", 60_000), ("load_fashion_mnist", 60_000), ("load_cifar10", 50_000)],
)
def test_sizes_of_the_published_splits(loader, n_train):
    assert getattr(datasets, LOADERS[loader][0]).n_train == n_train


@pytest.mark.parametrize(
    "error",
    [
        URLError("Name or service not known"),
        HTTPError("https://openml.org", 503, "Service Unavailable", None, None),
        TimeoutError("timed out"),
        ConnectionResetError("reset"),
    ],
    ids=lambda error: type(error).__name__,
)
@EACH_LOADER
def test_offline_says_what_to_do(loader, error, monkeypatch, tmp_path):
    def fetch(*_, **__):
        raise error

    monkeypatch.setattr(datasets, "fetch_openml", fetch)
    with pytest.raises(ConnectionError) as caught:
        getattr(datasets, loader)(data_home=str(tmp_path))
    message = str(caught.value)
    for part in (loader, LOADERS[loader][1], str(tmp_path), "openml.org", "load_digits"):
        assert part in message


def test_other_errors_stay_as_they_are(monkeypatch):
    def fetch(*_, **__):
        raise PermissionError("the folder cannot be written")

    monkeypatch.setattr(datasets, "fetch_openml", fetch)
    with pytest.raises(PermissionError, match="cannot be written"):
        datasets.load_mnist()


def test_the_census_comes_with_the_package():
    X, y = datasets.load_census()
    assert X.shape == (12_000, 13) and y.shape == (12_000,)
    numbers = X.select_dtypes("number")
    assert list(numbers) == [
        "age", "education_num", "capital_gain", "capital_loss", "hours_per_week"
    ]
    assert not numbers.isna().any(axis=None)
    categories = X.select_dtypes("category")
    assert categories.shape[1] == 8
    missing = categories.isna().sum()
    assert sorted(missing[missing > 0].index) == ["native_country", "occupation", "workclass"]
    assert set(y) == {"<=50K", ">50K"} and (y == ">50K").sum() == 2815


def test_the_census_without_pandas(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="load_census: .*needs pandas"):
        datasets.load_census()
