"""True positives against the frozen figures of stardist, at every threshold."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from segreview.compare.objects import Disagreements
from segreview.compare.overlap import overlap_table

GOLDEN = Path(__file__).parents[2].parent / "shared" / "golden"
INDEX = GOLDEN / "instance.json"
CASES = json.loads(INDEX.read_text())["cases"] if INDEX.exists() else []


@pytest.mark.skipif(not CASES, reason=f"the frozen figures are not at {GOLDEN}")
def test_there_are_cases():
    assert len(CASES) >= 15


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_counts_of_stardist(case):
    table = overlap_table(np.load(GOLDEN / case["gt"]), np.load(GOLDEN / case["pred"]))
    expected = case["expected"]["overlap [gt,pred,px] (numpy.unique)"]
    assert table.pairs() == {(r, p): n for r, p, n in expected if r and p}
    for threshold, figures in case["expected"]["stardist.matching"].items():
        summary = Disagreements(table, Fraction(threshold)).summary()
        counts = (summary.hits, summary.predictions - summary.hits, summary.references - summary.hits)
        assert counts == (figures["tp"], figures["fp"], figures["fn"]), threshold
        if summary.hits:
            assert summary.mean_iou == pytest.approx(figures["mean_matched_score"], abs=1e-6)
