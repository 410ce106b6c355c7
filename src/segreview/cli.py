"""The command line."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from segreview import __version__
from segreview.errors import SegreviewError
from segreview.session.log import log_file, start_log

_log = logging.getLogger(__name__)

DONE, WRONG_INPUT, FAULT, INTERRUPTED = 0, 2, 4, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code: 0 done, 2 wrong input, 4 an internal fault, 130 interrupted."""
    parser = _parser()
    call = parser.parse_args(arguments)
    if call.version:
        print(_versions())  # noqa: T201 (the answer itself)
        return DONE
    if call.command is None and not _can_open():
        parser.print_help()
        return WRONG_INPUT
    start_log()
    try:
        call.run(call)
    except SegreviewError as error:
        print(f"segreview: {error}", file=sys.stderr)  # noqa: T201 (the message itself)
        return WRONG_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # the last door: whatever it is, the user gets a report instead of a traceback
        _log.exception("an internal fault in %s", call.command)
        told = f"segreview: an internal fault; the report is in {log_file()}"
        print(told, file=sys.stderr)  # noqa: T201 (the message itself)
        return FAULT
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "segreview",
        description="Review segmentation masks, and put them right. Without a command the window opens.",
    )
    parser.add_argument("--version", action="store_true", help="show all versions")
    parser.set_defaults(run=_start)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    demo = commands.add_parser("demo", help="open a bundled sample")
    demo.add_argument("sample", nargs="?", default="cells", choices=["cells", "street"])
    demo.add_argument("--screenshot", type=Path, metavar="FILE", help="write a picture, and end")
    demo.set_defaults(run=_demo)
    opening = commands.add_parser("open", help="review your own files")
    opening.add_argument("--gt", type=Path, required=True, metavar="PATH", help="the masks under review")
    opening.add_argument("--image", type=Path, metavar="PATH")
    opening.add_argument("--pred", type=Path, metavar="PATH", help="a model's masks")
    opening.add_argument("--kind", choices=["instance", "semantic", "panoptic", "binary"])
    opening.add_argument("--classes", metavar="NAME|FILE", help="class table: cityscapes, or a JSON file")
    opening.set_defaults(run=_open)
    return parser


def _can_open() -> bool:
    """Whether a window can open here; why not is told."""
    from segreview.ui.system import check_system

    try:
        check_system()
    except SegreviewError as error:
        print(f"segreview: {error}", file=sys.stderr)  # noqa: T201 (the message itself)
        return False
    return True


def _start(_: argparse.Namespace) -> None:
    """Open the window with its start page."""
    from segreview.ui.launch import launch

    launch()


def _demo(call: argparse.Namespace) -> None:
    from segreview.session.samples import sample_project
    from segreview.ui.system import check_system

    check_system()
    project = sample_project(call.sample)
    if call.screenshot is not None and not call.screenshot.absolute().parent.is_dir():
        raise SegreviewError(f"{call.screenshot.parent} is no folder.", "Make it first.")
    from segreview.ui.launch import launch

    launch(lambda app: app.open(project), call.screenshot)


def _open(call: argparse.Namespace) -> None:
    from segreview.formats.classes import load_classes
    from segreview.session.project import Project
    from segreview.ui.system import check_system

    load_classes(call.classes)  # a wrong table is told before a window opens
    project = Project.of_paths(call.gt, call.image, call.pred)
    for line in (*project.problems, *project.notes):
        print(line, file=sys.stderr)  # noqa: T201 (told before the review starts)
    check_system()
    from segreview.ui.launch import launch

    launch(lambda app: app.open(project, kind=call.kind, classes=call.classes))


def _versions() -> str:
    from segreview.session.versions import versions

    return "\n".join(f"{name} {number}" for name, number in {"segreview": __version__, **versions()}.items())
