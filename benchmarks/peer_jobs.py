"""How every peer, and segreview, does a job: functions that get ready and return what is timed.

The docstring of each is its name in the table. An ImportError says that the peer is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

THRESHOLDS = [n / 100 for n in range(50, 100, 5)]

Work = Callable[[], Any]
"""What is timed; a whole number that it returns is the number of pairs of ids."""


def packed(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, int]:
    """Pairs of ids as single numbers, and the factor of the first."""
    factor = int(b.max()) + 1
    return a.astype(np.uint64) * np.uint64(factor) + b.astype(np.uint64), factor


# -------------------------------------------------------------------- tables of pairs, with IoU where told
def segreview_columns(a: np.ndarray, b: np.ndarray) -> Work:
    """segreview, pairs and IoU as columns."""
    from segreview.compare.metrics.counts import Counts
    from segreview.model.labels import LabelImage

    sides = LabelImage.of_array(a), LabelImage.of_array(b)
    return lambda: Counts.of(*sides).ious


def segreview_table(a: np.ndarray, b: np.ndarray) -> Work:
    """segreview.overlap_table, which follows edits."""
    import segreview

    return lambda: segreview.overlap_table(a, b)


def numpy_unique(a: np.ndarray, b: np.ndarray) -> Work:
    """numpy unique of packed ids."""
    return lambda: np.unique(packed(a, b)[0], return_counts=True)[0].size


def numpy_bincount(a: np.ndarray, b: np.ndarray) -> Work:
    """numpy bincount, all by all."""
    return lambda: np.count_nonzero(np.bincount(packed(a, b)[0].reshape(-1).astype(np.int64)))


def scipy_coo(a: np.ndarray, b: np.ndarray) -> Work:
    """scipy coo_array to csr."""
    from scipy.sparse import coo_array

    return lambda: coo_array((np.ones(a.size, np.uint32), (a.reshape(-1), b.reshape(-1)))).tocsr().nnz


def skimage_contingency(a: np.ndarray, b: np.ndarray) -> Work:
    """scikit-image contingency_table."""
    from skimage.metrics import contingency_table

    return lambda: contingency_table(a, b).nnz


def skimage_join(a: np.ndarray, b: np.ndarray) -> Work:
    """scikit-image join_segmentations, bincount."""
    from skimage.segmentation import join_segmentations

    return lambda: np.count_nonzero(np.bincount(join_segmentations(a, b).reshape(-1)))


def stardist_overlap(a: np.ndarray, b: np.ndarray) -> Work:
    """stardist label_overlap."""
    from stardist.matching import label_overlap

    return lambda: np.count_nonzero(label_overlap(a, b, check=False))


def cellpose_overlap(a: np.ndarray, b: np.ndarray) -> Work:
    """cellpose _label_overlap."""
    from cellpose.metrics import _label_overlap

    def work() -> int:
        table = _label_overlap(a, b)
        if hasattr(table, "sum_duplicates"):
            table.sum_duplicates()
            return table.nnz
        return np.count_nonzero(table)

    return work


def fastremap_renumber(a: np.ndarray, b: np.ndarray) -> Work:
    """fastremap renumber, bincount."""
    import fastremap

    def work() -> int:
        numbers, _ = fastremap.renumber(packed(a, b)[0], in_place=True, preserve_zero=False)
        return np.count_nonzero(np.bincount(numbers.reshape(-1)))

    return work


def duckdb_group(a: np.ndarray, b: np.ndarray) -> Work:
    """duckdb group by."""
    import duckdb

    def work() -> int:
        pixels = {"a": a.reshape(-1), "b": b.reshape(-1)}  # noqa: F841 (the query names it)
        return len(duckdb.query("select a, b, count(*) n from pixels group by a, b").fetchnumpy()["n"])

    return work


def polars_group(a: np.ndarray, b: np.ndarray) -> Work:
    """polars group_by."""
    import polars as pl

    return lambda: pl.DataFrame({"a": a.reshape(-1), "b": b.reshape(-1)}).group_by("a", "b").len().height


def pandas_group(a: np.ndarray, b: np.ndarray) -> Work:
    """pandas groupby."""
    import pandas as pd

    return lambda: len(
        pd.DataFrame({"a": a.reshape(-1), "b": b.reshape(-1)}, copy=False).groupby(["a", "b"]).size()
    )


def simpleitk_overlap(a: np.ndarray, b: np.ndarray) -> Work:
    """SimpleITK LabelOverlapMeasures (no pairs)."""
    import SimpleITK

    first, second = (SimpleITK.GetImageFromArray(side.astype(np.uint32)) for side in (a, b))

    def work() -> None:
        SimpleITK.LabelOverlapMeasuresImageFilter().Execute(first, second)

    return work


# -------------------------------------------------------------------- matching at one threshold
def segreview_stardist(a: np.ndarray, b: np.ndarray) -> Work:
    """segreview.evaluate, stardist."""
    import segreview

    return lambda: segreview.evaluate(a, b, "stardist").figures


def stardist_matching(a: np.ndarray, b: np.ndarray) -> Work:
    """stardist matching."""
    from stardist.matching import matching

    return lambda: matching(a, b, thresh=0.5)


def cellpose_precision(a: np.ndarray, b: np.ndarray) -> Work:
    """cellpose average_precision."""
    from cellpose.metrics import average_precision

    return lambda: average_precision(a, b, threshold=[0.5])


def panoptica(a: np.ndarray, b: np.ndarray) -> Work:
    """panoptica, IoU only."""
    import logging
    import warnings

    from panoptica import InputType, NaiveThresholdMatching, Panoptica_Evaluator
    from panoptica.metrics import Metric

    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    evaluator = Panoptica_Evaluator(
        expected_input=InputType.UNMATCHED_INSTANCE,
        instance_matcher=NaiveThresholdMatching(),
        instance_metrics=[Metric.IOU],
        global_metrics=[],
        verbose=False,
        log_times=False,
    )
    return lambda: evaluator.evaluate(b, a, verbose=False)


def pycocotools_iou(a: np.ndarray, b: np.ndarray) -> Work:
    """pycocotools encode, iou."""
    from pycocotools import mask

    def work() -> None:
        runs = [
            [mask.encode(np.asfortranarray(side == i, dtype=np.uint8)) for i in np.unique(side)[1:]]
            for side in (a, b)
        ]
        mask.iou(runs[1], runs[0], [0] * len(runs[0]))

    return work


# -------------------------------------------------------------------- a data set, 10 thresholds
def segreview_stardist_set(a: np.ndarray, b: np.ndarray) -> Work:
    """segreview.evaluate, stardist."""
    import segreview

    return lambda: segreview.evaluate(list(a), list(b), "stardist", threshold=THRESHOLDS).figures


def segreview_cellpose_set(a: np.ndarray, b: np.ndarray) -> Work:
    """segreview.evaluate, cellpose."""
    import segreview

    return lambda: segreview.evaluate(list(a), list(b), "cellpose", threshold=THRESHOLDS).figures


def segreview_coco_set(a: np.ndarray, b: np.ndarray) -> Work:
    """segreview.evaluate, coco."""
    import segreview
    from segreview.model.labels import LabelImage, Segment

    def scored(data: np.ndarray) -> LabelImage:
        ids = np.unique(data).tolist()
        return LabelImage((data,), segments={i: Segment(1, i % 97 / 97) for i in ids if i})

    sides = [[scored(data) for data in side] for side in (a, b)]
    return lambda: segreview.evaluate(*sides, "coco", max_detections=(1, 100, 1000)).figures


def stardist_set(a: np.ndarray, b: np.ndarray) -> Work:
    """stardist matching_dataset."""
    from stardist.matching import matching_dataset

    return lambda: matching_dataset(list(a), list(b), thresh=THRESHOLDS, show_progress=False)


def cellpose_set(a: np.ndarray, b: np.ndarray) -> Work:
    """cellpose average_precision."""
    from cellpose.metrics import average_precision

    return lambda: average_precision(list(a), list(b), threshold=THRESHOLDS)


def pycocotools_set(a: np.ndarray, b: np.ndarray) -> Work:
    """pycocotools encode, evaluate."""
    import contextlib
    import io

    from pycocotools import mask
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def annotations(side: np.ndarray) -> list[dict[str, Any]]:
        found = []
        for image, data in enumerate(side, start=1):
            for i in np.unique(data)[1:].tolist():
                runs = mask.encode(np.asfortranarray(data == i, dtype=np.uint8))
                found.append(
                    {
                        "id": len(found) + 1,
                        "image_id": image,
                        "category_id": 1,
                        "iscrowd": 0,
                        "segmentation": runs,
                        "area": int(mask.area(runs)),
                        "bbox": mask.toBbox(runs).tolist(),
                        "score": i % 97 / 97,
                    }
                )
        return found

    def work() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            truth = COCO()
            truth.dataset = {
                "images": [
                    {"id": n, "height": data.shape[0], "width": data.shape[1]}
                    for n, data in enumerate(a, start=1)
                ],
                "categories": [{"id": 1}],
                "annotations": annotations(a),
            }
            truth.createIndex()
            evaluation = COCOeval(truth, truth.loadRes(annotations(b)), "segm")
            evaluation.params.maxDets = [1, 100, 1000]
            evaluation.evaluate()
            evaluation.accumulate()

    return work


# -------------------------------------------------------------------- contours of matched objects
def segreview_boundary(a: np.ndarray, b: np.ndarray) -> Work:
    """segreview.evaluate, boundary of objects."""
    import segreview

    return lambda: segreview.evaluate(a, b, "boundary", of="objects", pixels=3).figures


def crops(a: np.ndarray, b: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Masks of both objects of every matched pair, in their common box with a margin of a pixel."""
    import segreview

    table = segreview.overlap_table(a, b)
    found = []
    for one in segreview.match(a, b):
        box = table.box("reference", one.reference_id) | table.box("prediction", one.prediction_id)
        window = box.grown(1, a.shape).slices
        found.append((a[window] == one.reference_id, b[window] == one.prediction_id))
    return found


def medpy_boundary(a: np.ndarray, b: np.ndarray) -> Work:
    """MedPy hd95 and assd on crops."""
    from medpy.metric.binary import assd, hd95

    pairs = crops(a, b)
    return lambda: [(hd95(p, r), assd(p, r)) for r, p in pairs]


def surface_distance_boundary(a: np.ndarray, b: np.ndarray) -> Work:
    """surface-distance on crops."""
    import surface_distance as sd

    def figures(reference: np.ndarray, prediction: np.ndarray) -> tuple[float, Any]:
        gaps = sd.compute_surface_distances(reference, prediction, (1.0,) * a.ndim)
        return sd.compute_robust_hausdorff(gaps, 95), sd.compute_average_surface_distance(gaps)

    pairs = crops(a, b)
    return lambda: [figures(r, p) for r, p in pairs]
