"""PyTorch autoencoders: each form of Adam, images in both memory layouts, whichever is quickest."""

from __future__ import annotations

import itertools

import torch
from torch import nn

from asv_benchmarks._options import quickest
from asv_benchmarks.peers.loops.torch_rows import ADAM_FORMS
from asv_benchmarks.workloads.autoencoders import (
    FILTERS,
    MASKED,
    SIZES,
    AutoencoderWorkload,
    make_rows,
)

LAYOUTS = (torch.contiguous_format, torch.channels_last)


def dense(sizes: tuple[int, ...]) -> list[nn.Module]:
    """Linear layers with rectifiers between them."""
    layers: list[nn.Module] = []
    for rows, columns in itertools.pairwise(sizes):
        layers += [nn.Linear(rows, columns), nn.ReLU(inplace=True)]
    return layers[:-1]


class Autoencoder(nn.Module):
    """Encoder and decoder of a workload; gives reconstructions and what codes are charged."""

    def __init__(self, workload: AutoencoderWorkload):
        super().__init__()
        self.form, middle = workload.form, len(SIZES) // 2
        if self.form == "conv":
            one, two = FILTERS
            how = {"stride": 2, "padding": 1}
            self.encoder = nn.Sequential(
                nn.Conv2d(1, one, 3, **how), nn.ReLU(inplace=True),
                nn.Conv2d(one, two, 3, **how), nn.ReLU(inplace=True),
            )
            self.decoder = nn.Sequential(
                nn.ConvTranspose2d(two, one, 3, output_padding=1, **how), nn.ReLU(inplace=True),
                nn.ConvTranspose2d(one, 1, 3, output_padding=1, **how),
            )
            return
        width = SIZES[middle] * (2 if self.form == "variational" else 1)
        self.encoder = nn.Sequential(*dense((*SIZES[:middle], width)))
        self.decoder = nn.Sequential(*dense(SIZES[middle:]))

    def forward(self, batch):
        if self.form == "denoising":
            batch = batch * (torch.rand_like(batch) >= MASKED)
        codes = self.encoder(batch)
        if self.form != "variational":
            return self.decoder(codes), 0.0
        means, log_variances = codes.chunk(2, dim=1)
        drawn = means + torch.exp(0.5 * log_variances) * torch.randn_like(means)
        charge = 0.5 * (means.square() + log_variances.exp() - 1 - log_variances).sum()
        return self.decoder(drawn), charge


class AutoencoderLoop:
    """A plain loop: a batch is an `index_select`, and the target of itself."""

    def __init__(self, workload: AutoencoderWorkload, threads: int):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.workload, self.X = workload, torch.from_numpy(make_rows(workload))
        layouts = LAYOUTS if workload.form == "conv" else LAYOUTS[:1]
        if workload.form == "conv":
            self.X = self.X.permute(0, 3, 1, 2)
        options = tuple(itertools.product(layouts, ADAM_FORMS))
        self.option = quickest(lambda option: self.train(1, option), options)
        self.note = f"{self.option[1]} Adam"
        self.model = Autoencoder(workload).eval()

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        self.train(epochs, self.option)

    def train(self, epochs: int, option: tuple) -> None:
        """The loop, with one layout and one form of Adam."""
        layout, adam = option
        X = self.X.contiguous(memory_format=layout)
        model = Autoencoder(self.workload).to(memory_format=layout)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001, **{adam: True})
        for _ in range(epochs):
            for rows in torch.randperm(len(X)).split(min(128, self.workload.batch_size)):
                optimizer.zero_grad()
                batch = X.index_select(0, rows)
                outputs, charge = model(batch)
                loss = (0.5 * (outputs - batch).square().sum() + charge) / len(rows)
                loss.backward()
                optimizer.step()

    def predict(self, passes: int) -> None:
        """Compute the codes of all rows, so many times."""
        with torch.inference_mode():
            for _ in range(passes):
                self.model.encoder(self.X).numpy()
