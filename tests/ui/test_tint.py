"""Colours of filled masks: what they say, and that they follow edits."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from desk import small_masks, write_set

from segreview.formats.entry import open_entry
from segreview.model.labels import Kind
from segreview.model.ontology import Category, Ontology
from segreview.session.opening import Opening
from segreview.session.project import Project
from segreview.ui.canvas.meaning import legend_lines
from segreview.ui.canvas.tint import IOU_EDGES, ByCategory, ByIou, tints
from segreview.ui.switches import Coloring, Switches


@pytest.fixture
def review(tmp_path, monkeypatch):
    """A review of the small set."""
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))
    folder = write_set(tmp_path / "set")
    project = Project.of_paths(folder / "gt", folder / "images", folder / "pred")
    review = Opening(open_entry(project.entries[0])).begin("ada")
    yield review
    review.close()


def names(colors, side, *ids):
    """What the legend says of the tints of some ids."""
    said = {entry.tint: entry.name for entry in colors.entries}
    return [said[int(tint)] for tint in colors.fills[side].tint_of(np.array(ids))]


class TestIou:
    def test_each_object_by_its_best_partner(self, review):
        colors = ByIou(review)
        assert names(colors, 0, 1, 2, 3) == ["IoU from 0.95", "IoU from 0.50", "no partner"]
        assert names(colors, 1, 1, 9) == ["IoU from 0.95", "no partner"]
        # 4 is split in two halves of .475 each, which the union of both would not tell
        assert names(colors, 0, 4) == names(colors, 1, 4) == ["IoU from 0.30"]

    def test_no_partner_is_told_without_its_colour(self, review):
        colors = ByIou(review)
        (lone,) = (entry for entry in colors.entries if entry.hatched)
        assert lone.name == "no partner"
        assert colors.fills[0].hatched == {lone.tint}

    def test_one_colour_for_each_bin(self, review):
        ramp = [entry for entry in ByIou(review).entries if entry.name.startswith("IoU")]
        assert len({entry.color for entry in ramp}) == len(ramp) == len(IOU_EDGES) + 1

    def test_follows_verdicts_undo_and_new_objects(self, review):
        from segreview.session.verdict import Judgement

        colors = ByIou(review)
        review.watch(colors.follow)
        for row in [row for row in review.queue if row.contested]:
            review.judge(row, Judgement.REFERENCE_WRONG)
            self.assert_as_new(colors, review)
        for _ in range(6):
            review.undo()
            self.assert_as_new(colors, review)

    def assert_as_new(self, colors, review):
        fresh = ByIou(review)
        for followed, new in zip(colors.fills, fresh.fills, strict=True):
            ids = np.arange(40)
            np.testing.assert_array_equal(followed.tint_of(ids), new.tint_of(ids))


class TestSide:
    def test_objects_beside_each_other_have_two_shades(self, review):
        fill = tints(review, Coloring.SIDE).fills[0]
        shades = fill.colors[fill.tint_of(np.arange(1, 8))]
        assert len(set(map(tuple, shades.tolist()))) == 7
        assert fill.tint_of(np.array([2**63 + 5], np.uint64)) > 0


class TestClasses:
    @pytest.fixture
    def classes(self, review):
        """The ids of the small set as segments of classes: 1 and 2 cars, 3 a tree, 4 unknown."""
        table = [(1, "car", (0, 0, 142)), (2, "tree", (9, 99, 9)), (3, "caravan", (0, 0, 142))]
        ontology = Ontology("toy", tuple(Category(*facts) for facts in table), factor=0)
        of_id = {1: 1, 2: 1, 3: 2, 4: 3}

        class Labels(SimpleNamespace):
            def category_of(self, object_id):
                return of_id.get(object_id)

        labels = Labels(ontology=ontology, kind=Kind.INSTANCE)
        sides = SimpleNamespace(labels=lambda _: labels, iou=lambda *_: 0.0)
        return SimpleNamespace(
            reference=labels,
            prediction=labels,
            table=sides,
            disagreements=review.disagreements,
            queue=review.queue,
        )

    def test_the_colour_of_the_data_set(self, classes):
        colors = ByCategory(classes)
        assert names(colors, 0, 1, 2, 3, 4, 5) == ["car", "car", "tree", "caravan", "no class"]
        by_name = {entry.name: entry.color for entry in colors.entries}
        assert by_name["car"] == (0, 0, 142)
        assert by_name["caravan"] != (0, 0, 142)  # two classes of one colour cannot be told apart

    def test_labels_that_are_classes(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))
        folder = write_set(tmp_path / "set")
        project = Project.of_paths(folder / "gt", folder / "images", folder / "pred")
        review = Opening(open_entry(project.entries[0], kind=Kind.SEMANTIC)).begin("ada")
        assert names(ByCategory(review), 0, 1, 4) == ["class 1", "class 4"]
        gt, pred = small_masks()
        iou = ((gt == 2) & (pred == 2)).sum() / ((gt == 2) | (pred == 2)).sum()
        assert 0.5 < iou < 0.6
        assert names(ByIou(review), 0, 1, 2, 3) == ["IoU from 0.95", "IoU from 0.50", "no partner"]
        review.close()


class TestLegend:
    def test_lines_and_ramp(self, review):
        switches = Switches(filled=True, coloring=Coloring.IOU)
        said = legend_lines(switches, ByIou(review).entries, set(), ["missed"])
        assert [line.text for line in said[:3]] == ["GT", "model", "no partner"]
        assert [line.look for line in said[:3]] == ["line", "dashes", "stripes"]
        assert sum(line.text.startswith("IoU") for line in said) == len(IOU_EDGES) + 1
        assert "missed" not in [line.text for line in said]
        everything = legend_lines(replace(switches, legend=True), (), set(), ["missed"])
        assert ("missed", "−") in [(line.text, line.sign) for line in everything]

    def test_classes_in_view_alone(self, review):
        colors = ByCategory(review)
        switches = Switches(filled=True, coloring=Coloring.CATEGORY)
        assert [line.text for line in legend_lines(switches, colors.entries, {1}, [])][2:] == ["no class"]
        assert len(legend_lines(switches, colors.entries, set(), [])) == 2
