"""Evidence on the class of a place: its look, its surroundings, its form, and what the model says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segreview.shape.window import dilated
from segreview.triage.scene.norms import Norms, Reading, depth_of, neighbours
from segreview.triage.scene.outline import Outlines
from segreview.triage.scene.places import Place
from segreview.triage.scene.scene import EVEN

NEAR = 12
"""Surroundings in which colours are compared, in pixels."""

SEEN = NEAR + 2
"""Surroundings that are looked at."""

HARDLY = float(np.log(0.02))
"""Logarithm of the share below which a pixel hardly belongs to a class."""

FEW = 12
"""Fewer pixels tell no colour."""

UNLIKE = 4.0
"""Difference of colours from a class that is not nearby; larger ones count as this."""

COLOUR_NOISE = 0.003
"""Variance of a channel within one even surface."""

LIMIT = 6.0
"""Forms lie at most so many spreads from what is usual."""

FORM_NAMES = ("area", "depth", "height over width", "share of its box", "height in the image")


@dataclass(frozen=True, eq=False)
class Witness:
    """What one reading has to say of places in it.

    Parameters
    ----------
    reading
        The scene, and the class opinion on it.
    norms
        What is usual of each class.
    """

    reading: Reading
    norms: Norms

    def figures(self, place: Place) -> dict[str, float]:
        """All evidence on a place, by name."""
        around = Around(place, self.reading)
        numbers = self.reading.scene.components[place.box.slices][place.mask]
        component = int(np.bincount(numbers).argmax())
        found = {
            **self._look(place),
            **around.figures(self.norms),
            **self._form(place, component),
            **self.outlines.figures(component),
            **self._site(place),
            "share of the component": place.area / int(self.reading.scene.sizes[component]),
            "contacts of the component": float(self.contacts[component]),
        }
        if self.reading.scene.model is not None:
            found |= self._claim(place, around)
        return found

    def leader(self, place: Place) -> int:
        """Class other than the annotated one that a place looks most like."""
        means = self._means(place)
        means[place.annotated] = -np.inf
        return int(means.argmax())

    def _means(self, place: Place) -> np.ndarray:
        """Mean logarithm of each class's share."""
        within = self.reading.log_shares[(slice(None), *place.box.slices)][:, place.mask]
        return np.asarray(within.mean(axis=1), float)

    def _look(self, place: Place) -> dict[str, float]:
        """How much the pixels look like the annotated class, and like others."""
        own = self.reading.own[place.box.slices][place.mask]
        best = self.reading.log_shares[(slice(None), *place.box.slices)][:, place.mask].max(axis=0)
        means, k = self._means(place), place.annotated
        return {
            "share": float(means[k]),
            "lead of another class": float(np.delete(means, k).max() - means[k]) if len(means) > 1 else 0.0,
            "hardly of the class": float((own < HARDLY).mean()),
            "looks like the class": float((own >= best).mean()),
            "share, among its class": float(
                (means[k] - self.norms.share_middle[k]) / self.norms.share_spread[k]
            ),
        }

    def _form(self, place: Place, component: int) -> dict[str, float]:
        """How far the form of the component lies from what is usual of its class."""
        middle, spread = self.norms.form_middle[place.annotated], self.norms.form_spread[place.annotated]
        standing = np.clip((self.reading.forms[component] - middle) / spread, -LIMIT, LIMIT)
        depth = np.clip((np.log(depth_of(place.mask)) - middle[1]) / spread[1], -LIMIT, LIMIT)
        named = {f"{name}, among its class": float(v) for name, v in zip(FORM_NAMES, standing, strict=True)}
        return {**named, "unusual form": float(np.abs(standing).mean()), "depth of the place": float(depth)}

    def _site(self, place: Place) -> dict[str, float]:
        """How large a place is, and how deep in its component it lies."""
        depth = self.outlines.depth[place.box.slices][place.mask].mean()
        return {"log area": float(np.log(place.area)), "depth in the component": float(np.log1p(depth))}

    def _claim(self, place: Place, around: Around) -> dict[str, float]:
        """What speaks for the model's class."""
        if place.claimed < 0:
            return dict.fromkeys(("share of the claim", "usual confusion", "ring agreed on the claim"), 0.0)
        return {
            "share of the claim": float(self._means(place)[place.claimed]),
            "usual confusion": float(self.norms.confusion[place.annotated, place.claimed]),
            "ring agreed on the claim": around.agreed(place.claimed),
        }

    @cached_property
    def outlines(self) -> Outlines:
        """Outlines of all components."""
        return Outlines(self.reading)

    @cached_property
    def contacts(self) -> np.ndarray:
        """Mean contact with neighbours of each component, by number: low where such classes rarely touch."""
        components = self.reading.scene.components
        sums, faces = np.zeros(len(self.reading.scene.sizes)), np.zeros(len(self.reading.scene.sizes))
        for here, meets, own, other in neighbours(self.reading.scene.classes):
            numbers = components[here][meets]
            sums += np.bincount(numbers, self.norms.contact[own[meets], other[meets]], minlength=len(sums))
            faces += np.bincount(numbers, minlength=len(sums))
        return np.asarray(sums / np.maximum(faces, 1))


