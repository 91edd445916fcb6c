"""Text as series of ids."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import TransformerMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._parameters import parameter, parameter_group, with_parameters
from .base import Preparation
from .texts import read_ids, read_texts, splitter

_PADDING, _UNKNOWN, _FIRST = 0, 1, 2  # ids
_SHOWN = "\N{REPLACEMENT CHARACTER}"  # for a token that is not known
_COUNT = Interval(Integral, 1, None, closed="left")


@parameter_group
class TextTokenizerParameters:
    """Parameters of `TextTokenizer`."""

    level: str = parameter(
        default="word", constraint=[StrOptions({"char", "word"})], kw_only=False,
        text="""{"word", "char"}
        What a token is.""")
    max_tokens: int | None = parameter(
        default=None, constraint=[_COUNT, None], text="""int or None
        Most tokens to learn, the most frequent ones; all others are unknown. `None` has no
        limit.""")
    min_frequency: int = parameter(
        default=1, constraint=[_COUNT], text="""int
        Tokens that the texts of the fit have less often are unknown.""")
    max_length: int | None = parameter(
        default=None, constraint=[_COUNT, None], text="""int or None
        Tokens of a text that are read, its first ones; `None` has no limit.""")
    lowercase: bool = parameter(
        default=True, constraint=["boolean"], text="""bool
        Whether capitals become small letters.""")
    token_pattern: str | None = parameter(
        default=None, constraint=[str, None], text="""str or None
        Regular expression of what a word is, with at most one group, which is the token then.
        `None` is that of scikit-learn's ``CountVectorizer``: two or more letters, digits or
        underscores. Ignored if ``level="char"``.""")


@with_parameters
class TextTokenizer(TextTokenizerParameters, TransformerMixin, Preparation):
    """Convert texts to series of token ids, of unequal lengths.

    Id 0 is no token: it is free to fill texts up to one length. Id 1 is any unknown token, and the
    whole of a text that has none, so that each text has at least one id. The tokens of the fit have
    ids from 2 on, the most frequent first, and equally frequent ones in the order of their
    characters. If all tokens are learned, the fit has none that is unknown, and a network learns
    nothing of id 1; `max_tokens` or `min_frequency` leave some out.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    vocabulary_ : dict of str to int
        The id of each token that was learned, in the order of the ids.
    n_tokens_ : int
        The number of ids, 0 and 1 included: all ids are less.

    See Also
    --------
    sklearn.feature_extraction.text.CountVectorizer : Counts tokens, ignoring their order.

    Examples
    --------
    >>> from skneural import TextTokenizer
    >>> tokenizer = TextTokenizer().fit(["The cat sat", "the dog"])
    >>> tokenizer.vocabulary_
    {'the': 2, 'cat': 3, 'dog': 4, 'sat': 5}
    >>> tokenizer.n_tokens_
    6
    >>> tokenizer.transform(["The dog sat down", "!"])
    [array([2, 4, 5, 1]), array([1])]
    >>> tokenizer.inverse_transform([[2, 4, 5, 0, 0]])
    ['the dog sat']
    """

    def fit(self, X: Any, y: Any = None) -> TextTokenizer:
        """Learn the tokens of texts.

        Parameters
        ----------
        X : array-like of str, of shape (n_samples,)
            The texts.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : object
            The fitted transformer.

        Raises
        ------
        TypeError
            If an item of X is no text.
        ValueError
            If X is no sequence of texts, or no token is left to learn.
        """
        self.fit_transform(X)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X: Any, y: Any = None) -> list[np.ndarray]:
        """Learn the tokens of texts, and return their ids.

        Parameters
        ----------
        X : array-like of str, of shape (n_samples,)
            The texts.
        y : object, default=None
            Ignored.

        Returns
        -------
        ids : list of ndarray of shape (n_tokens_i,), dtype int64
        """
        tokens = self._tokens(X)
        counts = Counter(chain.from_iterable(tokens))
        frequent = (token for token, count in counts.items() if count >= self.min_frequency)
        learned = sorted(frequent, key=lambda token: (-counts[token], token))[: self.max_tokens]
        if not learned:
            raise ValueError(
                f"{type(self).__name__}: no token to learn; X has {len(counts)} tokens, none of"
                f" them at least min_frequency={self.min_frequency} times"
            )
        self.vocabulary_ = {token: place for place, token in enumerate(learned, _FIRST)}
        self.n_tokens_ = len(learned) + _FIRST
        return self._ids(tokens)

    def transform(self, X: Any) -> list[np.ndarray]:
        """Return the ids of the tokens of texts.

        Parameters
        ----------
        X : array-like of str, of shape (n_samples,)
            The texts.

        Returns
        -------
        ids : list of ndarray of shape (n_tokens_i,), dtype int64
            At least one for each text.
        """
        check_is_fitted(self)
        return self._ids(self._tokens(X))

    def inverse_transform(self, X: Any) -> list[str]:
        """Return texts of ids: characters joined, or words with spaces between them.

        Parameters
        ----------
        X : sequence of array-like of int, of shape (n_tokens_i,)
            Ids; 0 is left out, and 1 becomes U+FFFD, the replacement character.

        Returns
        -------
        texts : list of str

        Raises
        ------
        ValueError
            If an id is no whole number, negative or not less than ``n_tokens_``.
        """
        check_is_fitted(self)
        shown = ["", _SHOWN, *self.vocabulary_]
        between = "" if self.level == "char" else " "
        return [
            between.join(shown[i] for i in ids if i != _PADDING)
            for ids in read_ids(X, self.n_tokens_, type(self).__name__)
        ]

    def _ids(self, tokens: list[list[str]]) -> list[np.ndarray]:
        known = self.vocabulary_
        return [
            np.array([known.get(token, _UNKNOWN) for token in each] or [_UNKNOWN], np.int64)
            for each in tokens
        ]

    def _tokens(self, X: Any) -> list[list[str]]:
        owner = type(self).__name__
        split = splitter(self.level, self.lowercase, self.token_pattern, owner)
        return [split(text)[: self.max_length] for text in read_texts(X, owner)]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags
