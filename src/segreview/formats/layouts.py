"""Layouts of whole data sets: which files of a tree are the annotation, the image, the prediction.

A layout is known by its folders. It gives, for each role that it has, the files and the names by which
they are paired; whatever the user names himself goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from segreview.formats.coco.kept import coco_text
from segreview.formats.drawn import yolo
from segreview.formats.folder import Listing
from segreview.formats.guard import first_bytes, reading
from segreview.formats.image import SUFFIXES as IMAGE_SUFFIXES
from segreview.formats.naming import IMAGE, INSTANCE_IDS, LABEL_IDS, POLYGONS, cityscapes_pair, natural
from segreview.formats.registry import members_of
from segreview.model.sample import PREDICTION, REFERENCE


@dataclass(frozen=True)
class Layout:
    """A way of keeping a data set in folders.

    Parameters
    ----------
    title
        What people call it.
    listings
        Files of a folder by role, the reference among them; empty when it is not laid out so.
    """

    title: str
    listings: Callable[[Path], Mapping[str, Listing]]


@dataclass(frozen=True)
class Recognised:
    """What a folder was recognised as.

    Parameters
    ----------
    title
        What people call it.
    listings
        Its files by role.
    """

    title: str
    listings: Mapping[str, Listing]

    def __str__(self) -> str:
        words = {REFERENCE: "annotated images", IMAGE: "images", PREDICTION: "predictions"}
        counts = [
            f"{len(self.listings[role].files)} {word}"
            for role, word in words.items()
            if role in self.listings
        ]
        return f"{self.title}: {', '.join(counts)}"


def recognised(folder: Path) -> Recognised | None:
    """Data set that lies in a folder; None when it is laid out in no way that we know.

    Raises
    ------
    ReadError
        When it may not be looked into, or a file that describes it is damaged.
    """
    if not folder.is_dir():
        return None
    with reading(folder, "folder"):
        found = ((layout.title, layout.listings(folder)) for layout in LAYOUTS)
        return next((Recognised(title, listings) for title, listings in found if listings), None)


# -------------------------------------------------------------------- Cityscapes
def _cityscapes(root: Path) -> dict[str, Listing]:
    """gtFine/SPLIT/CITY/*_instanceIds.png or, without it, *_polygons.json, and the same under leftImg8bit."""
    top = root if root.name in ("gtFine", "gtCoarse") else root / "gtFine"
    split = top if top.is_dir() else root if root.parent.name in ("gtFine", "gtCoarse") else None
    if split is None:
        return {}
    ids = {
        cityscapes_pair(file)[1] for end in (INSTANCE_IDS, LABEL_IDS) for file in split.rglob(f"*{end}.png")
    }
    masks = [file if file.exists() else cityscapes_pair(file)[0] for file in ids]
    masks = masks or list(split.rglob(f"*{POLYGONS}"))
    pictures = Path(*("leftImg8bit" if part in ("gtFine", "gtCoarse") else part for part in split.parts))
    return _listings(masks, pictures.rglob("*_leftImg8bit.png"))


# -------------------------------------------------------------------- COCO
_COCO_FILES = re.compile(r"(?:instances|panoptic)_?(?P<split>.*)\.json$")
"""Files of the folder ``annotations``; captions and keypoints are no masks."""


def _coco(root: Path) -> dict[str, Listing]:
    """annotations/instances_SPLIT.json beside a folder of images; the validation split before others."""
    found = [
        (match, file) for file in root.glob("annotations/*.json") if (match := _COCO_FILES.match(file.name))
    ]
    order = sorted(found, key=lambda one: ("val" not in one[1].name, one[1].name))
    if not order:
        return {}
    match, file = order[0]
    members = members_of(file)
    folder = _coco_folder(root, match["split"], _picture_name(file))
    pictures = [] if folder is None else [one for one in folder.rglob("*") if _is_picture(one)]
    others = tuple(f"{other.name} is not opened: name it to open it." for _, other in order[1:])
    masks = Listing(tuple(sorted(members, key=lambda one: natural(members[one]))), others, members)
    return {REFERENCE: masks} | ({IMAGE: _listing(pictures)} if pictures else {})


def _picture_name(file: Path) -> str:
    """Name of the first picture that a file speaks of."""
    images = coco_text(file).file.images
    return str(next(iter(images.values()), {}).get("file_name", "")) if images else ""


def _coco_folder(root: Path, split: str, name: str) -> Path | None:
    """Folder of the pictures of a split: the one named like it, or the one that has the first of them."""
    places = [root / split, root / "images" / split, root / "images", *sorted(root.iterdir()), root]
    return next((place for place in places if name and (place / name).is_file()), None)


def pictures_beside(file: Path) -> Path | None:
    """Folder of the pictures that a file of COCO speaks of, near to it; None where there is none.

    Raises
    ------
    ReadError
        When the file is damaged.
    """
    if not members_of(file):
        return None
    match = _COCO_FILES.match(file.name)
    root = file.parent.parent if file.parent.name == "annotations" else file.parent
    return _coco_folder(root, match["split"] if match else "", _picture_name(file))


# -------------------------------------------------------------------- YOLO
def _yolo(root: Path) -> dict[str, Listing]:
    """labels/SPLIT/NAME.txt and images/SPLIT/NAME.jpg, or SPLIT/labels and SPLIT/images."""
    texts = [*root.glob("labels/**/*.txt"), *root.glob("*/labels/*.txt")]
    masks = [file for file in texts if yolo.sniff(file, first_bytes(file))]
    pictures = [*root.glob("images/**/*"), *root.glob("*/images/*")]
    if not any(file.stat().st_size for file in masks):
        return {}

    def name(file: Path) -> str:
        within = file.relative_to(root).with_suffix("").parts
        return "_".join(part for part in within if part not in ("labels", "images"))

    return _listings(masks, filter(_is_picture, pictures), name)


# -------------------------------------------------------------------- PASCAL VOC
def _voc(root: Path) -> dict[str, Listing]:
    """SegmentationObject or, without it, SegmentationClass, beside JPEGImages."""
    folders = [root / name for name in ("SegmentationObject", "SegmentationClass")]
    masks = next((folder for folder in folders if folder.is_dir()), None)
    if masks is None:
        return {}
    other = f"{root / 'SegmentationClass'} holds classes: name it to open it."
    notes = (other,) if masks.name == "SegmentationObject" and folders[1].is_dir() else ()
    return _listings(masks.glob("*.png"), (root / "JPEGImages").glob("*.jpg"), notes=notes)


# -------------------------------------------------------------------- Data Science Bowl
def _bowl(root: Path) -> dict[str, Listing]:
    """NAME/masks/*.png, and NAME/images/NAME.png."""
    masks = [folder for folder in root.glob("*/masks") if folder.is_dir()]
    pictures = [file for file in root.glob("*/images/*") if _is_picture(file)]
    return _listings(masks, pictures, lambda file: file.relative_to(root).parts[0])


