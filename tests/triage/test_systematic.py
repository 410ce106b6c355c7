"""Systematic errors: each is named, its fix restores the truth, and right masks are left alone."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.ndimage import binary_dilation, binary_erosion, generate_binary_structure
from systematic_cases import (
    TABLE,
    WITNESSES,
    balls,
    cells,
    ellipses,
    mean_iou,
    seen_by,
    spoiled,
    streets,
)

import segreview
from segreview.errors import Cancelled, SegreviewError
from segreview.formats.image import read_image
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Sample, Source
from segreview.triage.systematic import EITHER, Finding, Flaw, find_systematic_errors

ROOT = Path(__file__).parents[2] / "sample_data"
THREE = [cells(n) for n in range(3)]
LARGE = [cells(0, ellipses(0, (320, 360), (16.0, 28.0), 24))]
STREETS = [streets(n) for n in range(3)]


def only(samples: list[Sample]) -> Finding:
    """The one finding."""
    findings = find_systematic_errors(samples)
    assert len(findings) == 1, [finding.text for finding in findings]
    return findings[0]


def spoil_all(
    samples: list[Sample], change: Callable[[np.ndarray], np.ndarray], witness: str
) -> list[Sample]:
    return [seen_by(spoiled(sample, change(sample.reference.data)), witness) for sample in samples]


def restored(
    finding: Finding, spoilt: list[Sample], samples: list[Sample]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Corrected and true masks of every sample that is concerned."""
    assert finding.samples == tuple(sample.name for sample in samples)
    return [
        (finding.correct(bad).data, sample.reference.data)
        for bad, sample in zip(spoilt, samples, strict=True)
    ]


def per_object(data: np.ndarray, change: Callable[..., np.ndarray], full: bool, **options: int) -> np.ndarray:
    """Objects changed one by one, on what is background."""
    structure = generate_binary_structure(data.ndim, data.ndim if full else 1)
    out = np.zeros_like(data)
    for number in np.unique(data[data > 0]).tolist():
        out[change(data == number, structure, **options) & ((data == 0) | (data == number))] = number
    return out


# ---------------------------------------------------------------- silence
@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize(
    "samples", [THREE, LARGE, STREETS, THREE[:1]], ids=["cells", "large", "streets", "one"]
)
def test_right_masks_are_left_alone(samples, witness):
    assert find_systematic_errors([seen_by(sample, witness) for sample in samples]) == []


@pytest.mark.parametrize("witness", WITNESSES)
def test_a_right_stack_is_left_alone(witness):
    truth = balls(1)
    sample = cells(1, truth)
    labels = replace(sample.reference, axes="ZYX")
    stack = replace(sample, sources=(Source(REFERENCE, labels), sample.sources[1]))
    assert find_systematic_errors([seen_by(stack, witness)]) == []


@pytest.mark.parametrize("witness", WITNESSES)
def test_the_bundled_samples_are_left_alone(witness):
    found = find_systematic_errors([seen_by(sample, witness) for sample in bundled("cells")])
    assert [finding for finding in found if finding.mendable] == []


def bundled(name: str) -> list[Sample]:
    samples = []
    for file in sorted((ROOT / name / "gt").iterdir()):
        sources = [
            Source(role, segreview.read(ROOT / name / folder / file.name))
            for role, folder in ((REFERENCE, "gt"), (PREDICTION, "pred"))
        ]
        samples.append(Sample(file.stem, (read_image(ROOT / name / "images" / file.name),), tuple(sources)))
    return samples


def test_without_a_model_and_an_image_nothing_is_said():
    sample = replace(THREE[0], images=(), sources=THREE[0].sources[:1])
    assert find_systematic_errors([sample]) == []
    assert find_systematic_errors([]) == []


def test_empty_masks_are_left_alone():
    empty = spoiled(THREE[0], np.zeros_like(THREE[0].reference.data))
    assert find_systematic_errors([empty]) == []


