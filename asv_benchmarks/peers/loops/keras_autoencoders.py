"""Keras autoencoders: `fit` with and without XLA, whichever is quicker."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers as kl
from keras import ops

from asv_benchmarks._options import quickest
from asv_benchmarks.workloads.autoencoders import (
    FILTERS,
    IMAGE_SHAPE,
    MASKED,
    SIZES,
    AutoencoderWorkload,
    make_rows,
)

TRAININGS = ("fit", "fit with XLA")


class Masking(kl.Layer):
    """Set features to zero at random in training."""

    def __init__(self):
        super().__init__()
        self.seed = keras.random.SeedGenerator(0)

    def call(self, values, training=False):
        if not training:
            return values
        kept = keras.random.uniform(ops.shape(values), seed=self.seed) >= MASKED
        return values * ops.cast(kept, values.dtype)


class Sampling(kl.Layer):
    """Draw codes, and charge their divergence from standard normal ones."""

    def __init__(self):
        super().__init__()
        self.seed = keras.random.SeedGenerator(0)

    def call(self, values, training=False):
        means, log_variances = ops.split(values, 2, axis=1)
        divergence = ops.square(means) + ops.exp(log_variances) - 1 - log_variances
        self.add_loss(0.5 * ops.mean(ops.sum(divergence, axis=1)))
        if not training:
            return means
        noise = keras.random.normal(ops.shape(means), seed=self.seed)
        return means + ops.exp(0.5 * log_variances) * noise


def half_squared_error(expected, outputs):
    """Half the squared error, summed over the numbers of a sample."""
    errors = ops.square(ops.reshape(expected - outputs, (ops.shape(outputs)[0], -1)))
    return 0.5 * ops.sum(errors, axis=1)


def make_models(workload: AutoencoderWorkload):
    """The autoencoder and its encoder."""
    if workload.form == "conv":
        inputs = values = keras.Input(IMAGE_SHAPE)
        for filters in FILTERS:
            values = kl.Conv2D(filters, 3, 2, "same", activation="relu")(values)
        codes = values
        values = kl.Conv2DTranspose(FILTERS[0], 3, 2, "same", activation="relu")(values)
        outputs = kl.Conv2DTranspose(1, 3, 2, "same")(values)
        return keras.Model(inputs, outputs), keras.Model(inputs, codes)
    middle = len(SIZES) // 2
    inputs = values = keras.Input(SIZES[:1])
    if workload.form == "denoising":
        values = Masking()(values)
    for units in SIZES[1:middle]:
        values = kl.Dense(units, "relu")(values)
    if workload.form == "variational":
        values = codes = Sampling()(kl.Dense(2 * SIZES[middle])(values))
    else:
        values = codes = kl.Dense(SIZES[middle])(values)
    for units in SIZES[middle + 1 : -1]:
        values = kl.Dense(units, "relu")(values)
    return keras.Model(inputs, kl.Dense(SIZES[-1])(values)), keras.Model(inputs, codes)


class AutoencoderLoop:
    """One model a way of training, which goes on with its weights from fit to fit."""

    def __init__(self, workload: AutoencoderWorkload, threads: int):
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        keras.utils.set_random_seed(0)
        self.workload, self.X = workload, make_rows(workload)
        self.models = {}
        for option in TRAININGS:
            model, self.encoder = make_models(workload)
            size = min(128, workload.batch_size)
            model.compile(
                "adam", half_squared_error, jit_compile="XLA" in option,
                steps_per_execution=workload.n_samples // size,
            )
            self.models[option] = model
        self.way = TRAININGS[0] if workload.predicts else self.choose()
        self.note = f"{self.way}, Keras {keras.__version__}, TensorFlow {tf.__version__}"

    def choose(self) -> str:
        """The quicker way, once both are traced."""
        for option in TRAININGS:
            self.train(1, option)
        return quickest(lambda option: self.train(1, option), TRAININGS)

    def train(self, epochs: int, option: str) -> None:
        size = min(128, self.workload.batch_size)
        self.models[option].fit(self.X, self.X, size, epochs, verbose=0)

    def fit(self, epochs: int) -> None:
        """Train for a number of epochs, going on with the weights there are."""
        self.train(epochs, self.way)

    def predict(self, passes: int) -> None:
        """Compute the codes of all rows, so many times."""
        for _ in range(passes):
            self.encoder.predict(self.X, batch_size=4096, verbose=0)
