"""The warning that kernels cannot be kept, or those shipped not be used: once in a process.

It is given where the user can act on it. The reason comes up amid a fit, in a thread of the
engine's: a warning there points at no line of the user's, and where warnings are errors it throws
the fit away. So it is noted, and given when the work is done.
"""

import contextlib
import threading
from collections.abc import Iterator

from ..._user_warnings import warn_user

_messages: list[str] = []
_is_noted = False
_fits = threading.local()


def note(message: str) -> None:
    """Note what to warn of, the first message of the process only."""
    global _is_noted
    if not _is_noted:
        _is_noted = True
        _messages.append(message)


def take_warning() -> str | None:
    """Return what was noted, to whoever asks first."""
    try:
        return _messages.pop()
    except IndexError:
        return None


@contextlib.contextmanager
def postponed() -> Iterator[None]:
    """Let `warn_of_cache` wait for the end of the block, whatever predicts within it."""
    _fits.depth = getattr(_fits, "depth", 0) + 1
    try:
        yield
    finally:
        _fits.depth -= 1


def warn_of_cache() -> None:
    """Warn the user of what was noted, but not inside a fit of this thread's."""
    if getattr(_fits, "depth", 0):
        return
    message = take_warning()
    if message is not None:
        warn_user(message, RuntimeWarning)
