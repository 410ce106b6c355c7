"""Figures of agreement of a reference and a prediction, by the rule of a named convention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from inspect import signature
from typing import Any

from segreview.compare.metrics import CONVENTIONS
from segreview.compare.metrics.case import Case
from segreview.compare.metrics.convention import Convention, Figures
from segreview.compare.metrics.evaluation import Evaluation
from segreview.compare.metrics.need import check_needs
from segreview.errors import SegreviewError


@dataclass(frozen=True)
class Choice:
    """A convention with what was chosen for it.

    Parameters
    ----------
    convention
        The rule.
    options
        A record of the convention's own.
    per_object
        Whether objects or pairs are listed.
    """

    convention: Convention
    options: Any
    per_object: bool = False

    @classmethod
    def of(cls, name: str, options: Mapping[str, Any], *, per_object: bool = False) -> Choice:
        """A convention by its name, with some of its options.

        Raises
        ------
        SegreviewError
            When there is no such convention or option.
        """
        convention = find_convention(name)
        return cls(convention, _chosen(convention, options), per_object or convention.lists_objects)

    def __reduce__(self) -> tuple[Any, ...]:
        """By the name of the convention, whose functions are not sent to other machines."""
        return _choice, (self.convention.name, self.options, self.per_object)


def _choice(name: str, options: Any, per_object: bool) -> Choice:
    return Choice(find_convention(name), options, per_object)


@dataclass(frozen=True)
class Counted:
    """What one image has to say by one convention.

    Parameters
    ----------
    tally
        In the convention's own form.
    objects
        Its objects or pairs, where they are listed.
    """

    tally: Any
    objects: Sequence[Figures] = ()


def evaluate(
    reference: Any,
    prediction: Any = None,
    convention: str = "stardist",
    *,
    per_object: bool = False,
    **options: Any,
) -> Evaluation:
    """Figures of one image or of several by a convention.

    Parameters
    ----------
    reference, prediction
        Label image or integer array in which 0 is the background, or a sequence of such: a data set,
        whose images are pooled as the convention's rule says. An array beside a label image is read as
        that image is. Where objects overlap and where they have scores, a list of segments: `SegmentMask`
        or mappings in COCO's own form (``segmentation`` as a mask or as run lengths, ``category_id``,
        ``score``, ``iscrowd``, ``area``, ``id``, ``image_id``). For the agreement of several annotators
        give a sequence of theirs as the reference and no prediction.
    convention
        Name of the rule, for example ``"stardist"``, ``"coco"`` or ``"boundary"``.
    per_object
        Whether objects or pairs are listed too.
    options
        What the convention lets choose, for example ``threshold``.

    Returns
    -------
    Evaluation
        Figures; `Evaluation.to_dict` gives what JSON can hold.

    Raises
    ------
    SegreviewError
        When there is no such convention or option, it does not fit the labels, or shapes differ.
    """
    choice = Choice.of(convention, options, per_object=per_object)
    return evaluate_cases(choice.convention.read(reference, prediction), [choice])[0]


def evaluate_cases(cases: Iterable[Any], choices: Sequence[Choice]) -> list[Evaluation]:
    """Figures of images by several conventions; each image is looked at once, and may then be forgotten."""
    running = Running(choices)
    for case in cases:
        running.add(case.name, [count_case(case, choice) for choice in choices])
    return running.evaluations()


def evaluate_fitting(case: Case, names: Iterable[str]) -> dict[str, Evaluation]:
    """Figures of one image by those of some conventions that fit it, each as it usually is."""
    found = {}
    for name in names:
        with suppress(SegreviewError):  # one that does not fit is not among the answers
            found[name] = evaluate_cases([case], [Choice.of(name, {})])[0]
    return found


class Running:
    """Evaluations by several conventions that grow image by image.

    Parameters
    ----------
    choices
        The conventions.
    """

    def __init__(self, choices: Sequence[Choice]) -> None:
        self.choices = choices
        self._names: list[str] = []
        self._tallies: list[list[Any]] = [[] for _ in choices]
        self._objects: list[list[Figures]] = [[] for _ in choices]

    def __len__(self) -> int:
        return len(self._names)

    def add(self, name: str, counted: Sequence[Counted]) -> None:
        """Take one image more, as it was counted for each convention."""
        self._names.append(name)
        for n, one in enumerate(counted):
            self._tallies[n].append(one.tally)
            self._objects[n] += one.objects

    def evaluations(self) -> list[Evaluation]:
        """Figures of the images so far, by each convention."""
        columns = zip(self.choices, self._tallies, self._objects, strict=True)
        return [
            Evaluation(choice.convention, choice.options, self._names, tallies, objects)
            for choice, tallies, objects in columns
        ]


def count_case(case: Any, choice: Choice) -> Counted:
    """Count one image by one convention.

    Raises
    ------
    SegreviewError
        When the convention does not fit it.
    """
    check_needs(case, choice.convention)
    tally = choice.convention.tally(case, choice.options)
    if not choice.per_object or choice.convention.list_objects is None:
        return Counted(tally)
    objects = choice.convention.list_objects(case, choice.options)
    return Counted(tally, [{"image": case.name, **one} for one in objects])


def option_names(convention: Convention) -> tuple[str, ...]:
    """Names of what a convention lets choose."""
    return tuple(signature(convention.options).parameters)


def find_convention(name: str) -> Convention:
    """Convention of a name.

    Raises
    ------
    SegreviewError
        When there is none.
    """
    found = {convention.name: convention for convention in CONVENTIONS}
    if not isinstance(name, str):
        raise SegreviewError(
            f"{name!r} is no name of a convention.", "Give one, as text; call this again for each of several."
        )
    if name not in found:
        raise SegreviewError(f"There is no convention {name!r}.", f"Choose one of {', '.join(found)}.")
    return found[name]


def _chosen(convention: Convention, options: Mapping[str, Any]) -> Any:
    known = option_names(convention)
    for option in options:
        if option not in known:
            raise SegreviewError(
                f"{convention.name} has no option {option}.",
                f"It has {', '.join(known)}." if known else "Nothing can be chosen for it.",
            )
    try:
        chosen = convention.options(**options)
    except (TypeError, ValueError) as error:
        given = ", ".join(f"{option}={value!r}" for option, value in options.items())
        raise SegreviewError(
            f"{convention.name} cannot take {given}: {error}.", "docs/figures.md tells what it lets choose."
        ) from error
    for field in fields(chosen):
        value = getattr(chosen, field.name)
        if field.type == "bool" and not isinstance(value, bool):
            raise SegreviewError(f"The option {field.name} is true or false, not {value!r}.")
    return chosen
