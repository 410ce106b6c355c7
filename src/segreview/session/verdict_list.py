"""The review list: every verdict that stands, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from segreview import __version__
from segreview.errors import WriteError
from segreview.formats.replacing import Draft, replace_verified
from segreview.session.journal import Journal
from segreview.session.verdict import Judgement, VerdictChange, note_key

_FAMILY = "segreview.verdicts"
SCHEMA = f"{_FAMILY}/1"
"""Name and number of the form of the JSON file."""

NAMES = ("verdicts.csv", "verdicts.json")


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One verdict.

    Parameters
    ----------
    sample, gt
        The sample, and the file of its GT.
    kind
        What kind of disagreement it was.
    gt_ids, pred_ids
        The objects, or the classes of a region.
    judgement, note, reviewer
        What was said, and by whom.
    time
        When, in ISO 8601, UTC.
    """

    sample: str
    gt: str
    kind: str
    gt_ids: tuple[int, ...]
    pred_ids: tuple[int, ...]
    judgement: str
    note: str
    reviewer: str
    time: str


def verdict_lines(sample: str, gt: Path, journal: Journal) -> list[VerdictLine]:
    """Verdicts of a journal that were neither taken back nor replaced, the oldest first.

    Also those whose item an edit has changed since: the verdict on it was given all the same.
    """
    standing: dict[str, VerdictChange] = {}
    notes: dict[str, str] = {}
    for node in journal.line(journal.head):
        if not journal.nodes[node].verdicts:
            continue
        gesture = journal.gesture(node)
        notes.update({note.key: note.after for note in gesture.notes})
        for change in gesture.verdicts:
            standing.pop(change.key, None)
            if change.after is not None:
                standing[change.key] = change
    return [_line(sample, gt, change, notes) for change in standing.values()]


def _line(sample: str, gt: Path, change: VerdictChange, notes: Mapping[str, str]) -> VerdictLine:
    verdict = change.after
    assert verdict is not None
    by_ids = note_key(change.reference_ids, change.prediction_ids)
    return VerdictLine(
        sample,
        str(gt),
        change.relation,
        change.reference_ids,
        change.prediction_ids,
        str(verdict.value),
        notes.get(by_ids) or notes.get(change.key) or verdict.note,
        verdict.author,
        datetime.fromtimestamp(verdict.time, UTC).isoformat(timespec="seconds"),
    )


def write_verdicts(folder: Path, lines: Sequence[VerdictLine], samples: Iterable[str]) -> tuple[Path, ...]:
    """Write the list as CSV and as JSON into a folder, over nothing but an older list of ours.

    Parameters
    ----------
    folder
        An existing folder.
    lines
        The verdicts.
    samples
        Names of all samples that were looked through, those without a verdict among them.

    Raises
    ------
    WriteError
        When a file cannot be written, or one of these names is taken by something else.
    """
    table, tree = (folder / name for name in NAMES)
    _refuse_strangers(table, lambda content: content.startswith(_header()))
    _refuse_strangers(tree, _is_ours)
    contents = ((table, _as_csv(lines)), (tree, _as_json(lines, samples)))
    return replace_verified([Draft.of_bytes(path, content) for path, content in contents])


def _as_csv(lines: Iterable[VerdictLine]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(entry.name for entry in fields(VerdictLine))
    for line in lines:
        row = asdict(line) | {
            "gt_ids": " ".join(map(str, line.gt_ids)),
            "pred_ids": " ".join(map(str, line.pred_ids)),
        }
        writer.writerow(row.values())
    return text.getvalue().encode("utf-8")


def _header() -> bytes:
    return _as_csv(())


def _as_json(lines: Iterable[VerdictLine], samples: Iterable[str]) -> bytes:
    entries = [asdict(line) for line in lines]
    ignored = [f"{e['sample']}: {_ids(e)}" for e in entries if e["judgement"] == Judgement.IGNORE]
    content = {
        "schema": SCHEMA,
        "program": f"segreview {__version__}",
        "samples": list(samples),
        "verdicts": entries,
        "ignored": ignored,
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _ids(entry: dict[str, Any]) -> str:
    sides = (("GT", entry["gt_ids"]), ("model", entry["pred_ids"]))
    return " and ".join(f"{side} {', '.join(map(str, ids))}" for side, ids in sides if ids)


def _is_ours(content: bytes) -> bool:
    try:
        tree = json.loads(content)
    except ValueError:
        return False
    return isinstance(tree, dict) and str(tree.get("schema", "")).startswith(_FAMILY)


def _refuse_strangers(path: Path, is_ours: Any) -> None:
    if path.exists() and not (path.is_file() and is_ours(path.read_bytes())):
        raise WriteError(
            f"{path} exists already and is no list of verdicts: nothing was written over it.",
            "Choose another folder, or move that file away.",
        )
