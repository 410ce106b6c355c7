"""How a JSON text is laid out, so that what is written into it looks like the rest."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

_LOOKED_AT = 4096
"""Characters that tell how a text is laid out."""

_STEP = re.compile(r"[\[{](\r?\n)([ \t]*)")
"""An opening bracket, and the next line."""

_MARGIN = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Style:
    """How a text lays its values out.

    Parameters
    ----------
    indent
        Blanks of one step; None where values stand in one line.
    comma, colon
        What stands between two items of a line, and behind a name.
    newline
        End of a line.
    ascii
        Whether other letters are written as escapes.
    """

    indent: str | None = None
    comma: str = ","
    colon: str = ":"
    newline: str = "\n"
    ascii: bool = True

    @classmethod
    def of(cls, text: str) -> Style:
        """Style of a whole text, by its beginning."""
        head = text[:_LOOKED_AT]
        step = _STEP.search(head)
        colon = ": " if '": ' in head else ":"
        if step is None:
            return cls(None, ", " if ", " in head else ",", colon, ascii=text.isascii())
        return cls(step.group(2), ",", colon, step.group(1), text.isascii())

    def like(self, text: str, start: int, stop: int) -> Style:
        """Same for what stands in the place of a stretch of the text: in one line where that does."""
        if "\n" in text[start:stop]:
            return self
        comma = ", " if ", " in text[start : min(stop, start + _LOOKED_AT)] else ","
        return replace(self, indent=None, comma=comma)

    def written(self, value: Any, text: str = "", at: int = 0, steps: int = 0) -> str:
        """Text of a value that stands in the line of a place of another text, or some steps further in."""
        found = json.dumps(
            value, ensure_ascii=self.ascii, indent=self.indent, separators=(self.comma, self.colon)
        )
        # half of a pair of surrogates, which JSON can hold and UTF-8 cannot
        found = found.encode(errors="backslashreplace").decode()
        return found if self.indent is None else found.replace("\n", self.line(text, at, steps))

    def line(self, text: str, at: int, steps: int) -> str:
        """Beginning of a new line, some steps further in than that of a place; none in one line."""
        return "" if self.indent is None else self.newline + _margin(text, at) + self.indent * steps


def _margin(text: str, at: int) -> str:
    """Blanks at the beginning of the line of a place."""
    begin = text.rfind("\n", 0, at) + 1
    blank = _MARGIN.match(text, begin, at)
    return blank.group() if blank else ""
