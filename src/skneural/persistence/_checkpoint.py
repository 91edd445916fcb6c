"""Training that goes on after the process was killed."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from numbers import Integral
from typing import Any

from .._plain_state import KIND
from ..data.checksums import checksum
from ..exceptions import ModelFileError
from ..training.snapshots import Snapshot
from ._files import read, write
from ._reading import CHECKPOINT, DAMAGE, TreeReader
from ._writing import TreeWriter

# what may differ when training goes on, as it does not change the result
_FREE = {"n_jobs", "verbose", "max_time"}


class Checkpoint:
    """Callback that keeps the state of training in a file, and goes on from it.

    Set it by ``estimator.set_callbacks(Checkpoint(path))``. Where a process was killed, run the
    same program again: `fit` then goes on after the last epoch that is in the file, and ends with
    the same bits as a fit that ran through. A fit that had ended gives its result at once. The
    file is replaced in one step, so it is whole whenever the process ends.

    `load` reads the file as a model: as if training had ended with that epoch. So a stream of
    `partial_fit` goes on from ``load(path)``, with the batch after the last one it has seen.

    Parameters
    ----------
    path : str or path-like
        The file. Each fit needs its own: a search would write those of all its candidates to one.
    every : int, default=1
        Number of epochs (rounds, iterations of L-BFGS, calls of `partial_fit`) from one to the
        next.
    resume : bool, default=True
        Whether to go on from the file if it is there; otherwise it is replaced.

    Raises
    ------
    ValueError
        By `fit`, if the file is of other parameters, data or another class; the message says
        which. ``n_jobs``, ``verbose`` and ``max_time`` may differ.
    ModelFileError
        By `fit`, if the file is not whole or no checkpoint.
    TypeError
        By `fit`, if it has no state to keep in the middle, as that of a `HopfieldNetwork`, or
        trains several networks.

    Notes
    -----
    For L-BFGS, whose minimisation cannot be entered in the middle, the file has the losses and
    gradients evaluated so far: 8 bytes a weight for each.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from skneural import MLPClassifier
    >>> from skneural.persistence import Checkpoint, load
    >>> X, y = load_iris(return_X_y=True)
    >>> path = os.path.join(tempfile.mkdtemp(), "iris.safetensors")
    >>> model = MLPClassifier((8,), max_iter=500, random_state=0)
    >>> model = model.set_callbacks(Checkpoint(path, every=10)).fit(X, y)
    >>> bool((load(path).predict(X) == model.predict(X)).all())
    True
    """

    def __init__(
        self, path: str | os.PathLike[str], *, every: int = 1, resume: bool = True
    ) -> None:
        if isinstance(every, bool) or not isinstance(every, Integral) or every < 1:
            raise ValueError(f"Checkpoint: every={every!r} must be an int of 1 or more")
        if not isinstance(resume, bool):
            raise ValueError(f"Checkpoint: resume={resume!r} must be a bool")
        self.path: str = os.fspath(path)
        self.every: int = int(every)
        self.resume: bool = resume

    def setup(self, estimator: Any, context: Any) -> None:
        """Raise a TypeError for an estimator whose training has no state to keep."""
        name = type(estimator).__name__
        if not getattr(estimator, "_resumes", False):
            raise TypeError(
                f"Checkpoint: {name} has no fit that can go on in the middle; save it by"
                " persistence.save when it is fitted"
            )
        if (getattr(estimator, "n_networks", None) or 1) > 1:
            raise TypeError(
                f"Checkpoint: {name} has n_networks={estimator.n_networks}, and a checkpoint is of"
                " one; fit estimators of one network each"
            )

    def on_fit_task_begin(self, estimator: Any, context: Any, **data: Any) -> None:
        """Do nothing."""

    def on_fit_task_end(self, estimator: Any, context: Any, **data: Any) -> None:
        """Do nothing: training itself says when there is something to keep."""

    def teardown(self, estimator: Any, context: Any) -> None:
        """Do nothing."""

    def keeper_for(self, estimator: Any) -> FileKeeper:
        """Return what keeps the snapshots of an estimator's training."""
        return FileKeeper(self, estimator)


