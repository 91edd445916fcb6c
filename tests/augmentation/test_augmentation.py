"""Each augmentation against NumPy, with the random numbers drawn in Python."""

import numpy as np
import pytest
from scipy import ndimage
from scipy.stats import beta

from _augmented import IMAGES, SEED, SHAPE, UPDATE, augmented, draws
from skneural.augmentation import Crop, Cutout, Flip, Mixup, Rotate, Shift

PAD_MODES = {"zero": "constant", "nearest": "edge", "reflect": "reflect"}


@pytest.mark.parametrize("horizontal", [False, True])
@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize("rate", [0.3, 1.0])
def test_flip(horizontal, vertical, rate):
    changed = augmented(Flip(horizontal, vertical, rate), IMAGES)
    flipped = []
    for i, image in enumerate(IMAGES):
        across, down = draws(i).uniform(0) < rate, draws(i).uniform(1) < rate
        image = image[:, ::-1] if horizontal and across else image
        flipped.append(image[::-1] if vertical and down else image)
    np.testing.assert_array_equal(changed, np.array(flipped))


def test_alternating_flips_show_an_image_both_ways_in_two_epochs():
    """One batch is an epoch here, so an update is the number of one."""
    epochs = [augmented(Flip(alternating=True), IMAGES, update=update) for update in range(4)]
    seen = {tuple((epoch == IMAGES).all(axis=(1, 2, 3))) for epoch in epochs[::2]}
    (kept,) = (np.array(each) for each in seen)
    assert 0 < kept.sum() < len(IMAGES)
    for number, epoch in enumerate(epochs):
        same = kept if number % 2 == 0 else ~kept
        expected = np.where(same[:, None, None, None], IMAGES, IMAGES[:, :, ::-1])
        np.testing.assert_array_equal(epoch, expected)


def test_alternating_flips_leave_alone_what_is_not_asked_for():
    changed = augmented(Flip(True, False, alternating=True), IMAGES, update=1)
    either = (changed == IMAGES) | (changed == IMAGES[:, :, ::-1])
    assert either.all()


def moved(image, reach, fill, draw):
    """Pad an image by as much as it may move, and cut out a part of its size."""
    top, left = (draw.below(axis, 2 * reach[axis] + 1) for axis in (0, 1))
    padded = np.pad(image, [(reach[0],) * 2, (reach[1],) * 2, (0, 0)], PAD_MODES[fill])
    return padded[top : top + SHAPE[0], left : left + SHAPE[1]]


@pytest.mark.parametrize("fill", ["zero", "nearest", "reflect"])
@pytest.mark.parametrize(("amount", "reach"), [(2, (2, 2)), (0.5, (4, 2)), (3, (3, 3))])
def test_shift(amount, reach, fill):
    expected = [moved(image, reach, fill, draws(i)) for i, image in enumerate(IMAGES)]
    np.testing.assert_array_equal(augmented(Shift(amount, fill), IMAGES), np.array(expected))


@pytest.mark.parametrize("fill", ["zero", "nearest", "reflect"])
def test_crop(fill):
    expected = [moved(image, (3, 3), fill, draws(i)) for i, image in enumerate(IMAGES)]
    np.testing.assert_array_equal(augmented(Crop(3, fill), IMAGES), np.array(expected))


@pytest.mark.parametrize("fill", ["zero", "nearest"])
def test_crop_beyond_the_image(fill):
    expected = [moved(image, (9, 9), fill, draws(i)) for i, image in enumerate(IMAGES)]
    np.testing.assert_array_equal(augmented(Crop(9, fill), IMAGES), np.array(expected))


@pytest.mark.parametrize(
    ("augmentation", "side"), [(Crop(5, "reflect"), 5), (Shift(8, "reflect"), 8)]
)
def test_more_cannot_be_mirrored_than_there_is(augmentation, side):
    with pytest.raises(ValueError, match=rf"{type(augmentation).__name__}: .*{side}.* 8x5 pixels"):
        augmented(augmentation, IMAGES)


@pytest.mark.parametrize("degrees", [10, 90, 180])
@pytest.mark.parametrize("fill", ["zero", "nearest"])
def test_rotate(degrees, fill):
    expected = []
    centre = (np.array(SHAPE[:2]) - 1) / 2
    for i, image in enumerate(IMAGES):
        angle = np.deg2rad(degrees) * (2 * draws(i).uniform(0) - 1)
        matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        # one more pixel on each side, so that SciPy fades to zero beyond the edge as it should
        wide = np.pad(image, [(9, 9), (9, 9), (0, 0)], PAD_MODES[fill])
        offset = centre + 9 - matrix @ (centre + 9)
        turned = [
            ndimage.affine_transform(wide[:, :, channel], matrix, offset, order=1)
            for channel in range(SHAPE[2])
        ]
        expected.append(np.stack(turned, axis=-1)[9:-9, 9:-9])
    changed = augmented(Rotate(degrees, fill), IMAGES)
    np.testing.assert_allclose(changed, np.array(expected), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("size", "sides"), [(3, (3, 3)), (0.5, (4, 2)), (1.0, (8, 5)), (30, (30, 30))]
)
def test_cutout(size, sides):
    expected = IMAGES.copy()
    for i, image in enumerate(expected):
        spans = []
        for axis in (0, 1):
            begin = draws(i).below(axis, SHAPE[axis]) - sides[axis] // 2
            spans.append(slice(max(0, begin), max(0, begin + sides[axis])))
        image[tuple(spans)] = 0
    np.testing.assert_array_equal(augmented(Cutout(size), IMAGES), expected)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 3.0])
def test_mixup(alpha):
    draw = draws(0)
    share = beta(alpha, alpha).ppf(draw.uniform(0))
    others = np.roll(IMAGES, -1 - draw.below(1, len(IMAGES) - 1), axis=0)
    expected = share * IMAGES + (1 - share) * others
    np.testing.assert_allclose(augmented(Mixup(alpha), IMAGES), expected, atol=1e-4)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 3.0])
def test_shares_of_mixup_follow_their_distribution(alpha):
    pair = np.array([np.zeros(SHAPE), np.ones(SHAPE)])
    shares = [augmented(Mixup(alpha), pair, update=n)[1, 0, 0, 0] for n in range(400)]
    expected = beta(alpha, alpha)
    assert np.mean(shares) == pytest.approx(0.5, abs=4 * expected.std() / 20)
    assert np.std(shares) == pytest.approx(expected.std(), rel=0.12)


def test_one_image_mixes_with_itself():
    np.testing.assert_allclose(augmented(Mixup(1.0), IMAGES[:1]), IMAGES[:1], rtol=1e-12)


def test_updates_and_seeds_draw_anew():
    first = augmented(Crop(3), IMAGES)
    assert (augmented(Crop(3), IMAGES, update=UPDATE + 1) != first).any()
    assert (augmented(Crop(3), IMAGES, seed=SEED + 1) != first).any()


def test_two_of_a_kind_draw_apart():
    twice = augmented([Shift(3), Shift(3)], IMAGES)
    once = augmented(Shift(3), IMAGES)
    assert (augmented(Shift(3), once) != twice).any()
