"""Which keys do what: those of ACTIONS, in whose place the user may have put others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from psygnal import Signal

from segreview.ui.actions import ACTIONS, Action

_MODIFIERS = ("Meta", "Ctrl", "Alt", "Shift")

_ALIASES = {
    "backtab": "Tab",
    "control": "Ctrl",
    "del": "Delete",
    "escape": "Esc",
    "ins": "Insert",
    "pagedown": "PgDown",
    "pageup": "PgUp",
    "pgdn": "PgDown",
}

_NAMES = {
    name.lower(): name
    for name in (
        *_MODIFIERS,
        *("Backspace", "Delete", "Down", "End", "Enter", "Esc", "Home", "Insert", "Left", "Menu"),
        *("Pause", "PgDown", "PgUp", "Print", "Return", "Right", "Space", "Tab", "Up"),
        *(f"F{number}" for number in range(1, 36)),
    )
}

_NAPARIS = {
    "Space": "napari moves the view while Space is held",
    "Alt": "napari changes the brush while Alt is held",
    "Left": "the arrows step through slices and lines",
    "Right": "the arrows step through slices and lines",
    "Up": "the arrows step through slices and lines",
    "Down": "the arrows step through slices and lines",
    "Return": "Return closes a polygon and confirms dialogs",
    "Enter": "Enter closes a polygon and confirms dialogs",
    "Esc": "Esc drops a polygon and closes dialogs",
}
"""Keys that cannot be given away, with the reason: what napari's tools and all dialogs need."""


def spelled(key: str) -> str:
    """Key in the one spelling that we compare and show: ``"shift+ctrl+del"`` is ``"Ctrl+Shift+Delete"``.

    Parameters
    ----------
    key
        Names joined by plus signs, as Qt and ACTIONS write them; nothing for a key without a name.
    """
    if not key:
        return ""
    head, _, last = key[:-1].rpartition("+")  # the last character can itself be a plus sign
    last += key[-1]
    given = {_named(name) for name in head.split("+") if name}
    if last.lower() == "backtab":
        given.add("Shift")
    known = [name for name in _MODIFIERS if name in given]
    return "+".join([*known, *sorted(given - set(known)), _named(last)])


def _named(name: str) -> str:
    low = name.strip().lower()
    low = _ALIASES.get(low, low).lower()
    return _NAMES.get(low, name.strip().upper() if len(name.strip()) == 1 else name.strip())


def refusal(key: str) -> str:
    """Why a key cannot be given to an action; empty where it can."""
    last = spelled(key).rpartition("+")[2] or "+"
    if last in _NAPARIS and "Ctrl" not in spelled(key).split("+"):
        return f"{spelled(key)} stays as it is: {_NAPARIS[last]}."
    if last in _MODIFIERS:
        return f"{last} alone is no key: press it together with another one."
    return ""


class KeyMap:
    """The keys of every action, as they are now.

    Parameters
    ----------
    own
        Keys that the user gave to actions, by the action's id, in place of ours.
    actions
        All actions.

    Attributes
    ----------
    own
        The keys that differ from ours, as the settings keep them.
    told
        What had to be left out of ``own``, in words: doubled keys and those that nobody can have.
    changed
        Emitted when an action has got other keys.
    """

    changed = Signal()

    def __init__(
        self, own: Mapping[str, Iterable[str]] | None = None, actions: tuple[Action, ...] = ACTIONS
    ) -> None:
        self._actions = {action.id: action for action in actions}
        self.own: dict[str, tuple[str, ...]] = {}
        self.told: tuple[str, ...] = ()
        self._keys: dict[str, tuple[str, ...]] = {}
        self._action: dict[str, Action] = {}
        self._settle({} if own is None else own)

    # ---------------------------------------------------------------- asking
    def keys_of(self, name: str) -> tuple[str, ...]:
        """Keys of the action with an id."""
        return self._keys[name]

    def text_of(self, name: str) -> str:
        """Keys of the action with an id, as a text: ``"2 or P"``; empty where it has none."""
        return " or ".join(self._keys[name])

    def action_of(self, key: str) -> Action | None:
        """Action that a key belongs to."""
        return self._action.get(spelled(key))

    def press(self, name: str) -> str:
        """How to run the action with an id, as the beginning of a sentence: ``"Press N"``."""
        keys, action = self._keys[name], self._actions[name]
        return f"Press {keys[0]}" if keys else f"Choose {action.menu} > {action.title}"

    # ---------------------------------------------------------------- changing
    def give(self, name: str, keys: Iterable[str]) -> None:
        """Give an action these keys and no others; who had one of them has it no longer.

        Parameters
        ----------
        name
            Id of the action.
        keys
            Keys; what cannot be given away must have been refused before, see `refusal`.
        """
        given = tuple(dict.fromkeys(map(spelled, keys)))
        after = dict(self._keys) | {name: given}
        for other, had in self._keys.items():
            if other != name:
                after[other] = tuple(key for key in had if key not in given)
        self._replace(after)

    def swap(self, name: str, key: str, old: str) -> None:
        """Give an action a key, and who had it the action's old one.

        Parameters
        ----------
        name
            Id of the action.
        key
            The new key.
        old
            The key that goes in exchange; empty when the action has none to give.
        """
        loser = self.action_of(key)
        after = dict(self._keys)
        after[name] = _exchanged(after[name], old, spelled(key))
        if loser is not None and loser.id != name:
            after[loser.id] = _exchanged(after[loser.id], spelled(key), old)
        self._replace(after)

    def reset(self, name: str) -> None:
        """Give an action our keys again; who had one of them has it no longer."""
        self.give(name, self._actions[name].keys)

    def reset_all(self) -> None:
        """Give every action our keys again."""
        self._replace({name: _ours(action) for name, action in self._actions.items()})

    # ---------------------------------------------------------------- within
    def _replace(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        own = {name: given for name, given in keys.items() if given != _ours(self._actions[name])}
        self._settle(own)
        self.changed.emit()

    def _settle(self, own: Mapping[str, Iterable[str]]) -> None:
        """Work out who has which key: the user's come before ours, the first before the later ones."""
        told: list[str] = []
        taken: dict[str, Action] = {}
        self._keys = {}
        self.own = {}
        for name, keys in own.items():
            if name in self._actions:  # else of a newer program, or of one long gone
                kept = self._claim(self._actions[name], keys, taken, told)
                self._keys[name] = self.own[name] = kept
        for name, action in self._actions.items():
            if name not in self._keys:
                self._keys[name] = self._claim(action, action.keys, taken, told)
        self._keys = {name: self._keys[name] for name in self._actions}
        self._action, self.told = taken, tuple(told)

    @staticmethod
    def _claim(
        action: Action, keys: Iterable[str], taken: dict[str, Action], told: list[str]
    ) -> tuple[str, ...]:
        kept = []
        for key in dict.fromkeys(spelled(key) for key in keys if key):
            if key in taken:
                told.append(f"{key} belongs to {taken[key].title}, and no longer to {action.title}.")
            elif key not in map(spelled, action.keys) and refusal(key):
                told.append(refusal(key))
            else:
                taken[key] = action
                kept.append(key)
        return tuple(kept)


def _ours(action: Action) -> tuple[str, ...]:
    return tuple(map(spelled, action.keys))


def _exchanged(keys: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """Keys with one in another's place; at the end where the other is not there, gone where it is empty."""
    changed = [new if key == old else key for key in keys] if old in keys else [*keys, new]
    return tuple(dict.fromkeys(key for key in changed if key))
