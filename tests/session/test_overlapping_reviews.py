"""Reviews of objects that overlap: what lies below another object outlasts every save, undo and restart."""

from pathlib import Path

import numpy as np
import pytest
from session_cases import opened, paint

from segreview.formats.address import file_of, in_folder
from segreview.formats.planes import parts_of
from segreview.formats.registry import read, write
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Category, Ontology
from segreview.session.proof import prove
from segreview.session.saving import save

SHAPE = (40, 50)
AREAS = [100, 160, 784]
NAMES = {
    "coco": "a.json",
    "labelme": "a.json",
    "yolo": "labels/a.txt",
    "geojson": "a.geojson",
    "roi": "a.zip",
    "masks": "cell/masks",
    "tiff_pages": "a.tif",
}

CLASSED = {"coco", "labelme", "geojson"}


@pytest.fixture(autouse=True)
def _state(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "state"))


@pytest.fixture(params=NAMES)
def address(request, tmp_path: Path) -> Path:
    """Large object 1, upon it the small 2, and 3 across its edge; each of 1 and 2 has a hidden pixel."""
    one, two, three = (np.zeros(SHAPE, np.int32) for _ in range(3))
    one[2:30, 2:30], two[10:20, 10:20], three[15:25, 25:41] = 1, 2, 3
    labels = LabelImage(
        (one, two, three),
        segments={n: Segment(1) for n in (1, 2, 3)} if request.param in CLASSED else {},
        ontology=Ontology("table", (Category(1, "cell"),)),
    )
    path = tmp_path / "gt" / NAMES[request.param]
    for folder in (path.parent, tmp_path / "gt" / "images"):
        folder.mkdir(parents=True, exist_ok=True)
    (tmp_path / "gt" / "data.yaml").write_text("names: [background, cell]")
    if request.param == "masks":
        path.mkdir()
        pictures = path.with_name("images")
        pictures.mkdir()
        (pictures / "a.png").touch()
    write(labels, path / "a.png" if request.param == "coco" else path, request.param)
    return path / "1" if request.param == "coco" else path


def areas(address: Path) -> list[int]:
    """Pixels of each object in the file."""
    return sorted(part.area for part in parts_of(read(address, shape=SHAPE)).values())


def test_what_is_hidden_outlasts_saves_undo_and_a_restart(address):
    assert areas(address) == AREAS
    review = opened(address, shape=SHAPE)
    large, small = int(review.reference.data[3, 3]), int(review.reference.data[12, 12])
    paint(review, (10, 10), 5, 0)
    for corner in ((34, 2), (34, 12)):  # twice: the second save must not take what the first uncovered
        paint(review, corner, 2, small)
        save(review)
    assert areas(address) == [83, 160, 784]
    paint(review, (10, 10), 5, large)
    save(review)
    review.close()
    review = opened(address, shape=SHAPE)
    for _ in range(4):
        review.undo()
    save(review)
    assert areas(address) == AREAS
    review.close()


def test_a_deleted_object_comes_back_whole(address, tmp_path):
    review = opened(address, shape=SHAPE)
    paint(review, (10, 10), 10, 0)
    save(review, tmp_path / "out")
    target = in_folder(address, file_of(address), tmp_path / "out")
    facts = prove(review, target)
    assert all(fact.holds for fact in facts), [str(fact) for fact in facts]
    paint(review, (0, 0), 30, 0)
    save(review)
    review.close()
    review = opened(address, shape=SHAPE)
    review.undo()
    review.undo()
    save(review)
    review.close()
    assert areas(address) == AREAS