# ---------------------------------------------------------------- shift
@pytest.mark.parametrize("witness", WITNESSES)
def test_a_shift_is_named_and_taken_back(witness):
    spoilt = spoil_all(THREE, lambda data: np.roll(data, 2, axis=1), witness)
    finding = only(spoilt)
    told = "the image's edges" if witness != "model" else "the model"
    assert finding.flaw is Flaw.SHIFTED
    assert finding.text.startswith(f"GT lies 2 px right of {told} in ")
    assert finding.strength > 0.7
    assert finding.after > finding.before
    assert finding.side == (EITHER if witness == "model" else REFERENCE)
    for ours, truth in restored(finding, spoilt, THREE):
        np.testing.assert_array_equal(ours[:, :-2], truth[:, :-2])


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    offset=st.tuples(st.integers(-7, 7), st.integers(-7, 7)).filter(lambda by: max(map(abs, by)) > 1),
    witness=st.sampled_from(WITNESSES),
    classes=st.booleans(),
)
def test_any_shift_is_taken_back_within_the_frame(offset, witness, classes):
    samples = STREETS if classes else THREE
    spoilt = spoil_all(samples, lambda data: np.roll(data, offset, axis=(0, 1)), witness)
    for ours, truth in restored(only(spoilt), spoilt, samples):
        np.testing.assert_array_equal(ours[8:-8, 8:-8], truth[8:-8, 8:-8])


def test_samples_that_are_shifted_differently_have_a_finding_each():
    spoilt = [
        spoiled(sample, np.roll(sample.reference.data, by, axis=(0, 1)))
        for sample, by in zip(THREE, [(0, 4), (-5, 0), (0, 0)], strict=True)
    ]
    found = find_systematic_errors(spoilt)
    assert [finding.samples for finding in found] == [("cells 0",), ("cells 1",)]
    assert "4 px right of" in found[0].text
    assert "5 px above" in found[1].text


def test_a_model_that_is_shifted_is_told_from_masks_that_are():
    moved = []
    for sample in THREE:
        model = replace(sample.sources[1].labels, planes=(np.roll(sample.sources[1].labels.data, 3, axis=0),))
        moved.append(replace(sample, sources=(sample.sources[0], Source(PREDICTION, model))))
    finding = only(moved)
    assert (finding.flaw, finding.side, finding.mendable) == (Flaw.SHIFTED, PREDICTION, False)
    assert "GT lies 3 px above the model" in finding.text


# ---------------------------------------------------------------- growth
@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize("full", [False, True], ids=["cross", "square"])
@pytest.mark.parametrize("wide", [True, False], ids=["dilated", "eroded"])
def test_growth_by_a_pixel_is_named_and_undone(wide, full, witness):
    change = (binary_dilation, {}) if wide else (binary_erosion, {"border_value": 1})
    spoilt = spoil_all(THREE, lambda data: per_object(data, change[0], full, **change[1]), witness)
    finding = only(spoilt)
    assert finding.flaw is (Flaw.DILATED if wide else Flaw.ERODED)
    assert f"GT is 1 px {'wider' if wide else 'narrower'} than" in finding.text
    assert finding.side == (EITHER if witness == "model" else REFERENCE)
    for ours, truth in restored(finding, spoilt, THREE):
        assert mean_iou(ours, truth) >= 0.98


def test_a_model_that_is_too_wide_is_told_from_masks_that_are_too_narrow():
    wide = []
    for sample in THREE:
        model = sample.sources[1].labels
        grown = per_object(per_object(model.data, binary_dilation, full=False), binary_dilation, full=False)
        labels = replace(model, planes=(grown,))
        wide.append(replace(sample, sources=(sample.sources[0], Source(PREDICTION, labels))))
    finding = only(wide)
    assert (finding.flaw, finding.side) == (Flaw.ERODED, PREDICTION)
    assert only([seen_by(sample, "model") for sample in wide]).side == EITHER


# ---------------------------------------------------------------- pose and size
POSES = {
    "mirrored left to right": (Flaw.MIRRORED, lambda data: data[:, ::-1]),
    "mirrored top to bottom": (Flaw.MIRRORED, lambda data: data[::-1]),
    "rotated by 180 degrees": (Flaw.ROTATED, lambda data: data[::-1, ::-1]),
    "rotated by 90 degrees to the left": (Flaw.ROTATED, np.rot90),
    "rotated by 90 degrees to the right": (Flaw.ROTATED, lambda data: np.rot90(data, -1)),
    "transposed": (Flaw.TRANSPOSED, lambda data: data.T),
    "transposed about the other diagonal": (Flaw.TRANSPOSED, lambda data: data[::-1, ::-1].T),
}


