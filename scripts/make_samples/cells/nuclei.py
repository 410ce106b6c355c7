"""Nuclei: their shapes, where they lie, and the true label image."""

from dataclasses import dataclass

import numpy as np

from make_samples.cells.recipe import Recipe
from make_samples.faults import largest

Random = np.random.Generator
Crop = tuple[slice, slice]


@dataclass(frozen=True)
class Nucleus:
    """An ellipse whose outline is rippled by a few Fourier terms.

    Parameters
    ----------
    y, x : float
        Centre in pixels.
    radius : float
        Geometric mean of the two half axes in pixels.
    elongation : float
        Long axis over short axis.
    angle : float
        Direction of the long axis in radians.
    ripple : array of float64, shape (4, 2)
        Relative amplitude and phase (radians) of the terms 2 to 5 of the outline.
    brightness : float
        Relative to an ordinary nucleus.
    """

    y: float
    x: float
    radius: float
    elongation: float
    angle: float
    ripple: np.ndarray
    brightness: float

    def crop(self, size: int) -> Crop:
        """Part of a square image of `size` pixels that surely holds the nucleus."""
        reach = 1.4 * self.radius * np.sqrt(self.elongation) + 2
        y, x = (slice(max(0, int(c - reach)), min(size, int(c + reach) + 1)) for c in (self.y, self.x))
        return y, x

    def depth(self, crop: Crop) -> np.ndarray:
        """Distance from the centre, float64 of the crop's shape: 0 at the centre, 1 on the outline."""
        dy, dx = np.mgrid[crop].astype(float) - np.reshape([self.y, self.x], (2, 1, 1))
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        along = (cosine * dx + sine * dy) / np.sqrt(self.elongation)
        across = (cosine * dy - sine * dx) * np.sqrt(self.elongation)
        theta = np.arctan2(across, along)
        outline = np.ones_like(theta)
        for order, (amplitude, phase) in enumerate(self.ripple, start=2):
            outline += amplitude * np.cos(order * theta + phase)
        return np.hypot(along, across) / (self.radius * outline)


def scatter(recipe: Recipe, rng: Random) -> list[Nucleus]:
    """Nuclei of an image: some alone, others pressed against one that is there already."""
    nuclei: list[Nucleus] = []
    while len(nuclei) < recipe.count:
        crowded = bool(nuclei) and rng.random() < recipe.crowding
        host = nuclei[rng.integers(len(nuclei))] if crowded else None
        candidate = _nucleus(recipe, host, rng)
        closest = 0.84 if crowded else 1.12
        inside = all(-0.3 * candidate.radius < c < recipe.size for c in (candidate.y, candidate.x))
        if inside and all(_gap(candidate, other) >= closest for other in nuclei):
            nuclei.append(candidate)
    return nuclei


def _nucleus(recipe: Recipe, host: Nucleus | None, rng: Random) -> Nucleus:
    """A nucleus at a random place, or touching `host`."""
    radius = recipe.radius * np.clip(np.exp(recipe.radius_spread * rng.standard_normal()), 0.6, 1.6)
    if host is None:
        y, x = rng.uniform(0, recipe.size, 2)
    else:
        distance = rng.uniform(0.86, 1.0) * (radius + host.radius)
        turn = rng.uniform(0, 2 * np.pi)
        y, x = host.y + distance * np.sin(turn), host.x + distance * np.cos(turn)
    amplitudes = np.array([0.07, 0.05, 0.03, 0.018]) * rng.uniform(0.2, 1.3, 4)
    dim = rng.random() < recipe.dim_share
    brightness = rng.uniform(0.09, 0.2) if dim else np.clip(np.exp(0.38 * rng.standard_normal()), 0.4, 2.4)
    return Nucleus(
        y=y,
        x=x,
        radius=radius,
        elongation=rng.uniform(1.02, 1.55),
        angle=rng.uniform(0, np.pi),
        ripple=np.stack([amplitudes, rng.uniform(0, 2 * np.pi, 4)], axis=1),
        brightness=float(brightness),
    )


def _gap(one: Nucleus, other: Nucleus) -> float:
    """Distance of two centres relative to the sum of the radii: about 1 when they touch."""
    return float(np.hypot(one.y - other.y, one.x - other.x)) / (one.radius + other.radius)


def label(nuclei: list[Nucleus], recipe: Recipe, rng: Random) -> tuple[np.ndarray, list[Nucleus]]:
    """True label image, uint16 ``(Y, X)``, and the nuclei that are in it.

    Where two nuclei overlap, each pixel goes to the one it lies deeper in. Nuclei of which less than
    `MIN_AREA` pixels are seen are left out of both results. Ids rise from top to bottom, in the order of the
    nuclei, with gaps as they arise from corrections.
    """
    owner = np.full((recipe.size, recipe.size), -1)
    deepest = np.ones((recipe.size, recipe.size))
    for index, nucleus in enumerate(nuclei):
        crop = nucleus.crop(recipe.size)
        depth = nucleus.depth(crop)
        owner[crop][depth < deepest[crop]] = index
        np.minimum(deepest[crop], depth, out=deepest[crop])
    kept = [index for index in range(len(nuclei)) if np.count_nonzero(owner == index) >= MIN_AREA]
    kept.sort(key=lambda index: nuclei[index].y)
    ids = np.cumsum(rng.choice([1, 1, 1, 1, 1, 1, 1, 2, 3], len(kept)))
    labels = np.zeros(owner.shape, np.uint16)
    for new, index in zip(ids, kept, strict=True):
        labels[largest(owner == index)] = new
    return labels, [nuclei[index] for index in kept]


MIN_AREA = 60
"""Pixels below which a nucleus at the border or in a clump is not worth annotating."""
