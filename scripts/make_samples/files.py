"""Writing of the sample files with fixed settings, so that the same arrays always give the same bytes."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

SOFTWARE = "segreview make_samples"


def write_tiff(path: Path, pixels: np.ndarray, pixel_size: float) -> None:
    """Deflated grey TIFF of uint16 ``(Y, X)``; `pixel_size` in micrometres goes into the resolution tags."""
    path.parent.mkdir(parents=True, exist_ok=True)
    per_centimetre = 10_000 / pixel_size
    tifffile.imwrite(
        path,
        pixels,
        photometric="minisblack",
        compression="zlib",
        compressionargs={"level": 9},
        predictor=True,
        resolution=(per_centimetre, per_centimetre),
        resolutionunit="CENTIMETER",
        software=SOFTWARE,
        metadata=None,
    )


def write_png(path: Path, pixels: np.ndarray) -> None:
    """PNG of uint8 ``(Y, X)`` or ``(Y, X, 3)``, or of uint16 ``(Y, X)``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, format="PNG", optimize=True, compress_level=9)


def write_json(path: Path, content: object) -> None:
    """Indented JSON in UTF-8; ids and boxes stay on one line each."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    # json.dumps spreads each pair of numbers over four lines: lists without objects in them go on one.
    text = re.sub(r"\[[^\[\]{}]*\]", _one_line, text)
    text = re.sub(r"\[\s*(\[[^\[\]{}]*\]),\s*(\[[^\[\]{}]*\])\s*\]", r"[\1, \2]", text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _one_line(found: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", found[0]).replace("[ ", "[").replace(" ]", "]")


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of each file in the sample folders below `folder`, by its posix path."""
    paths = sorted(path for path in folder.glob("*/**/*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }
