"""``segreview triage``: what goes where, and how it ends."""

import csv
import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from scipy.ndimage import shift

from segreview import cli
from segreview.compare.taxonomy import Relation

KEYS = [
    "rank",
    "sample",
    "kind",
    "gt_ids",
    "pred_ids",
    "box",
    "iou",
    "p_gt_wrong",
    "p_pred_wrong",
    "hygiene",
    "reasons",
]
"""Keys of an item, which scripts outside rely on."""


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    monkeypatch.setattr("segreview.triage.appearance.classifier.ROUNDS", (1, 8))


def _scene(seed):
    """GT of four squares of which one has a hole, the image, and a model that lacks one and has another."""
    right = np.zeros((40, 44), np.uint16)
    for number, (y, x) in enumerate([(4, 4), (4, 26), (24, 4), (24, 26)], 1):
        right[y : y + 11, x : x + 11] = number
    image = (20 + 100 * (right > 0) + np.random.default_rng(seed).normal(0, 4, right.shape)).astype(np.uint8)
    gt, model = right.copy(), right.copy()
    gt[8:11, 8:11] = 0
    gt[right == 4] = 0
    model[right == 2] = 0
    model[right == 3] = shift(right == 3, (0, 4), order=0)[right == 3] * 3
    return {"gt": gt, "img": image, "pred": model, "prob": ((right > 0) * 250).astype(np.uint8)}


@pytest.fixture
def data(tmp_path):
    """Folders gt, img, pred and prob with two samples each."""
    for seed, name in enumerate("ab"):
        for folder, array in _scene(seed).items():
            (tmp_path / folder).mkdir(exist_ok=True)
            tifffile.imwrite(tmp_path / folder / f"{name}.tif", array)
    return tmp_path


@pytest.fixture
def triage(run, data):
    """Function that runs the command with folders of the data: ``triage("gt", "img", "--all")``."""
    names = {"gt": "--gt", "img": "--image", "pred": "--pred", "prob": "--prob"}

    def call(*arguments):
        found = []
        for one in arguments:
            found += [names[one], data / one] if one in names else [one]
        return run("triage", *found)

    return call


def answered(triage, *arguments):
    code, out, err = triage(*arguments, "--json", "-")
    assert code == cli.DONE
    assert err == ""
    return json.loads(out)


SIDES = [(), ("img",), ("img", "pred"), ("pred",), ("img", "pred", "prob"), ("prob",)]


@pytest.mark.parametrize("extra", SIDES)
def test_the_schema(triage, extra):
    found = answered(triage, "gt", *extra, "--all")
    assert list(found) == ["schema", "items", "failed"]
    assert found["schema"] == "segreview.triage/1"
    assert found["failed"] == []
    assert [item["rank"] for item in found["items"]] == list(range(1, len(found["items"]) + 1))
    for item in found["items"]:
        assert list(item) == KEYS
        assert item["kind"] in set(Relation)
        assert item["sample"] in ("a", "b")
        assert all(0 <= start < stop for start, stop in item["box"])
        assert len(item["box"]) == 2
        assert 0 <= item["iou"] <= 1
        assert 0 <= item["p_gt_wrong"] <= 1
        assert 0 <= item["p_pred_wrong"] <= 1 - item["p_gt_wrong"] + 1e-6
        assert set(item["hygiene"]) <= {"hole", "speck", "sliver", "fragments", "cut"}
        assert all(isinstance(reason, str) and reason for reason in item["reasons"])
    gt_ids = [(item["sample"], i) for item in found["items"] for i in item["gt_ids"]]
    assert sorted(gt_ids) == [(name, n) for name in "ab" for n in (1, 2, 3)]


def test_all_lists_every_gt_object_and_every_model_object_without_a_partner(triage):
    found = answered(triage, "gt", "img", "pred", "--all")["items"]
    alone = [(item["sample"], *item["pred_ids"]) for item in found if item["kind"] == "spurious"]
    assert sorted(alone) == [("a", 4), ("b", 4)]
    less = answered(triage, "gt", "img", "pred")["items"]
    assert 0 < len(less) <= len(found)
    assert less == [{**one, "rank": n} for n, one in enumerate((i for i in found if _in(i, less)), 1)]


def _in(item, others):
    return any({**item, "rank": 0} == {**other, "rank": 0} for other in others)


def test_the_hole_comes_first_and_is_told(triage):
    first, second = answered(triage, "gt", "img", "pred")["items"][:2]
    for item in (first, second):
        assert item["gt_ids"] == [1]
        assert item["hygiene"] == ["hole"]
        assert item["reasons"][0] == "hole of 9 px"


def test_top_takes_the_first(triage):
    whole = answered(triage, "gt", "pred")["items"]
    assert answered(triage, "gt", "pred", "--top", "2")["items"] == whole[:2]
    assert len(answered(triage, "gt", "pred", "--top", "999")["items"]) == len(whole)


