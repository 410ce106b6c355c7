"""Faults forged into class labels: what they change, and what they leave alone."""

import numpy as np
import pytest

from segreview.triage.scene.forgery import KINDS, PLAIN, forged

VOID = -1


@pytest.fixture
def classes():
    """Sky over road, with four blocks of a third class and a corner of void."""
    labels = np.repeat(np.array([0, 1], np.int16), 60)[:, None].repeat(160, axis=1)
    for left in (10, 45, 80, 115):
        labels[50:72, left : left + 24] = 2
    labels[:20, :20] = VOID
    return labels


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_changes_what_it_says_and_nothing_else(classes, kind):
    faulty, made = forged(classes, seed=1, share=0.1, kinds=(kind,))
    (fault,) = made
    changed = np.zeros(classes.shape, bool)
    changed[fault.window.slices] = fault.changed
    assert fault.kind == kind
    np.testing.assert_array_equal(faulty != classes, changed)
    assert changed.sum() >= PLAIN


def test_void_stays_void(classes):
    for seed in range(5):
        faulty, _ = forged(classes, seed, share=1.0)
        np.testing.assert_array_equal(faulty == VOID, classes == VOID)


def test_the_same_seed_makes_the_same_faults(classes):
    first, second = (forged(classes, 3, share=0.5)[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (first != forged(classes, 4, share=0.5)[0]).any()


def test_the_right_labels_are_not_touched(classes):
    before = classes.copy()
    forged(classes, 0, share=1.0)
    np.testing.assert_array_equal(classes, before)


def test_a_share_of_the_components_gets_a_fault(classes):
    _, made = forged(classes, 2, share=0.5, kinds=("swapped",))
    assert len(made) == 2


def test_one_class_alone_gets_no_fault():
    plain = np.zeros((40, 40), np.int16)
    faulty, made = forged(plain, 0, share=1.0)
    assert not made
    np.testing.assert_array_equal(faulty, plain)
