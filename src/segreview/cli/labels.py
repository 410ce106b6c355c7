"""Arguments and steps that the commands on label files share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segreview.cli.progress import followed
from segreview.cli.streams import tell
from segreview.errors import SegreviewError

if TYPE_CHECKING:
    from segreview.report.dataset import DataSet
    from segreview.report.evaluation import Each, Outcome


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add what the user may say about the labels."""
    parser.add_argument(
        "--kind", choices=["instance", "semantic", "panoptic", "binary"], help="what the numbers stand for"
    )
    parser.add_argument(
        "--classes", metavar="NAME|FILE", help="class table: a built-in name, or a JSON, CSV or YAML file"
    )


def add_list(parser: argparse.ArgumentParser, name: str, metavar: str, told: str) -> None:
    """Add an option of `LISTS`."""
    told = f"{told}; one or more"
    parser.add_argument(name, action="append", default=[], metavar=metavar, help=told)


def one_by_one(arguments: Sequence[str]) -> list[str]:
    """Arguments in which the options of `LISTS` are repeated for each of their values.

    ``--threshold .5 .75 gt pred`` becomes ``--threshold .5 --threshold .75 gt pred``; argparse itself
    would take the paths for thresholds.
    """
    found: list[str] = []
    option = ""
    for place, text in enumerate(arguments):
        first = place > 0 and arguments[place - 1] in LISTS
        if text in LISTS:
            option = text
        elif option and (first or LISTS[option](text)):
            found += [option, text]
        else:
            option = ""
            found.append(text)
    return [*found, option] if arguments and arguments[-1] in LISTS else found


def _is_number(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False


def _is_setting(text: str) -> bool:
    return "=" in text and not text.startswith("-")


LISTS: Mapping[str, Callable[[str], bool]] = {
    "--threshold": _is_number,
    "--option": _is_setting,
    "--min": _is_setting,
    "--max": _is_setting,
}
"""Options that take several values, each with what tells a value from what follows."""


def add_sides(parser: argparse.ArgumentParser) -> None:
    """Add both sides, and what the user may say about them and about the conventions."""
    paths = "label file, folder of them, or JSON file of COCO (instances, results, panoptic)"
    parser.add_argument("gt", type=Path, metavar="GT", help=paths)
    said = "the same of the model; or Cityscapes' text files of instances (mask.png labelID confidence)"
    parser.add_argument("pred", type=Path, metavar="PRED", help=said)
    add_reading(parser)
    add_list(parser, "--threshold", "T", "IoU thresholds")
    add_list(parser, "--option", "NAME=VALUE", "what else a convention lets choose: n_classes=21 ignore=255")
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="compute on the Dask cluster of this scheduler, whose machines see the same files",
    )


def evaluated(call: argparse.Namespace, names: Sequence[str], *, per_object: bool = False) -> Outcome:
    """Figures of what a call names, by some conventions or by those that are usual for its labels.

    Raises
    ------
    SegreviewError
        When nothing could be compared.
    """
    from segreview.report.dataset import data_set
    from segreview.report.evaluation import choices_of, evaluate_data_set

    options = _options(call)
    if names:
        choices_of(names, options)  # a wrong name is told before anything is read
    with _machines(call.scheduler) as each:
        # a worker has a working directory of its own
        gt, pred = (path if call.scheduler is None else path.absolute() for path in (call.gt, call.pred))
        data = data_set(gt, pred, call.classes, call.kind)
        for line in data.notes:
            tell(line)
        choices = choices_of(names or _usual(data), options, per_object=per_object)
        outcome = evaluate_data_set(data, choices, (call.gt, call.pred), followed, each)
    if outcome.failed:
        count = len(outcome.failed)
        tell(f"{count} sample{'' if count == 1 else 's'} could not be compared:")
        for name, reason in outcome.failed:
            tell(f"  {name}: {reason}")
    return outcome


def _machines(scheduler: str | None) -> AbstractContextManager[Each]:
    """Map by which samples are counted: here one by one, or on a cluster."""
    if scheduler is None:
        return nullcontext(map)
    from segreview.batch.cluster import cluster

    return cluster(scheduler)


_WORDS = {"yes": "true", "no": "false", "true": "true", "false": "false"}
"""Words for what is on or off, as JSON has them."""


def _options(call: argparse.Namespace) -> dict[str, Any]:
    """Options by their names; thresholds stay text, which is exact."""
    options: dict[str, Any] = {}
    for text in call.option:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise SegreviewError(f"{text!r} is no option.", "Write NAME=VALUE, for example ignore=255.")
        try:
            options[name] = json.loads(_WORDS.get(value.casefold(), value))
        except ValueError:
            options[name] = value
    if call.threshold:
        options["threshold"] = call.threshold[0] if len(call.threshold) == 1 else call.threshold
    return options


def _usual(data: DataSet) -> tuple[str, ...]:
    """Conventions that are usual for a data set, by the first of its images that can be read."""
    from segreview.report.evaluation import usual_conventions

    for comparison in data.comparisons:
        try:
            names = usual_conventions(*comparison.load())
        except SegreviewError:
            continue  # it is told when its turn comes
        tell(f"No convention was named: {' and '.join(names)}, which suits these labels.")
        return names
    return ("stardist",)
