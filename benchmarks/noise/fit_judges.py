"""Fit the judges that come with the program: ``python benchmarks/noise/fit_judges.py DATA``.

DATA holds ``dsb_nuclei`` and ``dsb_injected``. Real faults and injected ones are learnt from
together: judges of either kind alone fail on the other. The result is written to
``src/segreview/triage/judges.json`` with where it comes from.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
from nuclei import Nuclei, Rows
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

import segreview
from segreview.triage import rules
from segreview.triage.evidence.relation import NAMES as OF_MODEL
from segreview.triage.judge import LIMIT, SCHEMA, Judge

TARGET = Path(__file__).parents[2] / "src/segreview/triage/judges.json"

REAL = 3.0
"""Weight of a real structural fault; forged rows weigh less, as there are as many as one likes."""

FORGED = 0.5

WEAK, WEAK_WEIGHT = ("dilated", "eroded", "merged"), 2.0
"""Kinds that are hardest to tell count for more."""

ALIKE = {
    "merged_split": "merged",
    "fragments_merged": "split",
    "spurious_removed": "spurious",
    "boundary_adjusted": "redrawn",
    "boundary_redrawn": "redrawn",
}
"""Kinds of real faults, and what the logistic model takes them for."""

MIXTURE = {
    "annotated": {"tree_share": 0.5, "fitted_shift": -1.0, "rule_shift": -2.0, "rule_reach": 0.7},
    "missed": {"tree_share": 0.5, "fitted_shift": 0.0, "rule_shift": 0.0, "rule_reach": 0.0},
}
"""How each judge joins its parts; chosen on unseen images and types among a few dozen mixtures."""

STRENGTH = {"annotated": 0.1, "missed": 0.02}
"""Inverse strength of each logistic model's L2 penalty."""

LEFT_OUT = (
    "hole",
    "hole pixels",
    "hole share",
    "holes",
    "hole of background",
    "hole of others",
    "opinion of the holes",
    "log area",
    "edge dilation px",
    "edge shift px",
    "opinion dilation px",
    "opinion shift px",
    *OF_MODEL,
)
"""Figures that judges do not read: hygiene, which is told apart; units; the model, which rules ask."""


def names_for(rows: Rows, judge: str) -> tuple[str, ...]:
    """Figures that a judge reads."""
    left_out = LEFT_OUT if judge == "annotated" else [n for n in LEFT_OUT if n != "trust in the model"]
    return tuple(name for name in rows.evidence.columns if name not in left_out)


def weights_of(rows: Rows) -> np.ndarray:
    """Weight of each row; 0 for those that only hygiene is wrong with, and for corrected annotation."""
    weights = np.where(np.char.startswith(rows.source, "forged"), FORGED, 1.0)
    weights[(rows.source == "real") & rows.wrong] = REAL
    weights[np.isin(rows.kind, WEAK)] *= WEAK_WEIGHT
    weights[rows.hygiene | (rows.source == "corrected")] = 0
    return weights


def kinds_of(rows: Rows) -> np.ndarray:
    """What is wrong with each row: ``""`` where its structure is right, else the kind of fault."""
    kinds = np.array([ALIKE.get(kind, kind) for kind in rows.kind.tolist()])
    return np.where(rows.wrong, kinds, "")


