"""Language models of texts and of other sequences of tokens."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ..._parameters import with_parameters
from ..._whole_numbers import is_whole
from ...data.checks import unchanged_on_error
from ..base.estimator import Estimator
from ..base.summary import Summary
from .classifier import RecurrentClassifier
from .generator_parameters import SHARED, GeneratorParameters
from .tokens import END, FIRST, LEAST, UNKNOWN, Tokens, draw, probabilities, windows_of

_AT_ONCE = 512  # windows


class _Network(RecurrentClassifier):
    """The network of a language model; its errors and warnings name the model."""


_Network.__name__ = "SequenceGenerator"


@with_parameters
class SequenceGenerator(GeneratorParameters, Estimator):
    """Language model: learns the next token of sequences, and generates new ones.

    X are texts, of which characters or words are the tokens, or sequences of tokens, such as notes
    or numbers. A recurrent network reads windows of them and predicts each next token. Sequences
    end with a mark of their own, which is learned too. The last window overlaps the one before, so
    that all tokens are learned.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    network_ : RecurrentClassifier
        Predicts the id of the next token at each step of a window.
    vocabulary_ : dict
        The tokens and their ids. Id 0 ends a sequence, id 1 is any unknown token.
    n_tokens_ : int
        The number of ids.
    loss_curve_ : list of float
        Mean log loss of a step in each epoch, nats.

    See Also
    --------
    RecurrentClassifier : Labels of series, or of their steps.
    TextTokenizer : Texts as series of ids.

    References
    ----------
    .. [1] Sutskever, I., Martens, J. and Hinton, G. (2011). Generating text with recurrent neural
       networks. ICML.
    .. [2] Graves, A. (2013). Generating sequences with recurrent neural networks. arXiv:1308.0850.

    Examples
    --------
    >>> from skneural import SequenceGenerator
    >>> texts = ["to be or not to be, that is the question"] * 20
    >>> model = SequenceGenerator(
    ...     window=16, hidden_layer_sizes=32, max_iter=2, random_state=0
    ... ).fit(texts)
    >>> len(model.generate("to be", length=10, random_state=0)) <= 15
    True
    """

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> SequenceGenerator:
        """Learn from texts or sequences of tokens.

        Parameters
        ----------
        X : array-like of str, or sequence of sequences of hashable tokens
            A single text counts as one.
        y : None
            Ignored.

        Returns
        -------
        self : object

        Raises
        ------
        TypeError
            If X is none of these.
        ValueError
            If X is a data frame, or has no tokens.
        """
        with unchanged_on_error(self):
            self._tokens = Tokens(
                type(self).__name__, self.level, self.lowercase, self.token_pattern
            )
            stream = self._tokens.learn(X, self.max_tokens)
            self.vocabulary_ = dict(self._tokens.ids)
            self.n_tokens_ = FIRST + len(self.vocabulary_)
            inputs, targets = windows_of(stream, self.window)
            shared = {name: getattr(self, name) for name in SHARED}
            network = _Network(
                **shared, pooling=None, n_tokens=self.n_tokens_,
                initial_weights={"embedding": {"vectors": self._first_vectors()}},
            )
            self.network_ = network.fit(inputs[:, :, None], targets)
            self.loss_curve_ = network.loss_curve_
        return self

    def _first_vectors(self) -> np.ndarray:
        """Draw vectors (n_tokens, embedding_size) of variance 1, as recurrent kernels expect.

        Each of a few tokens is frequent, and learned from vectors near zero they are told apart
        late.
        """
        shape = (self.n_tokens_, self.embedding_size)
        return check_random_state(self.random_state).standard_normal(shape)

    def score(self, X: Any, y: Any = None) -> float:
        """Return minus the mean log loss of a token, in nats: the greater, the better.

        Each token is predicted from at least half a `window` before it, where there is as much.

        Parameters
        ----------
        X : array-like of str, or sequence of sequences of hashable tokens
        y : None
            Ignored.

        Returns
        -------
        score : float
        """
        check_is_fitted(self)
        stream = self._tokens.stream(X)
        width, classes = self.network_.input_shape_[0], self.network_.classes_
        half = max(1, width // 2)
        places = np.full(self.n_tokens_, -1)
        places[classes] = np.arange(len(classes))
        begins = list(range(0, max(1, len(stream) - 1 - width + half), half))
        total, count = 0.0, 0
        for first in range(0, len(begins), _AT_ONCE):
            windows = [stream[b : b + width + 1] for b in begins[first : first + _AT_ONCE]]
            rows = probabilities(self.network_, [w[:-1] for w in windows])
            for begin, window, row in zip(
                begins[first : first + _AT_ONCE], windows, rows, strict=True
            ):
                skipped = 0 if begin == 0 else width - half
                following = places[window[1:]]
                found = np.where(following < 0, 0.0, row[np.arange(len(following)), following])
                total += np.log(np.maximum(found[skipped:], LEAST)).sum()
                count += len(found[skipped:])
        return float(total / count)

    def perplexity(self, X: Any) -> float:
        """Return e to the mean log loss of a token: among how many tokens it is as uncertain.

        Parameters
        ----------
        X : array-like of str, or sequence of sequences of hashable tokens
        """
        return math.exp(-self.score(X))

    def generate(
        self,
        prompt: Any = "",
        length: int = 200,
        temperature: float = 1.0,
        top_k: int | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> Any:
        """Return a prompt as it is, with tokens drawn one after the other behind it.

        The network reads the whole prompt and all that it writes, however long: its state goes on
        from token to token. Unknown tokens of a prompt are read as such, and none is drawn.

        Parameters
        ----------
        prompt : str or sequence of tokens, default=""
            What to go on from; an empty one begins a sequence.
        length : int, default=200
            Most tokens to draw; the end of a sequence ends them.
        temperature : float, default=1.0
            Below 1 draws likely tokens more often, above 1 less often; 0 takes the likeliest.
        top_k : int or None, default=None
            Draw among so many of the likeliest tokens only; None draws among all.
        random_state : int, RandomState instance or None, default=None

        Returns
        -------
        sequence : str, or list of tokens
            Words that are drawn have spaces between them.

        Raises
        ------
        TypeError
            If the prompt is no text for a model of texts, or no sequence of tokens.
        ValueError
            If another argument is out of its range.
        """
        check_is_fitted(self)
        self._check_draws("generate", length, temperature, top_k)
        given = self._tokens.read_prompt(prompt)
        random = check_random_state(random_state)
        network, state = self.network_, self.network_.initial_state()
        allowed = network.classes_ != UNKNOWN
        for token in [END, *self._tokens.encode(given)]:
            (row,), state = network.step([token], state)
        drawn: list[int] = []
        while len(drawn) < length:
            token = int(network.classes_[draw(row, allowed, temperature, top_k, random)])
            if token == END:
                break
            drawn.append(token)
            (row,), state = network.step([token], state)
        return self._tokens.continued(given, drawn)

    def sample(self, n_samples: int = 1, length: int = 200, random_state: Any = None) -> list:
        """Return sequences drawn from the model, as `generate` draws them.

        Parameters
        ----------
        n_samples : int, default=1
        length : int, default=200
        random_state : int, RandomState instance or None, default=None

        Raises
        ------
        ValueError
            If a number is out of its range.
        """
        check_is_fitted(self)
        if not is_whole(n_samples):
            raise ValueError(
                f"{type(self).__name__}.sample: n_samples={n_samples!r} must be an integer, at"
                " least 1"
            )
        self._check_draws("sample", length)
        random = check_random_state(random_state)
        return [self.generate("", length, random_state=random) for _ in range(n_samples)]

    def _check_draws(
        self, method: str, length: Any, temperature: Any = 1.0, top_k: Any = None
    ) -> None:
        """Raise a ValueError for arguments of a draw that are out of their ranges."""
        where = f"{type(self).__name__}.{method}"
        if not is_whole(length, least=0):
            raise ValueError(f"{where}: length={length!r} must be an integer, at least 0")
        is_number = isinstance(temperature, Real) and not isinstance(temperature, bool)
        if not (is_number and 0 <= temperature < math.inf):
            raise ValueError(
                f"{where}: temperature={temperature!r} must be a finite number, at least 0"
            )
        if top_k is not None and not is_whole(top_k):
            raise ValueError(f"{where}: top_k={top_k!r} must be None or an integer, at least 1")

    def summary(self) -> Summary:
        """Return the network's layers as a table."""
        check_is_fitted(self)
        return self.network_.summary()

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags
