"""Evaluations of data sets on disk, and what is written of them."""

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image as Picture
from report_cases import ONE, PART, coco, folders, panoptic, saved

from segreview.compare.evaluate import evaluate
from segreview.errors import PairingError, ReadError, SegreviewError
from segreview.report.csv_table import csv_of_figures, csv_of_objects
from segreview.report.dataset import data_set
from segreview.report.evaluation import choices_of, evaluate_data_set, usual_conventions
from segreview.report.table import text_of


def outcome_of(gt, pred, *names, per_object=False, classes=None, kind=None, **options):
    choices = choices_of(names, options, per_object=per_object)
    return evaluate_data_set(data_set(gt, pred, classes, kind), choices, (gt, pred))


# -------------------------------------------------------------------- data sets
def test_folders_are_paired_by_name(tmp_path):
    outcome = outcome_of(*folders(tmp_path, a=(ONE, PART), b=(ONE, ONE)), "stardist")
    (found,) = outcome.evaluations
    assert found.names == ["a", "b"]
    assert [one.figures["tp"] for one in found.per_image] == [1, 2]
    assert (found.figures["tp"], found.figures["fn"]) == (3, 1)
    assert outcome.failed == ()


def test_what_fails_is_listed_and_the_others_go_on(tmp_path):
    sides = folders(tmp_path, a=(ONE, PART), b=(ONE, None), c=(ONE, PART[:, :4]), d=(ONE, PART))
    (sides[1] / "d.tif").write_bytes(b"II*\0damaged")
    outcome = outcome_of(*sides, "stardist")
    assert outcome.evaluations[0].names == ["a"]
    reasons = dict(outcome.failed)
    assert list(reasons) == ["b.tif", "c", "d"]
    assert reasons["b.tif"] == "no model of this name"
    assert "1 x 8" in reasons["c"]
    assert "d.tif" in reasons["d"]


def test_when_nothing_can_be_compared_the_first_reason_is_told(tmp_path):
    with pytest.raises(PairingError, match="1 x 8"):
        outcome_of(*folders(tmp_path, a=(ONE, PART[:, :4])), "stardist")
    with pytest.raises(SegreviewError, match="looks at classes"):
        outcome_of(*folders(tmp_path, a=(ONE, PART)), "stardist", "panoptic")


def test_instances_of_coco(tmp_path):
    outcome = outcome_of(*coco(tmp_path), "coco", "stardist")
    average, matching = outcome.evaluations
    assert average.names == ["1.jpg", "2.jpg"]
    assert average.figures["AP"] == pytest.approx(1)
    assert (matching.figures["tp"], matching.figures["fp"]) == (1, 1)
    assert outcome.class_names == {1: "cell"}


def test_boxes_without_masks_are_told(tmp_path):
    (note,) = data_set(*coco(tmp_path)).notes
    assert "1 entries have a box and no mask" in note


def test_panoptic_files(tmp_path):
    outcome = outcome_of(*panoptic(tmp_path, images=1), "panoptic", "semantic")
    assert outcome.evaluations[0].figures["All"]["pq"] == 1
    assert outcome.evaluations[1].figures["confusion"].tolist() == [[1, 0], [0, 3]]
    assert outcome.failed == (("2.png", "no prediction for the image 2"),)
    assert outcome.class_names == {1: "cell", 2: "ground"}


def test_sides_that_do_not_belong_together_are_refused(tmp_path):
    gt, results = coco(tmp_path)
    of_panoptic, _ = panoptic(tmp_path)
    with pytest.raises(PairingError, match="No files belong together by name"):
        data_set(gt, tmp_path)
    with pytest.raises(PairingError, match="holds panoptic and"):
        data_set(of_panoptic, results)
    stranger = saved(tmp_path / "x.json", [{"image_id": 9, "category_id": 1, "bbox": [0, 0, 1, 1]}])
    with pytest.raises(ReadError, match="entries of the image 9"):
        data_set(gt, stranger)
    other = saved(tmp_path / "panoptic_pred.json", {"annotations": []})
    with pytest.raises(PairingError, match="has no image of"):
        data_set(of_panoptic, other)


