"""The parameters of recurrent networks."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ...initializers import Initializer
from ...training.parameters import TrainingParameters
from ..base.parameters import (
    INITIAL_WEIGHTS,
    MISSING,
    NORMALIZE,
    SERIES_SHAPE,
    ClassifierParameters,
)
from .layers import CELLS, POOLING

_COUNT = Interval(Integral, 1, None, closed="left")


@parameter_group
class RecurrentParameters(TrainingParameters):
    """Parameters of recurrent networks."""

    cell: str = parameter(
        default="lstm", constraint=[StrOptions(CELLS.keys())], kw_only=False,
        text="""{"lstm", "gru", "elman", "jordan"}
        What the recurrent layers are made of: long short-term memory, gated recurrent units, the
        simple recurrent network of Elman, or that of Jordan. The last layer of the latter gives the
        outputs of the network, unless there is a pooling over steps or a dense layer; it has
        neither `bidirectional` nor `recurrent_dropout`.""")
    hidden_layer_sizes: int | Sequence[int] | np.ndarray = parameter(
        default=(64,), constraint=["array-like", _COUNT], kw_only=False,
        text="""int or array-like of shape (n_recurrent_layers,)
        Units of each recurrent layer.""")
    bidirectional: bool = parameter(default=False, constraint=["boolean"], text="""bool
        Whether each recurrent layer has a second one beside it that reads series from their ends.
        Their outputs are concatenated.""")
    dropout: float = parameter(
        default=0.0, constraint=[Interval(Real, 0, 1, closed="left")], text="""float in [0, 1)
        Share of the outputs of each recurrent layer set to zero at random in training, the same
        ones at every step of a series.""")
    recurrent_dropout: float = parameter(
        default=0.0, constraint=[Interval(Real, 0, 1, closed="left")], text="""float in [0, 1)
        Share of a recurrent layer's state set to zero at random in training where it is multiplied
        by the recurrent kernel, the same numbers at every step of a series (Gal and Ghahramani
        2016).""")
    pooling: str | None = parameter(
        default="last", constraint=[StrOptions(POOLING.keys() - {None}), None],
        text="""{"last", "mean", "max", "attention"} or None
        What of the last recurrent layer's outputs goes on: the last step, the mean or the
        greatest number over all steps, a mean by learned weights (Bahdanau et al. 2015), see
        `attention_weights`, or with `None` every step: y then has a target for each,
        (n_samples, time), or an array for each series, and predictions for series of unequal
        lengths are a list of arrays.""")
    dense_layer_sizes: Sequence[int] | np.ndarray = parameter(
        default=(), constraint=["array-like", _COUNT],
        text="""int or array-like of shape (n_dense_layers,)
        Units of each relu layer between the pooling and the output.""")
    series_shape: Sequence[int] | None = SERIES_SHAPE
    missing: str = MISSING
    normalize: str | None = NORMALIZE
    batch_size: int | Literal["auto"] = parameter(default="auto", text="""int or "auto"
        Largest batch; series are spread evenly over the batches; "auto" is
        ``min(32, n_samples)``, or fewer if a batch would need more than 1 GiB, but at least
        eight. Not used by "lbfgs".""")
    learning_rate_init: float = parameter(default=0.003, text="""float
        The learning rate the schedule starts from.""")
    n_tokens: int | None = parameter(default=None, constraint=[_COUNT, None], text="""int or None
        If given, steps are token ids, whole numbers from 0 to below `n_tokens`, and a learned
        vector stands for each. They are computed in float32 unless `dtype` says otherwise.""")
    embedding_size: int = parameter(default=32, constraint=[_COUNT], text="""int
        Length of a token's vector.""")
    max_grad_norm: float | None = parameter(default=1.0, text="""float or None
        Gradients with a greater global norm are scaled down to it (Pascanu et al. 2013). Not used
        by "lbfgs".""")
    initializer: str | Initializer = parameter(default="glorot_uniform", text="""str or Initializer
        Draws the kernels of inputs and of dense layers; those of states are orthogonal.""")
    initial_weights: Any = INITIAL_WEIGHTS


@parameter_group
class RecurrentClassifierParameters(ClassifierParameters, RecurrentParameters):
    """Parameters of `RecurrentClassifier`."""
