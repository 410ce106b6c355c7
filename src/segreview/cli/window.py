"""Commands that open the window."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from segreview.cli.labels import add_reading
from segreview.cli.streams import tell
from segreview.errors import SegreviewError


def add_commands(parser: argparse.ArgumentParser, commands: Any) -> None:
    """Add the commands; without any the window opens with its start page."""
    parser.set_defaults(run=start)
    demo = commands.add_parser("demo", help="open a bundled sample")
    demo.add_argument("sample", nargs="?", default="cells", choices=["cells", "street"])
    demo.add_argument("--screenshot", type=Path, metavar="FILE", help="write a picture, and end")
    demo.set_defaults(run=open_demo)
    opening = commands.add_parser("open", help="review your own files")
    opening.add_argument("--gt", type=Path, required=True, metavar="PATH", help="the masks under review")
    opening.add_argument("--image", type=Path, metavar="PATH")
    opening.add_argument("--pred", type=Path, metavar="PATH", help="a model's masks")
    opening.add_argument(
        "--annotator",
        type=Path,
        metavar="PATH",
        action="append",
        default=[],
        help="masks of another annotator; may be given for each",
    )
    opening.add_argument("--prob", type=Path, metavar="PATH", help="a model's probability maps")
    add_reading(opening)
    opening.set_defaults(run=open_files)


def can_open() -> bool:
    """Whether a window can open here; why not is told."""
    from segreview.ui.system import check_system

    try:
        check_system()
    except SegreviewError as error:
        tell(f"segreview: {error}")
        return False
    return True


def start(_: argparse.Namespace) -> None:
    """Open the window with its start page."""
    from segreview.ui.launch import launch

    launch()


def open_demo(call: argparse.Namespace) -> None:
    """Open a bundled sample."""
    from segreview.session.samples import sample_project
    from segreview.ui.system import check_system

    check_system()
    project = sample_project(call.sample)
    if call.screenshot is not None and not call.screenshot.absolute().parent.is_dir():
        raise SegreviewError(f"{call.screenshot.parent} is no folder.", "Make it first.")
    from segreview.ui.launch import launch

    launch(lambda app: app.open(project), call.screenshot)


def open_files(call: argparse.Namespace) -> None:
    """Open files or folders; what does not belong together is told before."""
    from segreview.formats.classes import load_classes
    from segreview.session.project import Project
    from segreview.ui.system import check_system

    load_classes(call.classes)  # a wrong table is told before a window opens
    project = Project.of_paths(call.gt, call.image, call.pred, call.prob, call.annotator)
    for line in (*project.problems, *project.notes):
        tell(line)
    check_system()
    from segreview.ui.launch import launch

    launch(lambda app: app.open(project, kind=call.kind, classes=call.classes))
