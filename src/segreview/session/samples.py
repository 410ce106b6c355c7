"""The bundled samples: always opened as a copy, so that they stay as they are."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from segreview.errors import ReadError
from segreview.session.places import state_folder
from segreview.session.project import Project


@dataclass(frozen=True)
class BundledSample:
    """A sample data set that comes with the program: its name and its folders."""

    name: str
    title: str
    images: str
    gt: str = "gt"
    pred: str = "pred"


SAMPLES = (
    BundledSample("cells", "Nuclei in a microscope", "images"),
    BundledSample("street", "A street scene", "leftImg8bit"),
)


def sample_folder(name: str) -> Path:
    """Folder of a sample, which must not be written to.

    Raises
    ------
    ReadError
        When there is no such sample, or it was not installed.
    """
    if name not in {sample.name for sample in SAMPLES}:
        known = ", ".join(sample.name for sample in SAMPLES)
        raise ReadError(f"There is no sample named {name!r}.", f"The samples are: {known}.")
    package = Path(__file__).parents[1]
    for place in (package / "sample_data", package.parents[1] / "sample_data"):
        if (place / name).is_dir():
            return place / name
    raise ReadError(
        f"The sample {name!r} is not installed.", "Install segreview again, with its sample data."
    )


def working_copy(name: str) -> Path:
    """Copy of a sample in the user's state directory; work that was done there before stays.

    Raises
    ------
    ReadError
        When the sample is missing or cannot be copied.
    """
    source, target = sample_folder(name), state_folder() / "samples" / name
    for file in sorted(source.rglob("*")):
        copy = target / file.relative_to(source)
        if file.is_dir() or copy.exists():
            continue
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        except OSError as error:
            raise ReadError(
                f"The sample {name!r} cannot be copied to {target}: {error.strerror or error}.",
                "Set SEGREVIEW_STATE to a folder that can be written.",
            ) from error
    return target


def sample_project(name: str) -> Project:
    """Project of a working copy of a sample.

    Raises
    ------
    ReadError
        As `working_copy`.
    """
    folder = working_copy(name)
    sample = next(sample for sample in SAMPLES if sample.name == name)
    return Project.of_paths(folder / sample.gt, folder / sample.images, folder / sample.pred)
