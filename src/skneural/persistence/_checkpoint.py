"""Training that goes on after the process was killed."""

from __future__ import annotations

import os
from numbers import Integral
from typing import Any, NoReturn

from .._plain_state import KIND
from ..exceptions import ModelFileError
from ..training.snapshots import Snapshot
from ._beside import remove_left_behind
from ._files import check_is_file, read, write
from ._reading import CHECKPOINT, DAMAGE, TreeReader
from ._same_parameters import described
from ._writing import TreeWriter


class Checkpoint:
    """Callback that keeps the state of training in a file, and goes on from it.

    Set it by ``estimator.set_callbacks(Checkpoint(path))``. Where a process was killed, run the
    same program again: `fit` then goes on after the last epoch that is in the file, and ends with
    the same bits as a fit that ran through. A fit that had ended gives its result at once. The
    file is replaced in one step, so it is whole whenever the process ends. A program with `fit` and
    then `partial_fit` stops at `fit` if the file is of the latter: it has to begin with `load`, or
    to have a file for each.

    `load` reads the file as a model: as if training had ended with that epoch. So a stream of
    `partial_fit` goes on from ``load(path)``, with the batch after the last one it has seen. With
    `warm_start`, a program that is run again repeats the fits before the one in the file.

    If the file cannot be written during a fit, the old one stays, and the fit goes on with a
    warning.

    Parameters
    ----------
    path : str, bytes or path-like
        The file, in a folder that exists. Each fit needs its own: a search would write those of all
        its candidates to one.
    every : int, default=1
        Number of epochs (rounds, iterations of L-BFGS, calls of a network's `partial_fit`) from one
        to the next.
    resume : bool, default=True
        Whether to go on from the file if it is there; otherwise it is replaced.

    Raises
    ------
    ValueError
        If ``path`` is empty. By `fit`, if the file is of other parameters, data, order of rows,
        random numbers or another class; the message says which. ``n_jobs``, ``verbose`` and
        ``max_time`` may differ, and ``max_iter`` may be higher, where epochs do not depend on it
        and the fit is neither one of L-BFGS that it had ended, nor by other solvers over a cluster.
        By `partial_fit`, if the file has more training than the estimator. By both, if there are
        two of these callbacks.
    OSError
        By `fit` before training, if the folder is missing or not writable, or the path is of a
        pipe or device.
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
        self, path: str | bytes | os.PathLike[str], *, every: int = 1, resume: bool = True
    ) -> None:
        if isinstance(every, bool) or not isinstance(every, Integral) or every < 1:
            raise ValueError(f"Checkpoint: every={every!r} must be an int of 1 or more")
        if not isinstance(resume, bool):
            raise ValueError(f"Checkpoint: resume={resume!r} must be a bool")
        self.path: str = os.fsdecode(path)
        if not self.path:
            raise ValueError("Checkpoint: path='' is empty; give the path of a file")
        self.every: int = int(every)
        self.resume: bool = resume
        self._written: tuple[int, ...] | None = None  # the file as this object has written it

    def __repr__(self) -> str:
        return f"Checkpoint({self.path!r}, every={self.every}, resume={self.resume})"

    def setup(self, estimator: Any, context: Any) -> None:
        """Raise a TypeError for an estimator whose training has no state to keep.

        An OSError is raised for a path where no file can be written.
        """
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
        _check_place(self.path)

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
        self._owner = type(estimator).__name__
        self._known: Any = None
        _check_place(checkpoint.path)
        described(estimator)  # raises for what has no form in a file, before any training
        if checkpoint._written is None:
            remove_left_behind(checkpoint.path)

    def last(self, of_others: bool = False) -> Any:
        """Return the snapshot in the file, None without one; raise if it is of another class.

        With ``of_others``, a file that this process has written does not count.
        """
        path = self._checkpoint.path
        if not self._checkpoint.resume or not os.path.exists(path):
            return None
        if of_others and self._checkpoint._written == _mark(path):
            return None
        try:
            tree, tensors = read(path)
            if tree.get(KIND) != CHECKPOINT:
                raise ModelFileError(f"{path!r} is a model, but no checkpoint of a training")
            reader = TreeReader(tensors, _own_things(self._estimator))
            self._known, snapshot = (reader.value(each) for each in tree["items"])
        except (ModelFileError, *DAMAGE) as error:
            what = error if isinstance(error, ModelFileError) else f"{path!r} is damaged: {error}"
            raise ModelFileError(f"{self._owner}: {what}; remove it to begin anew") from error
        if type(self._known) is not type(self._estimator):
            self.refuse(f"a {type(self._known).__name__}", "Fit an estimator of that class")
        return snapshot

    def take_over(self, lengthens: bool = False) -> int | None:
        """Take over what pretraining left; raise a ValueError for other parameters.

        With ``lengthens``, `max_iter` may be higher than there; then that is returned.
        """
        known, estimator = self._known, self._estimator
        before, now = described(known), described(estimator)
        differ = [name for name in now if before.get(name) != now[name]]
        is_longer = differ == ["max_iter"] and known.max_iter < estimator.max_iter
        if differ and not (lengthens and is_longer):
            values = ", ".join(
                f"{name}={getattr(known, name, None)!r} there and"
                f" {getattr(estimator, name)!r} here" for name in differ
            )
            self.refuse(f"other parameters: {values}", "Set them as there")
        for name in estimator._of_pretraining:
            if hasattr(known, name):
                setattr(estimator, name, getattr(known, name))
        return known.max_iter if is_longer else None

    def refuse(self, what: str, remedy: str) -> NoReturn:
        """Raise a ValueError that says what the file is of, and what to do."""
        raise ValueError(
            f"{self._owner}: the checkpoint {self._checkpoint.path!r} is of {what}. {remedy}, give"
            " another path (each fit of a search needs its own), or remove it to begin anew"
        )

    def is_due(self, n_epochs: int) -> bool:
        """Whether to keep one after so many epochs."""
        return n_epochs % self._checkpoint.every == 0

    def keep(self, snapshot: Any, attributes: dict[str, Any]) -> str | None:
        """Write the estimator as if training had ended, and the snapshot.

        What is returned is None, or why the file could not be written; it is then as before.
        """
        kind, path = type(self._estimator), self._checkpoint.path
        fitted: Any = object.__new__(kind)
        vars(fitted).update(vars(self._estimator) | attributes)
        if isinstance(snapshot, Snapshot) and snapshot.solver is not None:
            fitted._solver_state = snapshot.solver  # for `partial_fit`
        writer = TreeWriter()
        items = [
            writer.tree(fitted, self._owner), writer.tree(snapshot, f"{self._owner}'s training")
        ]
        try:
            write(path, {KIND: CHECKPOINT, "items": items}, writer.tensors)
        except OSError as error:
            return (
                f"{self._owner}: the checkpoint {path!r} could not be written: {error}. Training"
                " goes on, and the next one is tried; until then the file is as it was before."
                " Make room, or let the folder be written to"
            )
        self._checkpoint._written = _mark(path)
        return None

    def leave(self) -> str:
        """Return what to warn of where the file is of a later fit."""
        return (
            f"{self._owner}: the checkpoint {self._checkpoint.path!r} is of a later fit by"
            " warm_start, and stays until that is reached; this fit is repeated and not kept."
            " Remove the file to begin anew"
        )


def _check_place(path: str) -> None:
    """Raise an OSError where no file can be written, before any training."""
    folder = os.path.dirname(os.path.realpath(path))
    check_is_file(path, "Checkpoint: path={}")
    if not os.path.isdir(folder):
        raise FileNotFoundError(
            f"Checkpoint: path={path!r} is in the folder {folder!r}, which does not exist; make it,"
            " or give another path"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(
            f"Checkpoint: path={path!r} is in the folder {folder!r}, which is not writable; let it"
            " be written to, or give another path"
        )


def _mark(path: str) -> tuple[int, ...] | None:
    """Return what tells a file from the one that takes its place; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _own_things(estimator: Any) -> list[Any]:
    """Return the user's own classes and functions that an estimator has: they are trusted."""
    found: list[Any] = []
    writer = TreeWriter(found)
    writer.tree(estimator, type(estimator).__name__)
    return found
