"""Files of a sample, and what a reviewer does to them."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import tifffile

from segreview.formats.registry import read
from segreview.model.box import Box
from segreview.model.edit import Edit, difference
from segreview.model.sample import PREDICTION, REFERENCE, Sample, Source
from segreview.session.opening import Opening
from segreview.session.review import Review
from segreview.triage.queue import Row
from segreview.triage.suspicion import Suspicion


def cells(dtype: str = "uint8", shape: tuple[int, ...] = (24, 32)) -> tuple[np.ndarray, np.ndarray]:
    """Reference and prediction: one object matched, one missed, one spurious, one split, one poor."""
    reference, prediction = np.zeros(shape, dtype), np.zeros(shape, dtype)
    reference[..., 1:7, 1:7] = prediction[..., 1:7, 1:7] = 1
    reference[..., 1:7, 10:16] = 2
    prediction[..., 1:7, 20:26] = 2
    reference[..., 10:16, 1:13] = 3
    prediction[..., 10:16, 1:8], prediction[..., 10:16, 8:13] = 3, 4
    reference[..., 10:16, 16:26], prediction[..., 12:22, 20:26] = 4, 5
    return reference, prediction


def put(path: Path, data: np.ndarray, **options) -> Path:
    """Label file: TIFF, or npy by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npy":
        np.save(path, data)
        return path
    tifffile.imwrite(path, data, **{"photometric": "minisblack", "compression": "zlib"} | options)
    return path


def cell_files(folder: Path, dtype: str = "uint8", name: str = "a.tif") -> tuple[Path, Path]:
    """Files of `cells`: one of this name in ``gt`` and one in ``pred``."""
    reference, prediction = cells(dtype)
    return put(folder / "gt" / name, reference), put(folder / "pred" / name, prediction)


_PETS = """{
 "images": [{"id": 7, "file_name": "a.png", "height": 24, "width": 32}],
 "annotations": [
  {"id": 1, "image_id": 7, "category_id": CLASS, "segmentation": [[1, 1, 7, 1, 7, 7, 1, 7]]},
  {"id": 2, "image_id": 7, "category_id": CLASS, "segmentation": [[10, 1, 16, 1, 16, 7, 10, 7]]}
 ],
 "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
}
"""


def pet_files(folder: Path) -> tuple[Path, Path]:
    """Files of two objects whose classes are facts beside them: cats in ``gt``, dogs in ``pred``."""
    for side, number in (("gt", "1"), ("pred", "2")):
        (folder / side).mkdir(parents=True, exist_ok=True)
        (folder / side / "pets.json").write_bytes(_PETS.replace("CLASS", number).encode())
    return folder / "gt" / "pets.json" / "7", folder / "pred" / "pets.json" / "7"


def sample_of(gt: Path, pred: Path | None = None, **options) -> Sample:
    """Sample as its files are now; options as for `read`."""
    sources = [Source(REFERENCE, read(gt, **options))]
    if pred is not None:
        sources.append(Source(PREDICTION, read(pred, **options)))
    return Sample(gt.stem, (), tuple(sources))


def opened(gt: Path, pred: Path | None = None, folder: Path | None = None, **options) -> Review:
    """Review with all work that its journal holds."""
    return Opening(sample_of(gt, pred, **options), folder).begin("ada")


def square(at: tuple[int, ...], side: int, ndim: int = 2) -> tuple[slice, ...]:
    """Square in the last two axes, through all slices of a stack."""
    return (slice(None),) * (ndim - 2) + tuple(slice(a, a + side) for a in at)


def stroke_edit(data: np.ndarray, where: tuple[slice, ...], value: int) -> Edit | None:
    """Edit of a brush: the difference of the labels and a painted copy."""
    after = data.copy()
    after[where] = value
    patches = tuple(difference(data, after, [Box.of_shape(data.shape)]))
    return Edit(REFERENCE, 0, patches, "paint") if patches else None


def paint(review: Review, at: tuple[int, ...] = (20, 2), side: int = 3, value: int = 9) -> None:
    """Brush stroke."""
    data = review.reference.data
    edit = stroke_edit(data, square(at, side, data.ndim), value)
    assert edit is not None
    review.apply([edit], "Brush stroke")


def row_with(review: Review, reference: Iterable[int] = (), prediction: Iterable[int] = ()) -> Row:
    """Row of the item with these ids."""
    wanted = (tuple(reference), tuple(prediction))
    here = {(row.item.reference_ids, row.item.prediction_ids): row for row in review.queue if not row.gone}
    return here[wanted]


def grid(rows: int = 15, columns: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Reference and prediction of many squares; the prediction lacks every third one."""
    reference = np.zeros((5 * rows, 5 * columns), np.uint16)
    for number in range(rows * columns):
        y, x = divmod(number, columns)
        reference[5 * y : 5 * y + 3, 5 * x : 5 * x + 3] = number + 1
    return reference, np.where(reference % 3 == 0, 0, reference).astype(np.uint16)


def suspect(review: Review, log_odds: np.ndarray, **more) -> None:
    """Suspect every item, by the serial number of its row, and rank the queue by that."""
    chances = (1 / (1 + np.exp(-log_odds))).tolist()
    suspicions = {row.item.handle: Suspicion(chances[row.number], **more) for row in review.queue}
    review.absorb(suspicions, review.revision)
    review.rerank_behind(-1)
