"""What was planted: one record per annotation error, and the truth file that names them all."""

from dataclasses import asdict, dataclass

import numpy as np

SCHEMA = "segreview.sample-truth/1"

Box = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Planted:
    """An annotation error that was put into the ground truth on purpose.

    Parameters
    ----------
    sample : str
        Stem of the sample.
    kind : str
        ``missed``, ``spurious``, ``merged``, ``split``, ``shifted``, ``dilated``, ``polygon``, ``hole``,
        ``sliver``, ``class``, ``stuff`` or ``jitter``.
    gt_ids, true_ids : tuple of int
        The ids that are involved in the faulty map and in the true map; empty when there is none.
    box : ((y0, y1), (x0, x1))
        Half-open hull of all pixels of these objects in both maps, in pixels.
    note : str
        What a reviewer should see there.
    harmless : bool
        True for noise that no reviewer need put right.
    """

    sample: str
    kind: str
    gt_ids: tuple[int, ...]
    true_ids: tuple[int, ...]
    box: Box
    note: str
    harmless: bool = False


def hull(*masks: np.ndarray) -> Box:
    """Half-open box ``((y0, y1), (x0, x1))`` around the set pixels of all masks, each bool ``(Y, X)``."""
    rows = np.flatnonzero(np.logical_or.reduce([mask.any(axis=1) for mask in masks]))
    columns = np.flatnonzero(np.logical_or.reduce([mask.any(axis=0) for mask in masks]))
    return (int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1)


def document(description: str, errors: list[Planted]) -> dict[str, object]:
    """Content of a truth file, ready for JSON; ``harmless`` is written only where it is true."""
    records = [asdict(error) for error in errors]
    for record in records:
        if not record["harmless"]:
            del record["harmless"]
    return {"schema": SCHEMA, "description": description, "errors": records}
