"""Whether the field's own programs take what segreview writes: loads, scores and shapes, compared exactly.

Run ``python benchmarks/other_programs``; ``pip install --group other-programs`` brings the programs.
Labels with holes, several parts and touching corners are written as new files, by ``segreview convert``
and by a review that saves one stroke, then read by each program that is installed.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

import array_files
import cellpose_files
import cityscapes_files
import coco_files
import drawn_files
from program import Finding, Program
from scene import Scene

PROGRAMS = (
    Program("pycocotools", coco_files.pycocotools),
    Program("supervision", coco_files.supervision),
    Program("cityscapesScripts", cityscapes_files.cityscapes_scripts),
    Program("cellpose", cellpose_files.cellpose),
    Program("tifffile", array_files.tifffile),
    Program("nibabel", array_files.nibabel),
    Program("pynrrd", array_files.pynrrd),
    Program("zarr", array_files.zarr),
    Program("ome-zarr", array_files.ome_zarr),
    Program("ome-zarr-models", array_files.ome_zarr_models),
    Program("napari-ome-zarr", array_files.napari_ome_zarr),
    Program("geojson", drawn_files.geojson),
    Program("shapely", drawn_files.shapely),
    Program("labelme", drawn_files.labelme),
    Program("ultralytics", drawn_files.ultralytics),
    Program("roifile", drawn_files.roifile),
)


def main() -> int:
    """Ask every program, or those that are named, and print a row for each; 1 when one differs."""
    asked = [one for one in PROGRAMS if len(sys.argv) < 2 or one.name in sys.argv[1:]]
    print(f"numpy {version('numpy')}, Python {sys.version.split()[0]}\n")
    print("| program | version | equal | differs |\n| --- | --- | --- | --- |")
    differs = False
    for program in asked:
        found = _findings(program) if program.version else []
        parts = {side: "; ".join(one.what for one in found if one.equal is side) for side in (True, False)}
        print(f"| {program.name} | {program.version or 'not installed'} | {parts[True]} | {parts[False]} |")
        differs |= bool(parts[False])
    return int(differs)


def _findings(program: Program) -> list[Finding]:
    """What a program finds in a scene of its own; that it fails is a difference."""
    quiet = io.StringIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        warnings.catch_warnings(),
        contextlib.redirect_stdout(quiet),
        contextlib.redirect_stderr(quiet),
    ):
        warnings.simplefilter("ignore")  # of other programs about each other: the table is what counts
        # what the programs and the journals of reviews keep for later goes away with the scene
        os.environ |= {"SEGREVIEW_STATE": folder, "YOLO_CONFIG_DIR": folder, "HOME": folder}
        found: list[Finding] = []
        try:
            found.extend(program.ask(Scene(Path(folder))))
        except Exception as error:  # whatever another program raises
            found.append(Finding(f"{type(error).__name__}: {str(error).strip()[-200:]}", equal=False))
        return found


if __name__ == "__main__":
    sys.exit(main())
