"""Keras on series: masked where lengths differ."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers as kl

from asv_benchmarks.workloads.series import CLASSES, SeriesWorkload, make_series

CELLS = {"lstm": kl.LSTM, "gru": kl.GRU}


class SeriesLoop:
    """`Model.fit`, or `Model.predict_on_batch`."""

    def __init__(self, workload: SeriesWorkload, threads: int):
        self.workload = workload
        X, self.y = make_series(workload)
        self.note = keras.backend.backend()
        if workload.shortest is not None:
            X = keras.utils.pad_sequences(X, workload.steps, "float32", "post", value=0.0)
            self.note += ", masked"
        self.X = np.asarray(X)
        self.model = self.make()

    def make(self):
        """The model, compiled."""
        workload = self.workload
        inputs = values = keras.Input((workload.steps, workload.features))
        if workload.shortest is not None:
            values = kl.Masking()(values)
        for place, units in enumerate(workload.hidden, 1):
            keeps = place < len(workload.hidden)
            values = CELLS[workload.cell](units, return_sequences=keeps)(values)
        model = keras.Model(inputs, kl.Dense(CLASSES)(values))
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(global_clipnorm=1.0), loss)
        return model

    def fit(self, epochs: int) -> None:
        """Train for a number of epochs."""
        size = self.workload.batch_size
        self.model.fit(self.X, self.y, batch_size=size, epochs=epochs, verbose=0)

    def predict(self, passes: int) -> None:
        """Predict the classes of all series, so many times."""
        for _ in range(passes):
            for begin in range(0, len(self.X), self.workload.batch_size):
                batch = self.X[begin : begin + self.workload.batch_size]
                self.model.predict_on_batch(batch).argmax(axis=1)
