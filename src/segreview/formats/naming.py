"""Names of files: what in a stem tells the role, and what tells the sample."""

from __future__ import annotations

import re
from pathlib import Path

from segreview.model.sample import PREDICTION, REFERENCE

IMAGE = "image"
"""Role of the pictures, beside those of the mask sources."""

LABEL_IDS = "_labelIds"
INSTANCE_IDS = "_instanceIds"

POLYGONS = "_polygons.json"
"""End of the names of Cityscapes' files of polygons."""

_CITYSCAPES = re.compile(rf"(?:{LABEL_IDS}|{INSTANCE_IDS})$")

_WORDS = {
    PREDICTION: (
        "pred preds prediction predictions predicted model output outputs result results "
        "cp_masks cp_output cp_outputs"
    ),
    REFERENCE: (
        "mask masks label labels lbl seg segs segmentation gt groundtruth ground_truth gtfine gtcoarse "
        "labelids instanceids labeltrainids color reference ref manual annotation annotations anno "
        "instance instances semantic panoptic polygons"
    ),
    IMAGE: "image img raw input leftimg8bit prob probs probability probabilities",
}

# Longest first: of cp_masks and masks, the longer one tells more.
_ROLES = sorted(
    ((word, role) for role, words in _WORDS.items() for word in words.split()), key=lambda p: -len(p[0])
)
_ROLE_OF_WORD = dict(_ROLES)
_ANY = "|".join(word for word, _ in _ROLES)
_SUFFIX = re.compile(rf"(?<=.)[-_. ]+({_ANY})$")
_PREFIX = re.compile(rf"^({_ANY})[-_. ]+(?=.)")


def stem(path: Path) -> str:
    """Name without its last suffix, or without a double one such as ``.ome.tif``."""
    for double in (".ome.tiff", ".ome.tif", ".nii.gz", ".seg.nrrd"):
        if path.name.lower().endswith(double):
            return path.name[: -len(double)]
    return path.stem


def lower_stem(path: Path) -> str:
    """Stem without regard to case."""
    return stem(path).lower()


def sample_key(path: Path) -> str:
    """What the files of one sample share: the stem in lower case without words that tell the role."""
    key = lower_stem(path)
    while True:
        shorter = _PREFIX.sub("", _SUFFIX.sub("", key))
        if shorter == key:
            return key
        key = shorter


def sample_name(path: Path) -> str:
    """Same as `sample_key` in the spelling of the file."""
    key, whole = sample_key(path), stem(path)
    at = whole.lower().find(key)
    return whole[at : at + len(key)] if at >= 0 else whole


def role_of(path: Path) -> str | None:
    """Role that a name tells: ``"reference"``, ``"prediction"``, ``"image"``, or None."""
    key = lower_stem(path)
    found = _SUFFIX.search(key) or _PREFIX.search(key)
    return _ROLE_OF_WORD[found.group(1)] if found else None


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which ``img2`` comes before ``img10``."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text.lower())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def is_cityscapes(path: Path) -> bool:
    """Whether a path is named like the id images of Cityscapes."""
    return path.suffix.lower() == ".png" and _CITYSCAPES.search(path.stem) is not None


def cityscapes_pair(path: Path) -> tuple[Path, Path]:
    """The labelIds and the instanceIds file that belong to one of them or to their common stem."""
    common = _CITYSCAPES.sub("", path.stem if path.suffix.lower() == ".png" else path.name)
    return path.with_name(f"{common}{LABEL_IDS}.png"), path.with_name(f"{common}{INSTANCE_IDS}.png")
