"""The samples in sample_data: unchanged, small, complete, and true to what their truth files say."""

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "sample_data"
CELLS = ("cells_01", "cells_02", "cells_03")
STREET = "street_000000_000001"
VOID = (0, 1, 3, 4)
CELL_KINDS = {
    "missed", "spurious", "merged", "split", "shifted", "dilated", "polygon", "hole", "sliver", "jitter",
}  # fmt: skip
STREET_KINDS = {
    "missed", "spurious", "merged", "shifted", "dilated", "polygon", "hole", "class", "stuff", "jitter",
}  # fmt: skip


@pytest.fixture(scope="module")
def generator():
    """The package that made the samples."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from make_samples import cells, street

        yield cells, street
    finally:
        sys.path.remove(str(ROOT / "scripts"))


@pytest.fixture(scope="module")
def made(generator):
    """The samples of nuclei, made anew."""
    cells, _ = generator
    return {recipe.name: cells.make(recipe) for recipe in cells.RECIPES}


@pytest.fixture(scope="module")
def true_street(generator):
    """The true instance map of the street, made anew."""
    from make_samples.street.scene import instance_map, items_seen

    return instance_map(items_seen())


def errors_of(folder: str, sample: str) -> list[dict]:
    truth = json.loads((DATA / folder / "truth.json").read_text(encoding="utf-8"))
    assert truth["schema"] == "segreview.sample-truth/1"
    return [error for error in truth["errors"] if error["sample"] == sample]


def cell(role: str, name: str) -> np.ndarray:
    return tifffile.imread(DATA / "cells" / role / f"{name}.tif")


def street(role: str, what: str) -> np.ndarray:
    return np.asarray(Image.open(DATA / "street" / role / f"{STREET}_{what}.png"))


def mask_of(labels: np.ndarray, ids: list[int]) -> np.ndarray:
    return np.isin(labels, ids)


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return np.count_nonzero(one & other) / np.count_nonzero(one | other)


# ---------------------------------------------------------------------------------------------- the files


def test_files_have_not_changed():
    sums = json.loads((DATA / "checksums.json").read_text(encoding="utf-8"))
    found = {
        path.relative_to(DATA).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in DATA.glob("*/**/*")
        if path.is_file()
    }
    assert found == sums


def test_files_are_small_in_all():
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 4_000_000


@pytest.mark.parametrize("name", CELLS)
def test_cells_are_16_bit_and_pair_by_stem(name):
    image, gt, prediction = (cell(role, name) for role in ("images", "gt", "pred"))
    assert image.shape == gt.shape == prediction.shape
    assert image.dtype == gt.dtype == prediction.dtype == np.uint16


def test_cells_carry_their_pixel_size():
    with tifffile.TiffFile(DATA / "cells" / "images" / "cells_01.tif") as tiff:
        tags = tiff.pages[0].tags
        numerator, denominator = tags["XResolution"].value
        assert tags["ResolutionUnit"].value == tifffile.RESUNIT.CENTIMETER
        assert tags["Software"].value == "segreview make_samples"
    assert 10_000 * denominator / numerator == pytest.approx(0.65)


@pytest.mark.parametrize("role", ["gt", "pred"])
def test_street_maps_agree_with_each_other(role):
    label_ids, instances = street(role, "gtFine_labelIds"), street(role, "gtFine_instanceIds").astype(int)
    assert street("leftImg8bit", "leftImg8bit").shape == (1024, 2048, 3)
    assert label_ids.shape == instances.shape == (1024, 2048)
    assert np.array_equal(label_ids, np.where(instances >= 1000, instances // 1000, instances))
    things = np.isin(label_ids, [24, 25, 26, 27, 28, 32, 33])
    assert np.array_equal(things, instances >= 1000)


def test_street_has_many_classes_and_instances(true_street):
    for instances in (true_street, street("gt", "gtFine_instanceIds")):
        values = np.unique(instances)
        label_ids = {int(v) // 1000 if v >= 1000 else int(v) for v in values}
        assert len(label_ids - set(VOID)) >= 10
        assert label_ids & set(VOID)
        assert np.count_nonzero(values >= 1000) >= 40


# ---------------------------------------------------------------------------------------------- the truth


@pytest.mark.parametrize("name", CELLS)
def test_cells_have_many_nuclei_and_every_kind_of_error(name, made):
    assert np.unique(made[name].true).size - 1 >= 120
    kinds = Counter(error["kind"] for error in errors_of("cells", name))
    assert set(kinds) == CELL_KINDS
    assert min(kinds.values()) >= 2


def test_street_has_every_kind_of_error():
    assert {error["kind"] for error in errors_of("street", STREET)} == STREET_KINDS


@pytest.mark.parametrize("name", CELLS)
def test_no_nucleus_takes_part_in_two_errors(name):
    for side in ("gt_ids", "true_ids"):
        ids = [i for error in errors_of("cells", name) for i in error[side]]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", CELLS)
def test_nuclei_that_no_error_names_are_right(name, made):
    gt, true = cell("gt", name), made[name].true
    named = [i for error in errors_of("cells", name) for side in ("gt_ids", "true_ids") for i in error[side]]
    untouched = ~np.isin(true, named) & ~np.isin(gt, named)
    assert np.array_equal(gt[untouched], true[untouched])
    assert set(np.unique(gt)) - set(named) == set(np.unique(true)) - set(named)


@pytest.mark.parametrize("name", CELLS)
def test_cell_errors_are_what_they_say(name, made):
    gt, true = cell("gt", name), made[name].true
    for error in errors_of("cells", name):
        CHECKS[error["kind"]](gt, true, error)
        (y0, y1), (x0, x1) = error["box"]
        involved = mask_of(gt, error["gt_ids"]) | mask_of(true, error["true_ids"])
        assert involved[y0:y1, x0:x1].sum() == involved.sum() > 0


def test_street_errors_are_what_they_say(true_street):
    gt = street("gt", "gtFine_instanceIds").astype(int)
    for error in errors_of("street", STREET):
        STREET_CHECKS[error["kind"]](gt, true_street, error)


def check_missed(gt, true, error):
    assert not error["gt_ids"]
    assert not gt[mask_of(true, error["true_ids"])].any()


def check_spurious(gt, true, error):
    assert not error["true_ids"]
    assert not true[mask_of(gt, error["gt_ids"])].any()


def check_sliver(gt, true, error):
    check_spurious(gt, true, error)
    rows, columns = np.nonzero(mask_of(gt, error["gt_ids"]))
    assert rows.size <= 2.2 * max(np.ptp(rows) + 1, np.ptp(columns) + 1)


def check_merged(gt, true, error):
    assert (len(error["gt_ids"]), len(error["true_ids"])) == (1, 2)
    assert np.array_equal(mask_of(gt, error["gt_ids"]), mask_of(true, error["true_ids"]))


def check_split(gt, true, error):
    assert (len(error["gt_ids"]), len(error["true_ids"])) == (2, 1)
    assert np.array_equal(mask_of(gt, error["gt_ids"]), mask_of(true, error["true_ids"]))
    areas = [np.count_nonzero(gt == i) for i in error["gt_ids"]]
    assert min(areas) > 0.3 * sum(areas)


def check_shifted(gt, true, error):
    one, other = mask_of(gt, error["gt_ids"]), mask_of(true, error["true_ids"])
    moved = np.argwhere(one).mean(axis=0) - np.argwhere(other).mean(axis=0)
    assert 3.5 < np.hypot(*moved) < 6.5


def check_dilated(gt, true, error):
    one, other = mask_of(gt, error["gt_ids"]), mask_of(true, error["true_ids"])
    assert not (other & ~one).any()
    assert one.sum() > 1.3 * other.sum()


def check_redrawn(gt, true, error):
    assert 0.3 < iou(mask_of(gt, error["gt_ids"]), mask_of(true, error["true_ids"])) < 0.95


def check_hole(gt, true, error):
    one, other = mask_of(gt, error["gt_ids"]), mask_of(true, error["true_ids"])
    assert not (one & ~other).any()
    assert 0.05 < 1 - one.sum() / other.sum() < 0.25


def check_jitter(gt, true, error):
    assert error["harmless"]
    assert 0.7 < iou(mask_of(gt, error["gt_ids"]), mask_of(true, error["true_ids"])) < 1


CHECKS = {
    "missed": check_missed,
    "spurious": check_spurious,
    "merged": check_merged,
    "split": check_split,
    "shifted": check_shifted,
    "dilated": check_dilated,
    "polygon": check_redrawn,
    "hole": check_hole,
    "sliver": check_sliver,
    "jitter": check_jitter,
}


def check_street_missed(gt, true, error):
    assert not mask_of(gt, error["true_ids"]).any()
    assert mask_of(true, error["true_ids"]).any()


def check_street_spurious(gt, true, error):
    assert (true[mask_of(gt, error["gt_ids"])] < 1000).all()


def check_street_merged(gt, true, error):
    one, other = mask_of(gt, error["gt_ids"]), mask_of(true, error["true_ids"])
    assert all(one[true == i].mean() > 0.9 for i in error["true_ids"])
    assert iou(one, other) > 0.85


def check_street_redrawn(gt, true, error):
    assert error["gt_ids"] == error["true_ids"]
    assert 0.1 < iou(mask_of(gt, error["gt_ids"]), mask_of(true, error["true_ids"])) < 0.99


def check_street_class(gt, true, error):
    (called,), (really,) = error["gt_ids"], error["true_ids"]
    assert called // 1000 != really // 1000
    assert iou(gt == called, true == really) > 0.9


def check_street_stuff(gt, true, error):
    (called,), (really,), ((y0, y1), (x0, x1)) = error["gt_ids"], error["true_ids"], error["box"]
    box = (slice(y0, y1), slice(x0, x1))
    assert np.count_nonzero((gt[box] == called) & (true[box] == really)) > 500


STREET_CHECKS = {
    "missed": check_street_missed,
    "spurious": check_street_spurious,
    "merged": check_street_merged,
    "shifted": check_street_redrawn,
    "dilated": check_street_redrawn,
    "polygon": check_street_redrawn,
    "hole": check_street_redrawn,
    "jitter": check_jitter,
    "class": check_street_class,
    "stuff": check_street_stuff,
}


# ---------------------------------------------------------------------------------------------- the script


def test_script_makes_the_same_pixels_again(made):
    sample = made["cells_01"]
    for role, pixels in (("images", sample.image), ("gt", sample.gt), ("pred", sample.prediction)):
        # Another processor may round a float otherwise and so move a pixel; more than that is a change.
        assert np.mean(pixels != cell(role, "cells_01")) < 1e-3


def test_script_plants_the_errors_that_the_truth_file_names(made):
    planted = [(error.kind, list(error.gt_ids), list(error.true_ids)) for error in made["cells_01"].errors]
    named = [(e["kind"], e["gt_ids"], e["true_ids"]) for e in errors_of("cells", "cells_01")]
    assert planted == named


def test_prediction_of_cells_sees_only_the_image(generator, made):
    cells, _ = generator
    assert np.array_equal(cells.segment(made["cells_01"].image), made["cells_01"].prediction)
