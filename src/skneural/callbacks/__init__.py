"""Callbacks: scikit-learn's own from 1.9 on; with an older one, estimators work without.

``ProgressBar``, ``ScoringMonitor`` and the protocols a callback follows are those of
`sklearn.callback`, re-exported. Give them to an estimator with
``estimator.set_callbacks(ProgressBar())``. A callback whose ``on_fit_task_end`` returns True
stops the fit.
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
