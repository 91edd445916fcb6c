"""Pooling of the steps of a series by learned weights."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.plan import Buffer, Plan
from ...initializers import Initializer, get_initializer
from .._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from .._rates import RATE_FACTOR, RateFactor
from .._sequences import lengths_of, with_lengths
from ..convolution.conv1d import Conv1D
from .kernels import add_shares, backward_scores, softmax_of_steps, weighted_mean


class Attention(Layer, name="attention"):
    """The mean of the steps of a series, by learned weights: additive attention.

    A step h has the score ``score @ tanh(h @ kernel + bias)``. The weights are the softmax of the
    scores over the steps; those behind the end of a series have none. ``(time, features)`` becomes
    ``(features,)``.

    Parameters
    ----------
    units : int, default=32
        Width of what the scores are computed from.
    initializer : str or Initializer, default="glorot_uniform"
        Draws kernel and score.
    trainable : bool, default=True
        False freezes them.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"score": 0.1}``.

    See Also
    --------
    skneural.RecurrentClassifier.attention_weights : The weights, to be looked at.

    References
    ----------
    .. [1] Bahdanau, D., Cho, K. and Bengio, Y. (2015). Neural machine translation by jointly
       learning to align and translate. ICLR. :arxiv:`1409.0473`
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "units": [Interval(Integral, 1, None, closed="left")],
        "initializer": [str, Initializer],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }
    reads_sequences = True

    def __init__(
        self,
        units: int = 32,
        *,
        initializer: str | Initializer = "glorot_uniform",
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):
        self.units = units
        self.initializer = initializer
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 2:
            raise ValueError(
                f"Attention: needs series of shape (time, features), got samples of shape"
                f" {input_shape}"
            )
        return input_shape[1:]

    def variables(self, input_shape: Shape) -> list[Variable]:
        return [
            Variable("kernel", (input_shape[-1], self.units), WEIGHT),
            Variable("bias", (self.units,)),
            Variable("score", (self.units,), WEIGHT),
        ]

    def initialize(self, values, random_state, activation):
        draw = get_initializer(self.initializer)
        values["kernel"][...] = draw.kernel(*values["kernel"].shape, random_state)
        values["score"][...] = draw.kernel(self.units, 1, random_state)[:, 0]
        values["bias"][...] = 0

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        weights, of_scores = self._weigh(plan, inputs, slots, number)
        most, features = inputs.shape
        sizes = {"most": most, "features": features}
        outputs = plan.buffer((features,))
        plan.by_rows(weighted_mean, x=inputs, weights=weights, y=outputs, **sizes)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            trained = slots["kernel"].trained
            if not wanted and not trained:
                return None
            scores = plan.buffer((most, 1))
            plan.by_rows(backward_scores, gradient=gradient, x=inputs, weights=weights,
                         scores=scores, **sizes)
            result = of_scores(scores, wanted)
            if result is not None:
                plan.by_rows(add_shares, gradient=gradient, weights=weights, result=result,
                             **sizes)
            return result

        return outputs, backward

    def _weigh(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        """Add the steps that give the weights (time, 1), zero behind the ends of series.

        What is returned beside them adds the backward steps, from the gradient of the scores.
        """
        kernel, score = slots["kernel"], slots["score"]
        parts = [
            (Conv1D(self.units, 1, "tanh"),
             {"kernel": replace(kernel, values=kernel.values[np.newaxis]), "bias": slots["bias"]}),
            (Conv1D(1, 1, use_bias=False),
             {"kernel": replace(score, values=score.values.reshape(1, -1, 1))}),
        ]
        buffer, back = Buffer(inputs.array, inputs.shape, inputs.stride), []
        for layer, variables in parts:
            buffer, of_layer = layer.build(plan, buffer, variables, number)
            back.append(of_layer)
        plan.by_rows(softmax_of_steps, scores=buffer, most=inputs.shape[0],
                     lengths=lengths_of(inputs))

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            of_kernel, of_score = back
            of_hidden = of_score(gradient, True)
            return None if of_hidden is None else of_kernel(of_hidden, wanted)

        return buffer, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (4, 5)), (cls(1), (3, 1)), (cls(18), (5, 19)),
            (cls(2, trainable=False), (4, 3)),
        ]


class AttentionWeights(Attention):
    """The weights of an attention layer with the same variables: (time, features) to (time, 1)."""

    @classmethod
    def of(cls, layer: Attention) -> AttentionWeights:
        """Return the layer that gives the weights of an attention layer."""
        return cls(**layer.get_params())

    def output_shape(self, input_shape: Shape) -> Shape:
        super().output_shape(input_shape)
        return (input_shape[0], 1)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        weights, of_scores = self._weigh(plan, inputs, slots, number)
        return with_lengths(weights, lengths_of(inputs)), of_scores
