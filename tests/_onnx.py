"""Models in ONNX, run by onnxruntime."""

import numpy as np
import pytest

from skneural.persistence.onnx.graph import Graph


def session_of(model, is_whole=True):
    """What runs a model, after a check of it."""
    onnx = pytest.importorskip("onnx", reason="needs onnx, of the extra 'onnx'")
    runtime = pytest.importorskip("onnxruntime", reason="needs onnxruntime, of the extra 'onnx'")
    if is_whole:
        onnx.checker.check_model(model, full_check=True)
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def run(model, output, X, title=None):
    """One output of a model, or of a graph that reads X."""
    is_part = isinstance(model, Graph)
    if is_part:
        model, title = model_of(model, output, X), output
    session = session_of(model, not is_part)
    return session.run(None if title is None else [title], {"X": X})[0]


def outputs_of(model, X):
    """All outputs of a model by name; X is an array, or one for each input."""
    session = session_of(model)
    given = X if isinstance(X, dict) else {"X": X}
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, given), strict=True))


def model_of(graph, output, X):
    helper = pytest.importorskip("onnx", reason="needs onnx, of the extra 'onnx'").helper
    number = helper.np_dtype_to_tensor_dtype(np.dtype(graph.dtype))
    dimensions = ["n_samples", *X.shape[1:]]
    return helper.make_model(
        helper.make_graph(
            graph.nodes, "part", [helper.make_tensor_value_info("X", number, dimensions)],
            [helper.make_tensor_value_info(output, number, None)], graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", graph.opset)], ir_version=8,
    )
