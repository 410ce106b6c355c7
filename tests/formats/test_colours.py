"""Colour PNG and VOC beyond the laws: which rule is taken when, and what is refused in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from segreview.errors import LossError, ReadError
from segreview.formats.registry import find_format, read, write
from segreview.formats.tables import CAMVID, VOC_COLORS
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Category, Ontology

TABLE = Ontology("zoo", (Category(3, "ape", (9, 8, 7)), Category(400, "bee", (1, 2, 3))))
SKY, ROAD, VOID = 21, 17, 30


def _coloured(path: Path, *colors: tuple[int, ...]) -> Path:
    """Picture whose rows have these colours, one each."""
    rows = np.array(colors, np.uint8)
    Picture.fromarray(np.repeat(rows[:, np.newaxis], 5, axis=1)).save(path)
    return path


def _with_voc_palette(path: Path, ids: np.ndarray) -> Path:
    path.parent.mkdir(exist_ok=True)
    picture = Picture.fromarray(ids)
    picture.putpalette([v for color in VOC_COLORS for v in color])
    picture.save(path)
    return path


def test_colours_of_a_table_are_its_classes_and_stay_colours(tmp_path: Path) -> None:
    path = _coloured(tmp_path / "a.png", (9, 8, 7), (1, 2, 3), (9, 8, 7))
    labels = read(path, classes=TABLE)
    assert labels.data[:, 0].tolist() == [3, 400, 3]
    assert (labels.kind, labels.dtype, labels.max_storable()) == (Kind.SEMANTIC, np.uint16, 400)
    assert "every id is a class of zoo" in labels.reading
    assert "colours are classes" in labels.reading
    changed = labels.copy()
    changed.planes[0][0, 0] = 400
    write(changed, path)
    assert np.asarray(Picture.open(path))[0, :2].tolist() == [[1, 2, 3], [9, 8, 7]]


def test_camvid_is_known_by_its_colours(tmp_path: Path) -> None:
    colors = [CAMVID.get(i).color for i in (SKY, ROAD, VOID)]
    labels = read(_coloured(tmp_path / "a.png", *colors))
    assert labels.data[:, 0].tolist() == [SKY, ROAD, VOID]
    assert (labels.ontology, labels.void) == (CAMVID, {VOID})


def test_the_eleven_of_camvid_are_known_by_the_colour_of_their_own(tmp_path: Path) -> None:
    labels = read(_coloured(tmp_path / "a.png", (60, 40, 222), (128, 64, 128), (0, 0, 0)))
    assert labels.data[:, 0].tolist() == [4, 3, 11]
    assert (labels.ontology.name, labels.void) == ("camvid11", {11})


def test_a_colour_of_no_class_is_named_with_its_pixel(tmp_path: Path) -> None:
    path = _coloured(tmp_path / "a.png", (9, 8, 7), (9, 8, 8), (4, 4, 4))
    with pytest.raises(
        ReadError, match=r"colour \(9, 8, 8\) at pixel \(1, 0\).*zoo, and 1 others"
    ) as refusal:
        read(path, classes=TABLE)
    assert "JPEG" in refusal.value.hint


def test_colours_that_nothing_explains_are_refused_with_the_ways_out(tmp_path: Path) -> None:
    path = _coloured(tmp_path / "a.png", (9, 8, 7), (1, 2, 3))
    with pytest.raises(ReadError, match="does not say what colours mean: it has 2 colours") as refusal:
        read(path)
    assert all(word in refusal.value.hint for word in ("--classes", "--kind instance", "--image", "JSON"))
    assert read(path, kind="instance").data[:, 0].tolist() == [
        9 + 8 * 256 + 7 * 65536,
        1 + 2 * 256 + 3 * 65536,
    ]
    _coloured(path, (0, 0, 0), (128, 0, 0), (128, 128, 0))
    with pytest.raises(ReadError, match="classes of camvid and of voc"):
        read(path)
    assert read(path, classes="voc").data[:, 0].tolist() == [0, 1, 3]


def _regions(path: Path, *colors: tuple[int, int, int]) -> Path:
    """Picture with a square of 36 pixels in each of these colours, on black."""
    pixels = np.zeros((10, 10 * len(colors), 3), np.uint8)
    for number, color in enumerate(colors):
        pixels[2:8, 10 * number + 2 : 10 * number + 8] = color
    Picture.fromarray(pixels).save(path)
    return path


def test_colours_of_no_table_that_lie_in_regions_are_ids(tmp_path: Path) -> None:
    path = _regions(tmp_path / "a.png", (220, 20, 60), (222, 0, 65), (9, 8, 7))
    labels = read(path)
    assert np.unique(labels.data).tolist() == [0, 460_809, 3_937_500, 4_260_062]
    assert (labels.kind, labels.background, labels.ontology) == (Kind.INSTANCE, 0, None)
    assert "no known table has them" in labels.reading
    changed = labels.copy()
    changed.planes[0][0, 0] = 70_000
    write(changed, path)
    assert np.asarray(Picture.open(path))[0, :2].tolist() == [[112, 17, 1], [0, 0, 0]]


def test_a_picture_is_not_taken_for_ids(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    few = rng.choice(np.array([[9, 8, 7], [1, 2, 3], [200, 3, 90]], np.uint8), (40, 40))
    for pixels in (rng.integers(0, 256, (40, 40, 3), np.uint8), few):
        Picture.fromarray(pixels).save(tmp_path / "a.png")
        with pytest.raises(ReadError, match="does not say what colours mean"):
            read(tmp_path / "a.png")


PAIRS = Ontology("park", (Category(1, "dog", isthing=True), Category(184, "tree")))


def test_two_channels_are_classes_and_numbers_by_a_table(tmp_path: Path) -> None:
    path = _regions(tmp_path / "a.png", (1, 0, 0), (1, 2, 0), (1, 255, 0), (184, 0, 0))
    labels = read(path, classes=PAIRS)
    assert np.unique(labels.data).tolist() == [0, 1, 184, 256, 258]
    assert (labels.kind, labels.background, labels.void) == (Kind.PANOPTIC, None, {0})
    assert [labels.category(n).name for n in (1, 184, 256, 258)] == ["dog", "tree", "dog", "dog"]
    assert {n for n, segment in labels.segments.items() if segment.iscrowd} == {1}
    assert "red is the class, green the number" in labels.reading
    changed = labels.copy()
    changed.planes[0][0, :3] = 510, 184, 1
    write(changed, path)
    written = [[1, 254, 0], [184, 0, 0], [1, 255, 0], [0, 0, 0]]
    assert np.asarray(Picture.open(path))[0, :4].tolist() == written
    assert np.array_equal(read(path, classes=PAIRS).data, changed.data)


@pytest.mark.parametrize("one", [9, 9 * 256 + 1, 511, 184 * 256, 256 * 256])
def test_an_id_without_a_pair_is_refused(one: int, tmp_path: Path) -> None:
    path = _regions(tmp_path / "a.png", (1, 0, 0), (1, 2, 0), (184, 0, 0))
    changed = read(path, classes=PAIRS).copy()
    changed.planes[0][0, 0] = one
    before = path.read_bytes()
    with pytest.raises(LossError, match=f"id {one} does not fit"):
        write(changed, path)
    assert path.read_bytes() == before


def test_two_channels_without_a_table_are_ids(tmp_path: Path) -> None:
    labels = read(_regions(tmp_path / "a.png", (1, 0, 0), (1, 2, 0), (184, 0, 0)))
    assert np.unique(labels.data).tolist() == [0, 1, 184, 513]
    assert labels.kind is Kind.INSTANCE


@pytest.mark.parametrize(
    ("table", "colours"),
    [
        (PAIRS, [(1, 0, 0), (184, 0, 0)]),  # no number anywhere: these may be ids 1 and 184
        (Ontology("cells", (Category(0, "cell", isthing=True), Category(1, "rest"))), [(0, 1, 0), (1, 0, 0)]),
    ],
)
def test_what_may_be_something_else_is_not_taken_for_pairs(table, colours, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="colour"):
        read(_regions(tmp_path / "a.png", *colours), classes=table)


def test_grey_values_saved_as_colours_are_ids(tmp_path: Path) -> None:
    path = _coloured(tmp_path / "a.png", (0, 0, 0), (7, 7, 7), (200, 200, 200))
    assert read(path).data[:, 0].tolist() == [0, 7, 200]
    assert read(path, classes="cityscapes", kind="semantic").data[1, 0] == 7


def test_colours_of_16_bits_are_no_labels(tmp_path: Path) -> None:
    import imagecodecs

    path = tmp_path / "a.png"
    path.write_bytes(imagecodecs.png_encode(np.zeros((4, 4, 3), "uint16")))
    with pytest.raises(ReadError, match="16 bits for a colour"):
        read(path)


def test_a_class_that_shares_its_colour_is_not_written(tmp_path: Path) -> None:
    path = _coloured(tmp_path / "a.png", (153, 153, 153), (128, 64, 128))
    labels = read(path, classes="cityscapes").copy()
    assert labels.data[0, 0] == 17
    labels.planes[0][0, 0] = 18
    before = path.read_bytes()
    with pytest.raises(LossError, match=r"class 18 has the colour .* stands for another class"):
        write(labels, path)
    assert path.read_bytes() == before


def test_new_files_of_classes_have_the_colours_of_their_table(tmp_path: Path) -> None:
    ids = np.array([[3, 400], [3, 3]], np.uint16)
    labels = replace(LabelImage.of_array(ids, Kind.SEMANTIC, None), ontology=TABLE)
    write(labels, tmp_path / "new.png", "colours")
    assert np.asarray(Picture.open(tmp_path / "new.png"))[0].tolist() == [[9, 8, 7], [1, 2, 3]]
    assert np.array_equal(read(tmp_path / "new.png", classes=TABLE).data, ids)


def test_voc_tells_classes_and_objects_apart_by_its_folders(tmp_path: Path) -> None:
    ids = np.repeat(np.array([[0, 15, 1, 255]], np.uint8), 4, axis=0)
    classes = read(_with_voc_palette(tmp_path / "SegmentationClass" / "a.png", ids))
    objects = read(_with_voc_palette(tmp_path / "SegmentationObject" / "a.png", ids))
    assert (classes.kind, classes.void, classes.category(15).name) == (Kind.SEMANTIC, {255}, "person")
    assert (objects.kind, objects.void, objects.background) == (Kind.INSTANCE, {255}, 0)
    assert read(objects.path, kind="semantic", classes="voc").kind is Kind.SEMANTIC


def test_a_copy_of_voc_keeps_its_palette(tmp_path: Path) -> None:
    labels = read(
        _with_voc_palette(tmp_path / "SegmentationObject" / "a.png", np.eye(9, dtype=np.uint8)),
        kind="instance",
    ).copy()
    labels.planes[0][0, 8] = 7
    write(labels, tmp_path / "copy.png")
    assert find_format(tmp_path / "copy.png").name == "voc"


@pytest.mark.parametrize(("id_", "void", "words"), [(255, {}, "255 would be void"), (9, {9}, "id 9 is void")])
def test_void_of_voc_is_255_and_nothing_else(id_: int, void: set[int], words: str, tmp_path: Path) -> None:
    ids = np.array([[0, 1, id_]])
    labels = replace(LabelImage.of_array(ids), void=frozenset(void))
    with pytest.raises(LossError, match=words):
        write(labels, tmp_path / "new.png", "voc")
    assert not list(tmp_path.iterdir())
