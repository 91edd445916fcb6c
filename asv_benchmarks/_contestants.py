"""The libraries compared, each as a small class with one method that trains.

A contestant is made once for a workload, which may try out options, and then trained many times.
`note` says what a reader of its figures should know.
"""

from __future__ import annotations

import warnings

from asv_benchmarks._workloads import Workload, make_data


class NotApplicable(Exception):
    """The library cannot run this workload; the message says why."""


class ScikitLearn:
    """`sklearn.neural_network`, the package whose parameters this project took over."""

    package = "scikit-learn"
    module = "sklearn.neural_network"
    dtype = "float32"

    def __init__(self, workload: Workload, threads: int):
        from importlib import import_module

        self.X, self.y = make_data(workload, self.dtype)
        self.note = ""
        name = "MLPRegressor" if workload.regression else "MLPClassifier"
        parameters = {
            "hidden_layer_sizes": workload.hidden,
            "batch_size": workload.batch_size,
            "tol": 0.0,
            "n_iter_no_change": 1_000_000,  # the epochs asked for, whatever the loss does
            "random_state": 0,
            **self.extra_parameters(workload, threads),
        }
        self.estimator = getattr(import_module(self.module), name)(**parameters)

    def extra_parameters(self, workload: Workload, threads: int) -> dict:
        """Parameters that this library has and others have not."""
        if workload.dropout:
            self.note = "without dropout"
        return {}

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ConvergenceWarning: too few epochs on purpose
            self.estimator.set_params(max_iter=epochs).fit(self.X, self.y)


class ScikitLearn64(ScikitLearn):
    """The same on float64 input, scikit-learn's usual dtype."""

    dtype = "float64"


class ScikitNeural(ScikitLearn):
    """This library on float32 input."""

    package = "scikit-neural"
    module = "skneural"

    def extra_parameters(self, workload: Workload, threads: int) -> dict:
        """Dropout, and one thread where one is asked for; else the library's own choice."""
        n_jobs = 1 if threads == 1 else None
        return {"dropout": workload.dropout, "n_jobs": n_jobs}


class ScikitNeural64(ScikitNeural):
    """This library on float64 input, computing in float64 (`dtype=None`)."""

    dtype = "float64"


class Torch:
    """PyTorch in a plain loop, without the loss's running mean, weight decay or a DataLoader.

    All three would only slow it down. Adam's foreach and fused forms are both tried, and the
    quicker one runs.
    """

    package = "torch"

    def __new__(cls, workload: Workload, threads: int):
        """Choose the loop for dense or sparse data."""
        from asv_benchmarks._torch_loops import DenseLoop, SparseLoop

        loop = DenseLoop if workload.density is None else SparseLoop
        return loop(workload, threads)


class Skorch:
    """skorch without a validation split and without printing."""

    package = "skorch"

    def __init__(self, workload: Workload, threads: int):
        if workload.density is not None:
            raise NotApplicable("takes no sparse input")
        import torch
        from skorch import NeuralNetClassifier, NeuralNetRegressor

        from asv_benchmarks._torch_loops import make_loss, make_model

        torch.set_num_threads(threads)
        self.X, self.y = make_data(workload)
        if workload.regression:
            self.y = self.y.reshape(-1, 1)
        self.note = ""
        self.estimator = (NeuralNetRegressor if workload.regression else NeuralNetClassifier)(
            lambda: make_model(workload),
            criterion=type(make_loss(workload)),
            optimizer=torch.optim.Adam,
            optimizer__fused=True,
            lr=0.001,
            batch_size=workload.batch_size,
            iterator_train__shuffle=True,
            train_split=None,
            verbose=0,
        )

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        self.estimator.set_params(max_epochs=epochs).fit(self.X, self.y)


CONTESTANTS = {
    "skneural": ScikitNeural,
    "skneural f64": ScikitNeural64,
    "sklearn": ScikitLearn,
    "sklearn f64": ScikitLearn64,
    "torch": Torch,
    "skorch": Skorch,
}
PEERS = ("sklearn", "torch", "skorch")  # whose best figure counts
