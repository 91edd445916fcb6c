"""Attributions find a planted pattern; pictures made by gradient ascent, and what they take.

`python -m asv_benchmarks.attributions planted`: networks that tell patterns planted into noise, at
one place (a perceptron) and anywhere (a convolutional network). For each method, the share of the
largest twentieth of the attributions that lies on the pattern, over test images.

`python -m asv_benchmarks.attributions maximization`: images that activation maximization makes with
a LeNet-5 of MNIST, and what another network, of another architecture and seed, takes them for.

`python -m asv_benchmarks.attributions pictures`: seconds of a deep dream and a style transfer on
256 x 256 pixels, with a network trained on CIFAR-10.

`--seed` is that of networks and data; `--folder` keeps the pictures. Images are read from the
folder that SKNEURAL_DATA names.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from pathlib import Path

import numpy as np

from asv_benchmarks.accuracy.real_data import load_images

SIDE, PATTERN, CLASSES = 24, 8, 4  # pixels of an image and of a pattern, and how many there are
LARGEST = 0.05  # share of the attributions that is looked at
METHODS = (
    "gradient", "gradient_times_input", "integrated_gradients", "smooth_gradient", "occlusion",
)  # fmt: skip


def planted(n_images, seed, moves):
    """Images of noise with one of several patterns, its class, and where it is."""
    patterns = np.random.default_rng(100).choice([-1.0, 1.0], (CLASSES, PATTERN, PATTERN))
    random = np.random.default_rng(seed)
    X = random.normal(0, 0.5, (n_images, SIDE, SIDE))
    y, where = random.integers(CLASSES, size=n_images), np.zeros(X.shape, bool)
    for number, label in enumerate(y):
        top, left = random.integers(SIDE - PATTERN + 1, size=2) if moves else (4, 12)
        place = number, slice(top, top + PATTERN), slice(left, left + PATTERN)
        X[place] += patterns[label]
        where[place] = True
    return X.astype(np.float32), y, where


def networks(moves, seed):
    """A network for patterns that move or stay."""
    from skneural import ConvNetClassifier, NeuralNetClassifier
    from skneural.layers import Conv2D, Dense, Flatten, GlobalMaxPool

    if moves:
        return ConvNetClassifier(
            architecture=[Conv2D(32, PATTERN, "relu"), GlobalMaxPool()], max_iter=10,
            batch_size=64, random_state=seed,
        )
    return NeuralNetClassifier(
        [Flatten(), Dense(64, "relu"), Dense(32, "relu")], max_iter=15, batch_size=64,
        alpha=0.01, random_state=seed,
    )


def on_pattern(attributions, where):
    """The mean share of the largest attributions that lies on the pattern."""
    sizes = np.abs(attributions).reshape(len(where), -1)
    n_largest = round(LARGEST * sizes.shape[1])
    largest = np.argsort(sizes, axis=1)[:, -n_largest:]
    return np.take_along_axis(where.reshape(len(where), -1), largest, axis=1).mean()


def print_planted(seed, folder):
    """Print, for each network and method, the share of the largest attributions on the pattern."""
    from skneural import inspection

    for moves in (False, True):
        X, y, _ = planted(4000, seed, moves)
        test, truth, where = planted(100, seed + 1000, moves)
        network = networks(moves, seed).fit(X, y)
        print(
            f"pattern {'anywhere' if moves else 'at one place'}, {type(network).__name__}: accuracy"
            f" {network.score(test, truth):.3f}"
        )
        options = {"occlusion": {"window": (4, 4)}, "smooth_gradient": {"random_state": seed}}
        for method in METHODS:
            found = getattr(inspection, "input_gradient" if method == "gradient" else method)
            begin = time.perf_counter()
            share = on_pattern(found(network, test, truth, **options.get(method, {})), where)
            took = time.perf_counter() - begin
            print(f"  {method:22}{share:7.1%}  {took / len(test) * 1e3:7.1f} ms an image")


def print_maximization(seed, folder):
    """Print what another network takes the images of LeNet-5 for."""
    from skneural import ConvNetClassifier
    from skneural.inspection import FeatureVisualizationDisplay, activation_maximization

    X, y, test, truth = load_images("mnist")
    lenet = ConvNetClassifier(
        architecture="lenet5", max_iter=3, batch_size=64, random_state=seed
    ).fit(X, y)
    other = ConvNetClassifier(
        filters=(16, 32), max_iter=2, batch_size=64, random_state=seed + 1
    ).fit(X, y)
    print(f"test accuracy {lenet.score(test, truth):.4f}, other {other.score(test, truth):.4f}")
    begin = time.perf_counter()
    images = activation_maximization(lenet, random_state=seed)
    took = time.perf_counter() - begin
    labels = other.predict(images)
    right = int((labels == np.arange(10)).sum())
    print(f"{right} of 10 classes, {took:.1f} s; predicted {labels.tolist()}")
    if folder:
        FeatureVisualizationDisplay.from_images(images, titles=list(range(10)), n_columns=5)
        save(folder, "maximization")


def print_pictures(seed, folder):
    """Print how long a dream and a style transfer take."""
    from matplotlib import pyplot
    from sklearn.datasets import load_sample_image

    from skneural.inspection import deep_dream, style_transfer

    network = cifar_network(seed)
    china, flower = (load_sample_image(f"{name}.jpg") for name in ("china", "flower"))
    china, flower = china[80:336, 120:376], flower[80:336, 200:456]
    makers = {
        "deep_dream": lambda: deep_dream(network, china, "conv4", random_state=seed),
        "style_transfer": lambda: style_transfer(
            china, flower, network, layers=["conv1", "conv2", "conv3", "conv4"]
        ),
    }
    for name, make in makers.items():
        begin = time.perf_counter()
        picture = make()
        print(f"{name:15}{time.perf_counter() - begin:6.1f} s, {picture.shape}")
        if folder:
            pyplot.imsave(Path(folder) / f"{name}.png", np.uint8(np.clip(picture, 0, 255)))


def cifar_network(seed):
    """A convolutional network trained on CIFAR-10, of layers that read images of any size."""
    from skneural import ConvNetClassifier
    from skneural.layers import AvgPool, Conv2D, GlobalAvgPool

    def convolution(number, filters):
        return f"conv{number}", Conv2D(filters, 3, "relu", padding="same")

    X, y, test, truth = load_images("cifar10_subset")
    network = ConvNetClassifier(
        architecture=[
            convolution(1, 32), convolution(2, 32), ("pool1", AvgPool(2)), convolution(3, 64),
            convolution(4, 64), ("pool2", AvgPool(2)), convolution(5, 128),
            ("mean", GlobalAvgPool()),
        ],
        max_iter=5, batch_size=64, learning_rate="one_cycle", random_state=seed,
    ).fit(X, y)
    print(f"CIFAR-10: accuracy {network.score(test, truth):.3f}")
    return network


def save(folder, name):
    """Keep the current figure."""
    from matplotlib import pyplot

    Path(folder).mkdir(parents=True, exist_ok=True)
    pyplot.gcf().savefig(Path(folder) / f"{name}.png", dpi=120)


def main():
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = {
        "planted": print_planted, "maximization": print_maximization, "pictures": print_pictures,
    }
    parser.add_argument("what", choices=[*commands, "all"], nargs="?", default="all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", help="where pictures go")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    for name, command in commands.items():
        if options.what in (name, "all"):
            command(options.seed, options.folder)


if __name__ == "__main__":
    sys.exit(main())
