"""A classifier that begins with an encoder trained without labels, beside one from scratch.

`python -m asv_benchmarks.few_labels` trains an autoencoder on all training images of MNIST, then
`MLPClassifier` on those few that keep their labels: from scratch, from the encoder, and from one
pretrained layer by layer. It prints test accuracies, means over seeds that choose the labels.
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np

from asv_benchmarks.accuracy.real_data import load_images
from skneural import AutoencoderTransformer, MLPClassifier

SIZES = (512, 128)


def make_encoders(X, epochs: int) -> dict:
    """Autoencoders fitted on all images, by what they are called."""
    parameters = {
        "n_components": SIZES[-1], "hidden_layer_sizes": SIZES[:-1], "code_activation": "relu",
        "noise": "masking", "noise_level": 0.3, "batch_size": 128, "random_state": 0,
    }
    encoders: dict = {"from scratch": None}
    for name, more in {
        "denoising encoder": {"max_iter": epochs},
        "layer by layer": {
            "max_iter": epochs, "pretraining": "layerwise", "pretraining_max_iter": epochs // 2
        },
    }.items():
        start = time.perf_counter()
        encoders[name] = AutoencoderTransformer(**parameters, **more).fit(X)
        print(f"{name}: fitted in {time.perf_counter() - start:.1f} s", flush=True)
    return encoders


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.few_labels", description=__doc__)
    parser.add_argument("--share", type=float, default=0.05, help="of the labels that are kept")
    parser.add_argument("--epochs", type=int, default=20, help="of the autoencoders")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    X, y, X_test, y_test = load_images("mnist")
    X, X_test = (np.float32(images.reshape(len(images), -1)) / 255 for images in (X, X_test))
    for name, encoder in make_encoders(X, options.epochs).items():
        scores = []
        for seed in range(options.seeds):
            rows = np.random.RandomState(seed).permutation(len(X))[: int(options.share * len(X))]
            classifier = MLPClassifier(
                SIZES, initial_encoder=encoder, batch_size=64, max_iter=40, random_state=seed
            )
            scores.append(classifier.fit(X[rows], y[rows]).score(X_test, y_test))
        print(f"{name:18} {np.mean(scores):.2%} +- {np.std(scores):.2%}", flush=True)


if __name__ == "__main__":
    main()
