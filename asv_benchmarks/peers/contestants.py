"""The libraries compared, each as a small class with one method that trains.

A contestant is made once for a workload, which may try out options, and then trained many times.
`note` says what a reader of its figures should know, `kinds` which workloads the library takes
part in. This module imports no library: Keras's process may have none of the others.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator

from asv_benchmarks.peers.autoencoder_contestants import (
    ScikitLearnAutoencoder,
    ScikitNeuralAutoencoder,
)
from asv_benchmarks.peers.series_contestants import ScikitNeuralSeries
from asv_benchmarks.peers.table_contestants import Pytabkit, ScikitNeuralTables, TabM
from asv_benchmarks.workloads.autoencoders import AutoencoderWorkload
from asv_benchmarks.workloads.image_layers import Convolution, GlobalPooling, Transposed
from asv_benchmarks.workloads.images import ImageWorkload, batches, make_images
from asv_benchmarks.workloads.rows import Workload, make_data
from asv_benchmarks.workloads.series import SeriesWorkload
from asv_benchmarks.workloads.tables import TableWorkload

AnyWorkload = Workload | ImageWorkload | AutoencoderWorkload | SeriesWorkload | TableWorkload


class NotApplicable(Exception):
    """The library cannot run this workload; the message says why."""


@contextlib.contextmanager
def own_environment(variable: str, package: str) -> Iterator[None]:
    """Say which variable names a Python that has a package, where an import in here fails."""
    try:
        yield
    except ImportError as error:
        raise NotApplicable(
            f"{error}; set {variable} to a Python that has {package}"
        ) from error


class ScikitLearn:
    """`sklearn.neural_network`, the package whose parameters this project took over."""

    kinds = ("rows",)
    module = "sklearn.neural_network"
    dtype = "float32"

    def __init__(self, workload: Workload, threads: int):
        from importlib import import_module

        self.X, self.y = make_data(workload, self.dtype)
        self.note = ""
        name = "MLPRegressor" if workload.regression else "MLPClassifier"
        parameters = {
            "hidden_layer_sizes": workload.hidden,
            "batch_size": workload.batch_size,
            "tol": 0.0,
            "n_iter_no_change": 1_000_000,  # the epochs asked for, whatever the loss does
            "random_state": 0,
            **self.extra_parameters(workload, threads),
        }
        self.estimator = getattr(import_module(self.module), name)(**parameters)
        self.batch_size = workload.batch_size
        if workload.predicts:
            self.fit(1)

    def extra_parameters(self, workload: Workload, threads: int) -> dict:
        """Parameters that this library has and others have not."""
        if workload.dropout:
            self.note = "without dropout"
        return {}

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ConvergenceWarning: too few epochs on purpose
            self.estimator.set_params(max_iter=epochs).fit(self.X, self.y)

    def predict(self, passes: int) -> None:
        """Predict the classes of all rows, so many times."""
        for _ in range(passes):
            for batch in batches(self.X, self.batch_size):
                self.estimator.predict(batch)


class ScikitLearn64(ScikitLearn):
    """The same on float64 input, scikit-learn's usual dtype."""

    dtype = "float64"


class ScikitNeuralRows(ScikitLearn):
    """This library on float32 rows."""

    module = "skneural"

    def extra_parameters(self, workload: Workload, threads: int) -> dict:
        """Dropout, and one thread where one is asked for; else the library's own choice."""
        n_jobs = 1 if threads == 1 else None
        return {"dropout": workload.dropout, "n_jobs": n_jobs}


class ScikitNeural64(ScikitNeuralRows):
    """This library on float64 input, computing in float64 (`dtype=None`)."""

    dtype = "float64"


def made_of(layers: tuple) -> list:
    """Layers of a workload as this library's."""
    from skneural import layers as ours

    made: list = []
    for layer in layers[:-1]:  # the last one is added by the estimator
        match layer:
            case Convolution():
                kind = ours.Conv1D if layer.along_time else ours.Conv2D
                activation = "relu" if layer.rectified and not layer.normalized else "identity"
                made.append(kind(
                    layer.filters, layer.size, activation, strides=layer.strides,
                    padding=layer.padding, groups=layer.groups, use_bias=not layer.normalized,
                ))
                if layer.normalized:
                    made += [ours.BatchNorm(), *[ours.Activation("relu")] * layer.rectified]
            case Transposed():
                made.append(ours.Conv2DTranspose(layer.filters, layer.size, "relu", strides=2,
                                                 padding="same"))
            case GlobalPooling():
                made.append(ours.GlobalAvgPool())
            case _:
                raise TypeError(layer)
    return made


def estimator_of(workload: ImageWorkload):
    """This library's estimator of a workload's network."""
    from skneural import ConvNetClassifier, NeuralNetClassifier

    if workload.parameters is None:
        return NeuralNetClassifier(made_of(workload.layers))
    return ConvNetClassifier(**workload.parameters)


class ScikitNeuralImages(ScikitLearn):
    """This library on float32 images."""

    def __init__(self, workload: ImageWorkload, threads: int):
        self.X, self.y = make_images(workload)
        self.note = ""
        self.batch_size = workload.batch_size
        self.estimator = estimator_of(workload).set_params(
            batch_size=128 if workload.predicts else workload.batch_size,
            tol=0.0,
            n_iter_no_change=1_000_000,
            random_state=0,
            n_jobs=1 if threads == 1 else None,
        )
        if workload.predicts:
            self.fit(1)


