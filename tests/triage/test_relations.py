"""What a model's masks say of annotated objects."""

import numpy as np
import pytest
from triage_cases import subject_of

from segreview.triage.evidence.relation import NAMES, Relations


def strip(**ranges):
    """Labels of one row of 100 pixels: ``a=(id, start, stop)``."""
    labels = np.zeros((1, 100), int)
    for object_id, start, stop in ranges.values():
        labels[0, start:stop] = object_id
    return labels


def relations(annotated, model):
    return Relations.of(subject_of(annotated), subject_of(model))


def test_overlaps_and_trust():
    found = relations(
        strip(a=(1, 0, 10), b=(2, 20, 30), c=(3, 40, 50)), strip(a=(7, 0, 8), b=(9, 20, 24), d=(11, 60, 70))
    )
    assert found.best().tolist() == [0, 0.8, 0.4, 0]
    assert found.trust() == pytest.approx(1 / 3)  # only the first is hit
    columns = found.columns()
    assert tuple(columns) == NAMES
    assert columns["model IoU"] == pytest.approx(np.array([0.8, 0.4, 0]) / 3)
    assert columns["below the usual model IoU"] == pytest.approx(np.array([-0.2, 0.2, 0.6]) / 3)
    assert columns["no model object"] == pytest.approx(np.array([0, 0, 1]) / 3)
    assert columns["trust in the model"] == pytest.approx([1 / 3] * 3)


def test_several_model_objects_within_one_annotated():
    found = relations(
        strip(a=(1, 0, 30), b=(2, 40, 50)), strip(a=(1, 0, 18), b=(2, 18, 30), d=(4, 30, 31), c=(3, 40, 50))
    )
    trust = found.trust()
    assert trust == 1
    columns = found.columns()
    assert columns["model objects within"].tolist() == [1, 0]
    assert columns["second model object within"] == pytest.approx([12 / 30, 0])


def test_several_annotated_objects_share_one_of_the_model():
    found = relations(strip(a=(1, 0, 10), b=(2, 10, 20), c=(3, 40, 50)), strip(a=(5, 0, 20), c=(3, 40, 50)))
    columns = found.columns()
    assert columns["objects sharing a model object"] == pytest.approx(np.array([1, 1, 0]) * found.trust())


def test_a_model_that_is_mostly_wrong_is_not_believed():
    found = relations(strip(a=(1, 0, 10), b=(2, 20, 30)), strip(a=(5, 60, 70)))
    assert found.trust() == 0
    assert all(not values.any() for values in found.columns().values())


def test_empty_sides():
    assert relations(strip(), strip(a=(5, 0, 9))).trust() == 0
    assert all(values.shape == (0,) for values in relations(strip(), strip()).columns().values())
    assert relations(strip(a=(5, 0, 9)), strip()).columns()["model IoU"].tolist() == [0]
