"""Layers of one kind each, two or three of them and global pooling: rows named "layers"."""

from __future__ import annotations

from asv_benchmarks.workloads.image_layers import (
    Connection,
    Convolution,
    Dropping,
    Flattening,
    GlobalPooling,
    Pooling,
    Transposed,
)
from asv_benchmarks.workloads.images import ImageWorkload


def _row(name, shape, layers, n_samples=256, must=1.1, aim=1.5, parameters=None):
    end = (GlobalPooling(), Connection(10, rectified=False))
    if parameters is not None:
        end = ()
    return ImageWorkload(
        f"layers {name}", shape, (*layers, *end), parameters, 64, n_samples, must=must, aim=aim
    )


def _convolutions(*filters, **how):
    return tuple(Convolution(count, **how) for count in filters)


def _vgg11():
    """VGG-11 for small images as `skneural` has it."""
    layers: list = []
    for counts in ((64,), (128,), (256, 256), (512, 512), (512, 512)):
        layers += [*_convolutions(*counts), Pooling()]
    layers.append(Flattening())
    for _ in range(2):
        layers += [Connection(512), Dropping(0.5)]
    return (*layers, Connection(10, rectified=False))


_depthwise = tuple(
    layer for _ in range(2)
    for layer in (Convolution(128, 3, groups=128), Convolution(128, 1))
)
_in_time = tuple(
    Convolution(filters, size, normalized=True, along_time=True)
    for filters, size in ((128, 8), (256, 5), (128, 3))
)

LAYER_WORKLOADS = {
    workload.name: workload
    for workload in (
        _row("3x3 64-64-64 32x32", (32, 32, 64), _convolutions(64, 64), 128),
        _row("3x3 128-128-128 16x16", (16, 16, 128), _convolutions(128, 128), 128),
        _row("3x3 256-256-256 8x8", (8, 8, 256), _convolutions(256, 256)),
        _row("3x3 256-512-512 4x4", (4, 4, 256), _convolutions(512, 512)),
        _row("3x3 512-512-512 4x4", (4, 4, 512), _convolutions(512, 512)),
        _row("3x3 512-512-512 2x2", (2, 2, 512), _convolutions(512, 512)),
        _row("vgg11", (32, 32, 3), _vgg11(), 128, 1.2, 1.5, {"architecture": "vgg11"}),
        _row("depthwise 3x3 and 1x1 128 16x16", (16, 16, 128), _depthwise, 512, 1.3, 2.0),
        _row("1x1 256-256-256 8x8", (8, 8, 256), _convolutions(256, 256, size=1), 512),
        _row("3x3 stride 2 64-128-256 16x16", (16, 16, 64), _convolutions(128, 256, strides=2),
             512),
        _row("3x3 24-40-40 16x16", (16, 16, 24), _convolutions(40, 40), 512),
        _row("5x5 32-64-64 16x16", (16, 16, 32), _convolutions(64, 64, size=5), 128, 0.95, 1.0),
        _row("4 groups 3x3 128-128-128 16x16", (16, 16, 128),
             _convolutions(128, 128, groups=4), 256),
        _row("1-D 1-128-256-128 length 150", (150, 1), _in_time, 128),
        _row("transposed 4x4 128-64-32 7x7", (7, 7, 128), (Transposed(64), Transposed(32)), 256),
    )
}
