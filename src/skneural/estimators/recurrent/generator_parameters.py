"""The parameters of language models."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group, parameters_of
from .parameters import RecurrentClassifierParameters

_OF_NETWORK: dict[str, Any] = dict(parameters_of(RecurrentClassifierParameters))
_COUNT = Interval(Integral, 1, None, closed="left")

SHARED = (
    "cell", "hidden_layer_sizes", "dropout", "recurrent_dropout", "embedding_size", "solver",
    "alpha", "batch_size", "learning_rate", "learning_rate_init", "max_iter", "shuffle",
    "random_state", "tol", "verbose", "early_stopping", "validation_fraction", "n_iter_no_change",
    "max_grad_norm", "initializer", "max_time", "dtype", "n_jobs",
)


@parameter_group
class GeneratorParameters:
    """Parameters of `SequenceGenerator`: of texts, and of the network and its training."""

    level: str = parameter(
        default="char", constraint=[StrOptions({"char", "word"})], kw_only=False,
        text="""{"char", "word"}
        What a token of a text is. Ignored for sequences of tokens.""")
    window: int = parameter(default=64, constraint=[_COUNT], text="""int
        Tokens that `fit` learns at a time, and `score` predicts from, at most. `generate` carries
        the network's state through the whole text, however long.""")
    max_tokens: int | None = parameter(default=None, constraint=[_COUNT, None], text="""int or None
        Most tokens to learn, the most frequent ones; all others are unknown.""")
    lowercase: bool = parameter(default=False, constraint=["boolean"], text="""bool
        Whether capitals of texts become small letters.""")
    token_pattern: str | None = parameter(default=None, constraint=[str, None], text="""str or None
        Regular expression of what a word is, with at most one group, which is the token then.
        `None` takes each run of letters, digits and underscores, apostrophes inside included, and
        each other mark, such as a comma, as a word. Ignored if ``level="char"``.""")
    cell: str = _OF_NETWORK["cell"]._replace(kw_only=True)
    hidden_layer_sizes: int | Sequence[int] | np.ndarray = (
        _OF_NETWORK["hidden_layer_sizes"]._replace(default=(128,), kw_only=True)
    )
    dropout: float = _OF_NETWORK["dropout"]
    recurrent_dropout: float = _OF_NETWORK["recurrent_dropout"]
    embedding_size: int = _OF_NETWORK["embedding_size"]
    solver: Any = _OF_NETWORK["solver"]
    alpha: float = _OF_NETWORK["alpha"]._replace(default=0.0)
    batch_size: Any = _OF_NETWORK["batch_size"]
    learning_rate: Any = _OF_NETWORK["learning_rate"]
    learning_rate_init: float = _OF_NETWORK["learning_rate_init"]
    max_iter: int = _OF_NETWORK["max_iter"]._replace(default=12)
    shuffle: bool = _OF_NETWORK["shuffle"]
    random_state: Any = _OF_NETWORK["random_state"]
    tol: float = _OF_NETWORK["tol"]
    verbose: bool | int = _OF_NETWORK["verbose"]
    early_stopping: bool = _OF_NETWORK["early_stopping"]
    validation_fraction: float = _OF_NETWORK["validation_fraction"]
    n_iter_no_change: float = _OF_NETWORK["n_iter_no_change"]
    max_grad_norm: float | None = _OF_NETWORK["max_grad_norm"]
    initializer: Any = _OF_NETWORK["initializer"]
    max_time: float | None = _OF_NETWORK["max_time"]
    dtype: str | None = _OF_NETWORK["dtype"]
    n_jobs: int | None = _OF_NETWORK["n_jobs"]
