"""Checks of texts and of ids of tokens, and the splitting of texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils._param_validation import InvalidParameterError

_MOST_SHOWN = 40  # characters of a value in a message


def read_texts(X: Any, owner: str) -> list[str]:
    """Return a list of texts.

    Parameters
    ----------
    X : iterable of str
    owner : str
        The transformer's name, for errors.

    Raises
    ------
    TypeError
        If X or an item of it is of another type.
    ValueError
        If X is a single text, has several dimensions or is empty.
    """
    if isinstance(X, (str, bytes)):
        raise ValueError(f"{owner}: X is one text, where a sequence of texts is needed: [X]")
    shape = getattr(X, "shape", (0,))
    if len(shape) != 1:
        raise ValueError(
            f"{owner}: X has shape {tuple(shape)}, where one column of texts is needed, such as"
            " X['text'] of a data frame or X[:, 0] of an array"
        )
    try:
        texts = list(X)
    except TypeError:
        raise TypeError(
            f"{owner}: X is {shown(X)}, where a sequence of texts is needed"
        ) from None
    if not texts:
        raise ValueError(f"{owner}: X has no texts; at least one is needed")
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"{owner}: X[{place}] is {shown(text)}, no text; {_remedy(text)}")
    return texts


def splitter(
    level: str, lowercase: bool, token_pattern: str | None, owner: str
) -> Callable[[str], list[str]]:
    """Return a function that splits a text into tokens, as scikit-learn does.

    Its analyzer of characters would join white space, and lose the lines of a text.

    Parameters
    ----------
    level : {"char", "word"}
    lowercase : bool
    token_pattern : str or None
        Of words; None is that of ``CountVectorizer``.
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    InvalidParameterError
        If the pattern is no regular expression, or has more than one group.
    """
    pattern = {} if token_pattern is None else {"token_pattern": token_pattern}
    vectorizer = CountVectorizer(lowercase=lowercase, **pattern)
    preprocess = vectorizer.build_preprocessor()
    if level == "char":
        return lambda text: list(preprocess(text))
    try:
        split = vectorizer.build_tokenizer()
    except (ValueError, re.error) as error:
        raise InvalidParameterError(
            f"{owner}: token_pattern={token_pattern!r}: {error}"
        ) from None
    return lambda text: split(preprocess(text))


def read_ids(X: Any, n_tokens: int, owner: str) -> list[list[int]]:
    """Return lists of the ids of tokens.

    Parameters
    ----------
    X : sequence of array-like of int, of shape (n_i,) or (n_i, 1)
    n_tokens : int
        All ids are less.
    owner : str
        The transformer's name, for errors.

    Raises
    ------
    ValueError
        For what are no ids, with its place.
    """
    return [_ids(each, n_tokens, f"{owner}: X[{place}]") for place, each in enumerate(X)]


def _ids(ids: Any, n_tokens: int, what: str) -> list[int]:
    array = np.asarray(ids)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        raise ValueError(
            f"{what} has shape {array.shape} and dtype {array.dtype}, where ids of tokens are"
            " needed: whole numbers in one dimension"
        )
    for step, value in enumerate(array.tolist()):
        if not 0 <= value < n_tokens or int(value) != value:
            raise ValueError(
                f"{what[:-1]}, {step}] is {value}, no id of a token; n_tokens_={n_tokens}"
            )
    return array.astype(np.int64).tolist()


def _remedy(value: Any) -> str:
    if isinstance(value, bytes):
        return "decode it: value.decode()"
    if value is None or not isinstance(value, (list, tuple, np.ndarray)):
        return "convert it by str, or fill in '' where a text is missing"
    return "join its words by ' '.join"


def shown(value: Any) -> str:
    """Return the beginning of a value, and its type, for errors."""
    text = repr(value)
    cut = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
    return f"{cut} of type {type(value).__name__}"
