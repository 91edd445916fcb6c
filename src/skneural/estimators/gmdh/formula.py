"""Formulas of what GMDH found, as Python expressions."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from .neurons import Neurons

MOST_TERMS = 1000  # of a polynomial that is multiplied out

# the powers of a variable are repetitions of its number, in rising order
Polynomial = Mapping[tuple[int, ...], float]
_TERMS: tuple[tuple[int, ...], ...] = ((), (0,), (1,), (0, 1), (0, 0), (1, 1))


class Writer:
    """Writes numbers and variables.

    Parameters
    ----------
    names : sequence of str
        Of the inputs.
    offsets : ndarray of shape (n_inputs,)
        What is subtracted from each.
    precision : int or None
        Significant digits, None for all.
    """

    def __init__(self, names: Sequence[str], offsets: np.ndarray, precision: int | None):
        self.precision = precision
        # a column named X would hide the frame that columns without a name in Python are taken from
        self._by_frame = "X" in names and not all(map(_is_plain, names))
        self.texts = [
            self._variable(name, float(offset))
            for name, offset in zip(names, offsets, strict=True)
        ]
        self.prefix = "z"
        while any(text.lstrip("(").startswith(self.prefix) for text in self.texts):
            self.prefix += "z"

    def number(self, value: float) -> str:
        """Return a number as text."""
        value = float(value)
        return repr(value) if self.precision is None else f"{value:.{self.precision}g}"

    def sum_of(self, terms: Iterable[tuple[float, list[str]]]) -> str:
        """Return the sum of terms: a coefficient, and texts of its factors, repeated for powers."""
        text = ""
        for coefficient, factors in terms:
            if coefficient == 0:
                continue
            size = self.number(abs(coefficient))
            parts = [] if factors and float(size) == 1 else [size]
            for factor in dict.fromkeys(factors):
                power = factors.count(factor)
                parts.append(factor if power == 1 else f"{factor}**{power}")
            sign = "-" if coefficient < 0 else "+"
            text += f" {sign} {'*'.join(parts)}"
        return text[3:] if text.startswith(" + ") else text.replace(" - ", "-", 1) or "0.0"

    def _variable(self, name: str, offset: float) -> str:
        text = f"X[{name!r}]" if self._by_frame or not _is_plain(name) else name
        if offset == 0:
            return text
        return f"({text} {'-' if offset > 0 else '+'} {abs(offset)!r})"


def _is_plain(name: str) -> bool:
    """Whether a name is one in Python too."""
    return name.isidentifier() and not keyword.iskeyword(name)


def polynomial_text(polynomial: Polynomial, writer: Writer) -> str:
    """Return a polynomial's terms, in rising degree."""
    ordered = sorted(polynomial.items(), key=lambda item: (len(item[0]), item[0]))
    return writer.sum_of((c, [writer.texts[j] for j in powers]) for powers, c in ordered)


def nested_text(neurons: Neurons, intercept: float, writer: Writer) -> str:
    """Return the output of neurons; one that is read several times is named at first, by ``:=``."""
    n_inputs, named = neurons.n_inputs, set[int]()

    def text_of(node: int) -> list[tuple[float, tuple[int, ...]]]:
        pair = neurons.pairs[node - n_inputs]
        coefs = neurons.coefs[node - n_inputs]
        return [
            (float(c), tuple(int(pair[side]) for side in sides))
            for c, sides in zip(coefs, _TERMS, strict=False) if c != 0
        ]

    uses = np.zeros(n_inputs + len(neurons), dtype=np.int64)
    for node in range(n_inputs, len(uses)):
        for _, factors in text_of(node):
            for factor in set(factors):
                uses[factor] += 1

    def factor_text(node: int) -> str:
        if node < n_inputs:
            return writer.texts[node]
        name = f"{writer.prefix}{node - n_inputs + 1}"
        if node in named:
            return name
        inner = sum_text(node)
        if uses[node] == 1:
            return f"({inner})"
        named.add(node)
        return f"({name} := {inner})"

    def sum_text(node: int, added: float = 0.0) -> str:
        terms = text_of(node)
        if added:
            constant = sum(c for c, factors in terms if not factors)
            terms = [(constant + added, ()), *(term for term in terms if term[1])]
        return writer.sum_of((c, _texts(factors, factor_text)) for c, factors in terms)

    return sum_text(len(uses) - 1, intercept)


def multiplied_out(neurons: Neurons, intercept: float) -> Polynomial:
    """Return the output of neurons as a polynomial of inputs.

    Raises
    ------
    ValueError
        If it has too many terms.
    """
    found: list[dict[tuple[int, ...], float]] = [{(n,): 1.0} for n in range(neurons.n_inputs)]
    for pair, coefs in zip(neurons.pairs, neurons.coefs, strict=True):
        total: dict[tuple[int, ...], float] = {}
        for c, sides in zip(coefs, _TERMS, strict=False):
            if c == 0:
                continue
            product: dict[tuple[int, ...], float] = {(): float(c)}
            for side in sides:
                product = _product(product, found[pair[side]])
            for powers, value in product.items():
                total[powers] = total.get(powers, 0.0) + value
        found.append(total)
    result = dict(found[-1])
    result[()] = result.get((), 0.0) + intercept
    return result


def _product(
    left: Mapping[tuple[int, ...], float], right: Mapping[tuple[int, ...], float]
) -> dict[tuple[int, ...], float]:
    product: dict[tuple[int, ...], float] = {}
    for p, c in left.items():
        for q, d in right.items():
            powers = tuple(sorted(p + q))
            product[powers] = product.get(powers, 0.0) + c * d
        if len(product) > MOST_TERMS:
            raise ValueError(
                f"expanded=True gives more than {MOST_TERMS} terms; use expanded=False, or fit"
                " with fewer layers (max_layers)"
            )
    return product


def _texts(factors: tuple[int, ...], factor_text: Callable[[int], str]) -> list[str]:
    """Return the texts of one or two factors; equal ones are written once, as a power."""
    texts = {node: factor_text(node) for node in dict.fromkeys(factors)}
    return [texts[node] for node in factors]
