"""``segreview triage``: annotations that are likely wrong, the most urgent first."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segreview.cli.labels import add_reading
from segreview.cli.progress import followed
from segreview.cli.streams import DONE, IN_PART, STANDARD_OUTPUT, answer, check_outputs, save, tell

if TYPE_CHECKING:
    from segreview.report.triage import Triage

_SHOWN = 20
"""Items that the table on the screen shows, where no other number is asked for."""


def add_command(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("triage", help="annotations that are likely wrong, the most urgent first")
    parser.add_argument(
        "--gt",
        type=Path,
        required=True,
        metavar="PATH",
        help="annotation: label file, folder of them, or COCO's JSON",
    )
    parser.add_argument("--image", type=Path, metavar="PATH", help="images")
    parser.add_argument("--pred", type=Path, metavar="PATH", help="a model's masks")
    parser.add_argument("--prob", type=Path, metavar="PATH", help="a model's probability of foreground")
    add_reading(parser)
    parser.add_argument("--json", type=Path, metavar="FILE|-", help="write all as JSON; - to standard output")
    parser.add_argument("--csv", type=Path, metavar="FILE|-", help="write a table, one line for each item")
    parser.add_argument("--top", type=_count, metavar="N", help="list the N most urgent items only")
    parser.add_argument(
        "--all", action="store_true", help="list every GT object and every model object without a partner"
    )
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number of items is 1 or more")
    return int(text)


def run(call: argparse.Namespace) -> int:
    """Find the items, write the answers that were asked for, and show a table unless one went there."""
    from segreview.report.triage import Sources, csv_of_items, triage_data_set

    sources = Sources(call.gt, call.image, call.pred, call.prob, call.kind, call.classes)
    answers = [path for path in (call.csv, call.json) if path is not None]
    check_outputs(sources.paths, answers)
    found = triage_data_set(sources, followed, followed)
    for name, reason in found.failed:
        tell(f"segreview: {name}: {reason}")
    for note in found.notes:
        tell(f"segreview: {note}")
    if call.csv is not None:
        records = found.records(call.top, everything=call.all)
        save(csv_of_items(records).encode(errors="surrogateescape"), call.csv)
    if call.json is not None:
        text = json.dumps(found.to_dict(call.top, everything=call.all), allow_nan=False, indent=1)
        save(f"{text}\n".encode(), call.json)
    if STANDARD_OUTPUT not in answers:
        answer(_table(found, call))
    return IN_PART if found.failed else DONE


def _table(found: Triage, call: argparse.Namespace) -> str:
    """The most urgent items, one line each."""
    records = found.records(everything=call.all)
    shown = records[: call.top or _SHOWN]
    lines = [f"{'#':>4}  {'GT wrong':>8}  {'kind':<9}  {'sample':<20}  {'GT':<10}  {'model':<10}  why"]
    for record in shown:
        ids = (" ".join(map(str, record[side])) or "-" for side in ("gt_ids", "pred_ids"))
        gt, pred = (text if len(text) <= 10 else f"{text[:9]}…" for text in ids)
        why = "; ".join(record["reasons"]) or "-"
        chance = f"{100 * record['p_gt_wrong']:.0f} %"
        lines.append(
            f"{record['rank']:>4}  {chance:>8}  {record['kind']:<9}  {record['sample'][:20]:<20}  "
            f"{gt:<10}  {pred:<10}  {why}"
        )
    if not shown:
        lines.append("nothing speaks against any object; --all lists them")
    elif len(records) > len(shown):
        lines.append(f"and {len(records) - len(shown)} more: --top, --json or --csv list them")
    return "\n".join(lines)
