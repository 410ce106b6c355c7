"""Figures of a data set by several conventions, image by image, whatever happens to single images."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from segreview.compare.evaluate import (
    Choice,
    Counted,
    Running,
    count_case,
    find_convention,
    option_names,
)
from segreview.compare.metrics.evaluation import Evaluation, to_dict_of_several
from segreview.errors import ScoreError, SegreviewError
from segreview.model.labels import Kind, LabelImage
from segreview.model.ontology import Ontology
from segreview.report.dataset import Comparison, DataSet, Side

_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Outcome:
    """What came out of a data set.

    Parameters
    ----------
    evaluations
        Figures by each convention, of the images that could be compared.
    failed
        Images that could not, each with the reason.
    inputs
        Paths of both sides.
    class_names
        Names of the classes, by their id.
    """

    evaluations: tuple[Evaluation, ...]
    failed: tuple[tuple[str, str], ...]
    inputs: tuple[Path, Path]
    class_names: Mapping[int, str]

    def to_dict(self) -> dict[str, Any]:
        """All as JSON can hold it: the figures of one convention, or of several under ``evaluations``."""
        several = len(self.evaluations) > 1
        found = to_dict_of_several(self.evaluations) if several else self.evaluations[0].to_dict()
        return {
            **found,
            "inputs": dict(zip(("reference", "prediction"), map(str, self.inputs), strict=True)),
            "classes": {str(id_): name for id_, name in self.class_names.items()},
            "failed": [{"name": name, "reason": reason} for name, reason in self.failed],
        }


def choices_of(names: Sequence[str], options: Mapping[str, Any], *, per_object: bool = False) -> list[Choice]:
    """Conventions by name, each with those of some options that it has.

    Raises
    ------
    SegreviewError
        When there is no such convention, or an option that none of them has.
    """
    conventions = [find_convention(name) for name in dict.fromkeys(names)]
    known = {one.name: option_names(one) for one in conventions}
    all_known = dict.fromkeys(option for own in known.values() for option in own)
    for option in options:
        if option not in all_known:
            raise SegreviewError(
                f"{' and '.join(known)} {'has' if len(known) == 1 else 'have'} no option {option}.",
                f"What can be chosen: {', '.join(all_known) or 'nothing'}.",
            )
    return [
        Choice.of(name, {key: options[key] for key in options if key in parameters}, per_object=per_object)
        for name, parameters in known.items()
    ]


def usual_conventions(reference: Side, prediction: Side) -> tuple[str, ...]:
    """Conventions for labels of which nobody said by which they should be judged."""
    if not isinstance(prediction, LabelImage):
        return ("stardist",) if any(one.score is None for one in prediction) else ("coco",)
    assert isinstance(reference, LabelImage)
    of_cityscapes = reference.ontology is not None and reference.ontology.name == "cityscapes"
    if of_cityscapes and any(segment.score is not None for segment in prediction.segments.values()):
        return ("cityscapes_instance",)
    if reference.kind is Kind.SEMANTIC:
        return ("cityscapes_semantic",) if of_cityscapes else ("semantic",)
    return ("panoptic",) if reference.kind is Kind.PANOPTIC else ("stardist",)


class Each(Protocol):
    """Calls a function for each of some items, here or elsewhere: answers in the order of the items."""

    def __call__(self, function: Callable[[_T], _R], items: Sequence[_T], /) -> Iterable[_R]:
        """Answers, one by one."""


def evaluate_data_set(
    data: DataSet,
    choices: Sequence[Choice],
    inputs: tuple[Path, Path],
    follow: Callable[[Sequence[Comparison]], Iterable[Comparison]] = iter,
    each: Each = map,
) -> Outcome:
    """Figures of a data set; images that cannot be compared are listed, and the others go on.

    Parameters
    ----------
    data
        The data set.
    choices
        The conventions.
    inputs
        Paths of both sides.
    follow
        Goes through the images, and may show how far it has come.
    each
        Counts the images, and may do so on other machines; what they have to say is put together here
        in their order, so that the figures are the same wherever it was counted.

    Raises
    ------
    SegreviewError
        When no image could be compared: the reason of the first. When a convention ranks objects by
        their scores and some have none: figures of the images without objects would tell nothing.
    """
    running = Running(choices)
    failed, errors = list(data.problems), list[SegreviewError]()
    ontology = data.ontology
    answers = each(partial(_sample, choices=tuple(choices)), data.comparisons)
    for comparison, answer in zip(follow(data.comparisons), answers, strict=True):
        if isinstance(answer, ScoreError):
            raise answer
        if isinstance(answer, SegreviewError):
            errors.append(answer)
            failed.append((comparison.name, str(answer)))
            continue
        running.add(comparison.name, answer.counted)
        ontology = ontology or answer.ontology
    if not len(running) and errors:
        raise errors[0]
    names = {category.id: category.name for category in ontology or ()}
    return Outcome(tuple(running.evaluations()), tuple(failed), inputs, names)


@dataclass(frozen=True)
class _Sample:
    """What one image has to say by each convention, and the class table that its reference tells."""

    counted: Sequence[Counted]
    ontology: Ontology | None


def _sample(comparison: Comparison, choices: Sequence[Choice]) -> _Sample | SegreviewError:
    """Count one image; an error is an answer too, so that it can come from another machine."""
    try:
        sides = comparison.load()
        cases = _cases(comparison.name, sides, choices)
        counted = [count_case(case, choice) for case, choice in zip(cases, choices, strict=True)]
    except SegreviewError as error:
        return error
    return _Sample(counted, sides[0].ontology if isinstance(sides[0], LabelImage) else None)


def _cases(name: str, sides: tuple[Side, Side], choices: Sequence[Choice]) -> list[Any]:
    """A case for each convention; those that read the sides alike share one, and what is counted of it."""
    cases: dict[Any, Any] = {}
    for choice in choices:
        read = choice.convention.read
        if read not in cases:
            cases[read] = replace(read(*sides)[0], name=name)
    return [cases[choice.convention.read] for choice in choices]
