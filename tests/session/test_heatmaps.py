"""Heatmaps of a review: what there is to be seen, and that it follows edits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tifffile

from segreview.errors import SegreviewError
from segreview.formats.entry import Entry, open_entry
from segreview.model.box import Box
from segreview.model.edit import Edit, painted
from segreview.model.labels import Kind, LabelImage
from segreview.model.sample import ANNOTATOR, Source
from segreview.session.heatmaps import Heatmaps
from segreview.session.opening import Opening
from segreview.session.project import Project
from segreview.session.shares import Shares
from segreview.session.suspecting import Snapshot, Suspecting
from segreview.shape.lattice import Lattice
from segreview.triage.heat import Heat
from segreview.triage.suspicion import Suspicion


def masks() -> tuple[np.ndarray, np.ndarray]:
    """Matched 1 with an outline that differs, missed 2, split 3."""
    gt, pred = np.zeros((2, 60, 80), np.uint16)
    gt[5:25, 5:25], pred[5:25, 7:27] = 1, 1
    gt[5:25, 40:60] = 2
    gt[35:55, 5:35], pred[35:55, 5:19], pred[35:55, 21:35] = 3, 3, 4
    return gt, pred


@pytest.fixture
def entry(tmp_path, monkeypatch) -> Entry:
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))
    files = {}
    for name, data in zip(("gt", "pred"), masks(), strict=True):
        (tmp_path / name).mkdir()
        files[name] = tmp_path / name / "a.tif"
        tifffile.imwrite(files[name], data)
    return Entry("a", files["gt"], None, files["pred"])


@pytest.fixture
def begin(entry):
    """Begins reviews, which end with the test."""
    begun = []

    def one(**options):
        while begun:  # a journal can be open once
            begun.pop().close()
        begun.append(Opening(open_entry(entry, **options)).begin("ada"))
        return begun[-1]

    yield one
    for review in begun:
        review.close()


def values(heats: Heatmaps, heat: Heat) -> np.ndarray:
    found = heats.of(heat)
    assert found is not None
    return found.values(Lattice.of_box(Box.of_shape((60, 80))))


def suspect_all(review, share: float) -> None:
    review.absorb({handle: Suspicion(share) for handle in review.disagreements.items}, review.revision)


def test_what_there_is_not_is_told(begin) -> None:
    heats = Heatmaps(begin())
    assert not heats.lacking(Heat.DIFFERENCE)
    assert not heats.lacking(Heat.DISPLACEMENT)
    for heat, words in (
        (Heat.SUSPICION, "nothing is known"),
        (Heat.DISSENT, "no classifier"),
        (Heat.ENTROPY, "no probability maps, and no two annotators"),
        (Heat.CONFUSION, "labels that are classes"),
    ):
        assert words in heats.lacking(heat)
        assert heats.of(heat) is None
    of_classes = Heatmaps(begin(kind=Kind.SEMANTIC))
    assert "the confusion" in of_classes.lacking(Heat.DISPLACEMENT)
    assert values(of_classes, Heat.CONFUSION)[10, 50] == 1  # of class 2 all is called 0


@pytest.mark.parametrize("kind", [None, Kind.SEMANTIC])
def test_edits_undo_and_suspicion_are_followed(begin, kind) -> None:
    review = begin(kind=kind)
    heats = Heatmaps(review)
    suspect_all(review, 0.5)
    shown = [heat for heat in Heat if not heats.lacking(heat)]
    assert len(shown) == 3
    first = {heat: values(heats, heat) for heat in shown}
    stale: list[bool] = []
    review.watch(lambda change: stale.append(heats.follow(change, Heat.SUSPICION)))
    plane = review.reference.planes[0]
    patches = painted(plane, Box((4, 30), (30, 70)), np.ones((26, 40), bool), 7)
    review.apply([Edit("reference", 0, tuple(patches), "test")], "paint")
    assert stale == [False]
    suspect_all(review, 0.75)
    assert stale == [False, True]  # it may differ anywhere
    for heat in shown:
        np.testing.assert_array_equal(values(heats, heat), values(Heatmaps(review), heat))
        assert (values(heats, heat) != first[heat]).any() or heat is Heat.DISPLACEMENT
    review.undo()
    suspect_all(review, 0.5)
    for heat in shown:
        np.testing.assert_array_equal(values(heats, heat), first[heat])


def test_suspicion_weighs_what_differs(begin) -> None:
    review = begin()
    (missed,) = review.disagreements.with_ids((2,), ())
    review.absorb({missed.handle: Suspicion(0.8)}, review.revision)
    heat = values(Heatmaps(review), Heat.SUSPICION)
    assert heat[10, 50] == pytest.approx(0.8)
    assert heat[10, 6] == heat[10, 15] == 0  # of these nothing is known, or the sides agree


@pytest.mark.parametrize("kind", [None, Kind.SEMANTIC])
def test_the_second_opinion_dissents(entry, begin, tmp_path, kind) -> None:
    image = np.where(masks()[1] > 0, 200, 20).astype(np.uint8)  # the missed object is not to be seen
    image += np.random.default_rng(0).integers(0, 20, image.shape, np.uint8)
    tifffile.imwrite(tmp_path / "image.tif", image)
    review = Opening(open_entry(replace(entry, image=tmp_path / "image.tif"), kind=kind)).begin("ada")
    found = Suspecting().judge(Snapshot.of(review, "a"))
    review.close()
    assert found.opinion is not None
    assert found.opinion.shape == image.shape
    again = begin(kind=kind)
    told: list[int] = []
    again.watch(lambda change: told.append(change.revision))
    again.absorb(found.suspicions, again.revision, (), found.opinion)
    again.absorb(found.suspicions, again.revision, (), found.opinion)
    assert len(told) == 1  # the second time it is no news
    heat = values(Heatmaps(again), Heat.DISSENT)
    assert heat[6:24, 41:59].mean() > 0.5 > heat[28:34].mean()


def write_annotators(folder):
    """Masks of two annotators, beside the folder of the GT."""
    for name, data in zip(("ada", "bob"), masks(), strict=True):
        (folder / "annotators" / name).mkdir(parents=True)
        tifffile.imwrite(folder / "annotators" / name / "a.tif", data)


class TestUncertainty:
    def test_by_a_map_beside_the_gt(self, begin, tmp_path) -> None:
        (tmp_path / "prob").mkdir()
        tifffile.imwrite(tmp_path / "prob" / "a.tif", np.full((60, 80), 0.5, np.float32))
        assert values(Heatmaps(begin()), Heat.ENTROPY) == pytest.approx(1)

    @pytest.mark.parametrize(
        ("data", "words"),
        [(np.full((60, 80), 3.0, np.float32), "between 0 and 1"), (np.zeros((6, 8), np.float32), "6 x 8")],
    )
    def test_what_is_no_such_map_is_refused_once(self, begin, tmp_path, data, words) -> None:
        (tmp_path / "probabilities").mkdir()
        tifffile.imwrite(tmp_path / "probabilities" / "a.tif", data)
        heats = Heatmaps(begin())
        with pytest.raises(SegreviewError) as caught:
            heats.of(Heat.ENTROPY)
        assert words in caught.value.message.replace("\N{MULTIPLICATION SIGN}", "x")
        assert heats.lacking(Heat.ENTROPY) == caught.value.message
        assert heats.of(Heat.ENTROPY) is None

    def test_by_annotators_in_folders_beside_the_gt(self, begin, tmp_path) -> None:
        write_annotators(tmp_path)
        heat = values(Heatmaps(begin()), Heat.ENTROPY)
        assert heat[10, 50] == pytest.approx(1)
        assert heat[10, 15] == pytest.approx(0, abs=1e-6)

    def test_one_annotator_alone_leaves_the_word_to_those_in_folders(self, entry, tmp_path) -> None:
        write_annotators(tmp_path)
        sample = open_entry(entry)
        alone = Source(ANNOTATOR, LabelImage.of_array(masks()[0]))
        assert len(Shares(replace(sample, sources=(*sample.sources, alone))).annotators()) == 2

    def test_by_annotators_that_the_sample_holds(self, entry) -> None:
        sample = open_entry(entry)
        assert not Shares(sample)
        drawn = tuple(Source(ANNOTATOR, LabelImage.of_array(side)) for side in masks())
        assert not Shares(replace(sample, sources=(*sample.sources, drawn[0])))
        assert len(Shares(replace(sample, sources=(*sample.sources, *drawn))).annotators()) == 2

    def test_by_maps_and_annotators_that_were_named(self, entry, tmp_path) -> None:
        for name, data in zip(("maps", "ada", "bob"), (masks()[0] * 0.0 + 0.5, *masks()), strict=True):
            (tmp_path / name).mkdir()
            tifffile.imwrite(tmp_path / name / "a_prob.tif", data.astype(np.float32))
        named = [tmp_path / "ada", tmp_path / "bob"]
        project = Project.of_paths(entry.gt.parent, None, entry.pred.parent, tmp_path / "maps", named)
        (with_all,) = project.entries
        assert with_all.prob == tmp_path / "maps" / "a_prob.tif"
        shares = Shares(open_entry(with_all))
        assert [int(labels.data.max()) for labels in shares.annotators()] == [
            int(data.max()) for data in masks()
        ]
        assert shares.probabilities()[0].mean() == pytest.approx(0.5)
        with pytest.raises(SegreviewError, match="nowhere"):
            Project.of_paths(entry.gt, None, entry.pred, tmp_path / "nowhere")
