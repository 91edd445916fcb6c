"""The discriminator's logits."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import logsumexp

from . import classes as _classes


def logits(estimator: Any, X: Any, y: Any) -> np.ndarray:
    """Return the logit of each row of X, as the user passed it, for its class or for any.

    Raises
    ------
    ValueError
        If there are classes but the model has none, or others.
    """
    owner, known = type(estimator).__name__, getattr(estimator, "classes_", None)
    network = estimator.discriminator_
    rows = estimator._samples().check(X, network.dtype)
    numbers = estimator._marginals.read(rows, network.dtype).numbers()
    outputs = network.outputs(numbers, estimator.n_jobs)
    if known is None:
        if y is not None:
            raise ValueError(f"{owner}: fitted without y, which score_samples got")
        return outputs[:, 0]
    of_classes = outputs[:, :1] + outputs[:, 1:]
    if y is None:
        return logsumexp(of_classes, axis=1, b=estimator._class_shares)
    _, codes = _classes.learned(y, owner, known)
    if len(codes) != len(of_classes):
        raise ValueError(f"{owner}: X has {len(of_classes)} rows, y has {len(codes)}")
    return of_classes[np.arange(len(codes)), codes]
