"""Large images are worked on tile by tile: what is said of them is what is said of them as a whole."""

import dask.array as da
import numpy as np
import pytest
from triage_cases import backdrop_of, disc, nuclei, opinion_for, picture_for, sample_of, subject_of

from segreview.errors import Cancelled
from segreview.model.labels import LabelImage
from segreview.model.sample import Image
from segreview.shape import tile
from segreview.triage.appearance.filters import filter_bank, filter_banks
from segreview.triage.audit import Audit
from segreview.triage.evidence.picture import picture_of
from stores import Store

FLAT, FLAT_PICTURE = nuclei()
COLOUR = np.stack([FLAT_PICTURE, 255 - FLAT_PICTURE, FLAT_PICTURE[::-1]], axis=-1).astype(np.uint8)


def stack():
    """A volume of balls with steps between slices, and a picture of it."""
    labels = np.zeros((9, 40, 44), np.uint16)
    places = [(z, y, x) for z in (3, 6) for y in (9, 29) for x in (8, 22, 36)]
    for number, (z, y, x) in enumerate(places, 1):
        at = np.indices(labels.shape) - np.reshape((z, y, x), (3, 1, 1, 1))
        labels[((np.array([4.0, 1, 1]).reshape(3, 1, 1, 1) * at) ** 2).sum(axis=0) <= 30] = number
    return labels, picture_for(labels > 0)


def found_of(samples, monkeypatch, most):
    """What is found on samples whose images are cut into tiles of so many pixels."""
    monkeypatch.setattr(tile, "MOST", most)
    audit = Audit()
    for sample in samples:
        audit.learn(sample.name, sample.reference, sample.images)
    found = []
    for sample in samples:
        model = sample.prediction if sample.has_prediction else None
        found += audit.inspect(sample.name, sample.reference, sample.images, model)
    return found, [item for sample in samples for item in audit.items(sample.name, sample)]


def samples_of(case):
    """One sample, which is read fold by fold of its objects, or some that are read by what others taught."""
    if case == "alone":
        return [sample_of(np.where(FLAT == 4, 0, FLAT), [FLAT_PICTURE], FLAT)]
    if case == "stack":
        labels, picture = stack()
        reference = LabelImage((labels,), axes="ZYX", spacing=(4.0, 1.0, 1.0))
        return [sample_of(reference, [picture], np.where(labels == 2, 0, labels))]
    if case == "colour":
        return [sample_of(FLAT, [Image(COLOUR, rgb=True)])]
    others = [nuclei(seed) for seed in range(1, 4)]
    return [sample_of(labels, [picture], name=str(n)) for n, (labels, picture) in enumerate(others)]


@pytest.mark.parametrize("case", ["alone", "several", "stack", "colour"])
def test_tiles_say_what_the_whole_says(monkeypatch, case):
    samples = samples_of(case)
    whole, items = found_of(samples, monkeypatch, 1 << 20)
    cut, cut_items = found_of(samples, monkeypatch, 300)
    for one, other in zip(whole, cut, strict=True):
        assert "opinion within" in one.annotated.columns
        for side, again in ((one.annotated, other.annotated), (one.unclaimed, other.unclaimed)):
            assert np.array_equal(side.ranks, again.ranks)
            for name, column in side.columns.items():
                assert again.columns[name] == pytest.approx(column, abs=2e-3), name
    assert [item.handle for item in items] == [item.handle for item in cut_items]
    for item, again in zip(items, cut_items, strict=True):
        assert again.suspicion.reference_wrong == pytest.approx(item.suspicion.reference_wrong, abs=1e-3)
        assert again.suspicion.reasons == item.suspicion.reasons


@pytest.mark.parametrize("radius", [3.0, 7.0, 30.0])
@pytest.mark.parametrize("spacing", [(1.0, 1.0), (3.0, 1.0)])
def test_figures_of_a_tile_are_those_of_the_whole(monkeypatch, radius, spacing):
    picture = picture_of((Image(np.random.default_rng(0).random((60, 70))),), spacing)
    whole = filter_bank(picture, radius)
    monkeypatch.setattr(tile, "MOST", 400)
    for box, bank in filter_banks(picture, radius):
        assert bank == pytest.approx(whole[(slice(None), *box.slices)], abs=2e-4)


def test_windows_of_what_the_image_shows_are_those_of_the_whole():
    subject = subject_of(FLAT, FLAT_PICTURE)
    backdrop = backdrop_of(subject, opinion_for(FLAT))
    part, whole = (slice(8, 30), slice(0, 25)), (slice(0, 52), slice(0, 72))
    for field in (backdrop.gradient, backdrop.objects, *backdrop.soft):
        assert np.array_equal(field[part], field[whole][part])


def test_what_is_near_objects_is_found_across_tiles(monkeypatch):
    mask = disc((60, 60), (20, 20), 6)
    subject = subject_of(mask.astype(int))
    expected = {limit: subject.within(limit) for limit in (1.5, 4.0, 9.5)}
    monkeypatch.setattr(tile, "MOST", 50)
    for limit, near in expected.items():
        assert np.array_equal(subject.within(limit), near)
        assert near.any()


def test_work_can_be_called_off_between_tiles(monkeypatch):
    (sample,) = samples_of("alone")
    monkeypatch.setattr(tile, "MOST", 300)
    left = [3]

    def pause():
        left[0] -= 1
        if not left[0]:
            raise Cancelled

    audit = Audit()
    with pytest.raises(Cancelled):
        audit.learn("a", sample.reference, sample.images, pause=pause)
    assert not audit._lessons
    audit.learn("a", sample.reference, sample.images)
    left[0] = 5
    with pytest.raises(Cancelled):
        list(audit.inspect("a", sample.reference, sample.images, pause=pause))


def test_labels_in_chunks_are_read_piece_by_piece(monkeypatch):
    monkeypatch.setattr("segreview.model.chunked.WINDOW", 400)
    stores = [Store(np.where(FLAT == 4, 0, FLAT), (20, 20)), Store(FLAT, (20, 20))]
    (sample,) = samples_of("alone")
    sides = [LabelImage((store,), "YX") for store in stores]
    items = []
    for reference, model in ((sample.reference, sample.prediction), sides):
        one, audit = sample_of(reference, [FLAT_PICTURE], model), Audit()
        audit.learn("a", reference, one.images, model)
        items.append(audit.items("a", one))
    assert items[0] == items[1]
    largest = max(np.prod(shape) for store in stores for shape in store.read)
    assert largest <= 1024  # the surroundings of an object
    assert LabelImage((da.from_array(FLAT, chunks=20),)).in_chunks
