"""Surveys: a data set learns what its classes look like, then contested places of each image are judged."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

import numpy as np

from segreview.triage.appearance.classifier import Lesson
from segreview.triage.inspection import View
from segreview.triage.scene.evidence import SEEN, Witness
from segreview.triage.scene.norms import Norms, Reading
from segreview.triage.scene.opinion import ClassOpinion, class_bank, class_lesson
from segreview.triage.scene.outline import REACH
from segreview.triage.scene.places import Place
from segreview.triage.scene.reasons import Naming, reasons_of
from segreview.triage.scene.scene import Palette, Scene, Surface
from segreview.triage.scene.trial import PLAIN_JUDGE, ClassJudge, Rows, forged_rows, places_of

TEACHERS = 12
"""Images from which norms and judges are learnt, at most: the first that are shown."""

KEPT = 400_000_000
"""Bytes of filtered images, and of class opinions, that are held while norms and judges are learnt."""

TOUCHED = 2 * REACH + 2
"""An edit so near to a component may change what its outline is told by, in pixels."""


@dataclass(frozen=True, eq=False)
class Contested:
    """A place with what is suspected of its annotation.

    Parameters
    ----------
    place
        The place.
    log_odds
        That the annotated class is wrong.
    reasons
        What speaks against it, in words, the strongest first.
    class_id
        The annotated class.
    figures
        The evidence.
    """

    place: Place
    log_odds: float
    reasons: tuple[str, ...]
    class_id: int
    figures: dict[str, float]


@dataclass(frozen=True, eq=False)
class _Taught:
    """What a whole data set has taught.

    Parameters
    ----------
    opinion, norms
        What its classes look like, and what is usual of them.
    rows
        Places in forged annotations of some images.
    log_shares
        Readings of those images that are still to be asked for.
    """

    opinion: ClassOpinion
    norms: Norms
    rows: dict[int, Rows]
    log_shares: dict[int, np.ndarray]

    def judge(self, number: int, *, with_model: bool) -> ClassJudge:
        """Judge that has not learnt from an image, as long as there are others."""
        alike = {n: rows for n, rows in self.rows.items() if rows.with_model == with_model}
        parts = [rows for n, rows in alike.items() if n != number] or list(alike.values())
        return (ClassJudge.fitted(Rows.joined(parts)) if parts else None) or PLAIN_JUDGE


@dataclass(frozen=True, eq=False)
class _Judged:
    """What was found on a view.

    Parameters
    ----------
    number
        Its number.
    reading
        The class opinion on it.
    found
        Its places.
    """

    number: int
    reading: Reading
    found: tuple[Contested, ...]

    def untouched(self, scene: Scene) -> Iterator[tuple[Hashable, Contested]]:
        """Places of whose evidence nothing has changed: what they see, and their component; by their marks.

        How deep a place lies in its component is kept as well where only an edit behind void changes it.

        Parameters
        ----------
        scene
            The view as it is now.
        """
        from scipy.ndimage import maximum_filter

        before = self.reading.scene
        changed = before.classes != scene.classes
        if before.model is not None and scene.model is not None:
            changed |= before.model != scene.model
        touched = np.zeros(len(scene.sizes), bool)
        touched[scene.components[maximum_filter(changed, 2 * TOUCHED + 1)]] = True
        for one in self.found:
            window = one.place.box.grown(SEEN, changed.shape)
            if not changed[window.slices].any() and not touched[scene.components.flat[one.place.first]]:
                yield _mark(one.place), one


def _mark(place: Place) -> Hashable:
    """What a place is recognised by after an edit elsewhere."""
    return place.first, place.annotated, place.claimed, place.area


class Survey:
    """Class labels of a data set."""

    def __init__(self) -> None:
        self._palette = Palette()
        self._lessons: list[Lesson] = []
        self._families: list[Hashable] = []
        self._frequencies: list[np.ndarray] = []
        self._numbers: dict[Hashable, int] = {}
        self._teachers: dict[int, Scene] = {}
        self._banks: dict[int, np.ndarray] = {}
        self._judged: _Judged | None = None
        self._taught: _Taught | None = None

    def learn(self, key: Hashable, view: View, model: View | None = None) -> None:
        """Learn from a view of an image; without a picture there is nothing to learn.

        Parameters
        ----------
        key
            By which the view will be asked for.
        view
            The annotation on its picture.
        model
            The model's classes.
        """
        if view.picture is None:
            return
        self._taught = self._judged = None
        number = self._numbers[key] = len(self._lessons)
        claims = None if model is None else self._palette.learn(model.labels)
        scene = Scene(self._palette.learn(view.labels), Surface(view.picture), claims)
        bank = class_bank(view.picture)
        self._lessons.append(class_lesson(scene, bank, seed=number))
        self._families.append((view.picture.family, len(view.picture.shape)))
        self._frequencies.append(np.bincount(scene.classes[scene.classes >= 0]))
        if len(self._teachers) < TEACHERS:
            self._teachers[number] = scene
            if sum(kept.nbytes for kept in self._banks.values()) + bank.nbytes // 2 <= KEPT:
                self._banks[number] = bank.astype(np.float16)

    def contested(
        self,
        key: Hashable,
        view: View,
        model: View | None = None,
        pause: Callable[[], None] = lambda: None,
        seen: Callable[[View, np.ndarray], object] = lambda *_: None,
    ) -> list[Contested]:
        """Places of a view that was learnt from, each with what is suspected of it.

        Of a view that is asked for again at once, after edits, the class opinion is kept, and only
        places that an edit came near are looked at anew.

        Parameters
        ----------
        key, view, model
            As they were learnt from.
        pause
            Called between the steps; what it raises ends the work.
        seen
            Told how likely each pixel of the view has its annotated class, float32; 1 for void.
        """
        number = self._numbers.get(key)
        if number is None or view.picture is None:
            return []
        taught = self._taught = self._taught or self._teach(pause)
        last = self._judged if self._judged is not None and self._judged.number == number else None
        claims = None if model is None else self._palette.numbers(model.labels)
        surface = Surface(view.picture) if last is None else last.reading.scene.surface
        scene = Scene(self._palette.numbers(view.labels), surface, claims)
        log_shares = taught.log_shares.pop(number, None) if last is None else last.reading.log_shares
        reading = (
            self._read(taught.opinion, number, scene) if log_shares is None else Reading(scene, log_shares)
        )
        known = {} if last is None else dict(last.untouched(scene))
        seen(view, np.exp(reading.own))
        judge = taught.judge(number, with_model=model is not None)
        witness = Witness(reading, taught.norms)
        naming = Naming(view.labels.ontology, self._palette.ids)
        found = []
        for place in places_of(reading):
            one = known.get(_mark(place))
            if one is None:
                pause()
                figures = witness.figures(place)
                told = reasons_of(place, figures, witness, judge, naming)
                class_id = self._palette.ids[place.annotated]
                one = Contested(place, judge.log_odds(figures), told, class_id, figures)
            found.append(one)
        self._judged = _Judged(number, reading, tuple(found))
        return found

    def _teach(self, pause: Callable[[], None]) -> _Taught:
        """What all images teach together."""
        count = len(self._palette)
        frequencies = np.stack([np.pad(one, (0, count - len(one))) for one in self._frequencies])
        opinion = ClassOpinion(self._lessons, self._families, frequencies)
        readings: dict[int, Reading] = {}
        for number, scene in self._teachers.items():
            if readings and (len(readings) + 1) * 4 * count * scene.classes.size > KEPT:
                break
            pause()
            readings[number] = self._read(opinion, number, scene)
        self._banks.clear()
        norms = Norms.of(list(readings.values()))
        rows: dict[int, Rows] = {}
        for number, reading in readings.items():
            pause()
            found = forged_rows(reading, norms, seed=number)
            rows |= {} if found is None else {number: found}
        return _Taught(opinion, norms, rows, {n: reading.log_shares for n, reading in readings.items()})

    def _read(self, opinion: ClassOpinion, number: int, scene: Scene) -> Reading:
        bank = self._banks.pop(number, None)
        return Reading.of(
            scene, opinion.read(number, scene, class_bank(scene.picture) if bank is None else bank)
        )
