"""The sample ``street``: a rendered street scene with label ids and files named as in Cityscapes."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from make_samples.files import write_json, write_png
from make_samples.street.categories import label_ids
from make_samples.street.model import predict
from make_samples.street.plant import plant
from make_samples.street.scene import instance_map, items_seen, photograph
from make_samples.truth import Planted, document

STEM = "street_000000_000001"
SEED = 404

DESCRIPTION = (
    "Errors planted in the ground truth of a rendered street scene with Cityscapes label ids. Ids are "
    "values of the instance maps: label id * 1000 + k for things, label id for stuff. true_ids: values in "
    "the true map, which scripts/make_samples draws; gt_ids: values in the ground truth; box: half-open "
    "[[y0, y1], [x0, x1]] in pixels around both, or around the patch for stuff. Where an object is "
    "missing or too small, the ground truth shows what stands behind it. The prediction is simulated: it "
    "was made by spoiling the true map, not by a model; its errors are not listed."
)


@dataclass(frozen=True)
class StreetMaps:
    """Instance maps of the scene, each int32 ``(Y, X)``, and the errors planted in `gt`."""

    true: np.ndarray
    gt: np.ndarray
    prediction: np.ndarray
    errors: list[Planted]


def make_maps() -> StreetMaps:
    """All maps of the scene, always the same."""
    items = items_seen()
    true = instance_map(items)
    gt, errors = plant(STEM, true, partial(instance_map, items), np.random.default_rng(SEED))
    return StreetMaps(true, gt, predict(true, np.random.default_rng(SEED + 1)), errors)


def build(folder: Path) -> None:
    """Write the picture, the maps and the truth file into `folder`."""
    maps = make_maps()
    write_png(folder / "leftImg8bit" / f"{STEM}_leftImg8bit.png", photograph(items_seen()))
    for role, instances in (("gt", maps.gt), ("pred", maps.prediction)):
        write_png(folder / role / f"{STEM}_gtFine_labelIds.png", label_ids(instances))
        write_png(folder / role / f"{STEM}_gtFine_instanceIds.png", instances.astype(np.uint16))
    write_json(folder / "truth.json", document(DESCRIPTION, maps.errors))
