"""Files written by someone else, with a checksum of their own: nothing runs, errors are clear."""

import json

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from skneural import MLPClassifier
from skneural.exceptions import ModelFileError
from skneural.persistence import load, save
from skneural.persistence._files import _checksum


class Own(MLPClassifier):
    """A user's class."""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.safetensors"
    save(MLPClassifier((3,), early_stopping=True), path)
    return path


def written(path, tree, tensors=None):
    """The path of a file with a tree, or the text of one, and the checksum of that."""
    tensors = {"0": np.zeros(2)} if tensors is None else tensors
    text = tree if isinstance(tree, str) else json.dumps(tree)
    header = {"format": 1, "version": "1", "sha256": _checksum(text, tensors), "model": text}
    save_file(tensors, path, {"skneural": json.dumps(header)})
    return path


@pytest.mark.parametrize("name", [
    "os.system", "skneural.os", "skneural.engine.plan.Plan", "skneural.engine.Plan",
    "skneural.persistence._files.replace", "builtins.eval", "skneural._naming.Part",
    "skneural.persistence.save", "skneural.persistence.load", "skneural.datasets.load_mnist",
    "skneural.losses.get_loss", "skneural.distributed.fit",
])
@pytest.mark.parametrize("form", ["state", "items", "name"])
def test_only_known_classes_are_made(path, name, form):
    if form == "name":
        tree = {"__class__": "name", "items": [name]}
    else:
        tree = {"__class__": name, form: {} if form == "state" else []}
    with pytest.raises(ModelFileError, match="is no class of skneural"):
        load(written(path, tree))


@pytest.mark.parametrize(("name", "text"), [
    ("predict", "part of the class"), ("fit", "part of the class"), ("_fit", "part of the class"),
    ("get_params", "part of the class"), ("set_fit_request", "part of the class"),
    ("_doc_link_template", "part of the class"), ("_repr_html_", "part of the class"),
    ("__sklearn_tags__", "part of the class"), ("__slots__", "part of the class"),
    ("__dict__", "part of the class"), ("__call__", "part of the class"),
    ("__anything__", "part of the class"), ("_skl_callbacks", "no part of a model"),
    ("_callback_fit_ctx", "no part of a model"),
])
@pytest.mark.parametrize("is_own", [False, True])
def test_no_attribute_hides_what_a_class_does(path, name, text, is_own):
    with safe_open(path, framework="numpy") as file:
        tree = json.loads(json.loads(file.metadata()["skneural"])["model"])
    tree["state"][name] = {"__class__": "name", "items": ["skneural.MLPClassifier"]}
    if is_own:
        tree |= {"__class__": "own", "name": f"{__name__}.Own"}
    with pytest.raises(ModelFileError, match=text):
        load(written(path, tree), trusted=[Own])


@pytest.mark.parametrize("name", ["build", "output_shape", "examples", "__init__", "reads_data"])
def test_no_attribute_of_a_part_does_either(path, name):
    layer = {"__class__": "skneural.layers.Dense", "state": {"units": 2, name: 3}}
    tree = {"__class__": "skneural.NeuralNetClassifier", "state": {"layers": [layer]}}
    with pytest.raises(ModelFileError, match=f"sets '{name}' of a Dense"):
        load(written(path, tree))


def test_the_one_function_of_states_has_no_instances(path):
    with pytest.raises(ModelFileError, match="_training is a function"):
        load(written(path, {"__class__": "skneural.estimators._training", "state": {}}))


@pytest.mark.parametrize("text", [
    "", "{", '{"a": }', "[" * 100_000, '{"a":' * 100_000, "9" * 5000, '"\ud800', "\ud800", "nul",
], ids=["empty", "open", "no value", "deep", "deep dicts", "long number", "open text", "surrogate",
        "name"])
def test_a_model_that_is_no_json(path, text):
    with pytest.raises(ModelFileError, match=r"its model cannot be read.*save the model again"):
        load(written(path, text))


@pytest.mark.parametrize("tree", [
    {"__class__": "array", "items": ["none", False, [2]]},
    {"__class__": "array", "items": ["0", False, [3]]},
    {"__class__": "skops", "items": [{"__class__": "array", "items": ["0", False, [2]]}]},
    {"__class__": "skneural.MLPClassifier", "state": [1]},
    {"__class__": "skneural.MLPClassifier"},
    {"__class__": "partial", "items": [{"__class__": "name", "items": ["skneural.MLPClassifier"]},
                                       [], {}]},
    {"__class__": "array", "items": ["0", False, [10**30]]},
    {"__class__": "array", "items": ["0", False, [2**40, 2**40]]},
    {"__class__": "float", "items": ["1e"]},
    {"__class__": "float", "items": [{}]},
    {"__class__": "bytes", "items": ["é"]},
    {"__class__": "dtype", "items": ["V9999999999999999999"]},
    {"__class__": "dtype", "items": ["i4,(f4"]},
    {"__class__": "values", "items": ["O", [2**70], [1]]},
    {"__class__": "values", "items": ["u1", [1], [2**70]]},
    {"__class__": "values", "items": ["V2000000000000", [1], [0]]},
    {"__class__": "times", "items": ["M8[parsec]", {"__class__": "array", "items":
                                                    ["0", False, [2]]}]},
    {"__class__": "range", "items": [0, 10, 0]},
    {"__class__": "set", "items": [[]]},
    {"__class__": "dict", "items": [[1]]},
    {"__class__": "RandomState", "items": [{"bit_generator": "MT19937", "state": {}}]},
    {"__class__": "RandomState", "items": [["MT19937", [2**70], 3]]},
    {"__class__": "sparse", "items": ["csr", True, [1, 2], 1, 2, 3]},
    {"__class__": [], "items": []},
    {"__class__": {}, "state": {}},
    {"__class__": "skneural.MLPClassifier", "state": None},
    {"__class__": "skneural.MLPClassifier", "items": [1]},
    {"__class__": "own", "name": "os.system", "state": {}},
    {"__class__": "own name", "items": [3]},
    {"a": 1}, None, 3,
], ids=str)
def test_a_tree_with_a_checksum_of_its_own(tmp_path, tree):
    with pytest.raises(ModelFileError, match="cannot be loaded|no estimator: it was not"):
        load(written(tmp_path / "file", tree))


def test_a_sparse_array_with_indices_beyond_it(path):
    parts = [np.ones(2), np.array([0, 2**28], np.int32), np.array([0, 2], np.int32)]
    trees = [{"__class__": "array", "items": [str(n), False, list(part.shape)]}
             for n, part in enumerate(parts)]
    tree = {"__class__": "sparse", "items": ["csr", True, [1, 2], *trees]}
    tree = {"__class__": "skneural.MLPClassifier", "state": {"alpha": tree}}
    with pytest.raises(ModelFileError, match="indices must be"):
        load(written(path, tree, {str(n): part for n, part in enumerate(parts)}))


@pytest.mark.parametrize(("trusted", "message"), [
    (Own, r"trusted=<class .*Own'> is no list; pass classes .* in a list, trusted="),
    (3, "trusted=3 is no list"), ("Own", "trusted='Own' is no list"), (None, "trusted=None is no"),
    (["Own"], "trusted has 'Own', which is no class and no function"),
    ([Own()], r"trusted has Own\(\), which is no class"),
], ids=["class", "number", "text", "None", "name", "instance"])
def test_what_may_be_trusted(path, trusted, message):
    with pytest.raises(TypeError, match=message):
        load(path, trusted=trusted)
