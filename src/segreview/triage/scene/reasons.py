"""Reasons: what speaks against the class of a place, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from segreview.model.ontology import Ontology
from segreview.triage.scene.evidence import FORM_NAMES, Witness
from segreview.triage.scene.places import Place
from segreview.triage.scene.trial import ClassJudge

MOST = 3

PHRASES: Mapping[str, tuple[str, str]] = {
    "share, among its class": ("", "it looks less like {own} than {own} usually does here"),
    "colours nearer to the claim": ("its colours are those of the {other} beside it", ""),
    "unlike its class nearby": ("its colours are unlike {own} nearby", ""),
    "edge on the outline": ("", "the image has hardly an edge along the outline of {own}"),
    "edge inside of the outline": ("the image has its edge inside of the outline of {own}", ""),
    "edge outside of the outline": ("the image has its edge outside of the outline of {own}", ""),
    "edge at the claim's border": ("the edges in the image follow the outline of {other}", ""),
    "contacts gained": ("{other} is more usual beside what surrounds it", ""),
    "contacts of the component": ("", "{own} rarely touches what surrounds it"),
    "unusual form": ("its size or form is unusual for {own}", ""),
    "depth of the place": ("it is unusually thick for {own}", "it is unusually thin for {own}"),
    f"{FORM_NAMES[4]}, among its class": ("{own} rarely lies so low", "{own} rarely lies so high"),
    "usual confusion": ("", "the model rarely takes {own} for {other}"),
    "ring agreed on the claim": ("{other} surrounds it", ""),
}
"""What a figure says where it speaks for a fault: where it is high, and where it is low."""


@dataclass(frozen=True)
class Naming:
    """Names of class numbers.

    Parameters
    ----------
    ontology
        Class table, when there is one.
    ids
        Class id of each number.
    """

    ontology: Ontology | None
    ids: tuple[int, ...]

    def name(self, number: int) -> str:
        """Name of a class."""
        if number < 0:
            return "another class"
        category = None if self.ontology is None else self.ontology.get(self.ids[number])
        return f"class {self.ids[number]}" if category is None else category.name


def reasons_of(
    place: Place, figures: Mapping[str, float], witness: Witness, judge: ClassJudge, naming: Naming
) -> tuple[str, ...]:
    """What speaks against the annotation of a place, the strongest first.

    Parameters
    ----------
    place, figures
        The place, and the evidence on it.
    witness, judge
        Who gave the evidence, and who weighed it.
    naming
        Names of the classes.
    """
    own, other = naming.name(place.annotated), naming.name(place.claimed)
    told = []
    if figures["lead of another class"] > 0:
        told.append(f"looks like {naming.name(witness.leader(place))}, not {own}")
    for name, high in judge.telling(figures):
        phrase = PHRASES.get(name, ("", ""))[0 if high else 1]
        told.append(phrase.format(own=own, other=other))
    return tuple(dict.fromkeys(phrase for phrase in told if phrase))[:MOST]
