"""``segreview check``: the gate, its exit codes and its JUnit file."""

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from segreview import cli

STARDIST = ("--convention", "stardist")


def test_limits_that_are_kept(run, sides):
    code, out, err = run("check", *sides, *STARDIST, "--min", "precision=1", "recall=0.5", "--max", "fn=1")
    assert code == 0
    assert out.splitlines() == [
        "ok      precision >= 1  (it is 1)",
        "ok      recall >= 0.5  (it is 0.5)",
        "ok      fn <= 1  (it is 1)",
    ]
    assert err == ""


def test_a_limit_that_is_missed_is_named(run, sides, tmp_path):
    junit = tmp_path / "check.xml"
    code, out, _ = run("check", *sides, *STARDIST, "--min", "F1=0.9", "--min", "tp=1", "--junit", junit)
    assert code == cli.FAILED
    assert out.splitlines()[0] == "FAILED  F1 >= 0.9  (it is 0.666667)"
    suite = ET.parse(junit).getroot()
    assert [case.find("failure") is None for case in suite] == [False, True]


def test_a_reader_that_has_seen_enough_does_not_open_the_gate(sides):
    command = [sys.executable, "-m", "segreview", "check", *sides, *STARDIST, "--min", "f1=2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == cli.FAILED


def test_options_may_stand_before_the_paths(run, sides):
    code, _, _ = run("check", *STARDIST, "--threshold", "0.8", "--min", "fn=2", "tp=0", *sides)
    assert code == 0


def test_samples_that_fail_do_not_pass_the_gate(run, sides, tmp_path):
    for folder in ("gt", "pred"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.tif").write_bytes((tmp_path / f"{folder}.tif").read_bytes())
    (tmp_path / "gt" / "b.tif").write_bytes((tmp_path / "gt.tif").read_bytes())
    folders = (tmp_path / "gt", tmp_path / "pred")
    junit = tmp_path / "check.xml"
    assert run("check", *folders, *STARDIST, "--min", "tp=1", "--junit", junit)[0] == cli.IN_PART
    assert ET.parse(junit).getroot().get("errors") == "1"
    assert run("check", *folders, *STARDIST, "--min", "tp=2")[0] == cli.FAILED


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "There is no limit to check"),
        (["--min", "f1"], "'f1' is no limit"),
        (["--min", "All.pq=1"], "stardist has no figure All.pq"),
    ],
)
def test_wrong_calls_end_in_one_message(run, sides, arguments, message):
    code, out, err = run("check", *sides, *STARDIST, *arguments)
    assert (code, out) == (cli.WRONG_INPUT, "")
    assert message in err


def test_a_call_that_cannot_be_understood_has_the_same_code(sides):
    with pytest.raises(SystemExit) as ended:
        cli.main(["check", *sides, "--min", "f1=1"])
    assert ended.value.code == cli.WRONG_INPUT


def test_junit_alone_is_written_to_standard_output(run, sides, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("check", *sides, *STARDIST, "--min", "precision=1", "--junit", "-")
    assert code == 0
    assert ET.fromstring(out).get("tests") == "1"
    assert err == "ok      precision >= 1  (it is 1)\n"
    assert not (tmp_path / "-").exists()


def test_the_verdicts_are_not_written_over_the_labels(run, sides):
    code, out, err = run("check", *sides, *STARDIST, "--min", "precision=1", "--junit", sides[0])
    assert (code, out) == (cli.WRONG_INPUT, "")
    assert "gt.tif is among the labels that are read" in err


def test_the_default_thresholds_of_cellpose_have_an_alias(run, sides):
    code, out, _ = run("check", *sides, "--convention", "cellpose", "--min", "AP=0.4")
    assert (code, out) == (0, "ok      AP >= 0.4  (it is 0.5 at the threshold 0.5)\n")
