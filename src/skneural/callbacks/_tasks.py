"""The tasks that a fit reports to its callbacks: the fit itself, and one task per epoch."""

from collections.abc import Callable, Sequence
from typing import Any


class FitTasks:
    """Calls the hooks of an estimator's callbacks, if there are any.

    Parameters
    ----------
    estimator : estimator
        The estimator being fitted, with scikit-learn's ``CallbackSupportMixin``.

    max_epochs : int
        The most epochs the fit may run.

    X, y : callable
        Return the training data of a task, as the user passed it.

    metadata : callable
        Returns the dict of metadata of a task, such as the sample weights.
    """

    def __init__(
        self,
        estimator: Any,
        max_epochs: int,
        X: Callable[[], Any],
        y: Callable[[], Any],
        metadata: Callable[[], dict],
    ):
        self.estimator = estimator
        self.data = {"X": X, "y": y, "metadata": metadata}
        self.fit: Any = None
        self.epoch: Any = None
        if getattr(estimator, "_skl_callbacks", None):
            self.fit = estimator._init_callback_context(max_subtasks=max_epochs)
            self.fit.call_on_fit_task_begin(estimator=estimator, **self.data)

    @classmethod
    def of(
        cls, estimator: Any, max_epochs: int, given: Sequence[Callable[[], Any]]
    ) -> "FitTasks":
        """Return those of a fit; ``given`` returns X, y and sample weights, or None for each."""
        X, y, weight = given

        def metadata():
            value = weight()
            return {} if value is None else {"sample_weight": value}

        return cls(estimator, max_epochs, X, y, metadata)

    def epoch_begins(self) -> None:
        """Open the task of an epoch."""
        if self.fit is not None:
            self.epoch = self.fit.subcontext(task_name="epoch")
            self.epoch.call_on_fit_task_begin(estimator=self.estimator, **self.data)

    def epoch_ends(self, fitted_attributes: Callable[[], dict]) -> bool:
        """Close the task of an epoch; return whether a callback asks to stop."""
        if self.epoch is None:
            return False
        epoch, self.epoch = self.epoch, None
        return bool(
            epoch.call_on_fit_task_end(
                estimator=self.estimator,
                reconstruction_attributes=fitted_attributes,
                **self.data,
            )
        )

    def fit_ends(self, fitted_attributes: Callable[[], dict]) -> None:
        """Close the task of the whole fit."""
        if self.fit is not None:
            self.fit.call_on_fit_task_end(
                estimator=self.estimator,
                reconstruction_attributes=fitted_attributes,
                **self.data,
            )
