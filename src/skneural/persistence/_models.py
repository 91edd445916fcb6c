"""Estimators to files and back."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from sklearn.base import BaseEstimator

from .._plain_state import class_name, has_plain_state
from ..exceptions import ModelFileError
from ._files import read, write
from ._reading import DAMAGE, TreeReader
from ._writing import TreeWriter


def save(estimator: BaseEstimator, path: str | bytes | os.PathLike[str]) -> None:
    """Save an estimator, fitted or not, in one file.

    The file is in the safetensors format: arrays as tensors, and parameters, attributes and what
    else the estimator keeps as JSON in the header, with a checksum over all. It is written beside
    ``path`` first and then takes its place, so that a file that was there before stays whole until
    the new one is.

    Parameters
    ----------
    estimator : estimator
        Of this library. `skops` saves pipelines around one, and other estimators.
    path : str, bytes or path-like
        Where the file is to be. An existing file is replaced.

    Raises
    ------
    TypeError
        If the estimator is none of this library, or keeps something that has no form in a file,
        such as a lambda; the message tells where. Nothing is written then.
    OSError
        If the file cannot be written, for instance on a full disk, or the path is of a pipe or
        device, which would be replaced.

    See Also
    --------
    load : Read the file.

    Notes
    -----
    Estimators of scikit-learn within an estimator, as a `WindowForecaster` has, are saved by
    `skops`, which must be installed then.

    References
    ----------
    safetensors: https://github.com/huggingface/safetensors

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from skneural import MLPClassifier
    >>> from skneural.persistence import load, save
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y)
    >>> path = os.path.join(tempfile.mkdtemp(), "iris.safetensors")
    >>> save(model, path)
    >>> bool((load(path).predict_proba(X) == model.predict_proba(X)).all())
    True
    """
    if not isinstance(estimator, BaseEstimator) or isinstance(estimator, type):
        raise TypeError(
            f"save: expected an estimator, got {estimator!r}; call save(estimator, path) with an"
            " instance"
        )
    if class_name(type(estimator)) is None and not has_plain_state(estimator):
        raise TypeError(
            f"save: {type(estimator).__name__} is no estimator of this library; skops.io.dump saves"
            " it, with estimators of this library in it"
        )
    writer = TreeWriter()
    tree = writer.tree(estimator, type(estimator).__name__)
    write(path, tree, writer.tensors)


def load(path: str | bytes | os.PathLike[str], *, trusted: Iterable[Any] = ()) -> Any:
    """Load an estimator that `save` has written.

    No code from the file is run. Only classes of this library are made from it, and those that are
    passed; the file's checksum is compared first. It protects from damage, not from who can write
    a file with a checksum of its own: such a file can hold wrong weights, but cannot run code.

    Parameters
    ----------
    path : str, bytes or path-like
    trusted : iterable of class or function, default=()
        A user's own classes and functions that the file may use: layers, losses, subclasses.

    Returns
    -------
    estimator : estimator
        Of the class that was saved, with the same predictions to the bit.

    Raises
    ------
    ModelFileError
        If the file is truncated or changed, of a newer version or an unknown format, no model, or
        needs a class that is not known.
    FileNotFoundError
        If there is no file.
    OSError
        If the path is of a folder, a pipe or a device.
    TypeError
        If ``trusted`` is no list of classes and functions.

    See Also
    --------
    save : Write the file.
    """
    known = _checked(trusted)
    tree, tensors = read(path)
    try:
        loaded = TreeReader(tensors, known).value(tree)
    except DAMAGE as error:
        is_told = isinstance(error, ValueError)  # by what reads it
        what = str(error) if is_told else f"it is not as `save` writes files ({error!r})"
        raise ModelFileError(f"load: {os.fsdecode(path)!r} cannot be loaded: {what}") from error
    if not isinstance(loaded, BaseEstimator):
        raise ModelFileError(
            f"load: {os.fsdecode(path)!r} holds a {type(loaded).__name__}, no estimator: it was not"
            " written by skneural.persistence.save"
        )
    return loaded


def _checked(trusted: Any) -> list[Any]:
    """Return what is trusted as a list of classes and functions."""
    advice = "pass classes and functions themselves in a list, trusted=[MyLayer, my_loss]"
    if isinstance(trusted, str | bytes | type) or not isinstance(trusted, Iterable):
        raise TypeError(f"load: trusted={trusted!r} is no list; {advice}")
    listed = list(trusted)
    for item in listed:
        if not callable(item) or not isinstance(getattr(item, "__qualname__", None), str):
            raise TypeError(
                f"load: trusted has {item!r}, which is no class and no function; {advice}"
            )
    return listed
