"""Export: every sample with its work, nothing overwritten that is not ours, and proof of each file."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture
from session_cases import cell_files, opened, paint, put, row_with

from segreview.errors import Cancelled, WriteError
from segreview.formats.container import container_facts
from segreview.formats.entry import Entry
from segreview.formats.registry import format_named, read, write
from segreview.formats.suiting import suited
from segreview.model.labels import Kind, LabelImage, Segment
from segreview.model.ontology import Category, Ontology
from segreview.session.export import Export, ExportReport
from segreview.session.held import held
from segreview.session.promotion import promote
from segreview.session.proof import compare_containers, prove
from segreview.session.saving import save
from segreview.session.verdict import Judgement
from segreview.session.verdict_list import NAMES, verdict_lines


@pytest.fixture(autouse=True)
def _state(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))


@pytest.fixture
def entries(tmp_path):
    """Three samples, none of them touched."""
    pairs = [cell_files(tmp_path / "set", name=f"{name}.tif") for name in "abc"]
    return tuple(Entry(gt.stem, gt, None, pred) for gt, pred in pairs)


def work_on(entry, *, judge=True):
    """Paint on a sample, judge one of its items, and leave it unsaved; its labels afterwards."""
    review = opened(entry.gt, entry.pred)
    paint(review)
    if judge:
        review.judge(row_with(review, (2,)), Judgement.IGNORE, "out of focus, mostly")
    labels = review.reference.data.copy()
    review.close()
    return labels


def exported(entries, folder, live=None, **choices):
    """What came of an export, sample by sample."""
    export = Export(tuple(held(entry, live) for entry in entries), folder, **choices)
    export.check()
    return list(export.steps(live))


def facts(sample):
    return " | ".join(str(fact) for fact in sample.facts)


# -------------------------------------------------------------------- what there is
def test_journals_tell_what_was_edited_and_judged_without_opening_a_review(entries):
    work_on(entries[0])
    found = [held(entry) for entry in entries]
    assert [(sample.edits, len(sample.verdicts), sample.problem) for sample in found] == [
        (1, 1, ""),
        (0, 0, ""),
        (0, 0, ""),
    ]
    review = opened(entries[0].gt, entries[0].pred)
    review.undo()
    review.undo()
    assert held(entries[0], review).edits == 0
    assert "another segreview window" in held(entries[0]).problem
    review.close()


def test_labels_that_another_program_changed_are_left_out_and_told(entries, tmp_path):
    work_on(entries[0])
    put(entries[0].gt, np.zeros((24, 32), np.uint8))
    assert "changed by another program" in held(entries[0]).problem
    (sample,) = exported(entries[:1], tmp_path / "out", only_changed=False)
    assert "changed by another program" in sample.problem
    assert not (tmp_path / "out").exists()


# -------------------------------------------------------------------- writing
def test_only_changed_samples_are_written_with_all_that_their_journals_hold(entries, tmp_path):
    labels = work_on(entries[1])
    before = entries[1].gt.read_bytes()
    (sample,) = exported(entries, tmp_path / "out")
    assert sample.good
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["b.tif"]
    assert np.array_equal(tifffile.imread(tmp_path / "out" / "b.tif"), labels)
    assert entries[1].gt.read_bytes() == before
    assert "equal to the labels" in facts(sample)
    assert "9 pixels differ from the original, all among the 9" in facts(sample)
    assert "stored as uint8" in facts(sample)
    assert "compression (adobe deflate) and" in facts(sample)
    review = opened(entries[1].gt, entries[1].pred)
    assert review.unwritten == 0
    review.close()


def test_all_samples_are_written_untouched_ones_as_copies(entries, tmp_path):
    work_on(entries[2])
    done = exported(entries, tmp_path / "out", only_changed=False)
    assert [sample.good for sample in done] == [True] * 3
    for entry in entries[:2]:
        assert (tmp_path / "out" / entry.gt.name).read_bytes() == entry.gt.read_bytes()
    assert "byte for byte" in facts(done[0])
    again = exported(entries, tmp_path / "out", only_changed=False)
    assert [sample.good for sample in again] == [True] * 3


def test_the_review_that_is_open_is_written_with_the_others(entries, tmp_path):
    work_on(entries[0])
    live = opened(entries[1].gt, entries[1].pred)
    paint(live, value=7)
    done = exported(entries, tmp_path / "out", live)
    assert [sample.name for sample in done] == ["a", "b"]
    assert all(sample.good for sample in done)
    assert np.array_equal(tifffile.imread(tmp_path / "out" / "b.tif"), live.reference.data)
    assert live.unwritten == 0
    live.close()


def test_nothing_is_written_over_that_was_not_exported_from_here(entries, tmp_path):
    for entry in entries[:2]:
        work_on(entry)
    stranger = put(tmp_path / "out" / "a.tif", np.ones((3, 3), np.uint8)).read_bytes()
    put(tmp_path / "out" / "c.tif", np.ones((3, 3), np.uint8))
    done = exported(entries, tmp_path / "out", only_changed=False)
    assert [bool(sample.problem) for sample in done] == [True, False, True]
    assert "exists already" in done[0].problem
    assert (tmp_path / "out" / "a.tif").read_bytes() == stranger


def test_a_live_review_that_cannot_be_written_is_told(entries, tmp_path):
    live = opened(entries[0].gt, entries[0].pred)
    paint(live)
    put(tmp_path / "out" / "a.tif", np.ones((3, 3), np.uint8))
    (sample,) = exported(entries[:1], tmp_path / "out", live)
    assert "exists already" in sample.problem
    assert live.unwritten == 1
    live.close()


@pytest.mark.parametrize("calls", [0, 1, 2, 3])
def test_who_calls_it_off_leaves_no_file_half_written(entries, tmp_path, calls):
    """It is asked before a sample is opened or copied, and before the file of an edited one is written."""
    work_on(entries[0])
    live = opened(entries[1].gt, entries[1].pred)
    paint(live)
    asked = []

    def last_call():
        asked.append(1)
        if len(asked) > calls:
            raise Cancelled

    export = Export((held(entries[1], live), held(entries[2])), tmp_path / "out", only_changed=False)
    done = list(export.steps(live, last_call))
    assert len(done) == (0, 0, 1, 2)[calls]
    assert all(sample.good for sample in done)
    assert (live.unwritten == 0) == bool(done)
    there = sorted(file.name for file in (tmp_path / "out").glob("*"))
    assert there == [["b.tif", "c.tif"][n] for n in range(len(done))]
    live.close()


def test_a_sample_whose_export_was_called_off_can_be_opened_at_once(entries, tmp_path):
    work_on(entries[0])
    export = Export((held(entries[0]),), tmp_path / "out")
    asked = []

    def last_call():
        asked.append(1)
        if len(asked) > 2:
            raise Cancelled

    assert list(export.steps(last_call=last_call)) == []
    review = opened(entries[0].gt, entries[0].pred)
    assert review.unwritten == 1
    review.close()


def test_the_folder_of_the_originals_is_refused(entries):
    work_on(entries[0])
    with pytest.raises(WriteError, match="folder of the originals"):
        exported(entries, entries[0].gt.parent)


def test_folders_of_the_originals_are_kept_apart(tmp_path):
    pairs = [cell_files(tmp_path / name, name="a.tif") for name in ("one", "two")]
    entries = [Entry(gt.parents[1].name, gt, None, pred) for gt, pred in pairs]
    exported(entries, tmp_path / "out", only_changed=False)
    written = sorted(file.relative_to(tmp_path / "out") for file in (tmp_path / "out").rglob("*.tif"))
    assert [file.as_posix() for file in written] == ["one/gt/a.tif", "two/gt/a.tif"]


def test_both_files_of_a_pair_are_written_and_proved(tmp_path):
    from segreview.session.samples import sample_project

    (entry,) = sample_project("street").entries
    from segreview.formats.entry import open_entry
    from segreview.session.opening import Opening

    review = Opening(open_entry(entry)).begin("ada")
    row = next(row for row in review.queue if row.item.relation == "missed")
    from segreview.tools import DELETE

    review.use(DELETE, row)
    review.close()
    (sample,) = exported([entry], tmp_path / "out")
    assert sample.good, sample
    assert sorted(file.name for file in sample.files) == sorted(
        file.name for file in (tmp_path / "out").iterdir()
    )
    assert len(sample.files) == 2


# -------------------------------------------------------------------- proof
@pytest.mark.parametrize("suffix", [".tif", ".png", ".npy"])
def test_proof_finds_pixels_that_should_not_differ(tmp_path, suffix):
    gt = tmp_path / "gt" / f"a{suffix}"
    data = np.zeros((24, 32), np.uint8)
    data[2:9, 3:12], data[12:19, 3:12] = 1, 2
    if suffix == ".png":
        gt.parent.mkdir()
        Picture.fromarray(data).save(gt)
    else:
        put(gt, data)
    review = opened(gt)
    paint(review)
    (target,) = save(review, tmp_path / "out").files
    assert all(fact.holds for fact in prove(review, target))
    wrong = review.reference.data.copy()
    wrong[-1, -1] = 3
    if suffix == ".png":
        Picture.fromarray(wrong).save(target)
    else:
        put(target, wrong, description="other")
    told = prove(review, target)
    assert [fact.holds for fact in told[:2]] == [False, False]
    assert "outside of the edits" in told[1].text
    review.close()


def test_proof_of_a_mask_compares_what_the_file_keeps(tmp_path):
    data = np.zeros((24, 32), np.uint8)
    data[2:9, 3:12], data[12:19, 3:12] = 255, 255
    gt = put(tmp_path / "gt" / "a.tif", data)
    review = opened(gt)
    paint(review, value=1)
    (target,) = save(review, tmp_path / "out").files
    assert all(fact.holds for fact in prove(review, target))
    review.close()


def test_proof_names_a_wider_type_and_what_differs_with_it(tmp_path):
    gt, pred = cell_files(tmp_path)
    review = opened(gt, pred)
    promote(review)
    review.close()
    review = opened(gt, pred)
    paint(review, value=300)
    (target,) = save(review, tmp_path / "out").files
    told = prove(review, target)
    assert "stored as uint16, promoted from uint8" in told[2].text
    assert not told[3].holds
    assert "BitsPerSample" in told[3].text
    review.close()


def test_proof_says_when_the_original_is_not_there_to_compare_with(entries, tmp_path):
    review = opened(entries[0].gt, entries[0].pred)
    paint(review)
    (target,) = save(review, tmp_path / "out").files
    put(entries[0].gt, np.zeros((3, 3), np.uint8))
    told = prove(review, target)
    assert [fact.holds for fact in told] == [True, False]
    assert "not compared" in told[1].text
    review.close()


def test_tags_of_a_file_are_compared_by_name(tmp_path):
    data = np.zeros((8, 8), np.uint16)
    one = container_facts(put(tmp_path / "one.tif", data, description="mine", software="x"))
    other = container_facts(put(tmp_path / "other.tif", data, description="yours", software="x"))
    assert compare_containers(one, dict(one), "a").holds
    told = compare_containers(one, other, "a")
    assert not told.holds
    assert "ImageDescription of page 0" in told.text
    (tmp_path / "p.png").parent.mkdir(exist_ok=True)
    Picture.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "p.png", dpi=(300, 300))
    assert "pHYs" in container_facts(tmp_path / "p.png")


# -------------------------------------------------------------------- the list of verdicts
def test_the_list_names_every_verdict_that_stands(entries, tmp_path):
    review = opened(entries[0].gt, entries[0].pred)
    review.judge(row_with(review, (2,)), Judgement.BOTH_FINE, "taken back")
    review.withdraw_last_verdict()
    review.judge(row_with(review, (2,)), Judgement.IGNORE, 'a "note", with commas')
    review.judge(row_with(review, (3,), (3, 4)), Judgement.UNSURE)
    review.judge(row_with(review, (), (2,)), Judgement.REFERENCE_WRONG)
    review.judge(row_with(review, (3,), (3, 4)), Judgement.PREDICTION_WRONG)
    assert len(verdict_lines("a", entries[0].gt, review.journal)) == 3
    review.close()
    export = Export(tuple(held(entry) for entry in entries), tmp_path / "out")
    table, tree = export.write_list()
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["gt_ids"], row["pred_ids"], row["judgement"], row["note"]) for row in rows] == [
        ("2", "", "ignore", 'a "note", with commas'),
        ("", "2", "reference_wrong", ""),
        ("3", "3 4", "prediction_wrong", ""),
    ]
    assert rows[0]["reviewer"] == "ada"
    assert rows[0]["time"].endswith("+00:00")
    content = json.loads(tree.read_text("utf-8"))
    assert content["samples"] == ["a", "b", "c"]
    assert content["ignored"] == ["a: GT 2"]
    assert [line["gt_ids"] for line in content["verdicts"]] == [[2], [], [3]]
    assert export.write_list() == (table, tree)


@pytest.mark.parametrize("name", NAMES)
def test_the_list_is_written_over_no_file_of_somebody_else(entries, tmp_path, name):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("[1, 2]")
    with pytest.raises(WriteError, match="no list of verdicts"):
        Export(tuple(held(entry) for entry in entries), tmp_path / "out").write_list()


# -------------------------------------------------------------------- the report
def test_the_report_says_what_was_written_and_what_was_not(entries, tmp_path):
    for entry in entries[:2]:
        work_on(entry)
    put(tmp_path / "out" / "b.tif", np.ones((3, 3), np.uint8))
    report = ExportReport(tmp_path / "out", wanted=3)
    for sample in exported(entries, tmp_path / "out"):
        report = report.with_sample(sample)
    assert report.headline == "1 of 3 samples written, 1 failed, cancelled before the last 1."
    assert "a: a.tif" in report.text()
    assert "✗" in report.text()
    assert "exists already" in report.text()


def test_what_was_exported_is_what_write_gives(entries, tmp_path):
    """The export goes the same way as a save under another name."""
    labels = work_on(entries[0])
    exported(entries, tmp_path / "out")
    review = opened(entries[0].gt, entries[0].pred)
    (plain,) = write(review.reference, tmp_path / "plain.tif")
    assert plain.read_bytes() == (tmp_path / "out" / "a.tif").read_bytes()
    assert np.array_equal(review.reference.data, labels)
    review.close()


# -------------------------------------------------------------------- in another format
def test_work_is_exported_in_another_format(entries, tmp_path):
    labels = work_on(entries[0])
    live = opened(entries[1].gt, entries[1].pred)
    paint(live, (20, 8))
    out = tmp_path / "out"
    found = exported(entries, out, live, form=format_named("png"), only_changed=False)
    assert all(sample.good for sample in found)
    assert "read again and found equal" in facts(found[0])
    np.testing.assert_array_equal(read(out / "a.png").data, labels)
    np.testing.assert_array_equal(read(out / "b.png").data, live.reference.data)
    with pytest.raises(WriteError, match="exists already"):
        exported(entries, out, live, form=format_named("png"), only_changed=False)
    live.close()


def test_formats_come_in_the_order_of_what_they_keep():
    table = Ontology("pets", (Category(1, "cat", isthing=True),))
    data = np.zeros((20, 30), np.int32)
    data[2:9, 2:9] = 4
    labels = LabelImage((data,), segments={4: Segment(1, score=0.5)}, ontology=table)
    order = suited([labels, labels])
    by_name = {one.form.name: one for one in order}
    assert by_name["labelme"].keeps_all
    assert by_name["coco"].keeps_all
    assert by_name["tiff"].losses == ("scores of 2 objects", "classes of 2 objects")
    assert "objects" not in by_name["tiff"].obstacle
    kinds = [(bool(one.obstacle), bool(one.losses)) for one in order]
    assert kinds == sorted(kinds)
    classes = replace(labels, kind=Kind.SEMANTIC, segments={})
    obstacles = {one.form.name: one.obstacle for one in suited([classes])}
    assert "holds objects" in obstacles["coco"]
    assert not obstacles["png"]
    assert "classes of Cityscapes" in by_name["cityscapes"].obstacle


def test_what_a_format_cannot_hold_is_left_out_only_where_that_is_allowed(tmp_path):
    table = Ontology("pets", (Category(1, "cat", isthing=True),))
    data = np.zeros((20, 30), np.int32)
    data[2:9, 2:9] = 1
    write(LabelImage((data,), segments={1: Segment(1)}, ontology=table), tmp_path / "gt.json" / "7", "coco")
    entry = Entry("7", tmp_path / "gt.json" / "7")
    choice = {"form": format_named("tiff"), "only_changed": False}
    (refused,) = exported([entry], tmp_path / "out", **choice)
    assert "classes of 1 objects" in refused.problem
    (done,) = exported([entry], tmp_path / "out", allow_loss=True, **choice)
    assert done.good
    assert "left out as you asked: classes of 1 objects" in facts(done)
    np.testing.assert_array_equal(read(tmp_path / "out" / "7.tif").data, data)