class ScikitNeural:
    """This library, of whose classes the workload needs."""

    kinds = ("rows", "images", "autoencoders", "series", "tables")

    def __new__(cls, workload: AnyWorkload, threads: int):
        """Choose the class for what the workload is on."""
        made = {
            "rows": ScikitNeuralRows,
            "images": ScikitNeuralImages,
            "autoencoders": ScikitNeuralAutoencoder,
            "series": ScikitNeuralSeries,
            "tables": ScikitNeuralTables,
        }
        return made[workload.kind](workload, threads)


class ScikitLearnPeer:
    """scikit-learn, of whose classes the workload needs."""

    kinds = ("rows", "autoencoders")

    def __new__(cls, workload: Workload | AutoencoderWorkload, threads: int):
        """Choose the class for rows or autoencoders."""
        made = ScikitLearn if workload.kind == "rows" else ScikitLearnAutoencoder
        return made(workload, threads)


class Torch:
    """PyTorch in a plain loop, without the loss's running mean, weight decay or a DataLoader.

    All three would only slow it down. Adam's foreach and fused forms are both tried, and the
    quicker one runs.
    """

    kinds = ("rows", "images", "autoencoders", "series", "tables")

    def __new__(cls, workload: AnyWorkload, threads: int):
        """Choose the loop for dense or sparse rows, images, autoencoders, series or tables."""
        if workload.kind == "tables":
            if workload.form != "realmlp":
                raise NotApplicable("runs TabM by its authors' package, tabm")
            from asv_benchmarks.peers.loops.torch_tables import TableLoop

            return TableLoop(workload, threads)
        if workload.kind == "series":
            from asv_benchmarks.peers.loops.torch_series import SeriesLoop

            return SeriesLoop(workload, threads)
        if workload.kind == "autoencoders":
            from asv_benchmarks.peers.loops.torch_autoencoders import AutoencoderLoop

            return AutoencoderLoop(workload, threads)
        if workload.kind == "images":
            from asv_benchmarks.peers.loops.torch_images import ImageLoop

            return ImageLoop(workload, threads)
        from asv_benchmarks.peers.loops.torch_rows import DenseLoop, SparseLoop

        loop = DenseLoop if workload.density is None else SparseLoop
        return loop(workload, threads)


class Skorch:
    """skorch without a validation split and without printing."""

    kinds = ("rows",)

    def __init__(self, workload: Workload, threads: int):
        if workload.density is not None or workload.predicts:
            raise NotApplicable("takes no sparse input, and predicts as PyTorch does")
        import torch
        from skorch import NeuralNetClassifier, NeuralNetRegressor

        from asv_benchmarks.peers.loops.torch_rows import make_loss, make_model

        torch.set_num_threads(threads)
        self.X, self.y = make_data(workload)
        if workload.regression:
            self.y = self.y.reshape(-1, 1)
        self.note = ""
        self.estimator = (NeuralNetRegressor if workload.regression else NeuralNetClassifier)(
            lambda: make_model(workload),
            criterion=type(make_loss(workload)),
            optimizer=torch.optim.Adam,
            optimizer__fused=True,
            lr=0.001,
            batch_size=workload.batch_size,
            iterator_train__shuffle=True,
            train_split=None,
            verbose=0,
        )

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        self.estimator.set_params(max_epochs=epochs).fit(self.X, self.y)


class Keras:
    """Keras on TensorFlow, in a Python of its own if one is named."""

    kinds = ("images", "autoencoders", "series")

    def __new__(cls, workload: AnyWorkload, threads: int):
        """Make the loop, or say what is missing."""
        with own_environment("SKNEURAL_KERAS_PYTHON", "tensorflow-cpu"):
            if workload.kind == "series":
                from asv_benchmarks.peers.loops.keras_series import SeriesLoop

                return SeriesLoop(workload, threads)
            from asv_benchmarks.peers.loops.keras_images import ImageLoop

            if workload.kind == "autoencoders":
                from asv_benchmarks.peers.loops.keras_autoencoders import AutoencoderLoop

                return AutoencoderLoop(workload, threads)
        return ImageLoop(workload, threads)


class Jax:
    """JAX in a loop that is compiled by the epoch."""

    kinds = ("rows",)

    def __new__(cls, workload: Workload, threads: int):
        """Make the loop; it runs on as many threads as there are cores for the process."""
        if workload.density is not None or workload.dropout or workload.predicts:
            raise NotApplicable("takes part in training dense rows without dropout")
        from asv_benchmarks.peers.loops.jax_rows import EpochLoop

        return EpochLoop(workload)


class Onnx:
    """ONNX Runtime on a model made of this library's weights."""

    kinds = ("rows", "images")

    def __new__(cls, workload: Workload | ImageWorkload, threads: int):
        """Train this library's network, and make a model of it."""
        if not workload.predicts:
            raise NotApplicable("takes part in prediction")
        from asv_benchmarks.peers.loops import onnx_models

        of_rows = workload.kind == "rows"
        ours = (ScikitNeuralRows if of_rows else ScikitNeuralImages)(workload, threads)
        make = onnx_models.of_rows if of_rows else onnx_models.of_images
        return make(ours.estimator, ours.X, workload.batch_size, threads)


CONTESTANTS = {
    "skneural": ScikitNeural,
    "skneural f64": ScikitNeural64,
    "sklearn": ScikitLearnPeer,
    "sklearn f64": ScikitLearn64,
    "torch": Torch,
    "skorch": Skorch,
    "jax": Jax,
    "onnx": Onnx,
    "keras": Keras,
    "pytabkit": Pytabkit,
    "tabm": TabM,
}
PEERS = (  # whose best figure counts
    "sklearn", "torch", "skorch", "jax", "onnx", "keras", "pytabkit", "tabm"
)  # fmt: skip
