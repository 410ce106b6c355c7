"""``segreview evaluate``: what goes where, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile

from segreview import cli
from segreview.cli.labels import one_by_one
from segreview.cli.progress import followed


def test_a_table_is_the_answer(run, sides):
    code, out, err = run("evaluate", *sides, "--convention", "stardist")
    assert code == 0
    assert out.startswith("stardist matching (stardist), 1 image\n")
    assert "recall              0.5000" in out
    assert err == ""


def test_json_alone_is_written_to_standard_output(run, sides):
    code, out, err = run("evaluate", *sides, "--json", "-")
    assert code == 0
    found = json.loads(out)
    assert found["schema"] == "segreview.evaluation/1"
    assert found["figures"]["tp"] == 1
    assert err == "No convention was named: stardist, which suits these labels.\n"


def test_several_conventions_thresholds_and_objects(run, sides):
    several = ("--convention", "stardist", "--convention", "cellpose", "--threshold", "0.5", "0.8")
    code, out, _ = run("evaluate", *sides, *several, "--per-object", "--json", "-")
    assert code == 0
    found = json.loads(out)["evaluations"]
    assert [one["convention"] for one in found] == ["stardist", "cellpose"]
    assert [one["tp"] for one in found[0]["figures"]["per_threshold"]] == [1, 0]
    assert found[0]["options"]["threshold"] == [0.5, 0.8]
    assert found[1]["objects"][0] == {"image": "gt", "reference_id": 1, "prediction_id": 5, "iou": 0.75}


def test_thresholds_are_exact(run, tmp_path):
    # 7 of 10 pixels reach 0.7, whatever binary numbers make of it
    for name, n in (("gt", 10), ("pred", 7)):
        tifffile.imwrite(tmp_path / f"{name}.tif", np.array([[3] * n + [0] * (12 - n)], np.uint16))
    paths = tmp_path / "gt.tif", tmp_path / "pred.tif"
    code, out, _ = run("evaluate", *paths, "--convention", "stardist", "--threshold", "0.7", "--json", "-")
    assert (code, json.loads(out)["figures"]["tp"]) == (0, 1)


def test_files_are_written_beside_the_table(run, sides, tmp_path):
    code, out, _ = run("evaluate", *sides, "--json", tmp_path / "a.json", "--csv", tmp_path / "a.csv")
    assert code == 0
    assert "f1" in out
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["figures"]["fn"] == 1
    assert "stardist,,,fn,1" in (tmp_path / "a.csv").read_text("utf-8").splitlines()
    run("evaluate", *sides, "--csv", tmp_path / "b.csv", "--per-object")
    assert (tmp_path / "b.csv").read_text("utf-8").startswith("convention,image,reference_id,")


def test_options_kind_and_classes(run, sides):
    semantic = ("--convention", "semantic", "--kind", "semantic", "--option", "n_classes=6", "ignore=2")
    code, out, _ = run("evaluate", *sides, *semantic, "--json", "-")
    assert code == 0
    found = json.loads(out)
    assert found["options"] == {"n_classes": 6, "ignore": 2}
    assert found["figures"]["pixel_accuracy"] == 1 / 5


def test_samples_that_fail_are_listed(run, sides, tmp_path):
    (tmp_path / "gt").mkdir()
    (tmp_path / "pred").mkdir()
    for name in ("a.tif", "b.tif", "c.tif"):
        (tmp_path / "gt" / name).write_bytes((tmp_path / "gt.tif").read_bytes())
        (tmp_path / "pred" / name).write_bytes((tmp_path / "pred.tif").read_bytes())
    (tmp_path / "pred" / "b.tif").write_bytes(b"II*\0damaged")
    (tmp_path / "pred" / "c.tif").unlink()
    code, out, err = run("evaluate", tmp_path / "gt", tmp_path / "pred", "--json", "-")
    assert code == cli.IN_PART
    assert [one["name"] for one in json.loads(out)["failed"]] == ["c.tif", "b"]
    assert "2 samples could not be compared:\n  c.tif: no model of this name\n  b: " in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.tif", "pred.tif"], "nowhere.tif does not exist"),
        (["nowhere.json", "gone.json"], "nowhere.json does not exist"),
        (["gt.tif", "gone.json"], "gone.json does not exist"),
        (["gt.tif", "pred.tif", "--convention", "nix"], "There is no convention 'nix'"),
        (["gt.tif", "pred.tif", "--threshold", "2"], "'2' is no IoU threshold"),
        (["gt.tif", "pred.tif", "--convention", "panoptic"], "looks at classes"),
        (["gt.tif", "pred.tif", "--option", "x"], "'x' is no option"),
        (["gt.tif", "pred.tif", "--option", "x=1"], "stardist has no option x"),
        (["gt.tif", "pred.tif", "--convention", "coco"], "1 of 1 have none"),
        (["gt.tif", "pred.tif", "--json", "-", "--csv", "-"], "- is named for two answers"),
        (["gt.tif", "pred.tif", "--option", "by_image=x"], "true or false"),
        (["gt.tif", "pred.tif", "--convention", "boundary", "--option", "pixels=x"], "is no whole number"),
        (["gt.tif", "pred.tif", "--json", "gt.tif"], "is among the labels that are read"),
        (["gt.tif", "pred.tif", "--json", "a", "--csv", "a"], "is named for two answers"),
        (["gt.tif", "pred.tif", "--csv", "no/folder.csv"], "cannot be written"),
        (["gt.tif", "pred.tif", "--classes", "nix"], "no class table named nix"),
    ],
)
def test_wrong_calls_end_in_one_message(run, sides, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("evaluate", *arguments)
    assert code == cli.WRONG_INPUT
    assert message in err
    assert "Traceback" not in out + err


def test_options_with_several_values_leave_the_paths_alone():
    assert one_by_one(["evaluate", "--threshold", "0.5", "0.75", "gt", "pred"]) == [
        "evaluate",
        "--threshold",
        "0.5",
        "--threshold",
        "0.75",
        "gt",
        "pred",
    ]
    assert one_by_one(["--min", "a=1", "b=2", "--max", "c=3", "gt"]) == [
        "--min",
        "a=1",
        "--min",
        "b=2",
        "--max",
        "c=3",
        "gt",
    ]
    assert one_by_one(["gt", "pred", "--threshold"]) == ["gt", "pred", "--threshold"]
    assert one_by_one(["--option", "x", "gt"]) == ["--option", "x", "gt"]


def test_a_bar_shows_on_a_terminal_alone(monkeypatch, capsys):
    monkeypatch.setattr("segreview.cli.progress._PATIENCE", -1)
    assert list(followed("abc")) == ["a", "b", "c"]
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert list(followed("abc")) == ["a", "b", "c"]
    shown = capsys.readouterr().err
    assert "1/3" in shown
    assert shown.endswith("\r")


def test_a_reader_that_has_seen_enough_is_no_fault(sides):
    command = [sys.executable, "-m", "segreview", "evaluate", *sides, "--json", "-"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b"No convention was named: stardist, which suits these labels.\n"
    process.stderr.close()
    assert process.wait() == cli.DONE


def test_no_library_of_the_window_is_loaded(sides):
    code = (
        "import sys; from segreview.cli import main\n"
        f"assert main(['evaluate', *{sides}, '--convention', 'coco', '--convention', 'stardist']) in (0, 2)\n"
        f"assert main(['check', *{sides}, '--convention', 'stardist', '--min', 'f1=0']) == 0\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert loaded & {"napari", "qtpy", "PyQt5", "PyQt6", "vispy", "pandas", "matplotlib"} == set()
    assert Path(sides[0]).exists()


def test_csv_alone_is_written_to_standard_output(run, sides, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("evaluate", *sides, "--convention", "stardist", "--csv", "-", "--json", "a.json")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "convention,image,class,figure,value"
    assert "stardist,,,tp,1" in out.splitlines()
    assert (tmp_path / "a.json").exists()
    assert not (tmp_path / "-").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("arguments", [[], ["--json", "-"], ["--csv", "-"]])
def test_a_full_disk_behind_standard_output_is_told(sides, arguments):
    command = [sys.executable, "-m", "segreview", "evaluate", *sides, "--convention", "f1", *arguments]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == cli.WRONG_INPUT
    assert done.stderr.startswith("segreview: Standard output cannot be written: No space left on device.")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_the_versions_too_may_meet_a_full_disk():
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "segreview", "--version"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == cli.WRONG_INPUT
    assert "Traceback" not in done.stderr
