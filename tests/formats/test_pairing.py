"""Pairing: by name, never by sort order; what is ambiguous or left over is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture

from segreview.errors import PairingError, ReadError
from segreview.formats.entry import Entry, check_shapes, open_entry
from segreview.formats.naming import natural, role_of, sample_key, sample_name
from segreview.formats.pairing import Pairing, pair


def folder(place: Path, *names: str) -> Path:
    """Folder with empty files of these names."""
    place.mkdir(exist_ok=True)
    for name in names:
        (place / name).touch()
    return place


def names(pairing: Pairing) -> list[tuple[str | None, ...]]:
    """Names of the files of every entry."""
    return [
        (entry.name, *(path.name if path else None for path in (entry.gt, entry.image, entry.pred)))
        for entry in pairing.entries
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("aachen_000019_gtFine_labelIds.png", "aachen_000019"),
        ("aachen_000019_gtFine_instanceIds.png", "aachen_000019"),
        ("aachen_000019_leftImg8bit.png", "aachen_000019"),
        ("img_7_cp_masks.tif", "7"),
        ("Cell-A_Mask.TIF", "cell-a"),
        ("pred_cell 3.npy", "cell 3"),
        ("cell_seg.npy", "cell"),
        ("stack.ome.tif", "stack"),
        ("masks.png", "masks"),
        ("gt_mask.png", "gt"),
        ("plain.png", "plain"),
        ("amount.png", "amount"),
        ("zelle_ä_gt.png", "zelle_ä"),
    ],
)
def test_words_that_tell_the_role_are_stripped(name: str, key: str) -> None:
    assert sample_key(Path(name)) == key


def test_names_keep_their_spelling_and_tell_roles() -> None:
    assert sample_name(Path("Cell-A_Mask.tif")) == "Cell-A"
    assert role_of(Path("a_pred.png")) == "prediction"
    assert role_of(Path("a_cp_masks.png")) == "prediction"
    assert role_of(Path("mask_3.png")) == "reference"
    assert role_of(Path("a_leftImg8bit.png")) == "image"
    assert role_of(Path("a.png")) is None
    assert sorted(["i10", "i2", "I1", "x", "3"], key=natural) == ["3", "I1", "i2", "i10", "x"]


def test_single_files_belong_together_whatever_their_names(tmp_path: Path) -> None:
    place = folder(tmp_path, "a.tif", "b.png", "c.npy")
    found = pair(place / "a.tif", place / "b.png", place / "c.npy")
    assert names(found) == [("a", "a.tif", "b.png", "c.npy")]


def test_folders_are_paired_by_stem_in_natural_order(tmp_path: Path) -> None:
    gt = folder(tmp_path / "gt", "img10_mask.tif", "img2_mask.tif", "IMG3.tif", "lonely.tif")
    images = folder(tmp_path / "images", "img2.png", "img10.png", "img3.PNG", "other.png")
    found = pair(gt, images)
    assert names(found) == [
        ("img2", "img2_mask.tif", "img2.png", None),
        ("IMG3", "IMG3.tif", "img3.PNG", None),
        ("img10", "img10_mask.tif", "img10.png", None),
    ]
    assert [(item.role, item.path.name, item.reason) for item in found.unmatched] == [
        ("reference", "lonely.tif", "no image of this name"),
        ("image", "other.png", "no GT of this name"),
    ]


def test_exact_stems_win(tmp_path: Path) -> None:
    gt = folder(tmp_path / "gt", "a.tif", "a_mask.tif")
    pred = folder(tmp_path / "pred", "a.tif", "a_mask.tif")
    assert names(pair(gt, pred=pred)) == [
        ("a", "a.tif", None, "a.tif"),
        ("a", "a_mask.tif", None, "a_mask.tif"),
    ]


def test_ambiguous_names_are_listed_not_guessed(tmp_path: Path) -> None:
    gt = folder(tmp_path / "gt", "a_gt.tif", "b.tif")
    pred = folder(tmp_path / "pred", "a_pred.tif", "a_mask.tif", "b.tif", "b.png")
    with pytest.raises(PairingError, match="No files belong together") as refusal:
        pair(gt, pred=pred)
    assert "ambiguous" in refusal.value.message
    (pred / "b.png").unlink()
    found = pair(gt, pred=pred)
    assert names(found) == [("b", "b.tif", None, "b.tif")]
    assert {item.path.name for item in found.unmatched} == {"a_gt.tif", "a_pred.tif", "a_mask.tif"}
    assert all("ambiguous" in item.reason for item in found.unmatched)


def test_a_file_finds_its_partner_in_a_folder(tmp_path: Path) -> None:
    gt = folder(tmp_path / "gt", "a_mask.tif", "b_mask.tif")
    images = folder(tmp_path / "images", "a.png", "b.png")
    assert names(pair(gt / "b_mask.tif", images)) == [("b", "b_mask.tif", "b.png", None)]


def test_hidden_and_unknown_files_are_ignored_and_counted(tmp_path: Path) -> None:
    gt = folder(tmp_path / "gt", "a.tif", ".a.tif", "notes.txt", "a.tif.1f.segreview-tmp", "Thumbs.db")
    found = pair(gt)
    assert names(found) == [("a", "a.tif", None, None)]
    assert found.notes == (f"{gt}: 4 hidden files, or of suffixes that are not read, were ignored.",)


def test_one_folder_can_hold_all_roles(tmp_path: Path) -> None:
    place = folder(tmp_path, "a.png", "a_mask.png", "a_pred.png", "b.png", "b_masks.png", "b_cp_masks.png")
    assert names(pair(place, place, place)) == [
        ("a", "a_mask.png", "a.png", "a_pred.png"),
        ("b", "b_masks.png", "b.png", "b_cp_masks.png"),
    ]
    with pytest.raises(PairingError, match=r"ambiguous: a_mask.png, a_pred.png and a.png"):
        pair(place, place)
    (place / "a_pred.png").unlink()
    assert names(pair(place, place)) == [("a", "a_mask.png", "a.png", None)]


def test_cityscapes_pairs_count_once(tmp_path: Path) -> None:
    base = "ulm_000_gtFine"
    ends = ("labelIds.png", "instanceIds.png", "color.png", "labelTrainIds.png", "polygons.json")
    gt = folder(tmp_path / "gt", *(f"{base}_{end}" for end in ends))
    images = folder(tmp_path / "images", "ulm_000_leftImg8bit.png")
    found = pair(gt, images)
    assert names(found) == [("ulm_000", f"{base}_instanceIds.png", "ulm_000_leftImg8bit.png", None)]
    assert "2 files that follow from Cityscapes ids" in found.notes[-1]


def test_nothing_to_pair_is_told(tmp_path: Path) -> None:
    empty, nested = folder(tmp_path / "empty"), folder(tmp_path / "nested")
    folder(nested / "inner", "a.tif")
    with pytest.raises(PairingError, match="holds no label files"):
        pair(empty)
    with pytest.raises(PairingError) as refusal:
        pair(nested)
    assert "folders in it" in refusal.value.hint
    with pytest.raises(ReadError, match="does not exist"):
        pair(tmp_path / "gone")
    with pytest.raises(ReadError, match="does not exist"):
        pair(empty, tmp_path / "gone.png")


def test_an_unreadable_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", forbidden)
    with pytest.raises(ReadError, match="permission denied") as refusal:
        pair(tmp_path)
    assert str(tmp_path) in refusal.value.message
    assert refusal.value.hint


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    tifffile.imwrite(tmp_path / "gt.tif", np.eye(8, dtype="uint16") * 3)
    np.save(tmp_path / "pred.npy", np.eye(8, dtype="int32"))
    Picture.fromarray(np.zeros((8, 8, 3), "uint8")).save(tmp_path / "image.png")
    return Entry("a", tmp_path / "gt.tif", tmp_path / "image.png", tmp_path / "pred.npy")


def test_an_entry_opens_as_a_sample(entry: Entry) -> None:
    check_shapes(entry)
    sample = open_entry(entry, kind="instance")
    assert sample.reference.data.max() == 3
    assert sample.prediction.kind == "instance"
    assert sample.images[0].rgb


@pytest.mark.parametrize("wrong", ["pred", "image"])
def test_shapes_that_differ_are_told_with_both_files(wrong: str, entry: Entry) -> None:
    path = getattr(entry, wrong)
    if wrong == "pred":
        np.save(path, np.zeros((8, 9), "uint8"))
    else:
        Picture.fromarray(np.zeros((8, 9), "uint8")).save(path)
    for check in (check_shapes, open_entry):
        with pytest.raises(PairingError, match="is 8 x 8 but") as refusal:
            check(entry)
        assert str(entry.gt) in refusal.value.message
        assert str(path) in refusal.value.message


def test_shared_data_are_paired(shared: Path) -> None:
    nuclei = shared / "dsb_nuclei"
    found = pair(nuclei / "gt_noisy", nuclei / "images", nuclei / "model")
    assert (len(found.entries), found.unmatched, found.notes) == (60, (), ())
    assert all(entry.gt.stem == entry.image.stem == entry.pred.stem for entry in found.entries)
    for entry in found.entries:
        check_shapes(entry)
    assert open_entry(found.entries[0]).name == found.entries[0].gt.stem
