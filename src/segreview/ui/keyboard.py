"""What the keys of a keyboard are called, whatever their layout, CapsLock or keypad makes of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeyEvent, QKeySequence

from segreview.ui.keymap import spelled

_ROWS = {10: "1234567890", 24: "QWERTYUIOP[]", 38: "ASDFGHJKL", 52: "ZXCVBNM"}

_LETTERS = {first + n: letter for first, row in _ROWS.items() for n, letter in enumerate(row)}
"""What a key writes in America by its place, as X11 and Wayland number the places."""

_Modifier = Qt.KeyboardModifier


def names(event: QKeyEvent) -> Iterator[str]:
    """Names of a key that was pressed, as `KeyMap` spells them, the likeliest first.

    A key that writes neither a Latin letter nor a digit has a second name: what it says on a
    keyboard on which it does, so that keys work with a Greek or Russian layout too.
    """
    yield name(event)
    if not _is_latin(int(event.key())) and (latin := _latin(event)):
        yield spelled("+".join([*_modifiers(event, keep_shift=True), latin]))


def name(event: QKeyEvent) -> str:
    """Name of a key that was pressed, by what it writes; empty where it has none."""
    text, key = event.text(), int(event.key())
    # "?" needs Shift on some keyboards and none on others: it is named by what it writes, and so
    # are the digits, which need it on a French one.
    written = text.isprintable() and len(text) == 1 and not text.isalpha() and not text.isspace()
    said = str(QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText))
    if not said or not said.isprintable():
        return ""
    return spelled("+".join([*_modifiers(event, keep_shift=not written), said]))


def place(event: QKeyEvent) -> int:
    """Place of a key on the keyboard: what the key is called can change while it is down."""
    return int(event.nativeScanCode()) or int(event.key())


def _modifiers(event: QKeyEvent, *, keep_shift: bool) -> list[str]:
    held = event.modifiers()
    ctrl, alt = bool(held & _Modifier.ControlModifier), bool(held & _Modifier.AltModifier)
    if not keep_shift and ctrl and alt and sys.platform == "win32":
        ctrl = alt = False  # AltGr, which Windows takes for the two together
    named = {
        "Meta": bool(held & _Modifier.MetaModifier),
        "Ctrl": ctrl,
        "Alt": alt,
        "Shift": keep_shift and bool(held & _Modifier.ShiftModifier),
    }
    return [name for name, on in named.items() if on]


def _is_latin(key: int) -> bool:
    return key < 128 and chr(key).isalnum()


def _latin(event: QKeyEvent) -> str:
    """What a key writes in America by its place; empty where nobody knows."""
    if sys.platform == "win32":
        code = int(event.nativeVirtualKey())
        return chr(code) if _is_latin(code) else ""
    if sys.platform == "darwin" or int(event.key()) >= int(Qt.Key.Key_Escape):
        return ""  # special keys have a name of their own everywhere
    return _LETTERS.get(int(event.nativeScanCode()), "")