def test_the_kind_of_a_data_set_is_decided_once(tmp_path):
    """A file with a single object among files of several is no two-valued mask."""
    single = np.where(ONE == 1, 1, 0).astype(np.uint16)
    sides = folders(tmp_path, a=(ONE, ONE), b=(single, single), c=(ONE, ONE))
    assert outcome_of(*sides, "stardist").evaluations[0].figures["tp"] == 5


# -------------------------------------------------------------------- choices
def test_an_option_goes_to_the_conventions_that_have_it():
    matching, quality = choices_of(["f1", "panoptic"], {"threshold": "0.7", "compat": "last"})
    assert float(matching.options.threshold[0]) == 0.7
    assert quality.options.compat == "last"


def test_wrong_choices_are_refused():
    with pytest.raises(SegreviewError, match="panoptic has no option threshold"):
        choices_of(["panoptic"], {"threshold": 0.5})
    with pytest.raises(SegreviewError, match="stardist and f1 have no option ignore"):
        choices_of(["stardist", "f1"], {"ignore": 0})
    with pytest.raises(SegreviewError, match="no convention 'pq'"):
        choices_of(["pq"], {})


def test_every_sort_of_labels_has_a_usual_convention(tmp_path):
    def usual(gt, pred, **reading):
        return usual_conventions(*data_set(gt, pred, **reading).comparisons[0].load())

    sides = folders(tmp_path, a=(ONE, ONE))
    assert usual(*sides) == ("stardist",)
    assert usual(*sides, kind="semantic") == ("semantic",)
    assert usual(*sides, kind="semantic", classes="cityscapes") == ("cityscapes_semantic",)
    gt, results = coco(tmp_path)
    assert usual(gt, results) == ("coco",)
    assert usual(gt, gt) == ("stardist",)
    (tmp_path / "more").mkdir()
    assert usual(*panoptic(tmp_path / "more")) == ("panoptic",)


# -------------------------------------------------------------------- writing
def test_json_tells_the_inputs_and_what_failed(tmp_path):
    gt, pred = panoptic(tmp_path, images=1)
    one = json.loads(json.dumps(outcome_of(gt, pred, "panoptic").to_dict(), allow_nan=False))
    assert one["schema"] == "segreview.evaluation/1"
    assert one["inputs"] == {"reference": str(gt), "prediction": str(pred)}
    assert one["classes"] == {"1": "cell", "2": "ground"}
    assert one["failed"] == [{"name": "2.png", "reason": "no prediction for the image 2"}]
    several = outcome_of(gt, pred, "panoptic", "semantic").to_dict()
    assert several["schema"] == "segreview.evaluations/1"
    assert [found["convention"] for found in several["evaluations"]] == ["panoptic", "semantic"]
    assert several["failed"] == one["failed"]


def test_csv_has_a_line_for_each_figure(tmp_path):
    outcome = outcome_of(*panoptic(tmp_path), "panoptic")
    rows = list(csv.DictReader(io.StringIO(csv_of_figures(outcome))))
    table = {(row["image"], row["class"], row["figure"]): row["value"] for row in rows}
    assert table["", "", "All.pq"] == "1.0"
    assert table["", "cell", "tp"] == "2"
    assert table["2.png", "", "Things.n"] == "1"
    assert {row["convention"] for row in rows} == {"panoptic"}


def test_csv_has_a_line_for_each_object(tmp_path):
    sides = folders(tmp_path, a=(ONE, PART))
    rows = list(csv.DictReader(io.StringIO(csv_of_objects(outcome_of(*sides, "stardist", per_object=True)))))
    assert rows == [
        {"convention": "stardist", "image": "a", "reference_id": "1", "prediction_id": "5", "iou": "0.75"},
        {"convention": "stardist", "image": "a", "reference_id": "2", "prediction_id": "", "iou": "0.0"},
    ]