def test_a_table_is_the_answer(triage):
    code, out, err = triage("gt", "img", "pred")
    assert (code, err) == (cli.DONE, "")
    lines = out.splitlines()
    assert lines[0].split() == ["#", "GT", "wrong", "kind", "sample", "GT", "model", "why"]
    assert "hole of 9 px" in lines[1]
    assert all(len(line) > 20 for line in lines)
    _, out, _ = triage("gt", "pred", "--top", "1")
    assert len(out.splitlines()) == 3
    assert "more: --top, --json or --csv list them" in out.splitlines()[-1]


def test_files_are_written_beside_the_table(triage, tmp_path):
    code, out, _ = triage("gt", "pred", "--all", "--json", tmp_path / "a.json", "--csv", tmp_path / "a.csv")
    assert code == cli.DONE
    assert out.splitlines()[0].lstrip().startswith("#")
    items = json.loads((tmp_path / "a.json").read_text("utf-8"))["items"]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"))))
    assert list(rows[0]) == KEYS
    assert len(rows) == len(items)
    for row, item in zip(rows, items, strict=True):
        assert (row["rank"], row["sample"], row["kind"]) == (str(item["rank"]), item["sample"], item["kind"])
        assert row["box"] == " ".join(f"{a}:{b}" for a, b in item["box"])
        assert row["gt_ids"] == " ".join(map(str, item["gt_ids"]))
        assert row["reasons"] == "; ".join(item["reasons"])
        assert float(row["p_gt_wrong"]) == item["p_gt_wrong"]


def test_csv_goes_to_standard_output_alone(triage, tmp_path):
    code, out, _ = triage("gt", "pred", "--csv", "-", "--json", tmp_path / "b.json")
    assert code == cli.DONE
    rows = list(csv.DictReader(io.StringIO(out)))
    items = json.loads((tmp_path / "b.json").read_text("utf-8"))["items"]
    assert [row["rank"] for row in rows] == [str(item["rank"]) for item in items]


def test_single_files_and_where_nothing_speaks_against_anything(run, data):
    code, out, _ = run("triage", "--gt", data / "gt/a.tif", "--image", data / "img/a.tif")
    assert code == cli.DONE
    assert "hole of 9 px" in out
    empty = data / "empty.tif"
    tifffile.imwrite(empty, np.zeros((40, 44), np.uint16))
    code, out, _ = run("triage", "--gt", empty, "--image", data / "img/a.tif")
    assert code == cli.DONE
    assert out.splitlines()[-1] == "nothing speaks against any object; --all lists them"
    code, out, _ = run("triage", "--gt", empty, "--json", "-")
    assert json.loads(out)["items"] == []


def test_two_runs_give_the_same_answer(triage):
    assert triage("gt", "img", "pred", "--all", "--json", "-") == triage(
        "gt", "img", "pred", "--all", "--json", "-"
    )


# -------------------------------------------------------------------- what goes wrong
def test_samples_that_fail_are_listed_and_the_others_go_on(triage, data):
    tifffile.imwrite(data / "gt/c.tif", np.zeros((9, 9), np.uint16))
    (data / "gt/d.tif").write_bytes(b"II*\0damaged")
    for name in "cd":
        tifffile.imwrite(data / f"img/{name}.tif", np.zeros((9, 10), np.uint8))
    tifffile.imwrite(data / "gt/e.tif", np.zeros((9, 9), np.uint16))
    code, out, err = triage("gt", "img", "--json", "-")
    assert code == cli.IN_PART
    found = json.loads(out)
    failed = {one["sample"]: one["reason"] for one in found["failed"]}
    assert set(failed) == {"c", "d", "e.tif"}
    assert "9 x 9" in failed["c"]
    assert failed["e.tif"] == "no image of this name"
    assert all(f"segreview: {name}: " in err for name in failed)
    assert {item["sample"] for item in found["items"]} == {"a", "b"}


def test_a_probability_map_that_does_not_fit_fails_its_sample_alone(triage, data):
    tifffile.imwrite(data / "prob/b.tif", np.zeros((9, 9), np.float32))
    code, out, err = triage("gt", "prob", "--json", "-")
    assert code == cli.IN_PART
    assert [one["sample"] for one in json.loads(out)["failed"]] == ["b"]
    assert "probabilities are 9 x 9" in err
    tifffile.imwrite(data / "prob/a.tif", np.full((40, 44), 7, np.float32))
    code, _, err = triage("gt", "prob")
    assert code == cli.WRONG_INPUT
    assert "do not all lie between 0 and 1" in err


def test_probability_maps_without_a_partner_are_told(triage, data):
    (data / "prob/b.tif").rename(data / "prob/z.tif")
    code, _, err = triage("gt", "prob", "--json", "-")
    assert code == cli.DONE
    assert "segreview: b.tif: no probability map of this name\n" in err
    (data / "prob/a.tif").unlink()
    code, _, err = triage("gt", "prob")
    assert code == cli.WRONG_INPUT
    assert "No probability map in" in err


