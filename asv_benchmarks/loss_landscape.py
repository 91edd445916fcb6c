"""The loss around the weights of a plain and a residual network, on MNIST.

`python -m asv_benchmarks.loss_landscape` trains both with the same convolutions and batch
normalizations (He et al. 2015; 20 layers, 8 to 32 filters) and evaluates the loss at 25 x 25 points
along filter-normalised directions (Li et al. 2018), with the statistics of the batch at each point.
For each network it prints the times, that of all processors beside the clock's, the loss at the
weights, and of all points the median loss and the shares with a loss below 1 and below 10 times
that at the weights.

`--shortcuts identity` gives the residual network shortcuts without parameters (option A of He et
al.), and blocks that begin as the identity (Goyal et al. 2017).
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np

from asv_benchmarks.accuracy.real_data import load_images


def convolution(filters, strides=1, zero=False):
    """A convolution and its normalization, whose scale may begin at zero."""
    from skneural.layers import BatchNorm, Conv2D

    class ZeroScale(BatchNorm):
        def initialize(self, values, random_state, activation):
            super().initialize(values, random_state, activation)
            values["scale"][...] = 0

    norm = ZeroScale() if zero else BatchNorm()
    return [Conv2D(filters, 3, strides=strides, padding="same", use_bias=False), norm]


def layers(depth, width, shortcuts):
    """The layers of a network up to the output layer; shortcuts None for a plain one."""
    from skneural.layers import Activation, Conv2D, GlobalAvgPool, Residual

    stack = [*convolution(width), Activation("relu")]
    for filters in (width, 2 * width, 4 * width):
        for block in range((depth - 2) // 6):
            begins = block == 0 and filters > width
            strides = 2 if begins else 1
            zero = shortcuts == "identity"
            pair = [
                *convolution(filters, strides), Activation("relu"),
                *convolution(filters, zero=zero),
            ]
            if shortcuts is None:
                stack += [*pair, Activation("relu")]
                continue
            shortcut = "projection" if begins else None
            if begins and zero:
                shortcut = [Conv2D(
                    filters, 1, strides=strides, padding="same", use_bias=False,
                    initializer="identity", trainable=False,
                )]
            stack.append(Residual(pair, shortcut, "relu"))
    return [*stack, GlobalAvgPool()]


def main():
    """Train and evaluate both networks; print a line for each."""
    from skneural import ConvNetClassifier
    from skneural.inspection import loss_landscape

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depth", type=int, default=20)
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--shortcuts", choices=("projection", "identity"), default="projection")
    parser.add_argument("--images", type=int, default=4000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rows", type=int, default=256)
    parser.add_argument("--points", type=int, default=25)
    parser.add_argument("--seeds", type=int, default=1, help="pairs of directions")
    parser.add_argument("--statistics", choices=("batch", "running"), default="batch")
    parser.add_argument("--picture", help="a file to draw the landscapes to")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    X, y, _, _ = load_images("mnist")
    X, y = X.reshape(len(X), 28, 28, 1)[: options.images], y[: options.images]
    found = {}
    columns = (
        "", "training", "loss", "directions", "points", "processor", "median", "< 1", "< 10 x"
    )
    print(("{:<10}" + "{:>11}" * 8).format(*columns))
    for name, shortcuts in (("plain", None), ("residual", options.shortcuts)):
        start = time.perf_counter()
        net = ConvNetClassifier(
            architecture=layers(options.depth, options.width, shortcuts), alpha=0,
            weight_decay=5e-4, solver="sgd", learning_rate="cosine", learning_rate_init=0.1,
            batch_size=64, max_iter=options.epochs, n_iter_no_change=options.epochs,
            random_state=0,
        ).fit(X, y)
        trained = time.perf_counter() - start
        for seed in range(options.seeds):
            start, begun = time.perf_counter(), time.process_time()
            found[name] = landscape = loss_landscape(
                net, X[: options.rows], y[: options.rows], n_points=options.points,
                statistics=options.statistics, random_state=seed,
            )
            seconds, losses = time.perf_counter() - start, landscape.losses
            busy = time.process_time() - begun
            print(
                f"{name:<10}{trained:>9.1f} s{landscape.loss:>11.4f}{seed:>11}{seconds:>9.1f} s"
                f"{busy:>9.1f} s{np.median(losses):>11.2f}{(losses < 1).mean():>11.1%}"
                f"{(losses < 10 * landscape.loss).mean():>11.1%}",
                flush=True,
            )
    if options.picture:
        draw(found, options.picture)


def draw(landscapes, file):
    """Draw landscapes side by side."""
    from matplotlib import pyplot

    from skneural.inspection import LossLandscapeDisplay

    figure, axes = pyplot.subplots(1, len(landscapes), figsize=(11, 4.6), layout="constrained")
    levels = np.geomspace(0.01, 20, 25)
    for ax, (name, each) in zip(axes, landscapes.items(), strict=True):
        LossLandscapeDisplay.from_losses(
            each.losses, steps=each.steps, title=name, ax=ax, levels=levels
        )
    figure.savefig(file)


if __name__ == "__main__":
    main()
