"""Roles of files and folders by their names."""

from pathlib import Path

import pytest

from segreview.formats.roles import Roles, guess_roles


def made(root, *names):
    """Folders (names that end in a slash) and empty files under a root."""
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    return root


def told(roles, root):
    """Names of the paths of GT, image and model below a root; "." for the root itself."""
    paths = (roles.gt, roles.image, roles.pred)
    return tuple(None if path is None else path.relative_to(root).as_posix() for path in paths)


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (("gt", "images", "pred"), ("gt", "images", "pred")),
        (("Masks", "IMG", "Predictions"), ("Masks", "IMG", "Predictions")),
        (("Ground_Truth", "raw", "Cellpose"), ("Ground_Truth", "raw", "Cellpose")),
        (("annotations", "leftImg8bit", "stardist_2d"), ("annotations", "leftImg8bit", "stardist_2d")),
        (("labels", "image"), ("labels", "image", None)),
        (("gt", "gt_noisy", "images", "model"), ("gt", "images", "model")),
        (("masks", "model_masks", "images2"), ("masks", "images2", "model_masks")),
        (("label_images", "images", "notes"), ("label_images", "images", None)),
        (("gt", "images", "model", "model_prob"), ("gt", "images", "model")),
    ],
)
def test_folders_in_a_folder_are_told_by_their_names(tmp_path, folders, expected):
    made(tmp_path, *(f"{name}/a.tif" for name in folders))
    roles = guess_roles([tmp_path])
    assert told(roles, tmp_path) == expected
    assert roles.unclear == ()
    assert {path.name for path in roles.rivals} <= {"gt_noisy"}


def test_a_folder_that_holds_only_another_one_is_gone_into(tmp_path):
    made(tmp_path, "set/gtFine/val/aachen/a_labelIds.png", "set/leftImg8bit/val/aachen/a.png")
    expected = ("set/gtFine/val/aachen", "set/leftImg8bit/val/aachen", None)
    assert told(guess_roles([tmp_path]), tmp_path) == expected


def test_files_of_one_folder_are_told_by_their_stems(tmp_path):
    made(tmp_path, "001.tif", "001_masks.tif", "001_pred.tif")
    assert told(guess_roles([tmp_path]), tmp_path) == ("001_masks.tif", "001.tif", "001_pred.tif")
    made(tmp_path, "002.tif", "002_masks.tif", "002_pred.tif")
    assert told(guess_roles([tmp_path]), tmp_path) == (".", ".", ".")
    made(tmp_path / "one", "img2d.tif", "mask2d.tif", "model_watershed.tif")
    expected = ("mask2d.tif", "img2d.tif", "model_watershed.tif")
    assert told(guess_roles([tmp_path / "one"]), tmp_path / "one") == expected
    made(tmp_path / "plain", "001.tif", "002.tif")
    plain = tmp_path / "plain"
    assert guess_roles([plain]) == Roles(unclear=(plain,))


def test_a_folder_that_is_called_by_its_role_has_it(tmp_path):
    made(tmp_path, "masks/a.tif", "masks/b.tif")
    assert guess_roles([tmp_path / "masks"]) == Roles(gt=tmp_path / "masks")


def test_several_paths_are_told_one_by_one(tmp_path):
    made(tmp_path, "images/a.tif", "gt/a.tif", "b.jpg", "b_mask.png", "model/", "x.tif", "y.tif")
    folders = [tmp_path / name for name in ("model", "gt", "images")]
    assert told(guess_roles(folders), tmp_path) == ("gt", "images", "model")
    files = [tmp_path / "images" / "a.tif", tmp_path / "gt" / "a.tif"]
    assert told(guess_roles(files), tmp_path) == ("gt/a.tif", "images/a.tif", None)
    assert told(guess_roles([tmp_path / "b.jpg", tmp_path / "b_mask.png"]), tmp_path) == (
        "b_mask.png",
        "b.jpg",
        None,
    )


def test_what_names_do_not_tell_is_unclear_and_fills_free_roles_only_when_asked(tmp_path):
    root = made(tmp_path / "some", "x.tif", "y.tif", "a_mask.tif", "b_mask.tif")
    x, y = root / "x.tif", root / "y.tif"
    assert guess_roles([y, x]) == Roles(unclear=(x, y))
    assert guess_roles([y, x]).filled() == Roles(gt=x, image=y)
    a, b = root / "a_mask.tif", root / "b_mask.tif"
    assert guess_roles([b, a]) == Roles(gt=a, rivals=(b,))
    assert guess_roles([]) == Roles()


def test_folders_that_are_gone_or_empty_say_nothing(tmp_path):
    made(tmp_path, "empty/")
    assert guess_roles([tmp_path / "empty"]) == Roles(unclear=(tmp_path / "empty",))
    assert guess_roles([tmp_path / "gone"]) == Roles(unclear=(tmp_path / "gone",))


@pytest.mark.parametrize("path", ["/mnt/lab/set", "/x\0y", "a" * 5000])
def test_a_path_that_cannot_be_looked_at_counts_as_empty(monkeypatch, path):
    def stale(*_, **__):
        raise OSError(116, "Stale file handle")

    if "lab" in path:
        monkeypatch.setattr(Path, "is_dir", stale)
    assert isinstance(guess_roles([Path(path)]), Roles)
