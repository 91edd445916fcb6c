"""PyTorch on tables: RealMLP's network, each form of AdamW and of its cosines' map."""

from __future__ import annotations

import itertools
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from asv_benchmarks._options import quickest
from asv_benchmarks.peers.loops.torch_rows import ADAM_FORMS
from asv_benchmarks.workloads.tables import (
    CATEGORIES,
    EMBEDDING_SIZE,
    FREQUENCIES,
    MAX_ONE_HOT,
    N_NUMBERS,
    NUMBER_SIZE,
    WIDTHS,
    TableWorkload,
    make_table,
)

MAPS = ("matmul", "einsum")
EMBEDDED = [place for place, n_codes in enumerate(CATEGORIES) if n_codes > MAX_ONE_HOT]


def prepare(numbers: np.ndarray, codes: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Do what has no parameters, once before training.

    Returns
    -------
    columns : Tensor of shape (n_samples, n_numbers + n_one_hot)
        Scaled numbers with outliers limited, and categories that have few codes.
    places : Tensor of shape (n_samples, n_embedded), int64
        Rows of the table of vectors.
    """
    quartiles = np.quantile(numbers.astype(np.float64), (0.25, 0.5, 0.75), axis=0)
    scaled = (numbers - quartiles[1]) / (quartiles[2] - quartiles[0])
    parts = [scaled / np.sqrt(1 + (scaled / 3) ** 2)]
    for column, n_codes in zip(codes.T, CATEGORIES, strict=True):
        if n_codes == 3:
            parts.append(np.array([0.0, 1.0, -1.0])[column, None])
        elif n_codes <= MAX_ONE_HOT:
            parts.append(np.eye(n_codes)[column, 1:])
    starts = np.cumsum([0, *(CATEGORIES[place] for place in EMBEDDED[:-1])])
    columns = torch.from_numpy(np.hstack(parts).astype(np.float32))
    return columns, torch.from_numpy(codes[:, EMBEDDED] + starts)


class Numbers(nn.Module):
    """Each number and a map of its cosines at learned frequencies."""

    def __init__(self, form: str):
        super().__init__()
        self.form, bound, n_mixed = form, FREQUENCIES**-0.5, NUMBER_SIZE - 1
        self.frequencies = nn.Parameter(0.2 * math.pi * torch.randn(N_NUMBERS, FREQUENCIES))
        self.phases = nn.Parameter(math.pi * (2 * torch.rand(N_NUMBERS, FREQUENCIES) - 1))
        shape = N_NUMBERS, FREQUENCIES, n_mixed
        self.kernel = nn.Parameter(bound * (2 * torch.rand(shape) - 1))
        self.bias = nn.Parameter(bound * (2 * torch.rand(N_NUMBERS, n_mixed) - 1))

    def forward(self, numbers):
        cosines = torch.addcmul(self.phases, numbers[:, :, None], self.frequencies).cos()
        if self.form == "einsum":
            mixed = torch.einsum("nfk,fku->nfu", cosines, self.kernel)
        else:
            mixed = (cosines.transpose(0, 1) @ self.kernel).transpose(0, 1)
        return torch.cat([numbers[:, :, None], mixed + self.bias], dim=2).flatten(1)


class Shares(nn.Module):
    """An activation with a learned share in each unit."""

    def __init__(self, name: str, units: int):
        super().__init__()
        self.function = getattr(functional, name)
        self.share = nn.Parameter(torch.ones(units))

    def forward(self, values):
        return torch.lerp(values, self.function(values), self.share)


class RealMLP(nn.Module):
    """The network behind what `prepare` does."""

    def __init__(self, workload: TableWorkload, form: str = MAPS[0]):
        super().__init__()
        n_vectors = sum(CATEGORIES[place] for place in EMBEDDED)
        self.vectors, self.numbers = nn.Embedding(n_vectors, EMBEDDING_SIZE), Numbers(form)
        self.scale = nn.Parameter(torch.ones(workload.n_inputs))
        sizes, hidden = (workload.n_inputs, *WIDTHS), []
        for n_inputs, units in itertools.pairwise(sizes):
            hidden += [nn.Linear(n_inputs, units), Shares(workload.activation, units),
                       nn.Dropout(workload.dropout)]
        self.hidden, self.out = nn.Sequential(*hidden), nn.Linear(sizes[-1], 1)

    def forward(self, columns, places):
        numbers = self.numbers(columns[:, :N_NUMBERS])
        vectors = self.vectors(places).flatten(1)
        whole = torch.cat([numbers, columns[:, N_NUMBERS:], vectors], dim=1)
        return self.out(self.hidden(whole * self.scale)).squeeze(1)


def parameter_groups(model: RealMLP, rate: float, decay: float) -> list[dict]:
    """Parameters with their learning rates; only weights decay.

    The root of a layer's inputs in its rate and decay is NTK parametrization, at no cost.
    """
    groups = [
        {"params": [model.scale], "lr": 6 * rate, "weight_decay": 0.0},
        {"params": [model.vectors.weight], "lr": rate, "weight_decay": 0.0},
        {"params": [model.numbers.kernel], "lr": 0.1 * rate, "weight_decay": decay},
    ]
    linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
    slow = [model.numbers.frequencies, model.numbers.phases, model.numbers.bias]
    slow += [module.share for module in model.modules() if isinstance(module, Shares)]
    slow += [module.bias for module in linear]
    groups.append({"params": slow, "lr": 0.1 * rate, "weight_decay": 0.0})
    roots = {module.in_features**0.5 for module in linear}
    return groups + [
        {
            "params": [module.weight for module in linear if module.in_features**0.5 == root],
            "lr": rate / root, "weight_decay": decay * root,
        }
        for root in sorted(roots)
    ]  # fmt: skip


class TableLoop:
    """A plain loop: a batch is an `index_select` of prepared columns."""

    def __init__(self, workload: TableWorkload, threads: int):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.workload = workload
        numbers, codes, y = make_table(workload)
        self.columns, self.places = prepare(numbers, codes)
        self.y = torch.from_numpy(y.astype(np.float32))
        self.loss = nn.MSELoss() if workload.regression else nn.BCEWithLogitsLoss()
        options = tuple(itertools.product(MAPS, ADAM_FORMS))
        self.option = quickest(lambda option: self.train(1, option), options)
        self.note = f"{self.option[1]} AdamW, {self.option[0]}"

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        self.train(epochs, self.option)

    def train(self, epochs: int, option: tuple) -> None:
        """The loop, with one form of the map and of AdamW."""
        form, adam = option
        workload = self.workload
        model = RealMLP(workload, form)
        groups = parameter_groups(model, workload.learning_rate, workload.weight_decay)
        optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.95), **{adam: True})
        for _ in range(epochs):
            for rows in torch.randperm(len(self.y)).split(workload.batch_size):
                optimizer.zero_grad()
                batch = (part.index_select(0, rows) for part in (self.columns, self.places))
                loss = self.loss(model(*batch), self.y.index_select(0, rows))
                loss.backward()
                optimizer.step()
