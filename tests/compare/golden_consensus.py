"""Agreement of annotators against statsmodels and krippendorff."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import nan
from typing import Any

import numpy as np
from golden_folder import GOLDEN, agrees, cases_of, raises

from segreview.compare.evaluate import evaluate

FILE = "consensus.json"


def cases() -> list[dict[str, Any]]:
    """All cases."""
    return cases_of(FILE)


def _figures(case: dict[str, Any]) -> Mapping[str, Any]:
    return evaluate(list(np.load(GOLDEN / case["raters"])), convention="agreement").figures


def _figure(name: str, key: str) -> Callable[[dict[str, Any]], None]:
    def check(case: dict[str, Any]) -> None:
        expected = case["expected"][key]
        agrees(_figures(case)[name], nan if raises(expected) else expected)

    return check


def _dice(case: dict[str, Any]) -> None:
    found, expected = _figures(case), case["expected"]["pairwise Dice"]
    assert len(found["dice_pairs"]) == len(expected["pairs"])
    for ours, theirs in zip(found["dice_pairs"], expected["pairs"], strict=True):
        agrees(ours, theirs)
    agrees(found["dice_mean"], nan if expected["mean"] is None else expected["mean"])


_ALPHA = "krippendorff alpha nominal (pixels as units)"
_KAPPA = "fleiss kappa (statsmodels)"

CHECKS = {
    _ALPHA: _figure("krippendorff_alpha", _ALPHA),
    _KAPPA: _figure("fleiss_kappa", _KAPPA),
    "pairwise Dice": _dice,
}

_LATER = "a consensus of annotators, which the program does not make yet"

NOT_OURS = {
    "SimpleITK STAPLE (fg 1, defaults)": _LATER,
    "SimpleITK LabelVoting (undecided 255)": _LATER,
    "majority strict > half px": _LATER,
}