# -------------------------------------------------------------------- Cell Tracking Challenge
_NUMBER = re.compile(r"(?:man_seg|man_track|mask|t)_?(?P<number>[0-9_]+)$")


def _tracking(root: Path) -> dict[str, Listing]:
    """NN_GT/SEG/man_seg*.tif or, without it, NN_GT/TRA; images in NN, predictions in NN_RES."""
    sequences = sorted(folder for folder in root.iterdir() if re.fullmatch("[0-9]{2}", folder.name))
    masks: list[Path] = []
    for kind in ("GT/SEG", "ST/SEG", "GT/TRA"):
        masks = masks or [file for one in sequences for file in root.glob(f"{one.name}_{kind}/man_*.tif")]
    pictures = [file for one in sequences for file in one.glob("t*.tif")]
    results = [file for one in sequences for file in root.glob(f"{one.name}_RES/mask*.tif")]

    def name(file: Path) -> str | None:
        found = _NUMBER.match(file.stem)
        return None if found is None else f"{file.relative_to(root).parts[0][:2]}_t{found['number']}"

    return _listings(masks, pictures, name, results)


# -------------------------------------------------------------------- listing
def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in IMAGE_SUFFIXES and not file.name.startswith(".")


def _listings(
    masks: Iterable[Path],
    pictures: Iterable[Path],
    name: Callable[[Path], str | None] = lambda _: None,
    results: Iterable[Path] = (),
    notes: tuple[str, ...] = (),
) -> dict[str, Listing]:
    """Listings of the roles that have files; nothing without a mask."""
    files = {REFERENCE: list(masks), IMAGE: list(pictures), PREDICTION: list(results)}
    if not files[REFERENCE]:
        return {}
    found = {role: _listing(there, name) for role, there in files.items() if there}
    found[REFERENCE] = Listing(found[REFERENCE].files, notes, found[REFERENCE].names)
    return found


def _listing(files: Iterable[Path], name: Callable[[Path], str | None] = lambda _: None) -> Listing:
    names = {file: told for file in files if (told := name(file)) is not None}
    return Listing(tuple(sorted(files, key=lambda file: natural(names.get(file, file.name)))), names=names)


LAYOUTS = (
    Layout("Cityscapes", _cityscapes),
    Layout("COCO", _coco),
    Layout("YOLO", _yolo),
    Layout("PASCAL VOC", _voc),
    Layout("Data Science Bowl 2018", _bowl),
    Layout("Cell Tracking Challenge", _tracking),
)
"""Every layout, in the order in which they are tried."""
