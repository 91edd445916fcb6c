"""Fitted estimators as models in ONNX."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .graph import TABLES, VERSION_OF_TABLES, Graph
from .inputs import Input
from .models import Output, adder_of, model_inputs, network_of
from .packages import onnx_package

_OPSETS = range(13, 23)
_IR_VERSION = 8  # what runtimes of 2022 and later read


def to_onnx(
    estimator: BaseEstimator,
    *,
    method: str | None = None,
    dtype: Any = None,
    target_opset: int = 17,
) -> Any:
    """Return a fitted estimator as a model in ONNX.

    The model has the input ``X``, of any number of samples, in the shape and range of the X of
    `fit`, and needs neither Python nor this library to run: onnxruntime reads it. Its outputs are
    named as those of skl2onnx:

    - of a classifier ``label``, int64 or strings, and ``probabilities``, or without these
      ``scores``, those of ``decision_function``;
    - of a regressor ``variable``, (n_samples, 1) for a single number;
    - of a transformer ``variable``;
    - of an outlier detector ``label``, 1 or -1, and ``scores``, (n_samples, 1), those of
      ``decision_function``.

    Series may have any length and images any size if the layers allow it; series have no missing
    values. A table has a single
    input, too, with NaN for missing numbers; if it has categories that are text, an input of shape
    (n_samples, 1) for each column, by its name.

    Parameters
    ----------
    estimator : estimator
        Fitted, and with a network.
    method : str or None, default=None
        What the model computes: of classifiers "predict_proba" or "decision_function", of an
        `AutoencoderTransformer` "transform", "reconstruct" or "inverse_transform". None for the
        first one that there is.
    dtype : {"float32", "float64"} or None, default=None
        Of X and of the outputs, in which the network computes; None for that of the network.
        Convolutions, average pooling and "gelu" compute in float32 in any case: runtimes have no
        others.
    target_opset : int, default=17
        Version of the operators, from 13 to 22.

    Returns
    -------
    model : onnx.ModelProto
        ``model.SerializeToString()`` are the bytes of a file.

    Raises
    ------
    ImportError
        If onnx is not installed.
    TypeError
        If it is no estimator of this library. `register_converters` lets skl2onnx convert a
        pipeline.
    NotImplementedError
        If the estimator, a layer, an activation or a loss has no form in ONNX.
    ValueError
        For a method that the estimator does not have, another version of the operators, or a column
        that is called as an output is.
    NotFittedError
        If the estimator is not fitted.

    See Also
    --------
    register_converters : Pipelines by skl2onnx.

    References
    ----------
    ONNX: https://onnx.ai

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skneural import MLPClassifier
    >>> from skneural.persistence import to_onnx
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y)
    >>> [output.name for output in to_onnx(model).graph.output]  # doctest: +SKIP
    ['label', 'probabilities']
    """
    _check(estimator, target_opset)
    package = onnx_package()
    check_is_fitted(estimator)
    network = network_of(estimator)
    dtype = network.dtype if dtype is None else np.dtype(dtype)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"to_onnx: dtype={dtype} must be float32 or float64")
    graph, inputs = Graph(dtype, target_opset), model_inputs(estimator, method)
    outputs = adder_of(estimator, method)(
        graph, estimator, [each.name for each in inputs], inputs[0].shape
    )
    _check_names(inputs, outputs)
    for output in outputs:
        graph.rename(output.name, output.title)
    given = [
        _described(each.name, str if each.is_text else dtype, _dimensions(graph, each.shape))
        for each in inputs
    ]
    found = [
        _described(each.title, each.dtype, _dimensions(graph, each.shape)) for each in outputs
    ]
    versions = {"": target_opset}
    if any(node.domain for node in graph.nodes):
        versions[TABLES] = VERSION_OF_TABLES
    helper = package.helper
    return helper.make_model(
        helper.make_graph(graph.nodes, type(estimator).__name__, given, found, graph.constants),
        opset_imports=[helper.make_opsetid(*each) for each in versions.items()],
        ir_version=_IR_VERSION, producer_name="scikit-neural",
        producer_version=import_module("skneural").__version__,
    )


def _check(estimator: Any, target_opset: Any) -> None:
    """Raise an error for what is no estimator of this library, or for an unknown opset."""
    if not isinstance(estimator, BaseEstimator) or isinstance(estimator, type):
        raise TypeError(f"to_onnx: expected an estimator, got {estimator!r}; pass an instance")
    if not any(cls.__module__.startswith("skneural.") for cls in type(estimator).__mro__):
        raise TypeError(
            f"to_onnx: {type(estimator).__name__} is no estimator of this library; after"
            " skneural.persistence.register_converters(), skl2onnx.to_onnx converts pipelines and"
            " other estimators with those of this library in them"
        )
    if target_opset not in _OPSETS:
        raise ValueError(
            f"to_onnx: target_opset={target_opset!r} is not from {_OPSETS[0]} to {_OPSETS[-1]}"
        )


def _check_names(inputs: Sequence[Input], outputs: Sequence[Output]) -> None:
    """Raise a ValueError for a column of a table that is called as an output is."""
    for output in outputs:
        if output.title in {each.name for each in inputs}:
            raise ValueError(
                f"to_onnx: a column of X is called {output.title!r}, as an output of the model is;"
                " fit with another name for it"
            )


def _dimensions(graph: Graph, shape: Sequence[int]) -> list[Any]:
    """Return the dimensions of samples of a shape: any number of them, of any size if allowed."""
    if graph.sizes_are_free and len(shape) > 1:
        return ["n_samples", *([None] * (len(shape) - 1)), shape[-1]]
    return ["n_samples", *(None if size == -1 else size for size in shape)]


def _described(name: str, dtype: Any, dimensions: Sequence[Any]) -> Any:
    package = onnx_package()
    number = package.TensorProto.STRING
    if dtype is not str:
        number = package.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    return package.helper.make_tensor_value_info(name, number, dimensions)
