"""Dense networks on rows of numbers, and their data."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Workload:
    """One row of the comparison: a network, its data and its targets.

    Parameters
    ----------
    name : str
        Sizes, dropout and batch size, as the tables print them.
    sizes : tuple of int
        Features, hidden units of each layer, outputs.
    batch_size : int
        Rows of one update.
    n_samples : int
        Rows of one epoch.
    dropout : float
        Share of hidden units dropped.
    regression : bool
        Squared error on one target instead of softmax on classes.
    density : float or None
        Share of non-zero features of CSR data; None for dense data.
    must, aim : float
        Throughput over the best peer's: what it has to reach, what it should reach.
    peak_must, peak_aim : float or None
        The same for the share of one thread's peak.
    predicts : bool
        Measure prediction in place of training, by so many rows as a batch has.
    """

    name: str
    sizes: tuple[int, ...]
    batch_size: int
    n_samples: int = 10_000
    dropout: float = 0.0
    regression: bool = False
    density: float | None = None
    must: float = 1.15
    aim: float = 1.5
    peak_must: float | None = None
    peak_aim: float | None = None
    predicts: bool = False
    kind = "rows"

    @property
    def hidden(self) -> tuple[int, ...]:
        """Hidden layer sizes."""
        return self.sizes[1:-1]

    @property
    def flops(self) -> float:
        """Multiplications and additions of the matrix products for one training row.

        Forward, weight gradient and input gradient, the last not for the first layer. Only the
        non-zero features of CSR data count.
        """
        products = [rows * columns for rows, columns in pairwise(self.sizes)]
        if self.density is not None:
            products[0] *= self.density
        return 2 * (sum(products) if self.predicts else 3 * sum(products) - products[0])


def _predicting(sizes: tuple[int, ...], batch_size: int, must: float, aim: float) -> Workload:
    name = f"predict {'-'.join(map(str, sizes))} by {batch_size}"
    n_samples = 200 if batch_size == 1 else 2000
    return Workload(name, sizes, batch_size, n_samples, must=must, aim=aim, predicts=True)


ROW_WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("784-100-10 b200", (784, 100, 10), 200),
        Workload("784-128-drop-10 b32", (784, 128, 10), 32, dropout=0.2),
        Workload(
            "784-512-512-10 b128", (784, 512, 512, 10), 128, peak_must=0.78, peak_aim=0.85
        ),
        Workload("20-64-64-10 b32", (20, 64, 64, 10), 32, aim=3.0),
        Workload("20-64-64-10 b256", (20, 64, 64, 10), 256),
        Workload("8-64-64-1 b128", (8, 64, 64, 1), 128, regression=True),
        Workload("3072-2048-1024-10 b128", (3072, 2048, 1024, 10), 128, 2048, aim=1.5, must=1.1),
        Workload("csr 20000-100-10 b200", (20_000, 100, 10), 200, density=0.001, must=1.5, aim=2.0),
        *(
            _predicting(sizes, *how)
            for sizes in ((784, 100, 10), (784, 512, 512, 10), (20, 64, 64, 10))
            for how in ((1000, 1.0, 1.3), (1, 0.4, 0.67))
        ),
    )
}


def make_data(workload: Workload, dtype: str = "float32"):
    """Make the synthetic data of a workload, the same for the same workload and dtype.

    Parameters
    ----------
    workload : Workload
        Its sizes, number of rows and density are used.
    dtype : str, default="float32"
        Of X, and of y for a regression.

    Returns
    -------
    X : ndarray or scipy CSR matrix of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
        Class labels as int64, or targets of `dtype`.
    """
    import numpy as np
    from scipy import sparse

    random = np.random.default_rng(0)
    n_samples, n_features, n_outputs = workload.n_samples, workload.sizes[0], workload.sizes[-1]
    if workload.density is None:
        X = random.standard_normal((n_samples, n_features), dtype="float32").astype(dtype)
    else:
        X = sparse.random(
            n_samples, n_features, workload.density, format="csr", dtype=dtype, random_state=0
        )
    signal = X @ random.standard_normal((n_features, n_outputs)).astype(dtype)
    if workload.regression:
        return X, np.tanh(signal[:, 0] / np.sqrt(n_features, dtype=dtype)).astype(dtype)
    return X, signal.argmax(axis=1)
