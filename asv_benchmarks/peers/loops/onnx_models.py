"""ONNX Runtime on models made of this library's weights: prediction alone."""

from __future__ import annotations

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from asv_benchmarks.workloads.images import batches


def _session(nodes: list, weights: dict, shape: tuple, threads: int):
    graph = helper.make_graph(
        nodes, "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, *shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name)
         for name, values in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _dense(nodes, weights, number, kernel, bias, last):
    weights[f"w{number}"], weights[f"b{number}"] = kernel, bias
    source = nodes[-1].output[0] if nodes else "x"
    target = "y" if last else f"h{number}"
    nodes.append(helper.make_node("Gemm", [source, f"w{number}", f"b{number}"], [target]))
    if not last:
        nodes.append(helper.make_node("Relu", [target], [f"r{number}"]))


class Runner:
    """Runs a session over batches, and picks the class."""

    def __init__(self, X: np.ndarray, batch_size: int, session):
        self.X, self.batch_size, self.session, self.note = X, batch_size, session, ""

    def predict(self, passes: int) -> None:
        """Predict the classes of all rows, so many times."""
        for _ in range(passes):
            for batch in batches(self.X, self.batch_size):
                self.session.run(None, {"x": batch})[0].argmax(1)


def of_rows(estimator, X: np.ndarray, batch_size: int, threads: int) -> Runner:
    """A fitted `MLPClassifier` with rectifiers."""
    nodes: list = []
    weights: dict = {}
    layers = list(zip(estimator.coefs_, estimator.intercepts_, strict=True))
    for number, (kernel, bias) in enumerate(layers):
        _dense(nodes, weights, number, kernel, bias, number == len(layers) - 1)
    return Runner(X, batch_size, _session(nodes, weights, X.shape[1:], threads))


def of_images(estimator, X: np.ndarray, batch_size: int, threads: int) -> Runner:
    """A fitted `ConvNetClassifier` of convolutions and pooling, on images channels first."""
    nodes: list = []
    weights: dict = {}
    *convolutions, last = estimator.weights_.values()
    for number, layer in enumerate(convolutions):
        weights[f"w{number}"] = layer["kernel"].transpose(3, 2, 0, 1)
        weights[f"b{number}"] = layer["bias"]
        source = nodes[-1].output[0] if nodes else "x"
        nodes += [
            helper.make_node("Conv", [source, f"w{number}", f"b{number}"], [f"c{number}"]),
            helper.make_node("Relu", [f"c{number}"], [f"r{number}"]),
            helper.make_node("MaxPool", [f"r{number}"], [f"p{number}"], kernel_shape=[2, 2],
                             strides=[2, 2]),
        ]
    nodes += [helper.make_node("Transpose", [nodes[-1].output[0]], ["t"], perm=[0, 2, 3, 1]),
              helper.make_node("Flatten", ["t"], ["f"])]
    _dense(nodes, weights, len(convolutions), last["kernel"], last["bias"], True)
    first = np.ascontiguousarray(np.moveaxis(X, -1, 1))
    runner = Runner(first, batch_size, _session(nodes, weights, first.shape[1:], threads))
    expected = estimator.predict_proba(X[:4]).argmax(1)
    assert (runner.session.run(None, {"x": first[:4]})[0].argmax(1) == expected).all()
    return runner
