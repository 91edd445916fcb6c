"""PyTorch on series: padded, or packed where lengths differ."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

from asv_benchmarks._options import quickest
from asv_benchmarks.peers.loops.torch_rows import ADAM_FORMS
from asv_benchmarks.workloads.series import CLASSES, SeriesWorkload, make_series

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU}


class Recurrent(nn.Module):
    """Recurrent layers, and a dense layer on their last state."""

    def __init__(self, workload: SeriesWorkload):
        super().__init__()
        units = workload.hidden[0]
        if set(workload.hidden) != {units}:
            raise ValueError("layers of one width only")
        self.cell = CELLS[workload.cell](
            workload.features, units, len(workload.hidden), batch_first=True
        )
        self.out = nn.Linear(units, CLASSES)

    def forward(self, batch, lengths=None):
        if lengths is not None:
            batch = pack_padded_sequence(batch, lengths, True, enforce_sorted=False)
        _, state = self.cell(batch)
        return self.out((state[0] if isinstance(state, tuple) else state)[-1])


class SeriesLoop:
    """Training, or prediction, with gradients clipped as `RecurrentClassifier` clips them."""

    def __init__(self, workload: SeriesWorkload, threads: int):
        torch.set_num_threads(threads)
        self.workload = workload
        X, y = make_series(workload)
        self.y, self.lengths = torch.from_numpy(y), None
        if workload.shortest is None:
            self.X = torch.from_numpy(X)
        else:
            self.X = pad_sequence([torch.from_numpy(x) for x in X], batch_first=True)
            self.lengths = torch.tensor([len(x) for x in X])
        self.loss = nn.CrossEntropyLoss()
        self.note = "packed" if workload.shortest else ""
        if workload.predicts:
            self.model = Recurrent(workload).eval()
        else:
            self.adam = quickest(lambda form: self.train(1, form), ADAM_FORMS)
            self.note = f"{self.note} {self.adam} Adam".strip()

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        self.train(epochs, self.adam)

    def train(self, epochs: int, form: str) -> None:
        """Train with a form of Adam."""
        model = Recurrent(self.workload)
        adam = torch.optim.Adam(model.parameters(), **{form: True})
        n, size = len(self.X), self.workload.batch_size
        for _ in range(epochs):
            for rows in torch.randperm(n).split(size):
                adam.zero_grad(set_to_none=True)
                lengths = None if self.lengths is None else self.lengths[rows]
                self.loss(model(self.X[rows], lengths), self.y[rows]).backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                adam.step()

    def predict(self, passes: int) -> None:
        """Predict the classes of all series, so many times."""
        with torch.inference_mode():
            for _ in range(passes):
                for batch in self.X.split(self.workload.batch_size):
                    self.model(batch).argmax(dim=1)
