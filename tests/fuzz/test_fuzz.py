"""A short run of the fuzzing that benchmarks/fuzz.py does at length: nothing but words comes of damage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from families import FAMILIES, SHARDS, blobs, made
from google_crc32c import value as crc32c
from lines import FOLDER, Lines, lines_of
from mutants import shard
from trial import SLOW, Trials, limits

from zarr_stores import put_store

MUTANTS = 20
"""Few, because every change is tested with them; other numbers than those of the long run's beginning."""

FIRST = 1_000_000


@pytest.fixture(autouse=True)
def _limits() -> Iterator[None]:
    with limits():
        yield


@pytest.mark.parametrize("name", FAMILIES)
def test_mutants_end_in_labels_or_in_words(name: str, tmp_path: Path) -> None:
    trials = Trials(name, FAMILIES[name], tmp_path)
    for number in range(FIRST, FIRST + MUTANTS):
        trials.run(number)
    assert trials.tally.faults == {}
    assert trials.tally.mutants == MUTANTS
    assert trials.tally.sniffed >= MUTANTS / 3
    assert trials.tally.slowest < SLOW


def test_a_mutant_is_made_of_its_number_alone(tmp_path: Path) -> None:
    trials = Trials("npy", FAMILIES["npy"], tmp_path)
    made = []
    for number in (1, 2, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                trials, "_judge", lambda seed, folder, random: made.append((folder / seed.path).read_bytes())
            )
            trials.run(number)
    assert made[0] == made[2] != made[1]


def test_the_index_of_a_shard_is_changed_under_a_checksum_that_is_right() -> None:
    (stored,) = made(
        lambda folder: put_store(folder / "a.zarr", blobs(), "yx", version="0.5", count=1, **SHARDS)
    )
    content = stored.files["a.zarr/s0/c/0/0"]
    mutants = [shard(content, Random(number)) for number in range(20)]
    assert all(crc32c(one[-68:-4]) == int.from_bytes(one[-4:], "little") for one in mutants)
    assert {one[:-68] == content[:-68] for one in mutants} == {True, False}
    assert {one[-68:] == content[-68:] for one in mutants} == {True, False}


def test_a_file_of_several_may_be_missing(tmp_path: Path) -> None:
    trials = Trials("mask folder", FAMILIES["mask folder"], tmp_path)
    missing = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trials, "_mutant", lambda seed, changed, _: seed.files[changed])
        patch.setattr(
            trials,
            "_judge",
            lambda seed, folder, _: missing.extend(n for n in seed.files if not (folder / n).exists()),
        )
        for number in range(100):
            trials.run(number)
    assert len(set(missing)) > 1


def test_every_reader_is_fuzzed() -> None:
    counted = {module for family in FAMILIES.values() for module in family.modules}
    from segreview.formats.registry import FORMATS

    homes = {
        format_.read.__module__.removeprefix("segreview.formats.")
        for format_ in FORMATS
        if hasattr(format_.read, "__module__")
    }
    assert homes <= counted | {"raster", "drawn.outlines"}


def test_lines_that_run_at_import_are_not_counted() -> None:
    lines = (FOLDER / "coco" / "labels.py").read_text().splitlines()
    counted = {lines[number - 1].strip() for number in lines_of("coco.labels")}
    assert "labels.title," not in counted
    assert "return Format(" not in counted
    assert any(line.startswith("return ") for line in counted)


def test_lines_are_counted_once_they_ran() -> None:
    from segreview.formats.classes import spread_color

    with Lines() as lines:
        spread_color(3)
    assert lines.hit["classes"] < lines_of("classes")
    assert (
        (FOLDER / "classes.py")
        .read_text()
        .splitlines()[max(lines.hit["classes"]) - 1]
        .lstrip()
        .startswith("return")
    )
