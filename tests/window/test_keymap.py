"""Which keys do what: one spelling, no key twice, the user's before ours."""

import subprocess
import sys

import pytest

from segreview.ui.actions import ACTIONS, MENUS
from segreview.ui.keymap import KeyMap, refusal, spelled


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("n", "N"),
        ("shift+ctrl+del", "Ctrl+Shift+Delete"),
        ("PageDown", "PgDown"),
        ("Escape", "Esc"),
        ("Backtab", "Shift+Tab"),
        ("Shift+Backtab", "Shift+Tab"),
        ("+", "+"),
        ("ctrl++", "Ctrl++"),
        ("?", "?"),
        ("[", "["),
        ("Ctrl+,", "Ctrl+,"),
        ("é", "É"),
        ("", ""),
    ],
)
def test_a_key_has_one_spelling(written, spelling):
    assert spelled(written) == spelling
    assert spelled(spelling) == spelling


def test_no_key_of_ours_is_given_twice_or_cannot_be_given():
    keys = [spelled(key) for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)
    assert {key: refusal(key) for key in keys if refusal(key)} == {}
    assert KeyMap().told == ()


def test_every_action_is_in_a_menu_and_says_what_it_does():
    assert [action.id for action in ACTIONS if action.menu not in MENUS or not action.tooltip] == []
    titles = [(action.menu, action.full_title) for action in ACTIONS]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("key", ["Space", "Esc", "Return", "Enter", "Left", "Shift+Up", "Alt", "Ctrl"])
def test_keys_that_tools_need_are_refused_in_words(key):
    assert refusal(key).endswith(".")


def test_keys_are_asked_for_by_action_and_by_key():
    keymap = KeyMap()
    assert keymap.keys_of("tool_paint") == ("2", "P")
    assert keymap.text_of("tool_paint") == "2 or P"
    assert keymap.action_of("shift+n").id == "previous_item"
    assert keymap.action_of("Ctrl+Alt+Q") is None
    assert keymap.press("next_item") == "Press N"


def test_the_users_keys_take_the_place_of_ours():
    keymap = KeyMap({"next_item": ["J", "F8"]})
    assert keymap.keys_of("next_item") == ("J", "F8")
    assert keymap.action_of("N") is None
    assert keymap.action_of("J").id == "next_item"
    assert keymap.keys_of("join_objects") == ()
    assert keymap.told == ("J belongs to Next disagreement, and no longer to Join objects.",)


def test_of_two_that_want_a_key_in_the_file_the_later_one_loses():
    keymap = KeyMap({"judge_unsure": ["F7"], "judge_ignore": ["F7", "F6"], "nonsense": ["F9"]})
    assert keymap.keys_of("judge_unsure") == ("F7",)
    assert keymap.keys_of("judge_ignore") == ("F6",)
    assert keymap.told == ("F7 belongs to Unsure, and no longer to Ignore.",)
    assert keymap.action_of("F9") is None


def test_a_key_that_nobody_can_have_is_left_out_of_the_file():
    keymap = KeyMap({"judge_unsure": ["Space", "F7"]})
    assert keymap.keys_of("judge_unsure") == ("F7",)
    assert keymap.told == (refusal("Space"),)


def test_taking_a_key_leaves_its_owner_without():
    keymap, changes = KeyMap(), []
    keymap.changed.connect(lambda: changes.append(1))
    keymap.give("judge_unsure", ["G"])
    assert keymap.action_of("G").id == "judge_unsure"
    assert keymap.keys_of("judge_gt_right") == ()
    assert keymap.press("judge_gt_right") == "Choose Review > GT is right"
    assert changes == [1]
    assert KeyMap(keymap.own).own == keymap.own == {"judge_unsure": ("G",), "judge_gt_right": ()}
    assert KeyMap(keymap.own).told == ()


def test_swapping_gives_both_a_key():
    keymap = KeyMap()
    keymap.swap("judge_unsure", "G", "U")
    assert keymap.keys_of("judge_unsure") == ("G",)
    assert keymap.keys_of("judge_gt_right") == ("U",)
    keymap.swap("judge_unsure", "U", "G")
    assert keymap.own == {}


def test_resetting_brings_our_keys_back():
    keymap = KeyMap()
    keymap.give("judge_unsure", ["G", "F7"])
    keymap.reset("judge_gt_right")
    assert keymap.keys_of("judge_gt_right") == ("G",)
    assert keymap.keys_of("judge_unsure") == ("F7",)
    keymap.reset_all()
    assert keymap.own == {}
    assert keymap.keys_of("judge_unsure") == ("U",)


def test_the_keymap_needs_no_library_of_the_window():
    code = "import sys, segreview.ui.keymap, segreview.ui.settings; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded & {"napari", "qtpy", "PyQt5", "PyQt6", "superqt"} == set()


def test_the_page_of_keys_is_up_to_date():
    from make_keys_page import PAGE, text

    assert PAGE.read_text("utf-8") == text(), "run python scripts/make_keys_page.py"
