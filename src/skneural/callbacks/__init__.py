"""Callbacks of scikit-learn 1.9 and newer; with older versions, estimators work without them.

``ProgressBar``, ``ScoringMonitor`` and the callback protocols are re-exported from
`sklearn.callback`. Set them on an estimator with ``estimator.set_callbacks(ProgressBar())``. A
callback whose ``on_fit_task_end`` returns True stops the fit.
"""

from ._compat import (
    HAS_CALLBACKS,
    AutoPropagatedCallback,
    CallbackSupportMixin,
    FitCallback,
    ProgressBar,
    ScoringMonitor,
    with_callbacks,
)
from ._tasks import FitTasks

__all__ = [
    "HAS_CALLBACKS",
    "AutoPropagatedCallback",
    "CallbackSupportMixin",
    "FitCallback",
    "FitTasks",
    "ProgressBar",
    "ScoringMonitor",
    "with_callbacks",
]
