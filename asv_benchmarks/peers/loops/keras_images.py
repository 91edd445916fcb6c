"""Keras on TensorFlow: `fit` with and without XLA, or a loop of a compiled step, by speed."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as kl

from asv_benchmarks._options import quickest
from asv_benchmarks.workloads.image_layers import (
    Block,
    Connection,
    Convolution,
    Dropping,
    Flattening,
    GlobalPooling,
    Pooling,
)
from asv_benchmarks.workloads.images import ImageWorkload, batches, make_images

TRAININGS = ("fit", "fit with XLA", "tf.function loop")
PREDICTIONS = ("predict_on_batch", "tf.function")


def convolve(layer: Convolution, values, later: bool = False):
    """Put a convolution on top, with what belongs to it but a rectifier that comes later."""
    values = kl.Conv2D(
        layer.filters, layer.size, layer.strides, layer.padding, use_bias=not layer.normalized
    )(values)
    if layer.normalized:
        values = kl.BatchNormalization(momentum=0.9)(values)
    return kl.ReLU()(values) if layer.rectified and not later else values


def add_block(block: Block, values):
    """Put a residual block on top."""
    inner = values
    for convolution in block.convolutions:
        inner = convolve(convolution, inner)
    shortcut = convolve(block.projection, values) if block.projection else values
    return kl.ReLU()(kl.Add()([inner, shortcut]))


def add(layer, values, later: bool):
    """Put a layer on top; `later` moves its rectifier behind the pooling that follows."""
    match layer:
        case Convolution():
            return convolve(layer, values, later)
        case Block():
            return add_block(layer, values)
        case Pooling():
            return kl.ReLU()(kl.MaxPooling2D(2)(values))
        case GlobalPooling():
            return kl.GlobalAveragePooling2D()(values)
        case Flattening():
            return kl.Flatten()(values)
        case Dropping():
            return kl.Dropout(layer.rate)(values)
        case Connection():
            return kl.Dense(layer.units, "relu" if layer.rectified else None)(values)
    raise TypeError(layer)


def make_model(workload: ImageWorkload):
    """The network in Keras, with rectifiers behind pooling: the same function, fewer numbers."""
    inputs = values = keras.Input(workload.image_shape)
    followers = (*workload.layers[1:], None)
    for layer, follower in zip(workload.layers, followers):
        values = add(layer, values, isinstance(follower, Pooling))
    return keras.Model(inputs, values)


class ImageLoop:
    """One model a way of training, which goes on with its weights from fit to fit.

    A new model would be traced again, at a cost of seconds that is no part of an epoch.
    """

    def __init__(self, workload: ImageWorkload, threads: int):
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        keras.utils.set_random_seed(0)
        self.workload = workload
        self.X, self.y = make_images(workload)
        make, self.run, options = (
            (self.make_prediction, self.predict_by, PREDICTIONS) if workload.predicts
            else (self.make_training, self.train_by, TRAININGS)
        )
        self.ways = {option: make(option) for option in options}
        for option in options:
            self.run(1, option)  # traces and compiles
        self.way = quickest(lambda option: self.run(1, option), options)
        self.note = f"{self.way}, Keras {keras.__version__}, TensorFlow {tf.__version__}"

    def fit(self, epochs: int) -> None:
        """Train for a number of epochs, going on with the weights there are."""
        self.run(epochs, self.way)

    def predict(self, passes: int) -> None:
        """Predict the classes of all images, so many times."""
        self.run(passes, self.way)

    def make_training(self, option: str):
        """The function of a number of epochs that trains in one of the ways."""
        model = make_model(self.workload)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        if option == TRAININGS[2]:
            return self.make_loop(model, loss)
        n_batches = self.workload.n_samples // self.workload.batch_size
        model.compile("adam", loss, steps_per_execution=n_batches, jit_compile="XLA" in option)
        size = self.workload.batch_size
        return lambda epochs: model.fit(self.X, self.y, size, epochs, verbose=0)

    def make_loop(self, model, loss):
        """Training step by step, from images in TensorFlow's own memory."""
        optimizer = keras.optimizers.Adam()
        optimizer.build(model.trainable_variables)
        X, y = tf.constant(self.X), tf.constant(self.y)

        @tf.function
        def step(rows):
            with tf.GradientTape() as tape:
                value = loss(tf.gather(y, rows), model(tf.gather(X, rows), training=True))
            gradients = tape.gradient(value, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)

        def train(epochs):
            for _ in range(epochs):
                order = np.random.permutation(len(self.X))
                for rows in batches(order, self.workload.batch_size):
                    step(tf.constant(rows))

        return train

    def train_by(self, epochs: int, option: str) -> None:
        self.ways[option](epochs)

    def make_prediction(self, option: str):
        """The function of a batch that predicts in one of the ways."""
        model = make_model(self.workload)
        if option == PREDICTIONS[0]:
            return lambda batch: model.predict_on_batch(batch)
        call = tf.function(lambda batch: model(batch, training=False))
        return lambda batch: call(tf.constant(batch)).numpy()

    def predict_by(self, passes: int, option: str) -> None:
        function = self.ways[option]
        for _ in range(passes):
            for batch in batches(self.X, self.workload.batch_size):
                function(batch).argmax(1)
