"""What a diagnosis returns: findings, and a table of them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from sklearn.utils import Bunch

WIDTH = 88  # of a line, as long as a line of code


@dataclass(frozen=True)
class Finding:
    """A sickness that a diagnosis has found.

    Parameters
    ----------
    sickness : str
        As ``"dead_units"``; `diagnose` lists them.
    layer : str
        The name of the layer, ``"block.dense"`` for one within another; ``""`` if it is a matter
        of the whole network or of the data.
    value : float
        The number judged by.
    figure : str
        The number in words.
    remedy : str
        What to do.
    """

    sickness: str
    layer: str
    value: float
    figure: str
    remedy: str


class Diagnosis(Bunch):
    """Findings on a fitted network; prints as a table.

    Attributes
    ----------
    estimator : str
        The class of the estimator.
    n_samples : int
        Rows that were looked at.
    findings : list of Finding
        Causes before what follows from them; empty if nothing was found.
    layers : list of dict
        Of each layer with weights: ``name``, ``n_weights``, norms of ``weights`` and
        ``gradient``, and ``update_ratio``, the norm of an update relative to that of the weights;
        NaN where there is none.
    activations : list of dict
        Of each layer, those within others too: ``name``, ``activation``, shares of ``dead`` units
        and of ``saturated`` numbers, and ``mean`` and ``deviation`` over all units.
    loss : float
        Mean loss of the rows, as in prediction; NaN without y.
    constant_loss : float
        Least loss of outputs that are the same for all rows; NaN if the targets do not vary.
    suspects : ndarray of shape (n_suspects,), int64
        Rows of X whose label or target the network contradicts, the most doubtful first.
    """

    @property
    def sicknesses(self) -> list[str]:
        """Names of what was found, each once."""
        return list(dict.fromkeys(finding.sickness for finding in self.findings))

    def __str__(self) -> str:
        title = f"{self.estimator}: {self.n_samples:,} rows"
        if not self.findings:
            return f"{title}, nothing found"
        rows = [
            (finding.sickness.replace("_", " "), finding.layer, finding.figure, finding.remedy)
            for finding in self.findings
        ]
        header = ("finding", "layer", "figure", "remedy")
        first = max(len(row[0]) for row in rows)
        second = min(20, max(len(row[1]) for row in [*rows, header]))
        rest = WIDTH - first - second - 6
        widths = first, second, rest * 2 // 5, rest - rest * 2 // 5
        rule = "-" * WIDTH
        lines = [line for row in rows for line in _lines(row, widths)]
        return "\n".join([title, rule, *_lines(header, widths), rule, *lines, rule])

    __repr__ = __str__


def _lines(row: tuple[str, ...], widths: tuple[int, ...]) -> list[str]:
    """Return a row of the table, on as many lines as its longest cell takes."""
    cells = [textwrap.wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    return [
        "  ".join(
            f"{cell[number] if number < len(cell) else '':<{width}}"
            for cell, width in zip(cells, widths, strict=True)
        ).rstrip()
        for number in range(max(map(len, cells)))
    ]