@pytest.mark.parametrize(
    ("samples", "witness"),
    [*((THREE, witness) for witness in WITNESSES), (STREETS, "both")],
    ids=[*WITNESSES, "classes"],
)
@pytest.mark.parametrize("pose", POSES)
def test_a_pose_is_named_and_undone_exactly(pose, samples, witness):
    flaw, change = POSES[pose]
    spoilt = spoil_all(samples, change, witness)
    finding = only(spoilt)
    assert finding.flaw is flaw
    assert finding.text.startswith(f"GT is {pose} in 3 of 3 samples: ")
    for ours, truth in restored(finding, spoilt, samples):
        np.testing.assert_array_equal(ours, truth)


def test_only_the_samples_that_are_mirrored_are_named():
    spoilt = [*THREE[:2], spoiled(THREE[2], THREE[2].reference.data[:, ::-1])]
    finding = only(spoilt)
    assert finding.samples == ("cells 2",)
    assert "in 1 of 3 samples" in finding.text


@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize("offset", [0, 1, -1])
def test_masks_that_were_enlarged_are_read_back_exactly(offset, witness):
    def enlarge(data: np.ndarray) -> np.ndarray:
        return np.roll(data.repeat(2, 0).repeat(2, 1), (offset, offset), (0, 1))

    spoilt = spoil_all(THREE, enlarge, witness)
    finding = only(spoilt)
    assert finding.flaw is Flaw.RESIZED
    assert finding.text.startswith("GT is 2 times as large as the image in 3 of 3 samples")
    for ours, truth in restored(finding, spoilt, THREE):
        np.testing.assert_array_equal(ours[1:-1, 1:-1], truth[1:-1, 1:-1])


@pytest.mark.parametrize("witness", WITNESSES)
def test_masks_of_half_the_size_are_enlarged_smoothly(witness):
    spoilt = spoil_all(LARGE, lambda data: data[::2, ::2], witness)
    finding = only(spoilt)
    assert finding.text.startswith("GT is 0.5 times as large as the image")
    for ours, truth in restored(finding, spoilt, LARGE):
        assert mean_iou(ours, truth) >= 0.98


@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize("offset", [0, 1])
def test_blocks_of_a_nearest_resize_at_a_wrong_offset_are_smoothed(offset, witness):
    def resize(data: np.ndarray) -> np.ndarray:
        return np.roll(data[::2, ::2].repeat(2, 0).repeat(2, 1), (offset, offset), (0, 1))

    spoilt = spoil_all(LARGE, resize, witness)
    finding = only(spoilt)
    assert finding.flaw is Flaw.RESIZED
    assert "has outlines in steps of 2 px, enlarged from a smaller size" in finding.text
    for ours, truth in restored(finding, spoilt, LARGE):
        assert mean_iou(ours, truth) >= 0.98


def test_masks_drawn_at_half_the_size_are_found_with_a_model():
    def halve(data: np.ndarray) -> np.ndarray:
        out = np.zeros_like(data)
        small = data[::2, ::2]
        out[: small.shape[0], : small.shape[1]] = small
        return out

    spoilt = spoil_all(LARGE, halve, "both")
    finding = only(spoilt)
    assert "is drawn at half the size about the corner" in finding.text
    for ours, truth in restored(finding, spoilt, LARGE):
        assert mean_iou(ours, truth) >= 0.98


# ---------------------------------------------------------------- classes and ids
def exchange(first: int, second: int) -> Callable[[np.ndarray], np.ndarray]:
    def change(data: np.ndarray) -> np.ndarray:
        out = data.copy()
        out[data == first], out[data == second] = second, first
        return out

    return change


@pytest.mark.parametrize("pair", [(1, 3), (0, 5)], ids=["both predicted", "one never predicted"])
def test_swapped_classes_are_named_and_swapped_back(pair):
    samples = [streets(n, table=TABLE) for n in range(3)]
    spoilt = spoil_all(samples, exchange(*pair), "both")
    finding = only(spoilt)
    assert finding.flaw is Flaw.SWAPPED_CLASSES
    assert finding.text.startswith("Class ids are swapped: GT's ")
    assert all(f"class {number}" in finding.text for number in pair)
    assert finding.after > finding.before
    for ours, truth in restored(finding, spoilt, samples):
        np.testing.assert_array_equal(ours, truth)


