"""`sklearn.callback`, or stand-ins that raise an error naming the scikit-learn needed."""

import importlib.util

import sklearn

HAS_CALLBACKS = importlib.util.find_spec("sklearn.callback") is not None


def _missing(name: str) -> ImportError:
    return ImportError(f"{name} needs scikit-learn 1.9 or newer, found {sklearn.__version__}")


if HAS_CALLBACKS:
    from sklearn.callback import (
        AutoPropagatedCallback,
        CallbackSupportMixin,
        FitCallback,
        ProgressBar,
        ScoringMonitor,
        with_callbacks,
    )
else:

    class _Missing:
        """Raises an error on use, so that importing the name is possible."""

        def __init__(self, *args, **kwargs):
            raise _missing(type(self).__name__)

    class AutoPropagatedCallback(_Missing):  # type: ignore[no-redef]
        """Stand-in for `sklearn.callback.AutoPropagatedCallback`."""

    class FitCallback(_Missing):  # type: ignore[no-redef]
        """Stand-in for `sklearn.callback.FitCallback`."""

    class ProgressBar(_Missing):  # type: ignore[no-redef]
        """Stand-in for `sklearn.callback.ProgressBar`."""

    class ScoringMonitor(_Missing):  # type: ignore[no-redef]
        """Stand-in for `sklearn.callback.ScoringMonitor`."""

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Stand-in for `sklearn.callback.CallbackSupportMixin`."""

        def set_callbacks(self, *callbacks):
            """Raise an ImportError that names the scikit-learn needed."""
            raise _missing(f"{type(self).__name__}.set_callbacks")

    def with_callbacks(method):
        """Return the method unchanged."""
        return method


__all__ = [
    "HAS_CALLBACKS",
    "AutoPropagatedCallback",
    "CallbackSupportMixin",
    "FitCallback",
    "ProgressBar",
    "ScoringMonitor",
    "with_callbacks",
]
