"""Deep belief nets with label units, fine-tuned by the up-down algorithm."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ...layers import Activation, Layer
from ..base.architecture import Architecture, Task
from ..base.sizes import sizes
from .belief_layers import AssociativeDense, LabelUnits, TwoWayDense
from .up_down import UpDown

# what the up-down algorithm has no use for, and the values that leave it out
_WITHOUT: dict[str, tuple] = {
    "solver": (), "loss": ("log_loss",), "initial": (None,), "initial_encoder": (None,),
    "dropout": (0,), "normalization": (None,), "activation": ("logistic",),
}


def is_up_down(estimator: Any) -> bool:
    """Whether an estimator is fine-tuned by the up-down algorithm."""
    return getattr(estimator, "fine_tuning", "backprop") == "up_down"


def check_up_down(estimator: Any) -> None:
    """Raise a ValueError for parameters that ``fine_tuning="up_down"`` cannot do with."""
    if not is_up_down(estimator):
        return
    for name, values in _WITHOUT.items():
        given = getattr(estimator, name)
        is_wrong = given == "lbfgs" if name == "solver" else given not in values
        if is_wrong:
            raise ValueError(
                f"{type(estimator).__name__}: {name}={given!r} is not possible with"
                " fine_tuning='up_down', which learns without backpropagation; choose"
                f" {'a stochastic solver' if name == 'solver' else f'{name}={values[0]!r}'}, or"
                " fine_tuning='backprop'"
            )


def up_down_architecture(
    estimator: Any, task: Task, hidden: Sequence[int] | None, first_weights: tuple
) -> Architecture:
    """Return the layers of a net with label units; ``hidden`` as in `make_layers`.

    Raises
    ------
    ValueError
        If y is several labels a row.
    """
    n_outputs = task.output_shape[0]
    if task.link != "softmax" and n_outputs > 1:
        raise ValueError(
            f"{type(estimator).__name__}: fine_tuning='up_down' has one label unit for each class,"
            f" of which one is on, but y has {n_outputs} labels a row; use fine_tuning='backprop'"
        )
    widths = sizes(estimator.hidden_layer_sizes) if hidden is None else hidden
    pairs: list[tuple[str, Layer]] = []
    for place, units in enumerate(widths[:-1], 1):
        layer = TwoWayDense(int(units), initializer=estimator.initializer)
        pairs += [(f"dense_{place}", layer), (f"activation_{place}", Activation("logistic"))]
    top = AssociativeDense(int(widths[-1]), initializer=estimator.initializer)
    labels = LabelUnits(n_outputs, initializer=estimator.initializer)
    return Architecture.of(
        [*pairs, (f"dense_{len(widths)}", top), ("output", labels)],
        activation="logistic",
        first_weights=first_weights,
        objective=partial(
            UpDown, n_gibbs_steps=estimator.n_gibbs_steps,
            is_binary=estimator.visible == "bernoulli",
        ),
    )
