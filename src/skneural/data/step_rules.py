"""How y is read where it has a label for each step of a series."""

from __future__ import annotations

from typing import Any

import numpy as np

from .mask_targets import MaskTargets
from .target_rules import ClassRules, Shape


class StepRules(ClassRules):
    """A label for each step: y of shape (n_samples, time), like masks of one row of pixels."""

    def flatten(self, y: Any) -> tuple[Any, Shape | None]:
        """Return y as rows that scikit-learn checks, and the shape of a sample."""
        shape = np.shape(y)
        if len(shape) != 2:
            raise ValueError(
                f"{self.owner}: y has shape {shape}, where pooling=None needs a label for each"
                " step, (n_samples, time); for a label a series choose another pooling"
            )
        return y, shape[1:]

    def _kind(self, y: Any) -> type[MaskTargets]:
        return MaskTargets
