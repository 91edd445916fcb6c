"""What every registered augmentation keeps to."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from _augmented import IMAGES, SHAPE, augmented
from _helpers import DTYPES, name_of, plain_python
from skneural.augmentation import (
    Augmentation,
    Crop,
    Cutout,
    Flip,
    Mixup,
    Rotate,
    Shift,
    get_augmentation,
)
from skneural.engine import chunks

NAMES = sorted(Augmentation.registry)
EXAMPLES = [example for name in NAMES for example in Augmentation.registry[name].examples()]
EACH = pytest.mark.parametrize("augmentation", EXAMPLES, ids=name_of)
NONE = [Flip(rate=0.0), Flip(False, False), Shift(0), Shift(0.0), Crop(0), Rotate(0), Cutout(0),
        Mixup(0)]


def test_the_names_are_the_documented_ones():
    assert NAMES == ["crop", "cutout", "flip", "mixup", "rotate", "shift"]
    assert all(f'"{name}"' in get_augmentation.__doc__ for name in NAMES)


@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
@EACH
def test_shape_and_dtype_are_kept_and_something_changes(augmentation, dtype):
    images = IMAGES.astype(dtype)
    changed = augmented(augmentation, images)
    assert changed.shape == images.shape and changed.dtype == dtype
    assert np.isfinite(changed).all() and (changed != images).any()


@EACH
def test_threads_and_chunks_leave_every_bit(augmentation, monkeypatch):
    expected = augmented(augmentation, IMAGES)
    for n_jobs, chunk_bytes in [(1, 1), (2, 1 << 40), (3, 1), (4, 1)]:
        monkeypatch.setattr(chunks, "CHUNK_BYTES", chunk_bytes)
        np.testing.assert_array_equal(augmented(augmentation, IMAGES, n_jobs=n_jobs), expected)


@pytest.mark.needs_jit(reason="there is one meaning only")
@EACH
def test_compiled_equals_plain_python(augmentation):
    compiled = augmented(augmentation, IMAGES)
    with plain_python():
        plain = augmented(augmentation, IMAGES)
    np.testing.assert_allclose(compiled, plain, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("augmentation", NONE, ids=repr)
def test_nothing_changes_where_nothing_is_asked_for(augmentation):
    np.testing.assert_array_equal(augmented(augmentation, IMAGES), IMAGES)
    assert not augmentation.mixes_targets


@EACH
def test_images_of_one_pixel(augmentation):
    images = IMAGES[:, :1, :1]
    if getattr(augmentation, "fill", None) == "reflect":
        with pytest.raises(ValueError, match="1x1 pixels"):
            augmented(augmentation, images)
        return
    assert augmented(augmentation, images).shape == images.shape


@EACH
def test_flat_samples_are_refused(augmentation):
    with pytest.raises(ValueError, match=rf"{type(augmentation).__name__}: .*height.*\(80,\)"):
        augmented(augmentation, IMAGES.reshape(len(IMAGES), -1))


@EACH
def test_clone_pickle_and_repr(augmentation):
    for copy in (clone(augmentation), pickle.loads(pickle.dumps(augmentation))):
        assert copy is not augmentation and repr(copy) == repr(augmentation)
        np.testing.assert_array_equal(augmented(copy, IMAGES), augmented(augmentation, IMAGES))


@EACH
def test_parameters_are_declared_and_valid(augmentation):
    assert set(augmentation._parameter_constraints) == set(augmentation.get_params(deep=False))
    augmentation._validate_params()


def test_names_instances_and_lists_of_them():
    assert get_augmentation(None) == []
    (flip,) = get_augmentation("flip")
    assert isinstance(flip, Flip)
    crop = Crop(2)
    first, second = get_augmentation([crop, "cutout"])
    assert first is crop and isinstance(second, Cutout)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("flp", "Mine: augmentation='flp' is not known. Did you mean 'flip'?"),
        (["flip", "corp"], "Mine: augmentation='corp' is not known. Did you mean 'crop'?"),
        (Crop(-1), "'padding' parameter of Crop"),
        (Shift(1.5), "'amount' parameter of Shift"),
        (Flip(rate=2), "'rate' parameter of Flip"),
        (Rotate(200), "'degrees' parameter of Rotate"),
        (Mixup(-1), "'alpha' parameter of Mixup"),
        (["mixup", Mixup(1.0)], "Mine: .*mixes targets twice"),
    ],
    ids=repr,
)
def test_what_is_refused(given, message):
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        get_augmentation(given, "Mine")


@pytest.mark.parametrize("given", [3, Flip, [object()]], ids=["number", "class", "list"])
def test_what_is_no_augmentation(given):
    with pytest.raises(TypeError, match="Mine: augmentation="):
        get_augmentation(given, "Mine")


def test_the_base_builds_nothing():
    with pytest.raises(NotImplementedError):
        Augmentation().build(None, None, 0)


def test_a_chain_is_one_after_the_other():
    chain = [Flip(), Crop(2), Cutout(2)]
    assert augmented(chain, IMAGES).shape == (len(IMAGES), *SHAPE)
    np.testing.assert_array_equal(augmented(chain[:1], IMAGES), augmented(Flip(), IMAGES))
