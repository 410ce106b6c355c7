"""What both sides of a comparison may be given as, and how all else is refused in words."""

import numpy as np
import pytest

import segreview
from segreview.errors import SegreviewError

GT = np.array([[1, 1, 1, 0], [0, 0, 2, 2], [0, 0, 2, 2]])
MODEL = np.array([[1, 1, 0, 0], [0, 0, 0, 0], [0, 5, 0, 0]])
SEGMENT = {"segmentation": GT == 1, "category_id": 1}


class Uncounted:
    """An array as dask gives it after a choice of pixels that it has not made yet."""

    shape, chunks, dtype = (np.nan,), ((np.nan,),), GT.dtype

    def __getitem__(self, _):
        raise AssertionError


NO_IMAGES = {
    "a number": (3, "reference is a single int"),
    "an array without axes": (np.array(3), "reference is a single"),
    "nothing": (None, "reference is a single NoneType"),
    "a path": ("gt.png", "reference is a single str"),
    "too many axes": (np.zeros((1, 1, 1, 2, 2), int), "has 5 axes"),
    "rows of different lengths": ([[1, 2], [3]], "rows of different lengths"),
    "values that are masked": (np.ma.masked_equal(GT, 2), "is a masked array"),
    "chunks that nobody has counted": (Uncounted(), "chunks are not known"),
    "segments": ([SEGMENT], "is a list of segments"),
    "a generator": ((one for one in [GT]), "is a generator"),
}


@pytest.mark.parametrize("name", NO_IMAGES)
@pytest.mark.parametrize(
    "function", [segreview.overlap_table, segreview.find_disagreements, segreview.match, segreview.evaluate]
)
def test_what_is_no_image_is_refused(name, function):
    side, message = NO_IMAGES[name]
    with pytest.raises(SegreviewError, match=message) as refusal:
        function(side, MODEL)
    assert refusal.value.hint


@pytest.mark.parametrize("convention", ["semantic", "agreement", "cityscapes_instance"])
@pytest.mark.parametrize("name", set(NO_IMAGES) - {"segments"})
def test_conventions_that_read_arrays_themselves_refuse_the_same(name, convention):
    side, message = NO_IMAGES[name]
    with pytest.raises(SegreviewError, match=message.replace("reference", ".*")):
        segreview.evaluate(side, [] if convention == "cityscapes_instance" else MODEL, convention)


def test_rows_of_different_lengths_in_a_data_set_and_of_annotators():
    with pytest.raises(SegreviewError, match="image 1: the prediction has rows"):
        segreview.evaluate([[[1, 2], [3]]], [[[1, 2], [3]]])
    with pytest.raises(SegreviewError, match="rows of different lengths"):
        segreview.evaluate([[1, 2], [3]], convention="agreement")


def test_a_mask_that_hides_nothing_is_no_hindrance():
    assert segreview.evaluate(np.ma.masked_equal(GT, 9), GT).figures["tp"] == 2


def test_masks_hide_nothing_from_data_sets():
    with pytest.raises(SegreviewError, match="image 2: the reference is a masked array"):
        segreview.evaluate([GT, np.ma.masked_equal(GT, 2)], [GT, GT])


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("function", [segreview.overlap_table, segreview.evaluate])
def test_colour_pictures_are_known_by_their_last_axis(function, channels):
    picture = np.stack([GT] * channels, axis=-1)
    for side, sides in (("prediction", (GT, picture)), ("reference", (picture, GT))):
        with pytest.raises(SegreviewError, match=f"3 x 4 x {channels}") as refusal:
            function(*sides)
        assert f"The {side} looks like a colour picture" in refusal.value.hint
    with pytest.raises(SegreviewError) as refusal:
        function(GT, np.stack([GT] * 5))
    assert "colour" not in refusal.value.hint


def test_segments_on_one_side_of_a_data_set_only():
    with pytest.raises(SegreviewError, match="image 1: the reference is a list of segments"):
        segreview.evaluate([[SEGMENT]], [GT])
    with pytest.raises(SegreviewError, match="image 1: the prediction is a list of segments"):
        segreview.evaluate([GT], [[SEGMENT]])


@pytest.mark.parametrize("ids", [(1, "a"), ([1], [1])])
def test_images_are_named_by_numbers_or_by_text(ids):
    sides = [[{**SEGMENT, "image_id": image_id}] for image_id in ids]
    with pytest.raises(SegreviewError, match="image_id of some segments"):
        segreview.evaluate(*sides)


# -------------------------------------------------------------------- data sets
def test_a_data_set_has_a_table_for_each_image():
    tables = segreview.overlap_table([GT, MODEL], (MODEL, GT))
    assert tables == (segreview.overlap_table(GT, MODEL), segreview.overlap_table(MODEL, GT))
    assert segreview.overlap_table([], []) == ()


def test_the_disagreements_of_a_data_set_are_one_list():
    sides = [GT, GT, MODEL], [GT, MODEL, GT]
    found = segreview.find_disagreements(*sides)
    assert sorted((str(item.relation), item.image, item.area) for item in found) == [
        ("missed", 1, 4),
        ("missed", 2, 1),
        ("spurious", 1, 1),
        ("spurious", 2, 4),
    ]
    assert found == sorted(found, key=lambda item: -item.suspicion.urgency)
    single = segreview.find_disagreements(GT, MODEL)
    assert [item.handle for item in found if item.image == 1] == [item.handle for item in single]
    assert {item.image for item in single} == {None}
    assert segreview.find_disagreements([], []) == []


def test_matched_objects_of_a_data_set_are_listed_on_request():
    everything = segreview.find_disagreements([GT, GT], [GT, MODEL], everything=True)
    assert sorted(item.image for item in everything) == [0, 0, 1, 1, 1]


def test_pixels_of_a_data_set_go_with_their_images():
    sides = [GT, GT], [GT, MODEL]
    pixels = np.zeros(GT.shape)
    expected = {(item.image, item.handle) for item in segreview.find_disagreements(*sides)}
    for given in ({"image": [pixels, None]}, {"probability": np.zeros((2, *GT.shape))}):
        found = segreview.find_disagreements(*sides, **given)
        assert {(item.image, item.handle) for item in found} == expected
    with pytest.raises(SegreviewError, match="image has shape"):
        segreview.find_disagreements(*sides, image=[pixels, pixels[1:]])
    for wrong in ([pixels], 3):
        with pytest.raises(SegreviewError, match="not as many images"):
            segreview.find_disagreements(*sides, image=wrong)


@pytest.mark.parametrize("function", [segreview.overlap_table, segreview.find_disagreements])
def test_data_sets_that_do_not_fit_are_refused(function):
    with pytest.raises(SegreviewError, match="2 references and 1 predictions"):
        function([GT, GT], [MODEL])
    with pytest.raises(SegreviewError, match="One side is a single image"):
        function(GT, [MODEL])
    with pytest.raises(SegreviewError, match="image 2: the reference has shape 3 x 4, the prediction 2 x 4"):
        function([GT, GT], [MODEL, MODEL[1:]])
    with pytest.raises(SegreviewError, match="image 1: the prediction holds float64"):
        function([GT], [MODEL / 2])
    with pytest.raises(SegreviewError, match="sequence of 2 images where one is wanted"):
        function([[GT, GT]], [MODEL])
