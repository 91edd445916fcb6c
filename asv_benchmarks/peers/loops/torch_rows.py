"""Training loops of PyTorch: the quickest idiomatic one for dense and for CSR data."""

from __future__ import annotations

import itertools
import warnings

import torch
from torch import nn
from torch.nn import functional

from asv_benchmarks._options import quickest
from asv_benchmarks.workloads.rows import Workload, make_data

ADAM_FORMS = ("fused", "foreach")


def make_layers(workload: Workload) -> list[nn.Module]:
    """Linear, ReLU and dropout layers of a workload."""
    layers = []
    for rows, columns in itertools.pairwise(workload.sizes[:-1]):
        layers += [nn.Linear(rows, columns), nn.ReLU()]
        if workload.dropout:
            layers.append(nn.Dropout(workload.dropout))
    return [*layers, nn.Linear(*workload.sizes[-2:])]


def make_model(workload: Workload) -> nn.Module:
    """Model on dense input."""
    return nn.Sequential(*make_layers(workload))


def make_loss(workload: Workload) -> nn.Module:
    """Squared error for a regression, else softmax and log loss."""
    return nn.MSELoss() if workload.regression else nn.CrossEntropyLoss()


class Loop:
    """The loop itself; subclasses say what a batch and a model are."""

    def __init__(self, workload: Workload, threads: int):
        torch.set_num_threads(threads)
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support")
        self.workload = workload
        X, y = make_data(workload)
        self.load(X)
        self.y = torch.from_numpy(y)
        if workload.regression:
            self.y = self.y.reshape(-1, 1)
        self.loss = make_loss(workload)
        if workload.predicts:
            self.model, self.note = self.make_model().eval(), ""
        else:
            self.choose()

    def choose(self) -> None:
        """Try the options on an epoch each and keep the quickest."""
        self.adam = quickest(lambda form: self.train(1, form), ADAM_FORMS)
        self.note = f"{self.adam} Adam"

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        self.train(epochs, self.adam)

    def train(self, epochs: int, adam: str) -> None:
        """The loop, with one form of Adam."""
        model, n_samples = self.make_model(), len(self.y)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001, **{adam: True})
        model.train()
        for _ in range(epochs):
            for rows in torch.randperm(n_samples).split(self.workload.batch_size):
                optimizer.zero_grad()
                loss = self.loss(model(self.batch(rows)), self.y.index_select(0, rows))
                loss.backward()
                optimizer.step()


class DenseLoop(Loop):
    """Dense data: a batch is an `index_select`."""

    def load(self, X) -> None:
        self.X = torch.from_numpy(X)

    def make_model(self) -> nn.Module:
        return make_model(self.workload)

    def batch(self, rows):
        return self.X.index_select(0, rows)

    @torch.inference_mode()
    def predict(self, passes: int) -> None:
        """Predict the classes of all rows, so many times."""
        for _ in range(passes):
            for batch in self.X.split(self.workload.batch_size):
                self.model(batch).argmax(1).numpy()


class EmbeddingBagInput(nn.Module):
    """First layer as a weighted sum of the embeddings of the non-zero features."""

    def __init__(self, n_features: int, units: int):
        super().__init__()
        self.kernel = nn.EmbeddingBag(n_features, units, mode="sum")
        self.bias = nn.Parameter(torch.zeros(units))

    def forward(self, batch):
        pointers, columns, values = batch
        return self.kernel(columns, pointers[:-1], per_sample_weights=values) + self.bias


class CsrInput(nn.Module):
    """First layer as the product of a sparse CSR tensor and a dense one."""

    def __init__(self, n_features: int, units: int):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(n_features, units))
        self.bias = nn.Parameter(torch.zeros(units))

    def forward(self, batch):
        pointers, columns, values = batch
        shape = (len(pointers) - 1, len(self.kernel))
        X = torch.sparse_csr_tensor(pointers, columns, values, shape)
        return X @ self.kernel + self.bias


class SparseLoop(Loop):
    """CSR data: a batch is the pointers, columns and values of its rows."""

    inputs = (EmbeddingBagInput, CsrInput)

    def load(self, X) -> None:
        self.pointers = torch.from_numpy(X.indptr).long()
        self.columns = torch.from_numpy(X.indices).long()
        self.values = torch.from_numpy(X.data)

    def choose(self) -> None:
        """Try each first layer with each form of Adam."""

        def run(option):
            self.input, adam = option
            self.train(1, adam)

        options = tuple(itertools.product(self.inputs, ADAM_FORMS))
        self.input, self.adam = quickest(run, options)
        self.note = f"{self.input.__name__.removesuffix('Input')}, {self.adam} Adam"

    def make_model(self) -> nn.Module:
        first, *rest = make_layers(self.workload)
        return nn.Sequential(self.input(first.in_features, first.out_features), *rest)

    def batch(self, rows):
        starts = self.pointers.index_select(0, rows)
        counts = self.pointers.index_select(0, rows + 1) - starts
        pointers = functional.pad(counts.cumsum(0), (1, 0))
        shifts = torch.repeat_interleave(starts - pointers[:-1], counts)
        places = torch.arange(len(shifts)) + shifts
        return pointers, self.columns.index_select(0, places), self.values.index_select(0, places)
