"""Arrays in chunks beside the same arrays in memory: CPU time, and the most memory that is held.

Run ``python benchmarks/blocks.py [SIDE]``. zarr is measured when it is installed, dask too; every
measurement has a process of its own, which opens the arrays and compares them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from label_pairs import label_pair
from peers import peak, resident

CHUNKS = ((1_000, 1_000), (512, 768))
"""Chunks of either side."""


def in_memory(path: str, _: int) -> np.ndarray:
    """Array that is read as a whole first."""
    return np.load(path)


def mapped(path: str, _: int) -> np.ndarray:
    """File that is mapped into memory."""
    return np.load(path, mmap_mode="r")


def in_dask(path: str, side: int) -> Any:
    """Array of dask over a mapped file."""
    from dask import array

    return array.from_array(np.load(path, mmap_mode="r"), chunks=CHUNKS[side])


def in_zarr(path: str, _: int) -> Any:
    """Compressed array of zarr."""
    import zarr

    return zarr.open_array(path.replace(".npy", ".zarr"), mode="r")


WAYS: dict[str, Callable[[str, int], Any]] = {
    "in memory": in_memory,
    "mapped": mapped,
    "dask": in_dask,
    "zarr": in_zarr,
}


def measure(way: str, *paths: str) -> None:
    """Print CPU seconds of a comparison, and the bytes that were held above those before it."""
    import segreview

    segreview.evaluate(np.eye(8, dtype=int), np.eye(8, dtype=int))
    sides = [WAYS[way](path, n) for n, path in enumerate(paths)]
    segreview.evaluate(*(side[:8, :8] for side in sides))  # what it needs once
    before, start = resident(), time.process_time()
    found = segreview.evaluate(*sides, "stardist").figures
    taken, above = time.process_time() - start, max(0, peak() - before)
    print(f"{way:10s} {taken:8.2f} s {above / 1e6:8.0f} MB   f1 {found['f1']:.6f}")


def main() -> None:
    """Measure every way that is there."""
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
        return
    side = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        paths = [f"{folder}/{name}.npy" for name in ("reference", "prediction")]
        for n, (path, data) in enumerate(
            zip(paths, label_pair((side, side), side * side // 1_000, dtype="uint32"), strict=True)
        ):
            np.save(path, data)
            store(path.replace(".npy", ".zarr"), data, CHUNKS[n])
        print(f"{side} x {side}, {2 * side * side * 4 / 1e6:.0f} MB on both sides, chunks {CHUNKS}")
        for way in WAYS:
            command = [sys.executable, __file__, "--measure", way, *paths]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            print(done.stdout.strip() or f"{way:10s} not installed")


def store(path: str, data: np.ndarray, chunks: tuple[int, ...]) -> None:
    """Write an array of zarr, where it is installed."""
    try:
        import zarr
    except ImportError:
        return
    zarr.create_array(path, shape=data.shape, chunks=chunks, dtype=data.dtype)[:] = data


if __name__ == "__main__":
    main()