def logistic_weights(
    standard: np.ndarray, kinds: np.ndarray, weights: np.ndarray, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and intercepts of each kind of fault against nothing being wrong."""
    model = LogisticRegression(C=strength, max_iter=1000).fit(standard, kinds, sample_weight=weights)
    found, intercepts = model.coef_, model.intercept_
    if len(model.classes_) > 2:  # else the library weighs the one kind against the other by itself
        found, intercepts = (part[1:] - part[0] for part in (found, intercepts))
    return found.T, intercepts


def fitted(rows: Rows, judge: str, chosen: np.ndarray) -> Judge:
    """Judge that learnt from some of the rows, not yet calibrated."""
    names = names_for(rows, judge)
    figures = rows.evidence.matrix(names, np.zeros(len(names)))[chosen]
    kinds, weights = kinds_of(rows)[chosen], weights_of(rows)[chosen]
    figures, kinds, weights = figures[weights > 0], kinds[weights > 0], weights[weights > 0]
    middle, spread = figures.mean(axis=0), figures.std(axis=0) + 1e-9
    standard = np.clip((figures - middle) / spread, -LIMIT, LIMIT)
    of_kinds, intercepts = logistic_weights(standard, kinds, weights, STRENGTH[judge])
    boosted = HistGradientBoostingClassifier(
        max_iter=150 if judge == "annotated" else 80,
        learning_rate=0.06,
        max_leaf_nodes=8,
        min_samples_leaf=15,
        l2_regularization=5.0,
        max_features=0.3,
        early_stopping=False,
        random_state=0,
    ).fit(figures, kinds != "", sample_weight=weights)
    content = {
        "names": names,
        "middle": middle,
        "spread": spread,
        "weights": of_kinds,
        "intercepts": intercepts,
        "trees": trees_of(boosted),
        **MIXTURE[judge],
        "slope": 1.0,
        "shift": 0.0,
    }
    return Judge.of_dict(content)


def trees_of(boosted: HistGradientBoostingClassifier) -> dict[str, Any]:
    """A boosted classifier's trees as lists, as `segreview.triage.trees.Trees` reads them."""
    lists: dict[str, list[Any]] = {key: [] for key in ("roots", "figure", "limit", "left", "right", "value")}
    deepest = 0
    for (tree,) in boosted._predictors:  # the library offers no public way to its trees
        first = len(lists["value"])
        lists["roots"].append(first)
        for number, node in enumerate(tree.nodes):
            here, leaf = first + number, bool(node["is_leaf"])
            deepest = max(deepest, int(node["depth"]))
            lists["figure"].append(0 if leaf else int(node["feature_idx"]))
            lists["limit"].append(0.0 if leaf else float(node["num_threshold"]))
            lists["left"].append(here if leaf else first + int(node["left"]))
            lists["right"].append(here if leaf else first + int(node["right"]))
            lists["value"].append(float(node["value"]) if leaf else 0.0)
    return {**lists, "base": float(np.ravel(boosted._baseline_prediction)[0]), "depth": deepest}


def folds_of(groups: np.ndarray, count: int = 6) -> np.ndarray:
    """Fold of each row; rows of one group are never parted."""
    names = sorted(set(groups.tolist()))
    turn = np.random.default_rng(3).permutation(len(names))
    fold = {names[place]: n % count for n, place in enumerate(turn)}
    return np.array([fold[group] for group in groups.tolist()])


def unseen_log_odds(rows: Rows, judge: str, folds: np.ndarray, known: np.ndarray | bool = True) -> np.ndarray:
    """Log-odds of each row by a judge that learnt from the other folds, and there from what is known."""
    found = np.zeros(len(rows))
    for fold in np.unique(folds):
        here = folds == fold
        part = type(rows.evidence)(
            rows.evidence.ranks[here], {k: v[here] for k, v in rows.evidence.columns.items()}
        )
        found[here] = fitted(rows, judge, ~here & known).log_odds(part)
    return found


def calibration(log_odds: np.ndarray, wrong: np.ndarray) -> tuple[float, float]:
    """Slope and shift that make log-odds calibrated (Platt 1999, with his smoothed targets)."""
    ups, downs = wrong.sum(), (~wrong).sum()
    targets = np.array([1 / (downs + 2), (ups + 1) / (ups + 2)])
    table = np.concatenate([log_odds, log_odds])[:, None]
    sides = np.repeat([1, 0], len(log_odds))
    share = targets[wrong.astype(int)]
    model = LogisticRegression(C=1e6, max_iter=1000)
    model.fit(table, sides, sample_weight=np.concatenate([share, 1 - share]))
    return float(model.coef_[0][0]), float(model.intercept_[0])


def judge_content(rows: Rows, judge: str) -> dict[str, Any]:
    """A judge fitted on all rows and calibrated on rows that it had not seen, as lists."""
    final = fitted(rows, judge, np.ones(len(rows), bool))
    unseen = unseen_log_odds(rows, judge, folds_of(rows.image))
    known = ~rows.hygiene & ((rows.source == "real") if judge == "annotated" else True)
    slope, shift = calibration(unseen[known], rows.wrong[known])
    trees = {
        key: np.round(getattr(final.trees, key), 5).tolist()
        for key in ("roots", "figure", "limit", "left", "right", "value", "base", "depth")
    }
    numbers = {
        key: np.round(getattr(final, key), 6).tolist()
        for key in ("middle", "spread", "weights", "intercepts")
    }
    return {
        "names": list(final.names),
        **numbers,
        "trees": trees,
        **MIXTURE[judge],
        "slope": round(slope, 4),
        "shift": round(shift, 4),
    }


def main() -> None:
    """Fit, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=4, help="how often faults are forged")
    call = parser.parse_args()
    annotated, unclaimed = Nuclei(call.data).gather(call.seeds)
    content = {
        "schema": SCHEMA,
        "provenance": {
            "data": "BBBC038 nuclei with corrections (CC0), injected and forged faults",
            "command": f"benchmarks/noise/fit_judges.py DATA --seeds {call.seeds}",
            "version": segreview.__version__,
            "date": dt.date.today().isoformat(),
            "rows": {"annotated": len(annotated), "missed": len(unclaimed)},
            "wrong": {"annotated": int(annotated.wrong.sum()), "missed": int(unclaimed.wrong.sum())},
            "rules": [rule.name for rule in rules.DECIDING],
        },
        "judges": {
            "annotated": judge_content(annotated, "annotated"),
            "missed": judge_content(unclaimed, "missed"),
        },
    }
    TARGET.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8", newline="\n")
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
