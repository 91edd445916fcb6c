"""The curves of a training: loss, validation, and what else an estimator notes of each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._checks import as_array
from ._drawing import full_names

SCORE = "validation score"
_NAMES = {"loss_curve_": "training loss", "validation_loss_curve_": "validation loss"}


def curves_of(estimator: Any) -> dict[str, list[float]]:
    """Return the curves that a fitted estimator, or one in the middle of a fit, shows."""
    found: dict[str, list[float]] = {}
    attributes = [*_NAMES, *(name for name in vars(estimator) if name.endswith("_curve_"))]
    for attribute in dict.fromkeys(attributes):
        curve = getattr(estimator, attribute, None)
        label = _NAMES.get(attribute, attribute.removesuffix("_curve_").replace("_", " "))
        if curve is not None and len(curve) and list(curve) not in found.values():
            found[label] = [float(each) for each in curve]
    scores = getattr(estimator, "validation_scores_", None)
    if scores is not None and len(scores):
        found[SCORE] = [float(each) for each in scores]
    return found


def checked_curve(owner: str, name: str, curve: Any) -> list[float]:
    """Return a curve that the user passed as a list of numbers.

    Raises
    ------
    ValueError
        If it is none of at least one epoch.
    """
    values = as_array(curve, f"{owner}: {name}")
    if values.ndim != 1 or not values.size or values.dtype.kind not in "biuf":
        raise ValueError(
            f"{owner}: {name} must be numbers of shape (n_epochs,), got"
            f" {values.dtype} of shape {values.shape}"
        )
    return [float(each) for each in values]


def draw_curves(ax: Any, curves: Mapping[str, list[float]], **kwargs: Any) -> list[Any]:
    """Draw curves over epochs, scores at a scale of their own on the right; return the lines."""
    kwargs = full_names(kwargs, "lines.Line2D")
    n_epochs = max(map(len, curves.values()))
    lines: list[Any] = []
    for number, (label, curve) in enumerate(curves.items()):
        axis, look = ax, {"color": f"C{number}", "label": label} | kwargs
        if label == SCORE and len(curves) > 1:
            axis, look = ax.twinx(), {"linestyle": "--"} | look
            axis.set_ylabel(label)
        epochs = np.arange(n_epochs - len(curve), n_epochs) + 1  # all end with the last epoch
        marker = {"marker": "o"} if len(curve) == 1 else {}
        lines += axis.plot(epochs, curve, **marker, **look)
    ax.set(xlabel="epoch", ylabel="loss", title=f"epoch {n_epochs}")
    ax.legend(lines, [line.get_label() for line in lines], loc="best", fontsize="small")
    return lines
