"""The command line: one module for each group of commands, and here what they share."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from segreview import __version__
from segreview.cli import check, convert, evaluate, triage, window
from segreview.cli.labels import one_by_one
from segreview.cli.streams import DONE, FAILED, FAULT, IN_PART, INTERRUPTED, WRONG_INPUT, answer, tell
from segreview.errors import SegreviewError
from segreview.session.log import log_file, start_log

__all__ = ["DONE", "FAILED", "FAULT", "INTERRUPTED", "IN_PART", "WRONG_INPUT", "main"]

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; see `segreview.cli.streams`."""
    parser = _parser()
    call = parser.parse_args(one_by_one(sys.argv[1:] if arguments is None else arguments))
    if call.version:
        call.run = _tell_versions
    elif call.command is None and not window.can_open():
        parser.print_help()
        return WRONG_INPUT
    return _guarded(call)


def _tell_versions(_: argparse.Namespace) -> None:
    from segreview.session.versions import versions

    known = {"segreview": __version__, **versions()}
    answer("\n".join(f"{name} {number}" for name, number in known.items()))


def _guarded(call: argparse.Namespace) -> int:
    """Exit code of a command, whatever happens."""
    start_log()
    try:
        return int(call.run(call) or DONE)
    except SegreviewError as error:
        tell(f"segreview: {error}")
        return WRONG_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # the last door: whatever it is, the user gets a report instead of a traceback
        _log.exception("an internal fault in %s", call.command)
        tell(f"segreview: an internal fault; the report is in {log_file()}")
        return FAULT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "segreview",
        description="Review segmentation masks, and put them right. Without a command the window opens.",
    )
    parser.add_argument("--version", action="store_true", help="show all versions")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    window.add_commands(parser, commands)
    evaluate.add_command(commands)
    check.add_command(commands)
    triage.add_command(commands)
    convert.add_command(commands)
    return parser
