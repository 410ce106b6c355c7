"""The Cityscapes pair: two files kept in step, and nothing else touched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from segreview.errors import LossError, ReadError, WriteError
from segreview.formats.registry import files_of, find_format, read, write
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Category, Ontology


@pytest.fixture
def stem(tmp_path: Path) -> Path:
    instances = np.full((30, 40), 7, np.uint16)
    instances[:8] = 23
    instances[10:20, 5:15] = 26_000
    instances[10:20, 20:30] = 26_001
    instances[22:26, 5:15] = 26
    instances[-1] = 3
    classes = np.where(instances >= 1000, instances // 1000, instances).astype(np.uint8)
    classes[21, 30:33] = 8  # the two files of real data sets disagree here and there
    stem = tmp_path / "ulm_000_gtFine"
    Picture.fromarray(classes).save(f"{stem}_labelIds.png")
    Picture.fromarray(instances).save(f"{stem}_instanceIds.png")
    return stem


def numbers(stem: Path) -> tuple[np.ndarray, np.ndarray]:
    """Class ids and instance ids on disk."""
    return tuple(np.asarray(Picture.open(f"{stem}{end}.png")) for end in ("_labelIds", "_instanceIds"))


@pytest.mark.parametrize("end", ["", "_labelIds.png", "_instanceIds.png"])
def test_either_file_or_the_stem_opens_the_pair(stem: Path, end: str) -> None:
    path = Path(f"{stem}{end}")
    assert find_format(path).name == "cityscapes"
    labels = read(path)
    assert (labels.kind, labels.background, labels.ontology.name) == (Kind.PANOPTIC, None, "cityscapes")
    assert [file.name for file in labels.origin.files] == [
        "ulm_000_gtFine_instanceIds.png",
        "ulm_000_gtFine_labelIds.png",
    ]
    assert labels.category(26_001).name == "car"
    assert labels.is_instance(26_001)
    assert not labels.is_instance(7)
    assert labels.segments[26].iscrowd
    assert 3 in labels.void
    assert 7 not in labels.void
    assert "panoptic" in labels.reading


def test_an_edit_reaches_both_files(stem: Path) -> None:
    path = Path(f"{stem}_labelIds.png")
    old_classes, old_instances = numbers(stem)
    labels = read(path).copy()
    labels.planes[0][12:14, 6:9] = 24_007
    assert len(write(labels, path)) == 2
    classes, instances = numbers(stem)
    assert np.array_equal(np.argwhere(classes != old_classes), np.argwhere(instances != old_instances))
    assert set(classes[12:14, 6:9].ravel()) == {24}
    assert set(instances[12:14, 6:9].ravel()) == {24_007}
    assert set(classes[21, 30:33]) == {8}


def test_an_edit_within_a_class_leaves_the_classes_alone(stem: Path) -> None:
    path = Path(f"{stem}_labelIds.png")
    labels = read(path).copy()
    labels.planes[0][10:12, 5:15] = 26_001
    assert [file.name for file in write(labels, path)] == ["ulm_000_gtFine_instanceIds.png"]
    labels = replace(labels, origin=read(path).origin)
    assert write(labels, path) == ()
    assert len(files_of(labels, path)) == 2


def test_classes_alone_are_semantic(stem: Path) -> None:
    path = Path(f"{stem}_labelIds.png")
    Path(f"{stem}_instanceIds.png").unlink()
    labels = read(path).copy()
    assert (labels.kind, labels.dtype) == (Kind.SEMANTIC, np.uint8)
    labels.planes[0][0, 0] = 11
    assert write(labels, path) == (path,)


@pytest.mark.parametrize("end", ["_labelIds.png", "_instanceIds.png"])
def test_one_half_is_not_written_beside_another_one(stem: Path, tmp_path: Path, end: str) -> None:
    (tmp_path / "half").mkdir()
    half = tmp_path / "half" / f"{stem.name}{end}"
    half.write_bytes(Path(f"{stem}{end}").read_bytes())
    before = numbers(stem)
    with pytest.raises(WriteError, match="is there, and would be read together with the labels") as refusal:
        write(read(half), Path(f"{stem}{end}"))
    assert refusal.value.hint
    assert all(map(np.array_equal, numbers(stem), before))


def test_classes_of_a_pair_are_edited_in_both(stem: Path) -> None:
    path = Path(f"{stem}_labelIds.png")
    labels = read(path, kind="semantic").copy()
    assert labels.data.max() == 26
    labels.planes[0][12, 6] = 11
    write(labels, path)
    classes, instances = numbers(stem)
    assert (classes[12, 6], instances[12, 6], instances[12, 7]) == (11, 11, 26_000)


def test_shapes_that_differ_are_refused(stem: Path) -> None:
    Picture.fromarray(np.zeros((3, 3), "uint8")).save(f"{stem}_labelIds.png")
    with pytest.raises(ReadError, match="different shapes"):
        read(Path(f"{stem}_labelIds.png"))


def test_an_id_of_no_class_is_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    with pytest.raises(LossError, match="no class of Cityscapes"):
        write(LabelImage.of_array(blobs.astype(np.int32) + 50_000), tmp_path / "new_labelIds.png")


def test_ids_that_would_be_read_as_other_classes_are_refused(tmp_path: Path, blobs: np.ndarray) -> None:
    """Plain objects 1, 2, 3 are no ego vehicle and no border; the sky of another table is no road."""
    target, polygons = tmp_path / "new_instanceIds.png", tmp_path / "new_polygons.json"
    table = Ontology("other", (Category(7, "sky"), Category(26, "car")))
    others = LabelImage(
        (np.where(blobs > 0, 26001, 7).astype(np.uint16),), kind=Kind.PANOPTIC, background=None
    )
    others = replace(others, segments={7: Segment(7), 26001: Segment(26)}, ontology=table)
    for labels, words in (
        (LabelImage.of_array(blobs), "Id 1 would be read as ego vehicle"),
        (others, "Id 7 would be read as road, and it is sky"),
    ):
        for path in (target, polygons):
            with pytest.raises(LossError, match=words):
                write(labels, path)
    table = replace(table, categories=(Category(7, "road"), Category(26, "car")))
    write(replace(others, ontology=table), target)
    assert np.array_equal(read(target).data, others.data)


def test_an_id_beyond_the_class_file_is_refused(stem: Path, tmp_path: Path) -> None:
    Path(f"{stem}_instanceIds.png").unlink()
    path = Path(f"{stem}_labelIds.png")
    labels = read(path, kind="instance").copy()
    labels.planes[0][0, 0] = 200
    assert write(labels, tmp_path / "ok_labelIds.png")
