"""What the window remembers: kept in a file, and no file can hinder a start."""

import json
from dataclasses import replace

import pytest

from segreview.ui.settings import SCHEMA, Recent, Settings, SettingsFile
from segreview.ui.switches import Coloring, Switches


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "settings.json"


def write(path, **content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schema": SCHEMA, **content}), "utf-8")


def test_what_was_changed_is_there_at_the_next_start(path):
    changed = Settings(
        reviewer="Ada",
        switches=Switches(filled=True, coloring=Coloring.IOU, advance=False),
        keys={"next_item": ("J", "F8"), "join_objects": ()},
        recent=(Recent("gt", "images", "pred", sample="b", prob="prob", annotators=("ada", "bob")),),
        layout="bGF5b3V0",
        theme="light",
        toured=True,
    )
    file = SettingsFile(path)
    file.change(**{name: getattr(changed, name) for name in Settings.__dataclass_fields__})
    assert SettingsFile(path).now == changed


def test_a_change_is_told_and_written_once(path):
    file, told = SettingsFile(path), []
    file.changed.connect(lambda: told.append(file.now.reviewer))
    assert not path.exists()
    file.change(reviewer="Ada")
    file.change(reviewer="Ada")
    assert told == ["Ada"]
    assert [left.name for left in path.parent.iterdir()] == ["settings.json"]


def test_the_users_folder_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path))
    assert SettingsFile().path == tmp_path / "settings.json"


def others(path):
    """Contents of the files beside the settings."""
    return [other.read_text("utf-8") for other in path.parent.iterdir() if other != path]


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"schema": "x"}', "[" * 100_000])
def test_a_file_that_cannot_be_read_is_set_aside(path, content):
    path.parent.mkdir()
    path.write_text(content, "utf-8")
    file = SettingsFile(path)
    assert file.now == Settings()
    assert "could not be read" in file.notice
    assert others(path) == [content]
    file.change(reviewer="Ada")
    again = SettingsFile(path)
    assert (again.now.reviewer, again.notice) == ("Ada", "")


def test_a_file_of_a_newer_program_is_left_alone(path):
    write(path, schema=SCHEMA + 1, reviewer="Ada")
    before = path.read_bytes()
    file = SettingsFile(path)
    assert file.now == Settings()
    assert "newer" in file.notice
    file.change(reviewer="Bo")
    assert file.now.reviewer == "Bo"
    assert path.read_bytes() == before


def test_a_file_that_becomes_that_of_a_newer_program_meanwhile_is_left_alone(path):
    write(path, reviewer="Ada")
    file = SettingsFile(path)
    write(path, schema=SCHEMA + 1, reviewer={"name": "Ada"})
    before = path.read_bytes()
    file.change(reviewer="Bo")
    assert file.now.reviewer == "Bo"
    assert path.read_bytes() == before
    assert others(path) == []


GOOD = {
    "reviewer": "Ada",
    "theme": "light",
    "switches": {"heat": True},
    "keys": {"next_item": ["J"]},
    "recent": [{"gt": "a", "time": 3}],
    "toured": True,
}
WANTED = Settings(
    reviewer="Ada",
    theme="light",
    switches=Switches(heat=True),
    keys={"next_item": ("J",)},
    recent=(Recent("a", time=3.0),),
    toured=True,
)


@pytest.mark.parametrize(
    ("bad", "named", "falls_back"),
    [
        ({"reviewer": 7}, "reviewer", {"reviewer": ""}),
        ({"theme": "puce"}, "theme", {"theme": "dark"}),
        ({"theme": ["light"]}, "theme", {"theme": "dark"}),
        ({"toured": "yes"}, "toured", {"toured": False}),
        ({"switches": 3}, "switches", {"switches": Switches()}),
        ({"switches": {"tolerance": 99}}, "switches.tolerance", {"switches": Switches()}),
        ({"switches": {"heat": True, "filled": "yes"}}, "switches.filled", {}),
        ({"switches": {"heat": True, "coloring": "mauve"}}, "switches.coloring", {}),
        ({"switches": {"heat": True, "coloring": {}}}, "switches.coloring", {}),
        ({"switches": {"heat": True, "target": 3}}, "switches.target", {}),
        ({"switches": {"heat": True, "target": "much"}}, "switches.target", {}),
        ({"switches": {"heat": True, "heatmap": "mauve"}}, "switches.heatmap", {}),
        ({"keys": 3}, "keys", {"keys": {}}),
        ({"keys": {"next_item": ["J"], "undo": "U"}}, "keys.undo", {}),
        ({"keys": {"next_item": ["J"], "undo": [3]}}, "keys.undo", {}),
        ({"recent": {}}, "recent", {"recent": ()}),
        ({"recent": [{"gt": "a", "time": 3}, "b"]}, "recent[1]", {}),
        ({"recent": [{"gt": 3}, {"gt": "a", "time": 3}]}, "recent[0].gt", {}),
        ({"recent": [{"gt": "a", "time": 3, "image": None}]}, "recent[0].image", {}),
    ],
)
def test_a_value_that_cannot_be_used_costs_itself_alone_and_is_named(path, bad, named, falls_back):
    write(path, **(GOOD | bad))
    before = path.read_text("utf-8")
    file = SettingsFile(path)
    assert file.now == replace(WANTED, **falls_back)
    assert f"In the settings, {named} cannot be used and is as at the first start" in file.notice
    assert others(path) == [before]
    again = SettingsFile(path)
    assert (again.now, again.notice) == (file.now, "")


def test_many_values_that_cannot_be_used_are_named_as_far_as_a_line_goes(path):
    write(path, reviewer=7, theme=7, toured=7, layout=7, geometry=7, keys=7)
    notice = SettingsFile(path).notice
    assert "reviewer, keys, layout, geometry, theme and others cannot be used and are as" in notice


def test_names_that_we_do_not_know_are_left_out_without_a_word(path):
    write(path, colour="red", **(GOOD | {"switches": {"heat": True, "old": 1}}))
    file = SettingsFile(path)
    assert (file.now, file.notice) == (WANTED, "")


def test_what_another_window_has_spoiled_meanwhile_stays_as_it_is_here(path):
    write(path, **GOOD)
    file = SettingsFile(path)
    write(path, **(GOOD | {"theme": "puce", "reviewer": "Bo"}))
    file.change(toured=False)
    assert (file.now.theme, file.now.reviewer) == ("light", "Bo")
    assert len(others(path)) == 1


def test_a_folder_that_cannot_be_written_hinders_nothing(path):
    path.parent.parent.mkdir(exist_ok=True)
    path.parent.write_text("a file where the folder should be")
    file = SettingsFile(path)
    file.change(reviewer="Ada")
    assert file.now.reviewer == "Ada"
