"""Data sets: images, fetched from OpenML once and then read from disk, and a bundled table."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from urllib.error import URLError

import numpy as np
from sklearn.datasets import fetch_openml, get_data_home

from .census import load_census

__all__ = ["load_census", "load_cifar10", "load_fashion_mnist", "load_mnist"]

Images = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class _Source:
    """A data set on OpenML: its images in their order there, the training images first."""

    name: str
    version: int
    shape: tuple[int, ...]
    n_train: int
    channels_first: bool = False


_MNIST = _Source("mnist_784", 1, (28, 28), 60_000)
_FASHION_MNIST = _Source("Fashion-MNIST", 1, (28, 28), 60_000)
_CIFAR10 = _Source("CIFAR_10", 1, (3, 32, 32), 50_000, channels_first=True)


def load_mnist(data_home: str | None = None) -> Images:
    """Load MNIST: 70,000 handwritten digits, grey, 28x28.

    LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document
    recognition". The first call fetches the set from openml.org, later ones read it from disk.

    Parameters
    ----------
    data_home : str or None, default=None
        Folder to keep the set in; `None` is scikit-learn's, see
        :func:`sklearn.datasets.get_data_home`.

    Returns
    -------
    X_train : ndarray of shape (60000, 28, 28), uint8
    y_train : ndarray of shape (60000,), int64
        The digits, 0 to 9.
    X_test : ndarray of shape (10000, 28, 28), uint8
    y_test : ndarray of shape (10000,), int64

    Raises
    ------
    ConnectionError
        If the set is not on disk and cannot be fetched.
    """
    return _load(_MNIST, data_home, "load_mnist")


def load_fashion_mnist(data_home: str | None = None) -> Images:
    """Load Fashion-MNIST: 70,000 pictures of clothes, grey, 28x28.

    Xiao, Rasul and Vollgraf 2017, :arxiv:`1708.07747`. The first call fetches the set from
    openml.org, later ones read it from disk.

    Parameters
    ----------
    data_home : str or None, default=None
        Folder to keep the set in; `None` is scikit-learn's, see
        :func:`sklearn.datasets.get_data_home`.

    Returns
    -------
    X_train : ndarray of shape (60000, 28, 28), uint8
    y_train : ndarray of shape (60000,), int64
        T-shirt or top, trousers, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot:
        0 to 9.
    X_test : ndarray of shape (10000, 28, 28), uint8
    y_test : ndarray of shape (10000,), int64

    Raises
    ------
    ConnectionError
        If the set is not on disk and cannot be fetched.
    """
    return _load(_FASHION_MNIST, data_home, "load_fashion_mnist")


def load_cifar10(data_home: str | None = None) -> Images:
    """Load CIFAR-10: 60,000 colour photographs of ten kinds of things, 32x32.

    Krizhevsky 2009, "Learning multiple layers of features from tiny images". The first call
    fetches the set from openml.org, later ones read it from disk.

    Parameters
    ----------
    data_home : str or None, default=None
        Folder to keep the set in; `None` is scikit-learn's, see
        :func:`sklearn.datasets.get_data_home`.

    Returns
    -------
    X_train : ndarray of shape (50000, 32, 32, 3), uint8
        Red, green and blue of each pixel.
    y_train : ndarray of shape (50000,), int64
        Airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck: 0 to 9.
    X_test : ndarray of shape (10000, 32, 32, 3), uint8
    y_test : ndarray of shape (10000,), int64

    Raises
    ------
    ConnectionError
        If the set is not on disk and cannot be fetched.
    """
    return _load(_CIFAR10, data_home, "load_cifar10")


def _load(source: _Source, data_home: str | None, owner: str) -> Images:
    try:
        X, y = fetch_openml(
            source.name,
            version=source.version,
            data_home=data_home,
            return_X_y=True,
            as_frame=False,
            parser="pandas" if find_spec("pandas") else "liac-arff",  # the first is faster
        )
    except (URLError, ConnectionError, TimeoutError) as error:
        raise ConnectionError(
            f"{owner}: {source.name!r} is not in {get_data_home(data_home)} and could not be"
            f" fetched from openml.org ({error}). Call it once with a connection, or copy the"
            " folder 'openml' there from a machine that has it;"
            " sklearn.datasets.load_digits().images needs no connection"
        ) from error
    images = np.asarray(X, np.uint8).reshape(-1, *source.shape)
    if source.channels_first:
        images = np.ascontiguousarray(np.moveaxis(images, 1, -1))
    labels, n_train = np.asarray(y).astype(np.int64), source.n_train
    return images[:n_train], labels[:n_train], images[n_train:], labels[n_train:]
