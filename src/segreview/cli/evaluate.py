"""``segreview evaluate``: figures of a model's labels against the GT."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segreview.cli.labels import add_sides, evaluated
from segreview.cli.streams import DONE, IN_PART, STANDARD_OUTPUT, answer, check_outputs, save

if TYPE_CHECKING:
    from segreview.report.evaluation import Outcome


def add_command(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("evaluate", help="figures of a model's labels against the GT")
    add_sides(parser)
    parser.add_argument(
        "--convention",
        action="append",
        default=[],
        metavar="NAME",
        help="rule of the figures, for example stardist, coco, panoptic, semantic; may be given again",
    )
    parser.add_argument("--json", type=Path, metavar="FILE|-", help="write all as JSON; - to standard output")
    parser.add_argument("--csv", type=Path, metavar="FILE|-", help="write a table, one line for each figure")
    parser.add_argument(
        "--per-object", action="store_true", help="list each object too: in JSON, and instead in CSV"
    )
    parser.set_defaults(run=run)


def run(call: argparse.Namespace) -> int:
    """Evaluate, write the answers that were asked for, and show a table unless one went there."""
    answers = [path for path in (call.csv, call.json) if path is not None]
    check_outputs([call.gt, call.pred], answers)
    outcome = evaluated(call, call.convention, per_object=call.per_object)
    if call.csv is not None:
        save(_csv(outcome, per_object=call.per_object).encode(errors="surrogateescape"), call.csv)
    if call.json is not None:
        text = json.dumps(outcome.to_dict(), allow_nan=False, indent=1)
        save(f"{text}\n".encode(), call.json)
    if STANDARD_OUTPUT not in answers:
        from segreview.report.table import text_of

        answer("\n\n\n".join(text_of(one, outcome.class_names) for one in outcome.evaluations))
    return IN_PART if outcome.failed else DONE


def _csv(outcome: Outcome, *, per_object: bool) -> str:
    from segreview.report.csv_table import csv_of_figures, csv_of_objects

    return csv_of_objects(outcome) if per_object else csv_of_figures(outcome)
