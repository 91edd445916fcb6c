"""Files that cannot be read, and values that cannot be written: clear errors, nothing lost."""

import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file
from sklearn.linear_model import Ridge

from skneural import MLPClassifier
from skneural.exceptions import ModelFileError
from skneural.forecasting import WindowForecaster
from skneural.persistence import load, save
from skneural.persistence._files import replace


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.safetensors"
    save(MLPClassifier((3,), early_stopping=True), path)
    return path


@pytest.fixture
def fitted_path(tmp_path):
    path = tmp_path / "fitted.safetensors"
    X = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    save(MLPClassifier((3,), solver="lbfgs").fit(X, X[:, 0] > 0), path)
    return path


def contents(path):
    with safe_open(path, framework="numpy") as file:
        header = json.loads(file.metadata()["skneural"])
        return header, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def rewrite(path, header, tensors):
    save_file(tensors, path, {"skneural": json.dumps(header)})


@pytest.mark.parametrize("kept", [0, 4, 200, -1])
def test_a_truncated_file(fitted_path, kept):
    fitted_path.write_bytes(fitted_path.read_bytes()[:kept])
    with pytest.raises(ModelFileError, match=r"fitted.safetensors' is truncated"):
        load(fitted_path)


def test_a_changed_weight(fitted_path):
    whole = bytearray(fitted_path.read_bytes())
    whole[-8] ^= 1
    fitted_path.write_bytes(whole)
    with pytest.raises(ModelFileError, match="changed after it was saved"):
        load(fitted_path)


def test_a_changed_parameter(path):
    path.write_bytes(path.read_bytes().replace(b"early_stopping", b"early_stoppinG"))
    with pytest.raises(ModelFileError, match="changed after it was saved"):
        load(path)


def test_a_file_of_a_newer_version(path):
    header, tensors = contents(path)
    rewrite(path, header | {"format": 99, "version": "9.0"}, tensors)
    with pytest.raises(ModelFileError, match=r"scikit-neural 9.0 in format 99.*update"):
        load(path)


@pytest.mark.parametrize("number", [0, -1])
def test_a_format_that_never_was(path, number):
    header, tensors = contents(path)
    rewrite(path, header | {"format": number}, tensors)
    with pytest.raises(ModelFileError, match=f"its format is {number}, and formats begin with 1"):
        load(path)


def test_a_file_of_another_kind(tmp_path):
    save_file({"weight": np.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelFileError, match="no model of this library"):
        load(tmp_path / "other.safetensors")
    (tmp_path / "text").write_text("a text that is longer than a header's length")
    with pytest.raises(ModelFileError, match="no file that `save` has written"):
        load(tmp_path / "text")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none")


@pytest.mark.parametrize(("estimator", "message"), [
    (Ridge(), "Ridge is no estimator of this library; skops"),
    (MLPClassifier, "expected an estimator"),
    ("model", "expected an estimator"),
    (MLPClassifier(loss=lambda target, output: 0), r"MLPClassifier.loss is <function"),
    (WindowForecaster(object()), r"WindowForecaster.regressor is <object object"),
])
def test_what_has_no_form_in_a_file(tmp_path, estimator, message):
    with pytest.raises(TypeError, match=message):
        save(estimator, tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_the_old_file_stays_where_writing_fails(path, monkeypatch):
    before = path.read_bytes()

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(MLPClassifier(), path)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_the_permissions_of_a_file(tmp_path):
    path = tmp_path / "file"
    replace(path, b"new")
    (tmp_path / "plain").write_bytes(b"")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode
    path.chmod(0o600)
    replace(path, b"newer")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tmp_path, path):
    link = tmp_path / "link"
    link.symlink_to(path)
    save(MLPClassifier((7,)), link)
    assert link.is_symlink()
    assert load(path).hidden_layer_sizes == (7,)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none/model'.* no folder .*none'; make it"):
        save(MLPClassifier(), tmp_path / "none" / "model")


@pytest.mark.parametrize("content", [b"", pickle.dumps({"a": 1}), b"\x08\x08\x12\x08skl2onnx" * 9],
                         ids=["empty", "pickle", "ONNX"])
def test_files_of_other_tools(tmp_path, content):
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(ModelFileError, match="truncated, or no file that `save` has written"):
        load(tmp_path / "other")


def test_a_folder(tmp_path):
    for use in (load, lambda path: save(MLPClassifier(), path)):
        with pytest.raises(IsADirectoryError, match="is a folder; give the path of a file"):
            use(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", [
    "{", "[]", "3", "{}", "[" * 5000, '{"format": "1", "version": "", "sha256": "", "model": ""}',
    '{"format": 1, "version": "", "sha256": "", "model": {}}',
])
def test_a_damaged_header(tmp_path, text):
    save_file({"0": np.zeros(2)}, tmp_path / "file", {"skneural": text})
    with pytest.raises(ModelFileError, match="its header is damaged"):
        load(tmp_path / "file")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read and write all")
def test_without_permission(path):
    path.chmod(0)
    path.parent.chmod(0o500)
    with pytest.raises(PermissionError):
        load(path)
    with pytest.raises(PermissionError):
        save(MLPClassifier(), path)
    path.parent.chmod(0o700)


FULL_DISK = """
import resource, signal, sys
from skneural import MLPClassifier
from skneural.persistence import save

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
try:
    save(MLPClassifier((3,) * 100), sys.argv[1])
except OSError:
    sys.exit(7)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of the size of files")
def test_a_file_that_becomes_too_large(path):
    before = path.read_bytes()
    found = subprocess.run([sys.executable, "-B", "-c", FULL_DISK, str(path)], check=False)
    assert found.returncode == 7
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("value", [np.longdouble(3), np.array([1 + 2j]), np.complex64(1)])
def test_numbers_without_form(tmp_path, value):
    with pytest.raises(TypeError, match=r"MLPClassifier.alpha has numbers of"):
        save(MLPClassifier(alpha=value), tmp_path / "model")