class Around:
    """A place with its surroundings.

    Parameters
    ----------
    place
        The place.
    reading
        The scene that it is in.
    """

    def __init__(self, place: Place, reading: Reading) -> None:
        from scipy.ndimage import distance_transform_edt

        scene = reading.scene
        window = place.box.grown(SEEN, scene.classes.shape)
        self.place = place
        self.mask = np.zeros(window.shape, bool)
        self.mask[place.box.relative_to(window).slices] = place.mask
        self.classes = scene.classes[window.slices]
        self.ring = dilated(self.mask) & ~self.mask
        self.near = (distance_transform_edt(~self.mask) <= NEAR) & ~self.mask
        self.edges = scene.surface.edges[window.slices]
        self.colours = scene.surface.colours[(slice(None), *window.slices)]
        self.claims = self._claims(reading, window.slices)

    def _claims(self, reading: Reading, window: tuple[slice, ...]) -> np.ndarray:
        """The other side's classes: the model's, else those that the pixels look like most."""
        if reading.scene.model is not None:
            return reading.scene.model[window]
        return np.asarray(reading.log_shares[(slice(None), *window)].argmax(axis=0))

    def figures(self, norms: Norms) -> dict[str, float]:
        """What the surroundings say."""
        own, other = self.place.annotated, self.place.claimed
        around = self.classes[self.ring]  # nothing, where the place is the whole image
        ring = around[around >= 0]
        if other < 0 or not len(ring):
            gain = 0.0
        else:
            gain = self._contact(norms, other, ring) - self._contact(norms, own, ring)
        unlike_own, beside = self.unlike(own), set(ring.tolist()) - {own}
        return {
            "colours nearer to the claim": unlike_own - self.unlike(other),
            "unlike its class nearby": unlike_own,
            "unlike all beside it": min(map(self.unlike, beside), default=UNLIKE),
            "edge at the claim's border": self._edge(self.claims != other) - self._edge(self.classes != own),
            "contacts gained": gain,
            "ring of the class": float((ring == own).mean()) if len(ring) else 0.0,
            "ring of the claim": float((around == other).mean()) if len(around) else 0.0,
            "length of the ring": float(np.log(max(len(around), 1) / np.sqrt(self.place.area))),
        }

    def unlike(self, class_id: int) -> float:
        """How much the place's colours differ from a class's nearby, in spreads of the latter."""
        there = self.near & (self.classes == class_id)
        if np.count_nonzero(there) < FEW:
            return UNLIKE
        within, nearby = self.colours[:, self.mask].mean(axis=1), self.colours[:, there]
        square = (within - nearby.mean(axis=1)) ** 2 / (nearby.var(axis=1) + COLOUR_NOISE)
        return float(min(np.sqrt(square.mean()), UNLIKE))

    def agreed(self, class_id: int) -> float:
        """Share of the ring in which both sides say a class."""
        both = (self.classes == class_id) & (self.claims == class_id)
        return float(both[self.ring].mean()) if self.ring.any() else 0.0

    def _edge(self, border: np.ndarray) -> float:
        """Log steepness of the image along a part of the ring."""
        there = self.ring & border
        return float(np.log(self.edges[there].mean() + EVEN)) if there.any() else 0.5

    @staticmethod
    def _contact(norms: Norms, class_id: int, ring: np.ndarray) -> float:
        """Mean contact of a class with the others of a ring."""
        others = ring[ring != class_id]
        return float(norms.contact[class_id, others].mean()) if len(others) else 1.0
