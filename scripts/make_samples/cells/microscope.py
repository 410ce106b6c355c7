"""Image formation: stained chromatin, uneven light, a blurring lens and a noisy camera."""

from collections.abc import Iterable

import numpy as np
from scipy import ndimage

from make_samples.cells.nuclei import Nucleus
from make_samples.cells.recipe import Recipe

Random = np.random.Generator

OFFSET, GAIN, READ_NOISE = 100.0, 3.2, 4.0
"""Camera, in grey values: level without light, step per photon, standard deviation of read noise."""


def photograph(nuclei: Iterable[Nucleus], recipe: Recipe, rng: Random) -> np.ndarray:
    """Camera image of the nuclei, uint16 ``(Y, X)``."""
    stain = _stain(nuclei, recipe, rng)
    near = ndimage.gaussian_filter(stain, recipe.blur)
    far = ndimage.gaussian_filter(stain, 11.0)
    haze = recipe.background * (1 + 0.25 * _field(recipe.size, 60.0, rng))
    photons = recipe.exposure * ((1 - recipe.halo) * near + recipe.halo * far) + haze
    # Rounded: the last bit of a float differs between processors, and must not change the noise drawn.
    photons = np.rint(np.maximum(photons * _illumination(recipe, rng), 0))
    signal = OFFSET + GAIN * rng.poisson(photons) + READ_NOISE * rng.standard_normal(photons.shape)
    return np.clip(np.rint(signal), 0, 4095).astype(np.uint16)


def _stain(nuclei: Iterable[Nucleus], recipe: Recipe, rng: Random) -> np.ndarray:
    """Amount of dye per pixel, float64 ``(Y, X)``; 1 is an ordinary nucleus."""
    fine, coarse = (_field(recipe.size, sigma, rng) for sigma in (1.1, 2.8))
    chromatin = np.clip(1 + 0.10 * fine + 0.13 * coarse, 0.4, 1.8)
    stain = np.zeros((recipe.size, recipe.size))
    for nucleus in nuclei:
        crop = nucleus.crop(recipe.size)
        depth = nucleus.depth(crop)
        thickness = np.sqrt(np.clip(1 - depth**2, 0, None))
        body = (
            np.where(depth < 1, 0.45 + 0.55 * thickness, 0.0) * chromatin[crop] * _spots(nucleus, crop, rng)
        )
        np.maximum(stain[crop], nucleus.brightness * body, out=stain[crop])
    return stain


def _spots(nucleus: Nucleus, crop: tuple[slice, slice], rng: Random) -> np.ndarray:
    """Factor for nucleoli (dark) and dense chromatin (bright), float64 of the crop's shape."""
    y, x = np.mgrid[crop]
    factor = np.ones(y.shape)
    for depth, width in ((-0.45, 0.20), (0.38, 0.10)):
        for _ in range(rng.integers(1, 5)):
            turn, distance = rng.uniform(0, 2 * np.pi), nucleus.radius * rng.uniform(0.1, 0.65)
            sigma = nucleus.radius * width * rng.uniform(0.7, 1.2)
            dy, dx = y - nucleus.y - distance * np.sin(turn), x - nucleus.x - distance * np.cos(turn)
            factor *= 1 + depth * np.exp(-(dy**2 + dx**2) / (2 * sigma**2))
    return factor


def _illumination(recipe: Recipe, rng: Random) -> np.ndarray:
    """Relative brightness of the lamp, float64 ``(Y, X)``: 1 at its brightest, away from the centre."""
    y, x = np.mgrid[: recipe.size, : recipe.size] / recipe.size
    cy, cx = rng.uniform(0.35, 0.65, 2)
    return 1 - recipe.shading * ((y - cy) ** 2 + (x - cx) ** 2)


def _field(size: int, sigma: float, rng: Random) -> np.ndarray:
    """Smooth random field of mean 0 and variance 1, float64 ``(size, size)``; `sigma` in pixels."""
    field = ndimage.gaussian_filter(rng.standard_normal((size, size)), sigma, mode="wrap")
    return (field - field.mean()) / field.std()
