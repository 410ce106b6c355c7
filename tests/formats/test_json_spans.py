from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segreview.errors import ReadError
from segreview.formats.json.spans import (
    Splice,
    document,
    exchanged,
    items_at,
    members_at,
    parsing,
    spliced,
    value_at,
)
from segreview.formats.json.style import Style

INDENTED = '{\n  "a": 1.50,\n  "list": [\n    {"n": 1e2},\n    {"n": 2}\n  ],\n  "z": "\\u00e9"\n}\n'

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def root(text: str, name: str = "list"):
    """Members of a text whose one list is known item by item."""
    return document(text.encode(), lambda text, at: members_at(text, at, {name: items_at}))


def with_list(text: str, new: dict[int, list[str]], added: list[str] | None = None) -> str:
    text, found = root(text)
    return spliced(text, exchanged(text, found.value["list"], new, added or []))


@given(values, st.sampled_from([None, 0, 1, 2, "\t"]), st.booleans())
def test_everything_is_found_where_it_stands(value, indent, ascii_only) -> None:
    given_text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode(errors="backslashreplace")
    whole = json.dumps(json.loads(given_text))
    for reader in (value_at, members_at, items_at):
        text, found = document(b"  " + given_text + b"\r\n", reader)
        assert json.dumps(json.loads(text[found.start : found.stop])) == whole
        if reader is members_at and isinstance(value, dict):
            for name, inner in found.value.items():
                assert json.dumps(json.loads(text[inner.start : inner.stop])) == json.dumps(value[name])
        if reader is items_at and isinstance(value, list):
            items = found.value
            assert [text[a:b] for a, b in zip(items.starts, items.stops, strict=True)] == [
                text[slice(*value_at(text, a)[1:])] for a in items.starts
            ]
            assert json.dumps(items.values) == whole


@given(st.lists(values), st.data(), st.sampled_from([None, 2]))
def test_items_are_exchanged_and_the_others_stay(items, data, indent) -> None:
    new = data.draw(
        st.dictionaries(st.integers(0, len(items) - 1), st.lists(st.just('"new"'), max_size=2))
        if items
        else st.just({})
    )
    added = data.draw(st.lists(st.just("[0]"), max_size=2))
    after = with_list(json.dumps({"list": items, "b": 1}, indent=indent), new, added)
    expected = []
    for place, item in enumerate(items):
        expected += ["new"] * len(new[place]) if place in new else [item]
    expected += [[0]] * len(added)
    assert json.dumps(json.loads(after)) == json.dumps({"list": expected, "b": 1})


def test_what_is_not_exchanged_is_not_touched() -> None:
    assert with_list(INDENTED, {}) == INDENTED
    assert with_list(INDENTED, {0: []}) == INDENTED.replace('{"n": 1e2},\n    ', "")
    assert with_list(INDENTED, {1: []}) == INDENTED.replace(',\n    {"n": 2}', "")
    assert with_list(INDENTED, {0: [], 1: []}) == INDENTED.replace(
        '[\n    {"n": 1e2},\n    {"n": 2}\n  ]', "[]"
    )
    assert with_list(INDENTED, {0: ["7", "8"]}, ["9"]) == INDENTED.replace(
        '{"n": 1e2},\n    {"n": 2}', '7,\n    8,\n    {"n": 2},\n    9'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"list":[]}', '{"list":[1,2]}'),
        ('{"a": 1, "list": [0]}', '{"a": 1, "list": [0, 1, 2]}'),
        (
            '{\r\n\t"list": [],\r\n\t"a": 0\r\n}',
            '{\r\n\t"list": [\r\n\t\t1,\r\n\t\t2\r\n\t],\r\n\t"a": 0\r\n}',
        ),
        ('{\n "list": [\n  0\n ]}', '{\n "list": [\n  0,\n  1,\n  2\n ]}'),
    ],
)
def test_items_are_added_as_the_text_is_laid_out(before: str, after: str) -> None:
    assert with_list(before, {}, ["1", "2"]) == after


def test_values_are_written_as_the_text_is_laid_out() -> None:
    text, found = root(INDENTED)
    at = found.value["list"].value.starts[0]
    style = Style.of(text)
    assert style.written({"b": [1.0, "é"]}, text, at) == (
        '{\n      "b": [\n        1.0,\n        "\\u00e9"\n      ]\n    }'
    )
    stop = found.value["list"].value.stops[0]
    assert style.like(text, at, stop).written({"b": [1.0, 2]}) == '{"b": [1.0,2]}'
    assert Style.of('{"a":1,"b":"é"}').written(["é", "\ud800"]) == '["é","\\ud800"]'
    assert Style.of('{"a": 1, "b": 2}').written([1, {"c": 2}]) == '[1, {"c": 2}]'
    assert Style.of("[\r\n\t1\r\n]").written([1]) == "[\r\n\t1\r\n]"


def test_the_last_of_equal_names_counts_as_for_everybody() -> None:
    _, found = document(b'{"a": 1, "a": 22}', members_at)
    assert (found.value["a"].value, found.value["a"].start) == (22, 14)


def test_a_byte_order_mark_stays() -> None:
    content = '\ufeff{"list": [1]}'.encode()
    text, found = root(content.decode())
    assert found.start == 1
    assert spliced(text, [Splice(10, 13, "[2]")]).encode() == '\ufeff{"list": [2]}'.encode()


def test_only_what_is_wanted_is_kept_of_items() -> None:
    _, found = document(
        b'[{"id": 5, "much": [1, 2]}, {"id": 6}]', lambda t, a: items_at(t, a, lambda v: v["id"])
    )
    assert found.value.values == [5, 6]
    assert len(found.value) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{]",
        b'{"a" 1}',
        b'{"a": 1',
        b'{"a": 1,}',
        b"{1: 2}",
        b"[1",
        b"[1,]",
        b"[1 2]",
        b"[1] 2",
        b"nothing",
        b'"\xff"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" + b"9" * 5000 + b"]",
    ],
)
@pytest.mark.parametrize("reader", [value_at, members_at, items_at])
def test_damage_is_told_with_the_file(content: bytes, reader) -> None:
    with pytest.raises(ReadError, match=r"labels\.json") as refusal, parsing(Path("labels.json")):
        document(content, reader)
    assert refusal.value.hint


def test_an_empty_list_that_stays_empty_is_not_touched() -> None:
    assert with_list('{"list": [ ]}', {}) == '{"list": [ ]}'
