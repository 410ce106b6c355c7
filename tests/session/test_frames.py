"""Framed files: what was written whole is read whole, whatever follows it."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segreview.session.frames import MAGIC, FramedFile, is_cut

payloads = st.lists(st.binary(min_size=1, max_size=60), max_size=8)


def written(path, records) -> list[int]:
    """Positions of records appended to a file."""
    file = FramedFile(path)
    list(file.frames())
    positions = [file.append(record) for record in records]
    file.close()
    return positions


def found(path) -> list[bytes]:
    file = FramedFile(path)
    try:
        return [payload for _, payload in file.frames()]
    finally:
        file.close()


@given(payloads, payloads)
@settings(max_examples=30)
def test_records_come_back_in_order_and_by_position(tmp_path_factory, first, second):
    path = tmp_path_factory.mktemp("frames") / "f"
    positions = written(path, first) + written(path, second)
    assert found(path) == first + second
    file = FramedFile(path)
    assert [file.read(position) for position in positions] == first + second
    file.close()


def test_a_last_record_cut_at_any_byte_is_dropped_and_all_earlier_ones_survive(tmp_path):
    path = tmp_path / "f"
    *_, last = written(path, [b"first", b"second", b"the last one"])
    whole = path.read_bytes()
    for size in range(last, len(whole)):
        path.write_bytes(whole[:size])
        file = FramedFile(path)
        assert [payload for _, payload in file.frames()] == [b"first", b"second"]
        assert file.surplus() == whole[last:size]
        file.append(b"new")
        file.close()
        assert found(path) == [b"first", b"second", b"new"]


@pytest.mark.parametrize("size", range(len(MAGIC)))
def test_a_file_cut_within_its_first_bytes_begins_anew(tmp_path, size):
    path = tmp_path / "f"
    path.write_bytes(MAGIC[:size])
    assert found(path) == []
    assert path.read_bytes() == MAGIC


@pytest.mark.parametrize("content", [b"hello", b"SEGRE!", b"\x89PNG\r\n\x1a\n" * 4])
def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "f"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not a segreview journal"):
        FramedFile(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("tail", [b"\0" * 500, struct.pack("<II", 2**31, 0) + b"x", b"\xff" * 7])
def test_what_is_no_frame_is_surplus(tmp_path, tail):
    path = tmp_path / "f"
    written(path, [b"one"])
    with path.open("ab") as file:
        file.write(tail)
    opened = FramedFile(path)
    assert [payload for _, payload in opened.frames()] == [b"one"]
    assert opened.surplus() == tail
    opened.drop_surplus()
    assert opened.surplus() == b""
    opened.close()


def frame(payload: bytes) -> bytes:
    return struct.pack("<II", len(payload), zlib.crc32(payload)) + payload


@pytest.mark.parametrize(
    ("surplus", "cut"),
    [
        (frame(b"{record} one")[:9], True),
        (frame(b"{record} one")[:-1], True),
        (b"\x01", True),
        (b"\0" * 4096, True),
        (frame(b"{record} one")[:-1] + b"!", False),
        (frame(b"{record} one")[:-3] + frame(b"{record} two"), False),
        (struct.pack("<II", 2**31, 7) + b"{record} one" + frame(b"{record} two"), False),
    ],
)
def test_a_cut_frame_is_told_from_a_damaged_one(surplus, cut):
    assert is_cut(surplus, b"{record}") is cut


def test_a_write_that_failed_half_way_is_taken_back_by_the_next_one(tmp_path):
    path = tmp_path / "f"
    file = FramedFile(path)
    list(file.frames())
    file.append(b"one")
    with path.open("ab") as other:  # as if the disk was full and even the truncation failed
        other.write(b"half a fra")
    file.append(b"two")
    file.close()
    assert found(path) == [b"one", b"two"]
