"""The sample ``cells``: three fluorescence images of nuclei, their faulty ground truth and a prediction."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from make_samples.cells.microscope import photograph
from make_samples.cells.nuclei import label, scatter
from make_samples.cells.pipeline import segment
from make_samples.cells.plant import plant
from make_samples.cells.recipe import RECIPES, Recipe
from make_samples.files import write_json, write_tiff
from make_samples.truth import Planted, document

DESCRIPTION = (
    "Errors planted in the ground truth of three simulated fluorescence images of nuclei. An id that no "
    "error names means the same nucleus, pixel for pixel, in the ground truth and in the true map, which "
    "scripts/make_samples draws. true_ids: ids in the true map; gt_ids: ids in the file; box: half-open "
    "[[y0, y1], [x0, x1]] in pixels around both. The prediction was computed from the image alone by a "
    "classical segmentation; its errors are its own and are not listed."
)


@dataclass(frozen=True)
class CellSample:
    """One image of nuclei with its maps, each uint16 ``(Y, X)``, and the errors planted in `gt`."""

    image: np.ndarray
    true: np.ndarray
    gt: np.ndarray
    prediction: np.ndarray
    errors: list[Planted]


def make(recipe: Recipe) -> CellSample:
    """The sample of a recipe, always the same."""
    rng = np.random.default_rng(recipe.seed)
    true, nuclei = label(scatter(recipe, rng), recipe, rng)
    image = photograph(nuclei, recipe, rng)
    ids = np.unique(true)[1:]
    dim = [int(i) for i, nucleus in zip(ids, nuclei, strict=True) if nucleus.brightness < 0.25]
    gt, errors = plant(recipe.name, true, dim, rng)
    return CellSample(image, true, gt, segment(image), errors)


def build(folder: Path) -> None:
    """Write all images, maps and the truth file into `folder`."""
    errors = []
    for recipe in RECIPES:
        sample = make(recipe)
        errors += sample.errors
        for role, pixels in (("images", sample.image), ("gt", sample.gt), ("pred", sample.prediction)):
            write_tiff(folder / role / f"{recipe.name}.tif", pixels, recipe.pixel_size)
    write_json(folder / "truth.json", document(DESCRIPTION, errors))
