"""PyTorch on images: in both memory layouts, with each form of Adam, whichever is quickest."""

from __future__ import annotations

import itertools

import torch
from torch import nn

from asv_benchmarks._options import quickest
from asv_benchmarks.peers.loops.torch_rows import ADAM_FORMS, Loop
from asv_benchmarks.workloads.image_layers import (
    Block,
    Connection,
    Convolution,
    Dropping,
    Flattening,
    GlobalPooling,
    Pooling,
    Shape,
    Transposed,
    shapes_along,
)
from asv_benchmarks.workloads.images import ImageWorkload, batches, make_images

LAYOUTS = ("contiguous", "channels_last")


def convolution(layer: Convolution, channels: int, directions: int = 2) -> list[nn.Module]:
    """A convolution with what belongs to it."""
    kind, norm = ((nn.Conv1d, nn.BatchNorm1d), (nn.Conv2d, nn.BatchNorm2d))[directions - 1]
    padding = layer.size // 2 if layer.padding == "same" else 0
    if layer.padding == "same" and layer.size % 2 == 0:
        padding = "same"
    modules: list[nn.Module] = [
        kind(
            channels, layer.filters, layer.size, layer.strides, padding, groups=layer.groups,
            bias=not layer.normalized,
        )
    ]
    if layer.normalized:
        modules.append(norm(layer.filters))
    return modules + [nn.ReLU(inplace=True)] * layer.rectified


class Residual(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, block: Block, channels: int):
        super().__init__()
        first, second = block.convolutions
        inner = [*convolution(first, channels), *convolution(second, block.filters)]
        self.inner = nn.Sequential(*inner)
        shortcut = convolution(block.projection, channels) if block.projection else []
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, batch):
        return torch.relu_(self.inner(batch) + self.shortcut(batch))


def modules_of(layer, shape: Shape) -> list[nn.Module]:
    """What a layer is in PyTorch, on samples of a shape (height, width, channels)."""
    match layer:
        case Convolution():
            return convolution(layer, shape[-1], len(shape) - 1)
        case Transposed():
            padding = (layer.size - 2) // 2
            made = nn.ConvTranspose2d(shape[-1], layer.filters, layer.size, 2, padding)
            return [made, nn.ReLU(inplace=True)]
        case Block():
            return [Residual(layer, shape[-1])]
        case Pooling():
            return [nn.MaxPool2d(2)]
        case GlobalPooling():
            pooling = nn.AdaptiveAvgPool2d if len(shape) == 3 else nn.AdaptiveAvgPool1d
            return [pooling(1), nn.Flatten()]
        case Flattening():
            return [nn.Flatten()]
        case Dropping():
            return [nn.Dropout(layer.rate)]
        case Connection():
            return [nn.Linear(shape[0], layer.units), *[nn.ReLU(inplace=True)] * layer.rectified]
    raise TypeError(layer)


def rectified_later(modules: list[nn.Module]) -> list[nn.Module]:
    """Rectifiers after the pooling that follows them: the same function, fewer numbers."""
    moved = list(modules)
    for place, (one, other) in enumerate(itertools.pairwise(modules)):
        if isinstance(one, nn.ReLU) and isinstance(other, nn.MaxPool2d):
            moved[place], moved[place + 1] = other, one
    return moved


def make_model(layers: tuple, image_shape: Shape) -> nn.Sequential:
    """The network in PyTorch."""
    shapes = shapes_along(layers, image_shape)
    modules = [module for pair in zip(layers, shapes) for module in modules_of(*pair)]
    return nn.Sequential(*rectified_later(modules))


class ImageLoop(Loop):
    """A batch of images is an `index_select`, of images that lie in the layout tried."""

    def __init__(self, workload: ImageWorkload, threads: int):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.workload = workload
        X, y = make_images(workload)
        self.images = {
            "channels_last": torch.from_numpy(X),
            "contiguous": torch.from_numpy(X).movedim(-1, 1).contiguous(),
        }
        self.layouts = LAYOUTS if X.ndim == 4 else LAYOUTS[:1]
        self.y, self.loss = torch.from_numpy(y), nn.CrossEntropyLoss()
        if workload.predicts:
            self.choose_layout()
        else:
            self.choose()

    def choose(self) -> None:
        """Try each layout with each form of Adam."""

        def run(option):
            self.layout, adam = option
            self.train(1, adam)

        options = tuple(itertools.product(self.layouts, ADAM_FORMS))
        self.layout, self.adam = quickest(run, options)
        self.note = f"{self.layout}, {self.adam} Adam"

    def choose_layout(self) -> None:
        """Try each layout on prediction, with weights as drawn."""
        self.models = {}
        for layout in self.layouts:
            self.layout = layout
            self.models[layout] = self.make_model().eval()

        def run(option):
            self.layout = option
            self.predict(1)

        self.layout = quickest(run, self.layouts)
        self.note = self.layout

    def make_model(self) -> nn.Module:
        model = make_model(self.workload.layers, self.workload.image_shape)
        last = self.layout == "channels_last"
        return model.to(memory_format=torch.channels_last) if last else model

    def as_seen(self, images):
        """Images with the axes that PyTorch counts by; the memory stays as it is."""
        return images.permute(0, 3, 1, 2) if self.layout == "channels_last" else images

    def batch(self, rows):
        return self.as_seen(self.images[self.layout].index_select(0, rows))

    @torch.inference_mode()
    def predict(self, passes: int) -> None:
        """Predict the classes of all images, so many times."""
        model, images = self.models[self.layout], self.images[self.layout]
        for _ in range(passes):
            for batch in batches(images, self.workload.batch_size):
                model(self.as_seen(batch)).argmax(1).numpy()
