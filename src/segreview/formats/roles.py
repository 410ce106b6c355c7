"""Which of some files and folders is the GT, the image, the model: told by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from segreview.formats.folder import LABEL_SUFFIXES
from segreview.formats.image import SUFFIXES as IMAGE_SUFFIXES
from segreview.formats.naming import IMAGE, natural, role_of, stem
from segreview.model.sample import PREDICTION, REFERENCE

_FIELDS = {REFERENCE: "gt", IMAGE: "image", PREDICTION: "pred"}

_WORDS = {
    PREDICTION: (
        "pred preds prediction predictions predicted model models output outputs result results inference "
        "proposal proposals stardist cellpose mesmer sam unet maskrcnn detectron nnunet"
    ),
    REFERENCE: (
        "gt gtfine gtcoarse groundtruth truth mask masks label labels labelled seg segs segmentation "
        "segmentations annotation annotations annot annots reference ref manual target targets"
    ),
    IMAGE: "image images img imgs raw input inputs leftimg picture pictures photo photos",
}
"""Words in names, digits left out, in the order in which they decide: the masks of a model are its."""

_ROLE_OF = {word: role for role in reversed(_WORDS) for word in _WORDS[role].split()}
_FILLERS = frozenset({"ground", "bit", "of", "the", "and", "data", "my", "all"})
_OTHERS = frozenset({"prob", "probs", "probability", "probabilities", "logits", "uncertainty", "scores"})
"""Words of what is neither masks nor picture."""

_DEEPEST = 4
"""Folders that are gone down into, as long as each holds nothing but the next."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Paths by their role.

    Parameters
    ----------
    gt, image, pred
        What the names tell; None where they tell nothing.
    unclear
        Paths that no role was found for.
    rivals
        Paths whose role another one has, with a plainer name.
    """

    gt: Path | None = None
    image: Path | None = None
    pred: Path | None = None
    unclear: tuple[Path, ...] = ()
    rivals: tuple[Path, ...] = ()

    def path(self, role: str) -> Path | None:
        """Path of a role: ``"reference"``, ``"image"`` or ``"prediction"``."""
        found: Path | None = getattr(self, _FIELDS[role])
        return found

    def taking(self, role: str, path: Path) -> Roles:
        """Same with a path in a role."""
        fields: dict[str, Any] = {_FIELDS[role]: path}
        return replace(self, **fields)

    def filled(self) -> Roles:
        """Same paths, with the unclear ones in the roles that are free: GT, image and model in turn."""
        left, found = list(self.unclear), self
        for role in _FIELDS:
            if left and found.path(role) is None:
                found = found.taking(role, left.pop(0))
        return replace(found, unclear=tuple(left))


def guess_roles(paths: Sequence[Path]) -> Roles:
    """Roles of what was dropped: one folder by what is in it, else each path by its name.

    Names are compared without regard to case. What they leave open is told, never guessed.

    Parameters
    ----------
    paths
        Files and folders. Those that cannot be looked into count as empty.
    """
    if len(paths) == 1 and _is_folder(paths[0]):
        return _of_folder(_down(paths[0]))
    return _by_name({path: _told(path) for path in paths})


def _is_folder(path: Path) -> bool:
    """Whether a path is a folder; not where its disk does not answer, or it can be no path at all."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _of_folder(folder: Path) -> Roles:
    """Roles of the folders in a folder, or of the files in it, or of the folder itself."""
    content = _content(folder)
    found = _by_name({_down(path): _told(path) for path in content if _is_folder(path)})
    if found.gt is not None or (found.image is not None and found.pred is not None):
        return replace(found, unclear=())  # other folders beside them are nobody's concern
    files = [path for path in content if path.suffix.lower() in (*LABEL_SUFFIXES, *IMAGE_SUFFIXES)]
    told = {path: _told_by_stem(path) for path in files}
    roles = [role or IMAGE for role, _ in told.values()]
    if REFERENCE not in roles or len(set(roles)) == 1:
        return _by_name({folder: _told(folder)})
    if len(set(roles)) == len(roles):
        return _by_name({path: (role or IMAGE, strange) for path, (role, strange) in told.items()})
    shared = Roles()
    for role in set(roles):
        shared = shared.taking(role, folder)
    return shared


_Told = tuple[str | None, int]
"""Role that a name tells, and how many of its words say nothing of roles."""


def _by_name(told: Mapping[Path, _Told]) -> Roles:
    """Roles of paths by what their names tell; of two for one role the plainer one has it."""
    roles = Roles()
    for path, (role, _) in sorted(told.items(), key=lambda entry: (entry[1][1], natural(entry[0].name))):
        if role is None:
            roles = replace(roles, unclear=(*roles.unclear, path))
        elif roles.path(role) is None:
            roles = roles.taking(role, path)
        else:
            roles = replace(roles, rivals=(*roles.rivals, path))
    return roles


def _told(path: Path) -> _Told:
    """What a folder's name tells; of a file its own, or that of its folder, or its suffix."""
    if _is_folder(path):
        return _told_by_words(path.name)
    found = _told_by_stem(path)
    if found[0] is None:
        found = _told_by_words(path.parent.name)
    only_picture = path.suffix.lower() in set(IMAGE_SUFFIXES) - set(LABEL_SUFFIXES)
    return (IMAGE, 0) if found[0] is None and only_picture else found


def _told_by_stem(path: Path) -> _Told:
    role = role_of(path)
    return _told_by_words(stem(path)) if role is None else (role, 0)


def _told_by_words(name: str) -> _Told:
    words = re.findall("[a-z]+", name.lower())
    roles = [_ROLE_OF[word] for word in words if word in _ROLE_OF]
    if not roles or _OTHERS & set(words):
        return None, len(words)
    strange = [word for word in words if len(word) > 1 and word not in _ROLE_OF and word not in _FILLERS]
    return next(role for role in _WORDS if role in roles), len(strange)


def _down(folder: Path) -> Path:
    """Folder that holds something: one that holds nothing but another folder leads to that."""
    for _ in range(_DEEPEST):
        inside = _content(folder)
        if len(inside) != 1 or not inside[0].is_dir():
            break
        folder = inside[0]
    return folder


def _content(folder: Path) -> list[Path]:
    """What a folder shows, in natural order; nothing when it cannot be looked into."""
    try:
        found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return []
    return sorted(found, key=lambda path: natural(path.name))
