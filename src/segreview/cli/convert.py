"""``segreview convert``: labels in another format, whole data sets too, and nothing lost unasked."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segreview.cli.labels import add_reading
from segreview.cli.progress import followed
from segreview.cli.streams import DONE, IN_PART, WRONG_INPUT, answer, tell

if TYPE_CHECKING:
    from segreview.formats.converting import Conversion, Converted

_LISTED = 20
"""Images that are listed; of more the number is told."""


def add_command(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("convert", help="write labels in another format")
    parser.add_argument(
        "src", type=Path, metavar="SRC", help="label file, folder of them, or root of a data set"
    )
    parser.add_argument(
        "dst", type=Path, metavar="DST", help="file or folder to write; nothing there is replaced"
    )
    parser.add_argument(
        "--to", required=True, metavar="FORMAT", help="format to write; docs/formats.md lists them"
    )
    add_reading(parser)
    parser.add_argument(
        "--allow-loss", action="store_true", help="leave out what the format cannot hold, and say so"
    )
    parser.set_defaults(run=run)


def run(call: argparse.Namespace) -> int:
    """Convert image by image, and say what was kept and what was not."""
    from segreview.formats.converting import Conversion

    conversion = Conversion.of(
        call.src, call.dst, call.to, classes=call.classes, kind=call.kind, allow_loss=call.allow_loss
    )
    conversion.check()
    found = list(conversion.steps(followed(conversion.entries)))
    failed = [one for one in found if one.problem]
    for one in failed[:_LISTED]:
        tell(f"segreview: {one.name}: {one.problem}")
    if len(failed) > _LISTED:
        tell(f"segreview: and {len(failed) - _LISTED} more could not be converted")
    answer(_told(conversion, found))
    return DONE if not failed else WRONG_INPUT if len(failed) == len(found) else IN_PART


def _told(conversion: Conversion, found: list[Converted]) -> str:
    """What was written, kept and lost, in words."""
    from segreview.formats.converting import summed_losses

    good = [one for one in found if not one.problem]
    objects, keeps = sum(one.objects for one in good), conversion.form.keeps
    lines = [
        f"{len(good)} of {len(found)} images written as {conversion.form.title} to {conversion.target}, "
        f"{objects} objects or classes, each file read again and found equal"
    ]
    facts = ("ids", "overlaps", "categories", "scores", "crowds", "void", "spacing")
    words = {"categories": "classes", "crowds": "crowd flags", "spacing": "pixel sizes"}
    kept = ["pixels", *(words.get(fact, fact) for fact in facts if getattr(keeps, fact))]
    lines.append(f"kept where they are known: {', '.join(kept)}")
    losses = summed_losses(loss for one in good for loss in one.lost)
    lines += [f"lost in {n} image{'s' * (n != 1)}: {loss}" for loss, n in losses]
    return "\n".join(lines)
