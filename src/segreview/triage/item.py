"""Items: disagreements with what is suspected of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from segreview.compare.disagreement import SETTLED, Disagreement, Relation
from segreview.compare.unclaimed import Unclaimed
from segreview.model.box import Box
from segreview.triage.hygiene import find_marks
from segreview.triage.inspection import Inspection
from segreview.triage.judge import judges
from segreview.triage.suspicion import HYGIENE, NONE, Opinions, Suspicion, blamed, strongest
from segreview.triage.trace.spot import Spot
from segreview.triage.traits import traits_of

UNCLAIMED = "unclaimed"
"""Kind of an item that neither side has: found by the second opinion alone."""

SUSPECTED = 0.3
"""Probability from which an annotation without a model is listed by what it is suspected to be."""


@dataclass(frozen=True, slots=True)
class Item(Disagreement):
    """A disagreement with what is suspected of it.

    Parameters
    ----------
    suspicion
        What is suspected.
    kind
        How the sides differ; without a model what the annotation is suspected to be.
    """

    suspicion: Suspicion = NONE
    kind: str = ""

    @property
    def urgency(self) -> tuple[float, float, bool, float, int]:
        """Sort key: the most urgent first, then the lowest IoU, large before small."""
        told = self.suspicion
        return -told.urgency, -told.reference_wrong, self.relation in SETTLED, self.iou, -self.area

    @property
    def doubtful(self) -> bool:
        """Whether the sides differ, or something speaks against the annotation."""
        return self.kind not in SETTLED or self.suspicion.urgency >= WORTH_A_LOOK

    @classmethod
    def of(cls, disagreement: Disagreement, suspicion: Suspicion = NONE, kind: str = "") -> Item:
        """Item of a disagreement."""
        values = {one.name: getattr(disagreement, one.name) for one in fields(Disagreement)}
        return cls(**values, suspicion=suspicion, kind=kind or disagreement.relation)


WORTH_A_LOOK = 0.02
"""Urgency from which an object is listed although both sides agree on it."""


def items_of(
    inspections: Iterable[Inspection],
    disagreements: Iterable[Disagreement] | None,
    spots: Iterable[Spot] = (),
) -> list[Item]:
    """Items of one image, the most urgent first.

    Parameters
    ----------
    inspections
        Evidence on every view of the image.
    disagreements
        How the image's annotation and the model differ; None without a model: then every annotated
        object is an item.
    spots
        Places in annotated objects and segments of stuff whose class is contested.
    """
    known = None if disagreements is None else tuple(disagreements)
    differing = (one for one in known or () if one.relation not in SETTLED)
    suspects = Suspects(frozenset(i for one in differing for i in one.prediction_ids))
    for inspection in inspections:
        suspects.add(inspection)
    suspects.add_spots(spots)
    found = suspects.alone() if known is None else map(suspects.item, known)
    return sorted([*found, *suspects.unclaimed], key=lambda item: item.urgency)


class Suspects:
    """What is suspected of the objects of one image, by their ids.

    Parameters
    ----------
    differing
        Ids of the model's objects that are worth a judgement: those on which the sides differ.
    """

    def __init__(self, differing: frozenset[int] = frozenset()) -> None:
        self._differing = differing
        self._annotated: dict[int, list[tuple[Suspicion, Box, int]]] = {}
        self._missed: dict[int, list[Suspicion]] = {}
        self._model: dict[int, float] = {}
        self.unclaimed: list[Item] = []
        self.places: list[tuple[Unclaimed, Suspicion]] = []

    def add(self, inspection: Inspection) -> None:
        """Judge the objects of a view."""
        judge, subject = judges()["annotated"], inspection.view.subject
        opinions = Opinions(inspection.annotated, judge)
        traits = traits_of("annotated", inspection.annotated)
        hygiene = find_marks(inspection.view.labels)
        for place, (rank, chance) in enumerate(
            zip(inspection.annotated.ranks.tolist(), opinions.probabilities.tolist(), strict=True)
        ):
            object_id = int(subject.ids[rank - 1])
            marks = [mark for mark in hygiene.get(object_id, ()) if mark.name in HYGIENE]
            told = [mark.text for mark in marks if HYGIENE[mark.name]]
            suspicion = Suspicion(
                chance,
                0.0,
                tuple(dict.fromkeys(mark.name for mark in marks)),
                (*told, *opinions.reasons(place)),
                opinions.suspect(place),
                traits=traits[place],
            )
            box = placed(subject.boxes[rank - 1], inspection.view.frame)
            self.suspect(object_id, suspicion, box, int(subject.areas[rank]))
        self._add_missed(inspection)
        self._add_model(inspection)

    def suspect(self, object_id: int, suspicion: Suspicion, box: Box, area: int) -> None:
        """Add what is suspected of an annotated object or segment of stuff, or of a part of it."""
        self._annotated.setdefault(object_id, []).append((suspicion, box, area))

    def add_spots(self, spots: Iterable[Spot]) -> None:
        """Add what is suspected of the class of segments."""
        for spot in spots:
            self.suspect(spot.object_id, spot.suspicion, spot.box, spot.area)

    def _add_model(self, inspection: Inspection) -> None:
        """Judge the model's objects on which the sides differ."""
        if inspection.relations is None:
            return
        ids = inspection.relations.model.ids.tolist()
        evidence = inspection.model(rank for rank, i in enumerate(ids, 1) if i in self._differing)
        faulty = Opinions(evidence, judges()["annotated"]).probabilities
        for rank, chance in zip(evidence.ranks.tolist(), faulty.tolist(), strict=True):
            self._model[ids[rank - 1]] = max(chance, self._model.get(ids[rank - 1], 0.0))

    def _add_missed(self, inspection: Inspection) -> None:
        """Judge the places where an object may be missing."""
        opinions = Opinions(inspection.unclaimed, judges()["missed"])
        candidates = inspection.candidates
        traits = traits_of("missed", inspection.unclaimed)
        for place, (model_id, chance) in enumerate(
            zip(candidates.model_ids, opinions.probabilities.tolist(), strict=True)
        ):
            rank = candidates.annotated + 1 + place
            words = _missed_words(inspection.unclaimed.row(place), of_model=model_id >= 0)
            suspicion = Suspicion(chance, 0.0, (), words, Relation.SPURIOUS, traits=traits[place])
            if model_id >= 0:
                self._missed.setdefault(model_id, []).append(suspicion)
                continue
            box = placed(candidates.subject.boxes[rank - 1], inspection.view.frame)
            self.places.append((_place(inspection, rank, box), suspicion))
            area = int(candidates.subject.areas[rank])
            where = Disagreement(Relation.SPURIOUS, (), (), box, 0.0, area, area)
            self.unclaimed.append(Item.of(where, suspicion, UNCLAIMED))

    def item(self, disagreement: Disagreement) -> Item:
        """Item of a disagreement."""
        found = [one for i in disagreement.reference_ids for one, _, _ in self._annotated.get(i, ())]
        if not disagreement.reference_ids:
            found = [one for i in disagreement.prediction_ids for one in self._missed.get(i, ())]
        worst = strongest(found) if found else NONE
        faulty = max((self._model.get(i, 0.0) for i in disagreement.prediction_ids), default=0.0)
        wrong = blamed(worst.reference_wrong, faulty, disagreement.relation)
        return Item.of(disagreement, replace(worst, prediction_wrong=wrong))

    def alone(self) -> Iterator[Item]:
        """Items of the annotated objects where there is no model."""
        for object_id, found in self._annotated.items():
            worst, box, area = max(found, key=lambda one: (one[0].urgency, one[0].reference_wrong))
            doubted = worst.suspect is not None and worst.reference_wrong >= SUSPECTED
            kind = worst.suspect if doubted and worst.suspect is not None else Relation.MATCHED
            yield Item.of(Disagreement(kind, (object_id,), (), box, 0.0, area, 0), worst)


def placed(box: Box, frame: int | None) -> Box:
    """Box with an axis of time, where there is one."""
    return box if frame is None else Box((frame, *box.start), (frame + 1, *box.stop))


def _place(inspection: Inspection, rank: int, box: Box) -> Unclaimed:
    """Pixels of a candidate of the second opinion."""
    subject = inspection.candidates.subject
    mask = subject.ranks[subject.boxes[rank - 1].slices] == rank
    return Unclaimed.of_mask(mask.reshape(box.shape), box, inspection.view.plane)


def _missed_words(row: Mapping[str, float], *, of_model: bool) -> tuple[str, ...]:
    """Why a place may hold an object that the annotation lacks."""
    told = ["the model has an object there"] if of_model else []
    if row.get("opinion within", 0) > 0.6:
        told.append("it looks like the annotated objects")
    if row.get("contrast over noise", 0) > 1.5:
        told.append("it stands out from its surroundings")
    return tuple(told)
