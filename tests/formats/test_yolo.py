from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outline_files import FILES, SHAPE, image_of
from segreview.errors import LossError, ReadError
from segreview.formats.registry import find_format, read, write
from segreview.model.labels import LabelImage, Segment
from segreview.model.ontology import Category, Ontology


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return FILES["yolo with names"](tmp_path)


def test_a_class_table_names_what_the_file_only_numbers(tmp_path: Path) -> None:
    path, line = tmp_path / "a.txt", b"0 0.6 0.6 0.9 0.6 0.9 0.9 0.6 0.9\n"
    path.write_bytes(b"1 0.1 0.1 0.5 0.1 0.5 0.5 0.1 0.5\n" + line)
    table = Ontology("table", (Category(0, "cat"), Category(1, "dog"), Category(2, "cow")))
    labels = read(path, classes=table, shape=(40, 40))
    assert [labels.category(n).name for n in (1, 2)] == ["dog", "cat"]
    assert write(labels, path) == ()
    labels.data[4:6, 4:6] = 0
    write(replace(labels, segments={**labels.segments, 1: Segment(2)}), path)
    assert path.read_bytes().startswith(b"2 0.")
    assert path.read_bytes().endswith(b"\n" + line)


def test_classes_have_the_names_of_data_yaml(path: Path) -> None:
    labels = read(path)
    assert [labels.category(n).name for n in (1, 2)] == ["cell", "dead cell"]
    assert [labels.category_of(n) for n in (1, 2)] == [0, 1]
    (path.parent / "data.yaml").write_text("nothing: 1\n")
    assert [read(path).category(n).name for n in (1, 2)] == ["0", "1"]
    assert [read(path).category_of(n) for n in (1, 2)] == [0, 1]
    (path.parent / "classes.txt").write_text("one\none\n")
    assert [read(path).category(n).name for n in (1, 2)] == ["one", "one (1)"]


def test_boxes_stay_and_confidences_are_scores(tmp_path: Path) -> None:
    path = FILES["yolo with boxes and confidences"](tmp_path)
    labels = read(path)
    assert labels.segments[1].score == 0.10
    assert "1 of its entries are no areas" in labels.reading
    before = path.read_bytes().split(b"\r\n")
    plane = np.where(labels.data == 3, 0, labels.data)
    plane[2:4, 2:6] = 0
    write(replace(labels, planes=(plane,)), path)
    after = path.read_bytes().split(b"\r\n")
    assert after[1:2] + after[2:] == before[1:2] + before[3:]
    assert (
        after[0] == b"7 0.113208 0.054054 0.207547 0.054054 0.207547 0.297297 0.037736 0.297297 "
        b"0.037736 0.108108 0.113208 0.108108 0.1"
    )


def test_holes_and_parts_are_joined_by_ways_there_and_back(path: Path) -> None:
    labels = read(path)
    plane = labels.data.copy()
    plane[5, 5], plane[34, 50] = 0, 1
    write(replace(labels, planes=(plane,)), path)
    assert np.array_equal(read(path).data, plane)
    assert len(path.read_text().splitlines()) == 12


def test_classes_without_a_name_are_refused(path: Path, tmp_path: Path) -> None:
    labels = read(path)
    plane = labels.data.copy()
    plane[11:14, 5:9] = 77
    with pytest.raises(LossError, match="Object 77 has no class of the names") as refusal:
        write(replace(labels, planes=(plane,)), path)
    assert "data.yaml" in refusal.value.hint
    table = Ontology("t", (Category(4, "cell"),))
    named = LabelImage((plane,), segments={77: Segment(4)}, ontology=table)
    (tmp_path / "data.yaml").unlink()
    with pytest.raises(LossError, match="class 'cell'"):
        write(named, tmp_path / "new.txt")
    assert not (tmp_path / "new.txt").exists()
    (tmp_path / "data.yaml").write_text("names: [dirt, cell]\n")
    write(named, tmp_path / "new.txt")
    assert {line.split()[0] for line in (tmp_path / "new.txt").read_text().splitlines()} == {"1"}


def test_an_empty_text_is_an_image_without_objects(tmp_path: Path) -> None:
    image_of(tmp_path, "a")
    path = tmp_path / "a.txt"
    path.touch()
    labels = read(path)
    assert labels.shape == SHAPE
    assert not labels.data.any()
    plane = labels.data.copy()
    plane[3:5, 3:5] = 1
    write(replace(labels, planes=(plane,)), path)
    assert path.read_text() == "0 0.056604 0.081081 0.09434 0.081081 0.09434 0.135135 0.056604 0.135135\n"


@pytest.mark.parametrize("text", ["hello", "mask.png 26 0.5", "0 1 2"])
def test_other_texts_are_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(ReadError, match=r"of no label format|does not begin like it"):
        find_format(tmp_path / "a.txt")


def test_a_line_is_known_however_long_its_numbers_are(tmp_path: Path) -> None:
    image_of(tmp_path, "a")
    corners = " ".join(repr(float(0.5 + 0.4 * np.cos(n / 3))) for n in range(2_000))
    (tmp_path / "a.txt").write_text(f"0 {corners}")
    assert find_format(tmp_path / "a.txt").name == "yolo"
    assert read(tmp_path / "a.txt").shape == SHAPE
