"""Class opinions: who teaches what an image is read by."""

import numpy as np
import pytest

from segreview.model.sample import Image
from segreview.triage.evidence.picture import picture_of
from segreview.triage.scene.opinion import ClassOpinion, class_bank, class_lesson, local_figures
from segreview.triage.scene.scene import Scene, Surface

GRASS, ROAD, KIOSK = range(3)
COLOURS = np.array([[40, 160, 50], [110, 110, 110], [220, 30, 200]])
SHAPE = (60, 72)


def photo(seen, seed):
    noise = np.random.default_rng(seed).normal(0, 8, (*SHAPE, 3))
    image = Image(np.clip(COLOURS[seen] + noise, 0, 255).astype(np.uint8), rgb=True)
    return picture_of((image,), (1.0, 1.0))


def opinion_on(first, seen, count):
    """What is read on the first of several images; in the others grass lies above road."""
    plain = np.where(np.indices(SHAPE)[0] < 30, GRASS, ROAD).astype(np.int16)
    scenes = [Scene(first, Surface(photo(seen, 0)))]
    scenes += [Scene(plain, Surface(photo(plain, seed))) for seed in range(1, count)]
    banks = [class_bank(scene.picture) for scene in scenes]
    lessons = [class_lesson(scene, bank, 0) for scene, bank in zip(scenes, banks, strict=True)]
    frequencies = np.stack([np.bincount(scene.classes.ravel(), minlength=3) for scene in scenes])
    return ClassOpinion(lessons, ["one"] * count, frequencies).read(0, scenes[0], banks[0])


def test_where_others_teach_enough_a_large_fault_does_not_teach_itself():
    seen = np.where(np.indices(SHAPE)[0] < 30, GRASS, ROAD).astype(np.int16)
    shares = opinion_on(np.full(SHAPE, ROAD, np.int16), seen, 8)
    assert (shares[GRASS] > shares[ROAD])[:25].mean() > 0.95


def test_a_class_that_no_other_image_has_is_read_by_its_own():
    seen = np.where(np.indices(SHAPE)[0] < 30, GRASS, ROAD).astype(np.int16)
    seen[20:50, 10:30] = seen[20:50, 40:60] = KIOSK
    shares = opinion_on(seen, seen, 8)
    assert shares[KIOSK, 20:50, 10:30].mean() > 0.5


@pytest.mark.parametrize("rgb", [True, False])
def test_surroundings_come_last_among_the_figures(rgb):
    data = np.random.default_rng(0).integers(0, 255, (48, 40, 3) if rgb else (48, 40), np.uint8)
    picture = picture_of((Image(data, rgb=rgb),), (1.0, 1.0))
    bank = class_bank(picture)
    end = len(bank[local_figures(picture)])
    np.testing.assert_allclose(bank[end - 1], np.indices(picture.shape)[1] / 39, atol=1e-6)
    steep, above = bank[end], bank[end + len(picture.channels) + 1]
    np.testing.assert_array_equal(above[4:], steep[:-4])
    np.testing.assert_array_equal(above[:4], steep[[0] * 4])
