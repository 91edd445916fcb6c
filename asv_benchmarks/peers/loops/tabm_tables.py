"""TabM by its authors' package on PyTorch, each form of AdamW, whichever is quicker."""

from __future__ import annotations

import tabm
import torch

from asv_benchmarks._options import quickest
from asv_benchmarks.peers.loops.torch_rows import ADAM_FORMS
from asv_benchmarks.workloads.tables import TABM_INPUTS, WIDTHS, TableWorkload, make_table


def make_model(workload: TableWorkload) -> tabm.TabM:
    """The network of a workload."""
    return tabm.TabM.make(
        n_num_features=TABM_INPUTS, d_out=1, k=workload.n_members, arch_type=workload.form,
        n_blocks=len(WIDTHS), d_block=WIDTHS[0], dropout=workload.dropout,
    )


def parameter_groups(model: tabm.TabM, decay: float) -> list[dict]:
    """Kernels, which decay, and what does not: factors and biases."""
    weights, rest = [], []
    for name, parameter in model.named_parameters():
        (weights if name.endswith(".weight") and "affine" not in name else rest).append(parameter)
    return [{"params": weights, "weight_decay": decay}, {"params": rest, "weight_decay": 0.0}]


class MembersLoop:
    """A plain loop whose loss is the mean of the members', who share their batches."""

    def __init__(self, workload: TableWorkload, threads: int):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.workload = workload
        numbers, _, y = make_table(workload)
        self.X, self.y = torch.from_numpy(numbers), torch.from_numpy(y)[:, None, None]
        self.adam = quickest(lambda form: self.train(1, form), ADAM_FORMS)
        self.note = f"{self.adam} AdamW"

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        self.train(epochs, self.adam)

    def train(self, epochs: int, form: str) -> None:
        """Train with a form of AdamW."""
        workload, model = self.workload, make_model(self.workload)
        groups = parameter_groups(model, workload.weight_decay)
        rate = workload.learning_rate
        optimizer = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.95), **{form: True})
        for _ in range(epochs):
            for rows in torch.randperm(len(self.X)).split(workload.batch_size):
                optimizer.zero_grad()
                outputs = model(self.X.index_select(0, rows))
                (outputs - self.y.index_select(0, rows)).square().mean().backward()
                optimizer.step()
