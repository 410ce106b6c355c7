"""How well an order finds faults: figures beside the best that they could be, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

FIRST = (0.02, 0.05, 0.10)
"""Shares of the items that are looked at."""

ROUNDS = 200
"""Bootstrap samples of images."""


@dataclass(frozen=True)
class Ranking:
    """What an order finds.

    Parameters
    ----------
    auroc, ap
        Area under the ROC curve, and average precision.
    found, best
        Share of the faults within the first 2, 5 and 10 % of the items, and the most there can be.
    precision
        Precision of the first 100 items.
    interval
        95 % interval of the AUROC, from a bootstrap over images.
    """

    items: int
    faults: int
    auroc: float
    ap: float
    found: tuple[float, ...]
    best: tuple[float, ...]
    precision: float
    interval: tuple[float, float]

    def __str__(self) -> str:
        """Cells of a row of a table in Markdown."""
        found = " / ".join(
            f"{share:.2f} ({best:.2f})" for share, best in zip(self.found, self.best, strict=True)
        )
        low, high = self.interval
        auroc = f"{self.auroc:.3f} ({low:.3f}-{high:.3f})"
        return f"{self.faults} of {self.items} | {auroc} | {self.ap:.3f} | {found} | {self.precision:.2f}"


HEAD = (
    "| {} | faults | AUROC (95 %) | AP | in the first 2 / 5 / 10 % (best possible) | first 100 right |\n"
    "|---|---|---|---|---|---|"
)
"""Head of a table of rankings."""


def ranked(wrong: np.ndarray, score: np.ndarray, image: np.ndarray) -> Ranking | None:
    """What the order of a score finds; None where there is no fault or nothing else.

    Parameters
    ----------
    wrong, score, image
        Of each item: whether it is a fault, its score, the image that it belongs to.
    """
    faults, items = int(wrong.sum()), len(wrong)
    if faults in (0, items):
        return None
    hits = np.cumsum(wrong[np.argsort(-score, kind="stable")])
    looked = [max(1, int(np.ceil(items * share))) for share in FIRST]
    return Ranking(
        items,
        faults,
        float(roc_auc_score(wrong, score)),
        float(average_precision_score(wrong, score)),
        tuple(float(hits[n - 1] / faults) for n in looked),
        tuple(min(1.0, n / faults) for n in looked),
        float(hits[min(100, items) - 1] / min(100, items)),
        _interval(wrong, score, image),
    )


def _interval(wrong: np.ndarray, score: np.ndarray, image: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    names = np.unique(image)
    rows = {name: np.flatnonzero(image == name) for name in names}
    found = []
    for _ in range(ROUNDS):
        chosen = np.concatenate([rows[name] for name in rng.choice(names, len(names))])
        if 0 < wrong[chosen].sum() < len(chosen):
            found.append(roc_auc_score(wrong[chosen], score[chosen]))
    low, high = np.percentile(found, (2.5, 97.5)) if found else (float("nan"),) * 2
    return float(low), float(high)
