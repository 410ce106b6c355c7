"""What is aimed for in comparison with the peers, and what was reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_Records = Mapping[str, Mapping[str, Any]]
"""Records of the jobs of a workload, by the names of their functions."""


@dataclass(frozen=True)
class Goal:
    """A ratio that was aimed for in one workload: at least, or at most, so much."""

    workload: str
    text: str
    ratio: Callable[[_Records], float]
    limit: float
    at_least: bool = True


def against(peer: str, ours: str = "segreview_columns") -> Callable[[_Records], float]:
    """How many times longer a peer takes than segreview."""
    return lambda records: records[peer]["cpu"] / records[ours]["cpu"]


def against_fastest(records: _Records) -> float:
    """How many times longer the fastest peer takes whose table is right and holds pairs."""
    ours = records["segreview_columns"]["cpu"]
    right = (one for one in records.values() if "found" in one and one["found"] == one["expected"])
    return min(one["cpu"] for one in right) / ours


def of_floor(records: _Records) -> float:
    """How many times the floor segreview's table takes."""
    ours = records["segreview_columns"]
    return ours["cpu"] / ours["floor"]


def above(records: _Records) -> float:
    """Bytes per pixel that segreview's table needs above the inputs."""
    return records["segreview_columns"]["above"]


def share_of_numpy(records: _Records) -> float:
    """CPU time of importing segreview, as a share of that of numpy."""
    return records["segreview"]["cpu"] / records["numpy"]["cpu"]


def seconds_of_boundaries(records: _Records) -> float:
    """CPU seconds for the contours of all matched objects."""
    return records["segreview_boundary"]["cpu"]


GOALS = (
    Goal("512", "table: stardist's bare table / ours", against("stardist_overlap"), 1 / 1.5),
    Goal("512", "matching: stardist / ours", against("stardist_matching", "segreview_stardist"), 4),
    Goal("2048", "table: stardist's bare table / ours", against("stardist_overlap"), 1 / 1.1),
    Goal("2048", "matching: stardist / ours", against("stardist_matching", "segreview_stardist"), 9),
    Goal("10000", "table: fastest peer / ours", against_fastest, 2.5),
    Goal("10000", "table: scikit-image / ours", against("skimage_contingency"), 25),
    Goal("10000", "table: ours / floor", of_floor, 12, at_least=False),
    Goal("10000", "table: bytes per pixel above the inputs", above, 1, at_least=False),
    Goal("3d", "table: fastest peer / ours", against_fastest, 2.4),
    Goal("3d", "table: ours / floor", of_floor, 20, at_least=False),
    Goal("3d", "table: bytes per voxel above the inputs", above, 1, at_least=False),
    Goal("street", "table: fastest peer / ours", against_fastest, 6),
    Goal("set", "stardist / ours", against("stardist_set", "segreview_stardist_set"), 7),
    Goal("set", "cellpose / ours", against("cellpose_set", "segreview_cellpose_set"), 14),
    Goal("set", "pycocotools / ours", against("pycocotools_set", "segreview_coco_set"), 200),
    Goal("contours", "MedPy on crops / ours", against("medpy_boundary", "segreview_boundary"), 1.3),
    Goal("contours", "seconds for all", seconds_of_boundaries, 1, at_least=False),
    Goal("start", "import segreview / import numpy", share_of_numpy, 3, at_least=False),
)


def print_goals(everything: Mapping[str, _Records]) -> None:
    """Print what was aimed for beside what was reached."""
    print("\n### Goals\n\n| workload | ratio | goal | reached | |\n| --- | --- | ---: | ---: | --- |")
    for goal in GOALS:
        if goal.workload not in everything:
            continue
        sign = ">=" if goal.at_least else "<="
        try:
            reached = goal.ratio(everything[goal.workload])
        except (KeyError, ValueError):
            print(f"| {goal.workload} | {goal.text} | {sign} {goal.limit:.3g} | not measured | |")
            continue
        kept = reached >= goal.limit if goal.at_least else reached <= goal.limit
        verdict = "" if kept else "missed"
        print(f"| {goal.workload} | {goal.text} | {sign} {goal.limit:.3g} | {reached:.3g} | {verdict} |")