@pytest.mark.parametrize(
    ("by", "void"), [*product((1, -1, 2), (frozenset(), frozenset({6}))), (1, frozenset({255}))]
)
def test_class_ids_that_are_off_are_named_and_put_right(by, void):
    def change(data: np.ndarray) -> np.ndarray:
        moved = data + np.array(by).astype(np.uint8)
        return np.where(data == 255, data, moved)

    samples = [streets(n, void) for n in range(3)]
    spoilt = spoil_all(samples, change, "both")
    finding = only(spoilt)
    assert finding.flaw is Flaw.OFFSET_CLASSES
    assert f"GT's class ids are {abs(by)} too {'high' if by > 0 else 'low'} in 5 of 5 classes" in finding.text
    for ours, truth in restored(finding, spoilt, samples):
        np.testing.assert_array_equal(ours, truth)


def test_a_model_that_takes_one_class_for_another_is_no_swap():
    confused = []
    for sample in STREETS:
        model = sample.sources[1].labels
        labels = replace(model, planes=(np.where(model.data == 1, 3, model.data).astype(np.uint8),))
        confused.append(replace(sample, sources=(sample.sources[0], Source(PREDICTION, labels))))
    assert find_systematic_errors(confused) == []


def test_a_background_that_became_an_object_is_put_back():
    spoilt = spoil_all(THREE, lambda data: data + np.uint16(1), "both")
    finding = only(spoilt)
    assert finding.flaw is Flaw.OFFSET_IDS
    assert "GT's id 1 is the background, and all ids are 1 too high" in finding.text
    for ours, truth in restored(finding, spoilt, THREE):
        np.testing.assert_array_equal(ours, truth)
    assert finding.correct(spoilt[0]).background == 0


def test_tracks_whose_ids_are_all_off_are_put_right():
    data = np.stack([ellipses(7), np.roll(ellipses(7), 3, axis=0)])
    labels = LabelImage((np.where(data > 0, data + np.uint16(1), data),), axes="TYX")
    model = LabelImage((data,), axes="TYX")
    finding = only([Sample("series", (), (Source(REFERENCE, labels), Source(PREDICTION, model)))])
    assert finding.flaw is Flaw.OFFSET_IDS
    assert "GT's ids are 1 too high for" in finding.text
    sample = Sample("series", (), (Source(REFERENCE, labels),))
    np.testing.assert_array_equal(finding.correct(sample).data, data)


# ---------------------------------------------------------------- pairing
@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize("order", [(1, 0, 2, 3, 4), (1, 2, 3, 4, 0), (0, 3, 4, 1, 2)])
def test_wrongly_paired_masks_are_given_back(order, witness):
    for samples in ([cells(n) for n in range(5)], [streets(n) for n in range(5)]):
        spoilt = [
            seen_by(sample.with_reference(samples[n].reference), witness)
            for sample, n in zip(samples, order, strict=True)
        ]
        finding = only(spoilt)
        wrong = [n for n, other in enumerate(order) if n != other]
        assert finding.flaw is Flaw.PAIRING
        assert finding.samples == tuple(samples[n].name for n in wrong)
        assert finding.text.startswith(f"GT of {len(wrong)} of 5 samples is paired wrongly: that of ")
        for n in wrong:
            np.testing.assert_array_equal(finding.correct(spoilt[n]).data, samples[n].reference.data)


# ---------------------------------------------------------------- the fix
def test_a_fix_is_a_group_of_edits_for_each_sample():
    spoilt = spoil_all(THREE, lambda data: data[:, ::-1], "both")
    finding = only(spoilt)
    for bad, sample in zip(spoilt, THREE, strict=True):
        data = bad.reference.data.copy()
        (edit,) = finding.edits(bad)
        edit.apply_to(data)
        np.testing.assert_array_equal(data, sample.reference.data)
        edit.inverse().apply_to(data)
        np.testing.assert_array_equal(data, bad.reference.data)


def test_masks_of_another_shape_cannot_be_edited_into_the_right_one():
    spoilt = spoil_all(THREE, lambda data: data.T, "both")
    finding = only(spoilt)
    with pytest.raises(SegreviewError, match="corrected masks of cells 0 are 220 x 260 pixels") as refusal:
        finding.edits(spoilt[0])
    assert "new folder" in refusal.value.hint


def test_after_the_fix_nothing_is_left_to_say():
    spoilt = spoil_all(THREE, lambda data: np.roll(data, 3, axis=0), "both")
    finding = only(spoilt)
    assert find_systematic_errors([bad.with_reference(finding.correct(bad)) for bad in spoilt]) == []


def test_it_can_be_called_off():
    told = []

    def proceed(share: float) -> bool:
        told.append(share)
        return len(told) < 3

    with pytest.raises(Cancelled):
        find_systematic_errors(THREE, proceed)
    assert told == sorted(told)
