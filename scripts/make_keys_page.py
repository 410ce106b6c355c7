"""Make docs/keys.md anew, from the table of actions.

`python scripts/make_keys_page.py` writes it; a test fails when it is stale.
"""

from pathlib import Path

from segreview.ui.actions import ACTIONS, MENUS, Action
from segreview.ui.keymap import KeyMap

PAGE = Path(__file__).parents[1] / "docs" / "keys.md"

HEAD = """\
<!-- Made by scripts/make_keys_page.py from ACTIONS. Change those, then run it. -->

# Keys

`?` shows this list in the window, with the keys that you have chosen. File > Settings… > Keys gives
any action other keys: select it, press Change, then the new key. When another action has that key,
you are asked whether to take it or to swap the two.

Keys work wherever the focus is, but for text fields, which keep theirs. CapsLock changes nothing, and
with a Greek or Russian layout the keys are where an American keyboard has them. A key that is held
down counts once, unless the list says otherwise.
"""

TAIL = """
## Not to be given away

Space (held: move while painting), Alt (with the mouse: brush size), the arrows, Return and Enter
(close a polygon), and Esc (drop it) stay as napari's tools and all dialogs need them.
"""


def text() -> str:
    """The page as it is written."""
    keymap = KeyMap()
    return HEAD + "".join(_section(menu, keymap) for menu in MENUS) + TAIL


def _section(menu: str, keymap: KeyMap) -> str:
    rows = [action for action in ACTIONS if action.menu == menu and keymap.keys_of(action.id)]
    lines = "".join(
        f"| {_keys(action, keymap)} | {action.full_title} | {_says(action)} |\n" for action in rows
    )
    return f"\n## {menu}\n\n| Key | Action | What it does |\n|---|---|---|\n{lines}"


def _keys(action: Action, keymap: KeyMap) -> str:
    return " or ".join(f"`{key}`" for key in keymap.keys_of(action.id))


def _says(action: Action) -> str:
    more = " (again and again while held)" if action.repeats else ""
    return f"{action.tooltip}{more}"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    print(f"{PAGE.name}: {text().count('| `')} actions with keys")
