"""Accuracy on the real sets of images.

`python -m asv_benchmarks.accuracy mnist` trains a recipe of `recipes.py` on the training images
and prints the accuracy on the test images every few epochs, with the seconds spent in training
until then. Nothing is chosen by it: the figure that counts is that of the last epoch.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from asv_benchmarks import _machine
from asv_benchmarks.accuracy.real_data import load_images
from asv_benchmarks.accuracy.recipes import RECIPES, Recipe

LINES = 12  # about as many figures a training


class Log:
    """Accuracies with the seconds of training before them, evaluation left out."""

    def __init__(self, epochs: int):
        self.epochs, self.every = epochs, max(1, round(epochs / LINES))
        self.n_epochs, self.paused, self.history = 0, 0.0, []
        self.start()

    def start(self) -> None:
        """Training begins now."""
        self.begun = time.perf_counter()

    def epoch(self, evaluate: Callable[[], float]) -> float:
        """Count an epoch, evaluate after some of them; return the last accuracy."""
        self.n_epochs += 1
        if self.n_epochs % self.every == 0 or self.n_epochs == self.epochs:
            now = time.perf_counter()
            seconds = now - self.begun - self.paused
            self.history.append((self.n_epochs, evaluate(), seconds))
            print("epoch {:3d}  accuracy {:7.2%}  {:7.1f} s".format(*self.history[-1]), flush=True)
            self.paused += time.perf_counter() - now
        return self.history[-1][1] if self.history else 0.0


def train(recipe: Recipe, data: tuple, options: argparse.Namespace, log: Log) -> None:
    """Train the recipe's estimator."""
    X, y, X_test, y_test = data
    if recipe.scaled:
        X, X_test = (np.float32(images) / np.float32(255) for images in (X, X_test))
    estimator = recipe.make().set_params(
        max_iter=options.epochs, random_state=options.seed, n_jobs=options.threads, tol=0.0,
        n_iter_no_change=options.epochs,
        scoring=lambda fitted, X, y: log.epoch(lambda: fitted.score(X, y)),
    )
    log.start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs asked for are enough
        estimator.fit(X, y, X_val=X_test, y_val=y_test)


def verdict(recipe: Recipe, accuracy: float) -> str:
    """What an accuracy means against the recipe's targets."""
    if recipe.must is None:
        return "no target"
    if accuracy < recipe.must:
        return f"MISSED, must be {recipe.must:.2%}"
    if recipe.aim is None:
        return f"met, must be {recipe.must:.2%}"
    return f"met, aim {recipe.aim:.2%} {'met' if accuracy >= recipe.aim else 'not met'}"


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.accuracy", description=__doc__)
    add = parser.add_argument
    add("recipe", choices=tuple(RECIPES))
    add("--epochs", type=int, help="in place of the recipe's")
    add("--threads", type=int, default=_machine.cores())
    add("--seed", type=int, default=0)
    add("--samples", type=int, help="train on the first so many images only")
    add("--torch", action="store_true", help="the same in PyTorch, of cifar-resnet20")
    add("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    if options.torch and options.recipe != "cifar-resnet20":
        parser.error("--torch: only cifar-resnet20 has a twin in PyTorch")
    options.epochs = options.epochs or RECIPES[options.recipe].epochs
    return options


def main(arguments: list[str] | None = None) -> None:
    """Train, print, and write the figures."""
    options = parse_arguments(arguments)
    recipe, machine = RECIPES[options.recipe], _machine.describe()
    X, y, *test = load_images(recipe.data)
    data = (X[: options.samples], y[: options.samples], *test)
    print("\n".join(_machine.lines(machine)), flush=True)
    library = "PyTorch" if options.torch else "scikit-neural"
    print(f"{options.recipe}, {library}, {len(data[0])} images, {options.epochs} epochs,"
          f" {options.threads} threads, seed {options.seed}", flush=True)
    log = Log(options.epochs)
    if options.torch:
        from asv_benchmarks.accuracy.torch_recipe import train as train_torch

        train_torch(data, options.epochs, options.threads, options.seed, log)
    else:
        train(recipe, data, options, log)
    n_epochs, accuracy, seconds = log.history[-1]
    print(f"{accuracy:.2%} after {n_epochs} epochs, {seconds:.0f} s: {verdict(recipe, accuracy)}")
    if options.json:
        settings = {name: value for name, value in vars(options).items() if name != "json"}
        report = {"machine": machine, **settings, "history": log.history}
        options.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
