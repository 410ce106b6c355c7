"""A reviewer who works until the process is killed: `python kill_child.py strokes|saves GT PRED`.

After every gesture that has returned, one line tells how many there were and the SHA-256 of the
labels; the parent kills us at a moment of its choice.
"""

import hashlib
import sys
from itertools import count
from pathlib import Path

import numpy as np
from session_cases import opened, square, stroke_edit

from segreview.session.review import Review
from segreview.session.saving import save
from segreview.session.verdict import Judgement


def digest(review: Review) -> str:
    return hashlib.sha256(review.reference.data.tobytes()).hexdigest()


def act(review: Review, rng: np.random.Generator) -> None:
    """A stroke, verdict, undo or redo."""
    choice = rng.integers(0, 10)
    if choice == 0:
        rows = [row for row in review.queue if not row.gone]
        review.judge(rows[rng.integers(len(rows))], Judgement.BOTH_FINE)
    elif choice == 1:
        review.undo()
    elif choice == 2:
        review.redo()
    else:
        at, side = (int(rng.integers(0, 20)), int(rng.integers(0, 28))), int(rng.integers(1, 9))
        edit = stroke_edit(review.reference.data, square(at, side), int(rng.integers(0, 12)))
        if edit is not None:
            review.apply([edit], "Stroke")


def main(what: str, gt: str, pred: str, seed: str) -> None:
    """Work, and tell of it, until the end."""
    review = opened(Path(gt), Path(pred))
    rng = np.random.default_rng(int(seed))
    sys.stdout.write(f"0 {digest(review)}\n")
    for number in count(1):
        act(review, rng)
        if what == "saves":
            save(review)
        sys.stdout.write(f"{number} {digest(review)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