def test_files_that_belong_to_nothing_are_told(triage, data):
    tifffile.imwrite(data / "pred/z.tif", np.zeros((9, 9), np.uint16))
    code, _, err = triage("gt", "pred", "--json", "-")
    assert code == cli.DONE
    assert err == "segreview: z.tif: no GT of this name\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--gt", "nowhere.tif"], "nowhere.tif does not exist"),
        (["--gt", "gt", "--image", "nowhere"], "nowhere does not exist"),
        (["--gt", "gt", "--prob", "nowhere"], "nowhere does not exist"),
        (["--gt", "gt/a.tif", "--image", "small.tif"], "9 x 9"),
        (["--gt", "gt/a.tif", "--pred", "small.tif"], "9 x 9"),
        (["--gt", "gt/a.tif", "--prob", "small.tif"], "9 x 9"),
        (["--gt", "gt/a.tif", "--json", "gt/a.tif"], "is among the labels that are read"),
        (["--gt", "gt/a.tif", "--image", "img/a.tif", "--csv", "img/a.tif"], "is among the labels"),
        (["--gt", "gt", "--prob", "prob", "--json", "prob/a.tif"], "is among the labels"),
        (["--gt", "gt", "--json", "x", "--csv", "x"], "is named for two answers"),
        (["--gt", "gt", "--json", "-", "--csv", "-"], "is named for two answers"),
        (["--gt", "gt", "--csv", "no/folder.csv"], "cannot be written"),
        (["--gt", "gt", "--classes", "nix"], "no class table named nix"),
        (["--gt", "img.txt"], "img.txt"),
    ],
)
def test_wrong_calls_end_in_one_message(run, data, monkeypatch, arguments, message):
    monkeypatch.chdir(data)
    tifffile.imwrite(data / "small.tif", np.zeros((9, 9), np.uint16))
    before = {path: path.read_bytes() for path in data.rglob("*.tif")}
    code, out, err = run("triage", *arguments)
    assert code == cli.WRONG_INPUT
    assert message in err
    assert "Traceback" not in out + err
    assert {path: path.read_bytes() for path in data.rglob("*.tif")} == before


@pytest.mark.parametrize("arguments", [[], ["--gt", "x", "--top", "0"], ["--gt", "x", "--top", "many"]])
def test_calls_that_cannot_be_meant(run, arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        run("triage", *arguments)
    assert ended.value.code == cli.WRONG_INPUT
    said = capsys.readouterr().err
    assert "usage:" in said
    assert "a number of items is 1 or more" in said or not arguments


def test_a_bar_shows_on_a_terminal_alone(triage, monkeypatch):
    monkeypatch.setattr("segreview.cli.progress._PATIENCE", -1)
    assert triage("gt", "--json", "-")[2] == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    code, out, err = triage("gt", "--json", "-")
    assert code == cli.DONE
    assert "1/2" in err
    assert json.loads(out)["schema"] == "segreview.triage/1"


def test_semantic_labels_give_their_disagreements(triage):
    found = answered(triage, "gt", "pred", "--kind", "semantic", "--all")["items"]
    assert found
    assert {item["kind"] for item in found} <= {"class", "boundary"}


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text elsewhere")
def test_names_that_are_no_utf_8_reach_the_answers(run, data):
    name = Path(str(data / "gt") + "/odd\udcff.tif")
    name.write_bytes((data / "gt/a.tif").read_bytes())
    code, out, _ = run("triage", "--gt", data / "gt", "--csv", data / "out.csv", "--json", data / "o.json")
    assert code == cli.DONE
    assert b"odd\xff" in (data / "out.csv").read_bytes()
    assert "odd\\udcff" in out
    assert "hole of 9 px" in out


def test_cocos_json_files(run, data):
    """Images and masks of a JSON file, two of which overlap, beside results."""

    def square(y, x):
        return [[x, y, x + 11, y, x + 11, y + 11, x, y + 11]]

    images = [{"id": n, "file_name": f"{name}.tif", "height": 40, "width": 44} for n, name in enumerate("ab")]
    places = [(4, 4), (4, 26), (24, 4), (9, 9)]
    entries = [
        {"id": 10 * n + k, "image_id": n, "category_id": 1, "segmentation": square(*at), "iscrowd": 0}
        for n in (0, 1)
        for k, at in enumerate(places, 1)
    ]
    said = [{"image_id": n, "category_id": 1, "segmentation": square(24, 26), "score": 0.9} for n in (0, 1)]
    whole = {"images": images, "annotations": entries, "categories": [{"id": 1, "name": "cell"}]}
    (data / "gt.json").write_text(json.dumps(whole))
    (data / "results.json").write_text(json.dumps(said))
    files = ("--gt", data / "gt.json", "--image", data / "img", "--pred", data / "results.json")
    code, out, _ = run("triage", *files, "--all", "--json", "-")
    assert code == cli.DONE
    found = json.loads(out)["items"]
    assert sorted((item["sample"], len(item["gt_ids"]), item["kind"]) for item in found) == sorted(
        one for name in "ab" for one in [(name, 1, "missed")] * 4 + [(name, 0, "spurious")]
    )
