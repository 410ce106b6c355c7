"""Limits: their form, aliases, figures that are no number, and JUnit XML."""

from math import nan
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from segreview.compare.evaluate import evaluate
from segreview.errors import SegreviewError
from segreview.report.junit import junit
from segreview.report.limits import ALIASES, Limit, Verdict, check

HALF = np.array([[1, 1, 0, 2]]), np.array([[1, 1, 0, 0]])


def limits(*texts, least=True):
    return [Limit.parse(text, least=least) for text in texts]


def test_a_bound_may_be_reached():
    found = evaluate(*HALF, "stardist")
    assert [one.kept for one in check(found, limits("recall=0.5", "recall=0.6", "precision=1"))] == [
        True,
        False,
        True,
    ]
    assert [one.kept for one in check(found, limits("fn=1", "fn=0", least=False))] == [True, False]


@pytest.mark.parametrize(
    ("convention", "options", "alias", "path"),
    [
        ("stardist", {}, "F1", "f1"),
        ("stardist", {}, "PQ", "panoptic_quality"),
        ("f1", {}, "F1", "score"),
        ("cellpose", {"threshold": 0.5}, "AP", "AP"),
        ("semantic", {"n_classes": 3}, "mIoU", "mIoU"),
        ("cityscapes_semantic", {}, "mIoU", "averageScoreClasses"),
    ],
)
def test_aliases_stand_for_the_figure_of_the_convention(convention, options, alias, path):
    found = evaluate(*HALF, convention, **options)
    (verdict,) = check(found, limits(f"{alias}=0"))
    assert verdict.value == pytest.approx(found.figure(path), nan_ok=True)


def test_paths_lead_into_lists_and_classes():
    several = evaluate(*HALF, "f1", threshold=[0.5, 0.9])
    assert check(several, limits("per_threshold.1.score=0"))[0].value == pytest.approx(2 / 3)
    classes = evaluate(*HALF, "semantic", n_classes=3)
    assert check(classes, limits("per_class.1.iou=1", "confusion.0.0=1"))[0].kept


def test_a_figure_that_is_no_number_keeps_no_limit():
    assert not Verdict(Limit("x", 0, least=True), nan).kept
    assert not Verdict(Limit("x", 0, least=False), nan).kept


@pytest.mark.parametrize("text", ["f1", "f1=", "=0.5", "f1=high", "f1=nan"])
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(SegreviewError, match="is no limit"):
        Limit.parse(text, least=True)


def test_an_unknown_figure_is_refused_with_those_that_are_near():
    with pytest.raises(SegreviewError, match="stardist has no figure recal") as refusal:
        check(evaluate(*HALF, "stardist"), limits("recal=0.5"))
    assert "recall" in refusal.value.hint


def test_junit_names_what_failed():
    verdicts = check(evaluate(*HALF, "stardist"), limits("recall=0.6", "precision=1"))
    suite = ET.fromstring(junit(verdicts, "stardist", [("b.tif", "damaged")]))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    assert [case.get("name") for case in suite] == ["recall >= 0.6", "precision >= 1", "b.tif"]
    assert suite[0][0].get("message") == "recall is 0.5, wanted recall >= 0.6"
    assert suite[1].find("failure") is None
    assert suite[2][0].text == "damaged"


@pytest.mark.parametrize(("convention", "alias"), [("cellpose", "AP"), ("stardist", "F1"), ("f1", "F1")])
def test_an_alias_means_the_first_of_several_thresholds(convention, alias):
    found = evaluate(*HALF, convention, threshold=[0.4, 0.9])
    (verdict,) = check(found, limits(f"{alias}=0"))
    (same,) = check(found, limits(f"per_threshold.0.{ALIASES[alias][convention]}=0"))
    assert verdict.value == same.value
    assert verdict.told == f"{verdict.value:.6g} at the threshold 0.4"


def test_the_alias_of_cellpose_needs_no_threshold():
    (verdict,) = check(evaluate(*HALF, "cellpose"), limits("AP=0.5"))
    assert (verdict.kept, verdict.threshold) == (True, 0.5)


def test_junit_escapes_what_xml_forbids():
    failed = [("bell\x07.tif", "no\x00thing \ud83d \ufffe"), ("\udcff.tif", "tab\t\u0645")]
    verdicts = [Verdict(Limit("f1\x1b", 1, least=True), 0.5)]
    suite = ET.fromstring(junit(verdicts, "f1", failed))
    assert [case.get("name") for case in suite] == ["f1\\x1b >= 1", "bell\\x07.tif", "\\udcff.tif"]
    assert [one.text for one in suite.iter("error")] == [r"no\x00thing \ud83d \ufffe", "tab\t\u0645"]
