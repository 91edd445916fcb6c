"""What keeps snapshots of a fit where they outlive the process."""

from __future__ import annotations

from typing import Any, NoReturn, Protocol

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from .._user_warnings import warn_user
from ..data.checksums import checksum
from ..exceptions import NonFiniteLossWarning

Notices = list[tuple[str, type[Warning]]]

_KINDS: tuple[type[Warning], ...] = (UserWarning, ConvergenceWarning, NonFiniteLossWarning)


class Keeper(Protocol):
    """Keeps snapshots where they outlive the process."""

    def last(self, of_others: bool = False) -> Any:
        """Return the snapshot that is kept, None without one.

        With ``of_others``, the one that this process has kept last does not count.
        """

    def take_over(self, lengthens: bool = False) -> int | None:
        """Take over what pretraining left; raise a ValueError for other parameters.

        With ``lengthens``, `max_iter` may be higher than there; then that is returned.
        """

    def refuse(self, what: str, remedy: str) -> NoReturn:
        """Raise a ValueError that says what the snapshot is of, and what to do."""

    def is_due(self, n_epochs: int) -> bool:
        """Whether to keep one after so many epochs."""

    def keep(self, snapshot: Any, attributes: dict[str, Any]) -> str | None:
        """Keep a snapshot, and the estimator's attributes as if training had ended.

        What is returned is None, or why it could not be kept.
        """

    def leave(self) -> str:
        """Return what to warn of where the snapshot that is kept is not replaced."""


Data = dict[str, int | str]
_DTYPE = "dtype"


def known_by(parts: dict[str, Any]) -> Data:
    """Return checksums of data by name, and the dtype of X."""
    sums: Data = {name: checksum(part) for name, part in parts.items()}
    dtype = getattr(parts.get("X"), "dtype", None)
    return sums if dtype is None else sums | {_DTYPE: str(dtype)}


def refuse_other_data(keeper: Keeper, known: Data, given: Data) -> None:
    """Raise a ValueError that names the data that differ from those of a snapshot."""
    there, here = known.get(_DTYPE), given.get(_DTYPE)
    if there and here and there != here:  # checksums of equal numbers then differ too
        keeper.refuse(
            f"data of another dtype: X is of {here}, and was of {there} there",
            f"Fit on X of {there}",
        )
    names = [name for name in given | known if name != _DTYPE]
    differ = [name for name in names if known.get(name) != given.get(name)]
    if differ:
        keeper.refuse(
            f"other data: {', '.join(differ)} differ{'s' if len(differ) == 1 else ''}",
            "Fit on the same data",
        )


def begin_as(keeper: Keeper, random: np.random.RandomState, begun: dict[str, Any]) -> None:
    """Set the random numbers to those that a fit began with.

    Raises
    ------
    ValueError
        For other numbers than these. NumPy's global ones may be anywhere.
    """
    if random is not np.random.mtrand._rand and not _same(random.get_state(legacy=False), begun):
        keeper.refuse(
            "another random_state: its numbers are not those that the fit began with",
            "Give a RandomState of the same seed, or an int",
        )
    random.set_state(begun)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(np.array_equal(one, other))


def keep_or_warn(
    keeper: Keeper, snapshot: Any, attributes: dict[str, Any], notices: Notices
) -> bool:
    """Keep a snapshot and return True, or warn of why not: at once, or where that raises, later.

    ``notices`` is what is to be warned of at the end of the fit.
    """
    problem = keeper.keep(snapshot, attributes)
    if problem is None:
        return True
    warn_at_once(problem, notices)
    return False


def warn_at_once(message: str, notices: Notices) -> None:
    """Warn in the middle of a fit, which goes on also where warnings are errors."""
    try:
        warn_user(message)
    except UserWarning:
        if (message, UserWarning) not in notices:
            notices.append((message, UserWarning))


def numbered(notices: Notices) -> list[tuple[str, int]]:
    """Return notices as they are in snapshots."""
    return [(text, _KINDS.index(kind) if kind in _KINDS else 0) for text, kind in notices]


def notices_of(numbered: list[tuple[str, int]]) -> Notices:
    """Return the notices of a snapshot."""
    return [(text, _KINDS[number]) for text, number in numbered]
