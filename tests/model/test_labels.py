"""Label images and class tables: kind, background, classes and limits are stored facts."""

from pathlib import Path

import numpy as np
import pytest

from segreview.model.labels import Kind, LabelImage, Origin, Segment
from segreview.model.ontology import Category, Ontology
from segreview.model.sample import Image, Sample, Source

ROAD, CAR, VOID = Category(7, "road"), Category(26, "car", isthing=True), Category(0, "void", ignore=True)
STREET = Ontology("street", (ROAD, CAR, VOID), factor=1000)


def labels(dtype="uint16", **facts) -> LabelImage:
    return LabelImage((np.zeros((3, 4), dtype),), **facts)


def test_an_id_holds_its_class_where_the_table_has_a_factor():
    assert [STREET.category_of(i) for i in (7, 26, 26000, 26017)] == [7, 26, 26, 26]
    assert Ontology("plain", (ROAD,)).category_of(7) is None
    assert STREET.void_ids == {0}
    assert STREET.get(26) is CAR
    assert STREET.get(99) is STREET.get(None) is None
    assert list(STREET) == [ROAD, CAR, VOID]


def test_panoptic_ids_from_the_factor_on_are_objects():
    street = labels(kind=Kind.PANOPTIC, background=None, void=frozenset({0}), ontology=STREET)
    assert [street.is_instance(i) for i in (0, 7, 26, 26001)] == [False, False, False, True]
    assert street.category(26001) is CAR
    assert street.outside == {0}


def test_semantic_ids_are_classes_and_never_objects():
    classes = labels(kind=Kind.SEMANTIC, background=None)
    assert classes.category_of(7) == 7
    assert not classes.is_instance(7)
    assert classes.outside == frozenset()


def test_what_is_known_of_a_segment_goes_before_the_table():
    table = Ontology("coco", (ROAD, CAR))
    coco = labels(ontology=table, segments={5: Segment(26), 6: Segment(7), 8: Segment()})
    assert [coco.category_of(i) for i in (5, 6, 8, 9)] == [26, 7, None, None]
    assert [coco.is_instance(i) for i in (5, 6, 8, 0)] == [True, False, True, False]


@pytest.mark.parametrize(
    ("dtype", "stored", "kind", "largest"),
    [
        ("uint8", None, Kind.INSTANCE, 255),
        ("int32", "uint8", Kind.BINARY, 2**31 - 1),
        ("int64", "float32", Kind.INSTANCE, 2**24),
        ("uint8", "bool", Kind.INSTANCE, 1),
        ("uint64", None, Kind.INSTANCE, 2**64 - 1),
    ],
)
def test_the_largest_id_is_what_the_file_can_hold(dtype, stored, kind, largest):
    image = labels(dtype, kind=kind, stored=None if stored is None else np.dtype(stored))
    assert image.max_storable() == largest
    assert image.dtype == np.dtype(stored or dtype)


def test_several_planes_have_no_single_array():
    planes = (np.zeros((3, 4), int), np.ones((3, 4), int))
    with pytest.raises(ValueError, match="2 planes"):
        _ = LabelImage(planes).data


@pytest.mark.parametrize(
    ("planes", "axes", "error"),
    [
        ((np.zeros((3, 4)),), "YX", TypeError),
        ((np.zeros((3, 4), int),), "ZYX", ValueError),
        ((np.zeros((3, 4), int), np.zeros((4, 3), int)), "YX", ValueError),
    ],
)
def test_arrays_that_are_no_labels_are_refused(planes, axes, error):
    with pytest.raises(error):
        LabelImage(planes, axes=axes)


def test_a_copy_has_planes_of_its_own_and_the_same_facts():
    image = labels(origin=Origin("tiff", (Path("a.tif"),), ("d",)))
    copy = image.copy()
    copy.data[...] = 5
    assert not image.data.any()
    assert copy.path == image.path == Path("a.tif")
    assert labels().path is None
    assert LabelImage.of_array(np.zeros((2, 3, 4), int)).axes == "ZYX"
    assert (copy.spacing, copy.offset) == ((1.0, 1.0), (0.0, 0.0))


def test_a_sample_finds_its_sides_by_role():
    gt = labels()
    sample = Sample("a", (), (Source("reference", gt),))
    assert sample.reference is gt
    assert sample.prediction is None
    with pytest.raises(LookupError, match="no reference"):
        _ = Sample("a", (), ()).reference


@pytest.mark.parametrize(
    ("shape", "facts", "spatial"),
    [
        ((5, 6), {}, (5, 6)),
        ((5, 6, 3), {"rgb": True}, (5, 6)),
        ((2, 5, 6), {"channel_axis": 0}, (5, 6)),
        ((4, 2, 5, 6), {"channel_axis": 1}, (4, 5, 6)),
    ],
)
def test_the_spatial_shape_leaves_out_colours_and_channels(shape, facts, spatial):
    assert Image(np.zeros(shape), **facts).spatial_shape == spatial