def test_text_tells_the_rule_the_figures_and_the_classes_that_occur(tmp_path):
    outcome = outcome_of(*panoptic(tmp_path), "panoptic", "semantic")
    text = text_of(outcome.evaluations[0], outcome.class_names)
    assert text.startswith("Panoptic quality (panoptic), 2 images\n=====")
    assert "PQ = SQ x RQ" in text
    assert "  All     1.0000  1.0000  1.0000  2\n" in text
    assert "  cell    1.0000" in text
    confusion = text_of(outcome.evaluations[1], {})
    assert "mIoU                 1.0000" in confusion
    assert "confusion\n    2  0\n    0  6" in confusion


def test_text_of_several_thresholds_is_a_table(tmp_path):
    sides = folders(tmp_path, a=(ONE, PART))
    (found,) = outcome_of(*sides, "f1", threshold=["0.5", "0.9"]).evaluations
    assert "  threshold   score\n  0.5000     0.6667\n  0.9000     0.0000" in text_of(found, {})


def test_classes_that_do_not_occur_are_counted(tmp_path):
    classes = saved(tmp_path / "classes.json", [{"id": n, "name": f"class {n}"} for n in range(4)])
    sides = folders(tmp_path, a=(ONE, ONE))
    outcome = outcome_of(*sides, "semantic", classes=classes)
    assert text_of(outcome.evaluations[0], outcome.class_names).endswith("1 classes do not occur.")


def test_labels_without_scores_are_refused_as_a_whole(tmp_path):
    """Images without a predicted object lack no score, and their figures alone would tell nothing."""
    sides = folders(tmp_path, a=(ONE, ONE * 0), b=(ONE, PART), c=(ONE, ONE * 0))
    with pytest.raises(SegreviewError, match="1 of 1 have none"):
        outcome_of(*sides, "coco")


# -------------------------------------------------------------------- predictions of Cityscapes
@pytest.fixture
def street(tmp_path):
    """Two images with two cars each; a text for each, the second one's model sees one car twice."""
    for side in ("gt", "pred"):
        (tmp_path / side).mkdir()
    said = {}
    for n in (1, 2):
        ids = np.full((30, 60), 7, np.uint16)
        ids[2:14, 2:14], ids[2:14, 20:32] = 26000, 26001
        Picture.fromarray(ids).save(tmp_path / "gt" / f"ulm_0_{n}_gtFine_instanceIds.png")
        said[n] = [(ids == 26000, 26, 0.9), (ids == (26001 if n == 1 else 26000), 26, 0.5)]
        lines = []
        for place, (mask, label, score) in enumerate(said[n]):
            Picture.fromarray(mask.astype(np.uint8) * 255).save(tmp_path / "pred" / f"{n}_{place}.png")
            lines.append(f"{n}_{place}.png {label} {score}\n")
        (tmp_path / "pred" / f"ulm_0_{n}_net.txt").write_text("".join(lines))
    expected = evaluate([ids, ids], [said[1], said[2]], "cityscapes_instance").figures
    return tmp_path / "gt", tmp_path / "pred", expected


def test_texts_of_predictions_give_the_figures_of_their_masks(street):
    gt, pred, expected = street
    outcome = outcome_of(gt, pred, "cityscapes_instance")
    assert outcome.evaluations[0].names == ["ulm_0_1", "ulm_0_2"]
    assert outcome.evaluations[0].figures == expected
    assert 0 < expected["allAp"] < 1
    data = data_set(gt, pred)
    assert usual_conventions(*data.comparisons[0].load()) == ("cityscapes_instance",)
    single = data_set(gt / "ulm_0_1_gtFine_instanceIds.png", pred / "ulm_0_2_net.txt")
    assert len(single.comparisons) == 1


def test_images_without_one_text_of_their_own_are_listed(street):
    gt, pred, _ = street
    (pred / "ulm_0_1_other.txt").write_text("")
    outcome = outcome_of(gt, pred, "cityscapes_instance")
    assert outcome.failed == (
        ("ulm_0_1_gtFine_instanceIds.png", "ambiguous: ulm_0_1_net.txt, ulm_0_1_other.txt"),
    )
    for n in (1, 2):
        (pred / f"ulm_0_{n}_net.txt").rename(pred / f"bonn_{n}.txt")
    (pred / "ulm_0_1_other.txt").unlink()
    with pytest.raises(PairingError, match="no predictions of this name"):
        data_set(gt, pred)
