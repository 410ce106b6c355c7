"""Outlines of components: where the image has its edge, and which class pixels beside them look like."""

import numpy as np
import pytest

from segreview.model.sample import Image
from segreview.triage.evidence.picture import picture_of
from segreview.triage.scene.norms import Reading
from segreview.triage.scene.outline import Outlines
from segreview.triage.scene.scene import Scene, Surface

ROWS, COLUMNS = np.indices((60, 60))


def disk(radius):
    """A bright disk's class among its surroundings."""
    return (radius * radius >= (ROWS - 30) ** 2 + (COLUMNS - 30) ** 2).astype(np.int16)


def figures_of(annotated):
    """Figures of what is annotated as the disk; its true radius, which image and opinion see, is 15."""
    seen = disk(15)
    surface = Surface(picture_of((Image(seen * 200.0),), (1.0, 1.0)))
    shares = np.stack([np.where(seen == number, 0.9, 0.1) for number in (0, 1)])
    reading = Reading.of(Scene(annotated, surface), shares)
    return Outlines(reading).figures(int(reading.scene.components[30, 30]))


def test_a_right_outline_has_the_edge_on_it_and_its_class_on_its_side():
    right = figures_of(disk(15))
    assert right["edge on the outline"] > 1
    assert right["edge inside of the outline"] < 0
    assert right["edge outside of the outline"] < 0
    assert right["lead inside of the outline"] == pytest.approx(np.log(9), abs=1e-4)
    assert right["lead outside of the outline"] == pytest.approx(np.log(9), abs=1e-4)


@pytest.mark.parametrize(("radius", "side", "other"), [(19, "inside", "outside"), (11, "outside", "inside")])
def test_a_displaced_outline_has_the_edge_and_the_other_class_on_one_side(radius, side, other):
    displaced, right = figures_of(disk(radius)), figures_of(disk(15))
    assert displaced[f"edge {side} of the outline"] > 1 > displaced[f"edge {other} of the outline"]
    assert displaced["edge on the outline"] < right["edge on the outline"]
    assert displaced[f"lead {side} of the outline"] < 0 < displaced[f"lead {other} of the outline"]


def test_what_touches_no_other_class_has_no_outline():
    alone = figures_of(np.ones((60, 60), np.int16))
    assert alone["lead inside of the outline"] == alone["lead outside of the outline"] == 0
    beside_void = np.where(disk(15) == 1, 1, -1).astype(np.int16)
    assert figures_of(beside_void) == alone