class FileKeeper:
    """Keeps snapshots of the training of an estimator in a file."""

    def __init__(self, checkpoint: Checkpoint, estimator: Any):
        self._checkpoint, self._estimator = checkpoint, estimator
        _described(estimator)  # raises for what has no form in a file, before any training

    def last(self) -> Any:
        """Return the snapshot in the file; raise a ValueError if it is of other parameters."""
        path = self._checkpoint.path
        if not self._checkpoint.resume or not os.path.exists(path):
            return None
        owner = type(self._estimator).__name__
        try:
            tree, tensors = read(path)
            if tree.get(KIND) != CHECKPOINT:
                raise ModelFileError(f"{path!r} is a model, but no checkpoint of a training")
            reader = TreeReader(tensors, _own_things(self._estimator))
            known, snapshot = (reader.value(each) for each in tree["items"])
        except (ModelFileError, *DAMAGE) as error:
            what = error if isinstance(error, ModelFileError) else f"{path!r} is damaged: {error}"
            raise ModelFileError(f"{owner}: {what}; remove it to begin anew") from error
        if type(known) is not type(self._estimator):
            raise ValueError(
                f"{owner}: the checkpoint {path!r} is of a {type(known).__name__}; give another"
                " path, or remove it to begin anew"
            )
        before, now = _described(known), _described(self._estimator)
        differ = [name for name in now if before.get(name) != now[name]]
        if differ:
            values = ", ".join(
                f"{name}={getattr(known, name, None)!r} there and"
                f" {getattr(self._estimator, name)!r} here" for name in differ
            )
            raise ValueError(
                f"{owner}: the checkpoint {path!r} is of other parameters: {values}. Set them as"
                " there, give another path, or remove it to begin anew"
            )
        for name in self._estimator._of_pretraining:
            if hasattr(known, name):
                setattr(self._estimator, name, getattr(known, name))
        return snapshot

    def refuse(self, names: Sequence[str]) -> None:
        """Raise a ValueError that names what of the data differs."""
        raise ValueError(
            f"{type(self._estimator).__name__}: the checkpoint {self._checkpoint.path!r} is of"
            f" other data: {', '.join(names)} differ{'s' if len(names) == 1 else ''}. Fit on the"
            " same data, give another path, or remove it to begin anew"
        )

    def is_due(self, n_epochs: int) -> bool:
        """Whether to keep one after so many epochs."""
        return n_epochs % self._checkpoint.every == 0

    def keep(self, snapshot: Any, attributes: dict[str, Any]) -> None:
        """Write the estimator as if training had ended, and the snapshot."""
        kind = type(self._estimator)
        fitted: Any = object.__new__(kind)
        vars(fitted).update(vars(self._estimator) | attributes)
        if isinstance(snapshot, Snapshot) and snapshot.solver is not None:
            fitted._solver_state = snapshot.solver  # for `partial_fit`
        writer, owner = TreeWriter(), type(fitted).__name__
        items = [writer.tree(fitted, owner), writer.tree(snapshot, f"{owner}'s training")]
        write(self._checkpoint.path, {KIND: CHECKPOINT, "items": items}, writer.tensors)


def _described(estimator: Any) -> dict[str, str]:
    """Return a text for each parameter that the result depends on."""
    described = {}
    for name, value in estimator.get_params(deep=False).items():
        if name in _FREE or (name == "random_state" and hasattr(value, "get_state")):
            continue
        writer = TreeWriter()
        tree = writer.tree(value, f"{type(estimator).__name__}.{name}")
        described[name] = f"{json.dumps(tree)} {checksum(list(writer.tensors.values()))}"
    return described


def _own_things(estimator: Any) -> list[Any]:
    """Return the user's own classes and functions that an estimator has: they are trusted."""
    found: list[Any] = []
    writer = TreeWriter(found)
    writer.tree(estimator, type(estimator).__name__)
    return found
