"""Tables of evidence: one row of figures for every object of one side of an image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.triage.evidence.backdrop import Backdrop
from segreview.triage.evidence.contact import contact_evidence
from segreview.triage.evidence.cutout import Cutout
from segreview.triage.evidence.edge import edge_evidence
from segreview.triage.evidence.population import SPREADS, standing
from segreview.triage.evidence.region import opinion_evidence, region_evidence
from segreview.triage.evidence.shape import form_evidence, mask_evidence
from segreview.triage.evidence.subject import Subject


@dataclass(frozen=True, eq=False)
class Evidence:
    """Figures on some objects of one image.

    Parameters
    ----------
    ranks
        The objects, by their rank in a subject.
    columns
        Each figure by its name, float64, one value per object. Figures for which something is
        missing (the image, a model) are not there.
    """

    ranks: np.ndarray
    columns: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.ranks)

    def column(self, name: str, otherwise: float = 0.0) -> np.ndarray:
        """One figure of every object, or a value for all where it is missing."""
        found = self.columns.get(name)
        return np.full(len(self), otherwise) if found is None else found

    def matrix(self, names: Sequence[str], otherwise: Iterable[float]) -> np.ndarray:
        """Some figures side by side, ``(objects, names)``, with values for those that are missing."""
        return np.column_stack([self.column(n, v) for n, v in zip(names, otherwise, strict=True)])

    def with_columns(self, more: Mapping[str, np.ndarray]) -> Evidence:
        """Same objects with more figures."""
        return Evidence(self.ranks, {**self.columns, **more})

    def part(self, place: int) -> Evidence:
        """Evidence on one object alone."""
        some = slice(place, place + 1)
        return Evidence(self.ranks[some], {name: column[some] for name, column in self.columns.items()})

    def row(self, place: int) -> dict[str, float]:
        """All figures of one object."""
        return {name: float(column[place]) for name, column in self.columns.items()}


def evidence_on(cutout: Cutout, backdrop: Backdrop | None) -> dict[str, float]:
    """Figures on one object, without those that need the whole image's objects."""
    form = form_evidence(cutout)
    found = {**mask_evidence(cutout), **form, **contact_evidence(cutout, backdrop, form["solidity"])}
    if backdrop is not None:
        found |= region_evidence(cutout, backdrop)
        found |= edge_evidence(cutout, backdrop)
        if backdrop.classes is not None:
            found |= opinion_evidence(cutout, backdrop)
    return found


def gather(
    subject: Subject,
    backdrop: Backdrop | None,
    ranks: Iterable[int] | None = None,
    population: Evidence | None = None,
) -> Evidence:
    """Evidence on objects of an image.

    Parameters
    ----------
    subject
        All objects of the image.
    backdrop
        What the image shows; None without an image.
    ranks
        The objects asked for; all by default. Work can be ended between them by what they raise.
    population
        Evidence on the annotated objects, among which those asked for stand; they themselves by
        default.
    """
    done, rows = [], []
    for rank in range(1, len(subject) + 1) if ranks is None else ranks:
        done.append(rank)
        rows.append(
            {**evidence_on(Cutout.of(subject, rank), backdrop), "log area": np.log(subject.areas[rank])}
        )
    return assembled(np.array(done, np.int64), rows, population)


def assembled(
    ranks: np.ndarray, rows: Sequence[Mapping[str, float]], population: Evidence | None = None
) -> Evidence:
    """Evidence from the figures on single objects, with their standing among a population."""
    columns = {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}
    if rows:
        among = columns if population is None or not len(population) else population.columns
        size = np.clip(columns["log area"] - np.median(among["log area"]), -4, 4)
        columns |= {"size": size, "smallness": np.maximum(-size - 1, 0), "largeness": np.maximum(size - 1, 0)}
        for name, usual in SPREADS.items():
            if name in columns and name in among:
                columns[standing_name(name)] = standing(columns[name], usual, among[name])
    return Evidence(ranks, columns)


def standing_name(name: str) -> str:
    """Name of a figure's standing among the objects of the image."""
    return f"{name}, among all"
