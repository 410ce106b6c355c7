"""``segreview check``: whether figures keep their limits; a gate for continuous integration."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from segreview.cli.labels import add_list, add_sides, evaluated
from segreview.cli.streams import DONE, FAILED, IN_PART, STANDARD_OUTPUT, answer, check_outputs, save, tell
from segreview.errors import SegreviewError


def add_command(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("check", help="exit with 1 when figures miss their limits")
    add_sides(parser)
    parser.add_argument("--convention", required=True, metavar="NAME", help="rule of the figures")
    for end, what in (("--min", "least"), ("--max", "most")):
        told = f"the {what} that a figure may be: All.pq=0.5, PQ=0.5; also AP, mIoU, F1"
        add_list(parser, end, "PATH=VALUE", told)
    parser.add_argument("--junit", type=Path, metavar="FILE|-", help="write the verdicts as JUnit XML")
    parser.set_defaults(run=run)


def run(call: argparse.Namespace) -> int:
    """Evaluate, and tell of each limit whether it is kept."""
    from segreview.report.junit import junit
    from segreview.report.limits import Limit, check

    limits = [Limit.parse(text, least=True) for text in call.min]
    limits += [Limit.parse(text, least=False) for text in call.max]
    if not limits:
        raise SegreviewError("There is no limit to check.", "Give --min PATH=VALUE or --max PATH=VALUE.")
    if call.junit is not None:
        check_outputs([call.gt, call.pred], [call.junit])
    outcome = evaluated(call, [call.convention])
    verdicts = check(outcome.evaluations[0], limits)
    if call.junit is not None:
        save(junit(verdicts, call.convention, outcome.failed), call.junit)
    show = tell if call.junit == STANDARD_OUTPUT else answer
    for verdict in verdicts:
        show(f"{'ok    ' if verdict.kept else 'FAILED'}  {verdict.limit}  (it is {verdict.told})")
    if not all(verdict.kept for verdict in verdicts):
        return FAILED
    return IN_PART if outcome.failed else DONE
