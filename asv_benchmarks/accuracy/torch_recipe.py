"""The ResNet-20 recipe in PyTorch: same network, first weights' scale, augmentation, training."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from asv_benchmarks.accuracy.recipes import CIFAR_BATCH, CIFAR_DECAY, CIFAR_RATE, CIFAR_SCHEDULE
from asv_benchmarks.peers.loops.torch_images import make_model
from asv_benchmarks.workloads.image_layers import resnet20
from skneural.schedules import Progress

PADDING = 4


def initialize(model: nn.Module) -> None:
    """Draw first weights as the library does: He's uniform distribution, biases zero."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def make_optimizer(model: nn.Module) -> torch.optim.SGD:
    """Nesterov's SGD; only kernels decay, not biases and what normalization has."""
    kernels = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": kernels, "weight_decay": CIFAR_DECAY}, {"params": others}]
    return torch.optim.SGD(groups, lr=CIFAR_RATE, momentum=0.9, nesterov=True)


def flip_and_crop(images: torch.Tensor) -> torch.Tensor:
    """Mirror half of the images, pad all by four zeros and cut the old size out at random."""
    n_images, _, height, width = images.shape
    mirrored = torch.rand(n_images, 1, 1, 1) < 0.5
    images = torch.where(mirrored, images.flip(3), images)
    padded = functional.pad(images, (PADDING,) * 4).permute(0, 2, 3, 1)
    y, x = torch.randint(2 * PADDING + 1, (2, n_images, 1, 1))
    rows, columns = torch.arange(height).reshape(-1, 1) + y, torch.arange(width) + x
    return padded[torch.arange(n_images).reshape(-1, 1, 1), rows, columns].permute(0, 3, 1, 2)


def as_input(images: np.ndarray) -> torch.Tensor:
    """Numbers from 0 to 1 of bytes, channels-last in memory."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255


@torch.inference_mode()
def accuracy(model: nn.Module, X: np.ndarray, y: torch.Tensor) -> float:
    """Share of images whose class is right."""
    model.eval()
    right = 0
    for begin in range(0, len(X), 500):
        classes = model(as_input(X[begin : begin + 500])).argmax(1)
        right += int((classes == y[begin : begin + 500]).sum())
    model.train()
    return right / len(X)


def train(data: tuple, epochs: int, threads: int, seed: int, log) -> None:
    """Train on images of uint8 and note the accuracy on test images after each epoch."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    X, y, X_test, y_test = data
    y, y_test = (torch.from_numpy(np.asarray(labels, np.int64)) for labels in (y, y_test))
    model = make_model(resnet20(), X.shape[1:]).to(memory_format=torch.channels_last)
    initialize(model)
    optimizer, loss = make_optimizer(model), nn.CrossEntropyLoss()
    n_batches = -(-len(X) // CIFAR_BATCH)
    log.start()
    for epoch in range(epochs):
        rates = CIFAR_SCHEDULE.rates(CIFAR_RATE, Progress(epoch, epochs, n_batches))
        for rows, rate in zip(torch.randperm(len(X)).split(CIFAR_BATCH), rates):
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad()
            images = flip_and_crop(as_input(X[rows.numpy()]))
            loss(model(images), y[rows]).backward()
            optimizer.step()
        log.epoch(lambda: accuracy(model, X_test, y_test))
