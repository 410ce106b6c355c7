"""Verified replacement: the target is either as it was or as it was meant to be, never between."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segreview.errors import ReadError, WriteError
from segreview.formats import replacing
from segreview.formats.registry import read, write
from segreview.formats.replacing import Draft, replace_verified, resolved_target
from segreview.model.labels import LabelImage

posix = pytest.mark.skipif(sys.platform == "win32", reason="permission bits and links of POSIX")


def draft(path: Path, content: bytes = b"new", good: bool = True) -> Draft:
    return Draft(path, content, lambda _: good)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    yield from _mounted(folder, "size=64k")


@pytest.fixture
def sealed_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system that is mounted for reading only, with one label file."""
    folder = tmp_path / "disk"
    folder.mkdir()
    for place in _mounted(folder, "size=64k"):
        np.save(place / "labels.npy", np.arange(12, dtype="uint8").reshape(3, 4))
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        yield place


def _mounted(folder: Path, options: str) -> Iterator[Path]:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"this system does not let us mount: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "labels.bin"
    path.write_bytes(b"old")
    assert replace_verified([draft(path)]) == (path,)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_and_its_name_are_forced_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []
    monkeypatch.setattr(
        replacing.os, "fsync", lambda handle: flushed.append(stat.S_ISDIR(os.fstat(handle).st_mode))
    )
    replace_verified([draft(tmp_path / "labels.bin")])
    assert flushed == ([False, True] if os.name == "posix" else [False])


@posix
def test_permission_bits_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "labels.bin"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_verified([draft(path)])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_none_of_two_files_is_replaced_when_one_does_not_verify(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    with pytest.raises(WriteError, match="did not decode to the pixels") as refusal:
        replace_verified([draft(one), draft(other, good=False)])
    assert str(other) in refusal.value.message
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"2")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_reader_that_refuses_what_was_written_is_told(tmp_path: Path) -> None:
    def refuse(_: bytes) -> bool:
        raise ReadError("the file is odd.")

    with pytest.raises(WriteError, match="was not written: the file is odd"):
        replace_verified([Draft(tmp_path / "labels.bin", b"new", refuse)])
    assert not list(tmp_path.iterdir())


def test_a_target_that_is_held_open_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []
    rename = Path.replace

    def held(temp: Path, target: Path) -> Path:
        tries.append(target)
        if len(tries) < 3:
            raise PermissionError(13, "sharing violation")
        return rename(temp, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(replacing.time, "sleep", lambda _: None)
    replace_verified([draft(tmp_path / "labels.bin")])
    assert len(tries) == 3
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "held")))
    with pytest.raises(WriteError, match="permission denied") as refusal:
        replace_verified([draft(tmp_path / "labels.bin", b"newer")])
    assert "Close other programs" in refusal.value.hint
    assert (tmp_path / "labels.bin").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_first_of_two_files_is_put_back_when_the_second_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, new = tmp_path / "one", tmp_path / "other", tmp_path / "new"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    rename = Path.replace

    def held(temp: Path, target: Path) -> Path:
        if target == other:
            raise OSError(5, "the cable is out")
        return rename(temp, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(WriteError, match="the cable is out"):
        replace_verified([draft(one), draft(new), draft(other)])
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"2")
    assert sorted(tmp_path.iterdir()) == [one, other]


def test_a_full_disk_leaves_the_file_as_it_was(small_disk: Path) -> None:
    path = small_disk / "labels.npy"
    write(LabelImage.of_array(np.zeros((100, 400), "uint8")), path)
    before = path.read_bytes()
    labels = read(path).copy()
    labels.planes[0][0] = 3
    with pytest.raises(WriteError, match="disk is full") as refusal:
        write(labels, path)
    assert str(path) in refusal.value.message
    assert "Free some space" in refusal.value.hint
    assert path.read_bytes() == before
    assert list(small_disk.iterdir()) == [path]


def test_a_disk_mounted_for_reading_is_told(sealed_disk: Path) -> None:
    path = sealed_disk / "labels.npy"
    labels = read(path).copy()
    labels.planes[0][0] = 3
    with pytest.raises(WriteError, match=r"may not be written|permission denied|read-only") as refusal:
        write(labels, path)
    assert "another folder" in refusal.value.hint


@posix
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_is_read_only_is_refused(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    path = folder / "labels.bin"
    path.write_bytes(b"old")
    place = path if what == "file" else folder
    place.chmod(0o555 if what == "folder" else 0o444)
    with pytest.raises(WriteError, match=r"read-only|may not be written") as refusal:
        replace_verified([draft(path)])
    folder.chmod(0o755)
    assert str(path) in refusal.value.message
    assert "another folder" in refusal.value.hint
    assert path.read_bytes() == b"old"


@posix
def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "labels.bin", tmp_path / "link.bin"
    real.write_bytes(b"old")
    link.symlink_to(real)
    assert resolved_target(link) == real
    assert replace_verified([draft(link)]) == (real,)
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@posix
def test_a_link_into_a_read_only_store_is_refused(tmp_path: Path) -> None:
    real, link = tmp_path / "object", tmp_path / "link.bin"
    real.write_bytes(b"old")
    real.chmod(0o444)
    link.symlink_to(real)
    with pytest.raises(WriteError, match=r"is a link to .*object, which is read-only") as refusal:
        replace_verified([draft(link)])
    assert "another folder" in refusal.value.hint
    assert real.read_bytes() == b"old"


@posix
def test_a_ring_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(WriteError, match="leads nowhere"):
        resolved_target(tmp_path / "a")


def test_folders_are_no_targets(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="is a folder"):
        resolved_target(tmp_path)
    with pytest.raises(WriteError, match="does not exist"):
        resolved_target(tmp_path / "nowhere" / "labels.bin")
