"""Text files of instance predictions: what their lines say, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from segreview.errors import ReadError
from segreview.formats.cityscapes.predictions import belongs_to, prediction_files, read_predictions

SHAPE = (6, 9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A text with three predictions, the second over the first and the third empty."""
    (tmp_path / "masks").mkdir()
    for n, columns in enumerate((slice(0, 5), slice(3, 8), slice(0, 0))):
        mask = np.zeros(SHAPE, np.uint8)
        mask[:, columns] = (255, 1, 9)[n]
        Picture.fromarray(mask).save(tmp_path / "masks" / f"a {n}.png")
    lines = ["masks/a 0.png 26 0.9", "masks/a 1.png 24 1e-3", "", "masks/a 2.png 26 1"]
    (tmp_path / "ulm_0_1_leftImg8bit.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_masks_that_overlap_lie_in_planes(folder: Path) -> None:
    labels = read_predictions(folder / "ulm_0_1_leftImg8bit.txt", SHAPE)
    assert [np.unique(plane).tolist() for plane in labels.planes] == [[0, 1], [0, 2]]
    assert [int((plane > 0).sum()) for plane in labels.planes] == [30, 30]
    facts = {number: (one.category, one.score) for number, one in labels.segments.items()}
    assert facts == {1: (26, 0.9), 2: (24, 0.001), 3: (26, 1.0)}
    assert labels.ontology.name == "cityscapes"


def test_a_text_without_lines_predicts_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n")
    labels = read_predictions(tmp_path / "a.txt", SHAPE)
    assert (len(labels.planes), int(labels.data.max()), dict(labels.segments)) == (1, 0, {})


def test_texts_are_known_by_their_first_line(folder: Path) -> None:
    (folder / "readme.txt").write_text("These are the predictions of a model.\n")
    (folder / "ulm_0_2.txt").write_text("")
    assert [file.name for file in prediction_files(folder)] == ["ulm_0_1_leftImg8bit.txt", "ulm_0_2.txt"]
    (folder / "masks" / "notes.txt").write_text("")
    assert prediction_files(folder / "masks") == ()
    assert prediction_files(folder / "one.txt") == (folder / "one.txt",)
    assert prediction_files(folder / "masks" / "a 0.png") == ()


@pytest.mark.parametrize("name", ["ulm_0_1.txt", "ulm_0_1_leftImg8bit.txt", "ULM_0_1_net7.txt"])
def test_texts_begin_like_their_image(name: str) -> None:
    reference = Path("ulm_0_1_gtFine_instanceIds.png")
    assert belongs_to(Path(name), reference)
    assert not belongs_to(Path(name.lower().replace("0_1", "0_12")), reference)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a.png 26", "line 1: 'a.png 26' is no mask"),
        ("a.png car 0.5", "is no mask with label id"),
        ("a.png 26 nan", "is no mask with label id"),
        (f"{Path(__file__).absolute()} 26 0.5", "is an absolute path"),
        ("gone.png 26 0.5", r"gone\.png"),
        ("small.png 26 0.5", "small.png is 2 x 3 pixels, and the image 6 x 9"),
    ],
)
def test_what_is_no_prediction_is_refused(tmp_path: Path, line: str, message: str) -> None:
    Picture.fromarray(np.ones((2, 3), np.uint8)).save(tmp_path / "small.png")
    (tmp_path / "a.txt").write_text(line)
    with pytest.raises(ReadError, match=message) as refusal:
        read_predictions(tmp_path / "a.txt", SHAPE)
    assert refusal.value.hint


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReadError, match="is no text"):
        read_predictions(tmp_path / "a.txt", SHAPE)
