"""Networks for tables, and tables of random numbers and categories."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

N_NUMBERS = 12
CATEGORIES = (3, 8, 17, 43)  # codes of each column, 0 for missing ones included
MAX_ONE_HOT, EMBEDDING_SIZE = 9, 8  # most codes of a one-hot column; length of a learned vector
FREQUENCIES, NUMBER_SIZE = 16, 4  # cosines of each number; what it becomes, itself included
WIDTHS = (256, 256, 256)
TABM_INPUTS = 16  # TabM gets numbers alone


@dataclass(frozen=True)
class TableWorkload:
    """One row of the comparison: a network for tables, one number or the logit of a class out.

    Parameters
    ----------
    name : str
        As the tables print it.
    form : {"realmlp", "tabm", "tabm-mini"}
        RealMLP of twelve numbers and four categories; TabM, whose members have factors in each
        layer; or its form whose members have factors of the inputs alone.
    n_samples : int
        Rows of one epoch: whole batches.
    regression : bool
        Squared error and Mish; else log loss of two classes and SELU. TabM has ReLU.
    n_members : int
        Of TabM.
    must, aim : float
        Throughput over the best peer's: what it has to reach, what it should reach.
    """

    name: str
    form: str
    n_samples: int
    regression: bool = True
    n_members: int = 1
    must: float = 3.0
    aim: float = 5.0
    batch_size: int = 256
    predicts = False
    peak_must: float | None = None
    peak_aim: float | None = None
    kind = "tables"

    @property
    def activation(self) -> str:
        """Of hidden layers, as this library and `torch.nn.functional` name it."""
        if self.form != "realmlp":
            return "relu"
        return "mish" if self.regression else "selu"

    @property
    def dropout(self) -> float:
        """Share of hidden units set to zero."""
        return 0.15 if self.form == "realmlp" else 0.1

    @property
    def learning_rate(self) -> float:
        """Of AdamW, as the authors have it."""
        if self.form != "realmlp":
            return 0.002
        return 0.2 if self.regression else 0.04

    @property
    def weight_decay(self) -> float:
        """Of weights, times the learning rate."""
        return 0.02 if self.form == "realmlp" else 0.0003

    @property
    def n_inputs(self) -> int:
        """What the first dense layer reads."""
        if self.form != "realmlp":
            return TABM_INPUTS
        n_vectors = sum(codes > MAX_ONE_HOT for codes in CATEGORIES)
        return N_NUMBERS * NUMBER_SIZE + sum(one_hot_widths()) + n_vectors * EMBEDDING_SIZE

    @property
    def flops(self) -> float:
        """Multiplications and additions for one row, as `Workload.flops` counts them.

        Gradients of all inputs are needed: factors and vectors are learned.
        """
        products = sum(rows * columns for rows, columns in pairwise((self.n_inputs, *WIDTHS, 1)))
        mixing = N_NUMBERS * FREQUENCIES * (NUMBER_SIZE - 1) if self.form == "realmlp" else 0
        return 6 * (self.n_members * products + mixing)


def one_hot_widths() -> list[int]:
    """Columns of each category that has few codes: but one, of 1 and -1, if there are two."""
    return [1 if codes == 3 else codes - 1 for codes in CATEGORIES if codes <= MAX_ONE_HOT]


TABLE_WORKLOADS = {
    workload.name: workload
    for workload in (
        TableWorkload("realmlp classes b256", "realmlp", 10_240, regression=False),
        TableWorkload("realmlp numbers b256", "realmlp", 10_240),
        TableWorkload("tabm 16 x 256 b256", "tabm", 2560, n_members=16),
        TableWorkload("tabm-mini 16 x 256 b256", "tabm-mini", 2560, n_members=16),
    )
}


def make_table(workload: TableWorkload):
    """Make the data of a workload, the same for the same workload.

    Returns
    -------
    numbers : ndarray of shape (n_samples, n_numbers), float32
    codes : ndarray of shape (n_samples, n_categories), int64
        0 for missing ones; no columns for TabM.
    y : ndarray of shape (n_samples,)
        Standardised targets of float32, or classes 0 and 1 as int64.
    """
    import numpy as np

    random, n = np.random.default_rng(0), workload.n_samples
    categories = CATEGORIES if workload.form == "realmlp" else ()
    n_numbers = N_NUMBERS if workload.form == "realmlp" else TABM_INPUTS
    numbers = random.standard_normal((n, n_numbers), dtype=np.float32)
    codes = np.array([random.integers(0, n_codes, n) for n_codes in categories], np.int64)
    signal = np.sin(2 * numbers[:, 0]) + numbers[:, 1] * numbers[:, 2] + numbers.mean(axis=1)
    codes = codes.reshape(len(categories), n).T
    signal += (codes % 2).sum(axis=1)
    y = (signal - signal.mean()) / signal.std()
    return numbers, codes, y.astype(np.float32) if workload.regression else (y > 0).astype(int)
