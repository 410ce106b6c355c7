"""Rows of the queue as text for spreadsheets and letters."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from segreview.model.sample import PREDICTION, REFERENCE
from segreview.session.review import Review
from segreview.triage.queue import Row
from segreview.ui.docks.queue_model import side_text

COLUMNS = ("#", "status", "kind", "GT", "model", "IoU", "suspect", "area", "differs", "verdict", "note")


def cells(review: Review, row: Row) -> tuple[str, ...]:
    """What is known of a row, in the order of `COLUMNS`; numbers without separators of thousands."""
    item, verdict = row.item, review.verdict(row)
    paired = item.reference_ids and item.prediction_ids and not item.region
    return (
        str(review.queue.place_of(row) + 1),
        str(review.status(row)),
        str(item.relation),
        _or_nothing(side_text(review, item, REFERENCE)),
        _or_nothing(side_text(review, item, PREDICTION)),
        f"{item.iou:.4f}" if paired else "",
        "" if row.suspicion is None else f"{row.suspicion.urgency:.4f}",
        str(item.area),
        str(item.error),
        "" if verdict is None else verdict.value.words,
        " ".join(review.note(row).split()),
    )


def _or_nothing(text: str) -> str:
    return "" if text == "–" else text


def as_text(review: Review, rows: Iterable[Row]) -> str:
    """Rows with a header, separated by tabs and line ends."""
    lines = [COLUMNS, *(cells(review, row) for row in rows)]
    return "\n".join("\t".join(line) for line in lines) + "\n"


def as_html(review: Review, rows: Iterable[Row]) -> str:
    """Rows with a header, as a table."""
    head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells(review, row))}</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def ids_as_text(rows: Iterable[Row]) -> str:
    """Ids of rows, one row a line: the GT's, a tab, the model's."""
    lines = (
        "\t".join(" ".join(map(str, ids)) for ids in (row.item.reference_ids, row.item.prediction_ids))
        for row in rows
    )
    return "\n".join(lines) + "\n"
