"""Annotation faults made on purpose, by which judges are fitted and measured."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def faults(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(request.config.rootpath / "benchmarks" / "noise"))
        import faults

        yield faults


@pytest.fixture(scope="module")
def right():
    """Discs of radius 8, in pairs that touch, some at the border."""
    at = np.indices((90, 160))
    labels = np.zeros((90, 160), np.int32)
    for number, (y, x) in enumerate([(y, x) for y in (7, 32, 60, 80) for x in (7, 24, 52, 80, 97)], 1):
        labels[((at[0] - y) ** 2 + (at[1] - x) ** 2 <= 64) & (labels == 0)] = number
    return labels


KINDS = ("missed", "spurious", "merged", "split", "dilated", "eroded", "shifted", "hole")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("strength", [1, 2, 3])
def test_every_kind_of_fault_is_what_it_is_called(faults, right, kind, strength):
    assert faults.KINDS == KINDS
    for seed in range(3):
        wrong, made = faults.forged(right, seed, 0.05, (kind,), (strength,), jitter=0)
        (fault,) = made
        assert (fault.kind, fault.strength) == (kind, strength)
        before = np.isin(right, fault.true_ids) & (right > 0)
        after = np.isin(wrong, fault.ids) & (wrong > 0)
        untouched = (right > 0) & ~before
        assert np.array_equal(wrong[untouched], right[untouched])
        assert not (wrong[~before & ~after] != right[~before & ~after]).any()
        check = {
            "missed": after.sum() == 0 < before.sum(),
            "spurious": before.sum() == 0 < after.sum(),
            "merged": len(fault.true_ids) == 2 and (after >= before).all(),
            "split": np.array_equal(before, after) and len(np.unique(wrong[before])) == 2,
            "dilated": (after >= before).all() and after.sum() > before.sum(),
            "eroded": (after <= before).all() and 0 < after.sum() < before.sum(),
            "shifted": (after & ~before).any() and (before & ~after).any(),
            "hole": (after <= before).all() and after.sum() < before.sum(),
        }
        assert check[kind]
        if kind not in ("missed", "hole"):
            assert after[fault.place]


def test_a_shifted_object_leaves_the_image_rather_than_come_back_at_the_other_side(faults):
    from scipy.ndimage import label

    labels = np.zeros((12, 30), np.int32)
    labels[0:9, 10:22] = 1
    for seed in range(12):
        wrong, made = faults.forged(labels, seed, 1, ("shifted",), (3,), jitter=0)
        if made:
            assert label(wrong > 0)[1] == 1


def test_the_same_seed_makes_the_same_faults_each_on_an_object_of_its_own(faults, right):
    wrong, made = faults.forged(right, 5, 0.4)
    again, same = faults.forged(right, 5, 0.4)
    assert np.array_equal(wrong, again)
    assert made == same
    used = [i for fault in made for i in fault.true_ids]
    assert len(used) == len(set(used))
    assert len(made) > 4


def test_jitter_moves_outlines_by_one_pixel(faults, right):
    from scipy.ndimage import binary_dilation, binary_erosion

    wrong, _ = faults.forged(right, 2, 0.05, ("missed",), jitter=1.0)
    changed = 0
    for object_id in range(1, 21):
        before, after = right == object_id, wrong == object_id
        if after.any():
            assert (after <= binary_dilation(before)).all()
            assert (after >= binary_erosion(before, border_value=1)).all()
            changed += int((before != after).any())
    assert changed > 10


def test_faults_in_space_with_thick_slices(faults):
    at = np.indices((12, 40, 90))
    labels = np.zeros((12, 40, 90), np.int32)
    for number, x in enumerate((10, 26, 45), 1):
        labels[4 * (at[0] - 6) ** 2 + (at[1] - 20) ** 2 + (at[2] - x) ** 2 <= 81] = number
    for kind in KINDS:
        wrong, made = faults.forged(labels, 1, 0.3, (kind,), (2,), (2.0, 1.0, 1.0), jitter=0)
        assert wrong.shape == labels.shape
        assert len(made) == 1, kind
