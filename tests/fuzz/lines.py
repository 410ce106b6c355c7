"""Which lines of the readers ran: counted by the interpreter, without a package for it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Self

import segreview.formats

FOLDER = Path(segreview.formats.__file__).parent


def lines_of(module: str) -> set[int]:
    """Lines of a module, as ``png.voc``, that stand in functions; the others run when it is imported."""
    path = FOLDER / f"{module.replace('.', '/')}.py"
    found: set[int] = set()
    waiting = [(compile(path.read_text("utf-8"), str(path), "exec"), False)]
    while waiting:
        code, counts = waiting.pop()
        if counts:
            found |= {line for _, _, line in code.co_lines() if line and line > code.co_firstlineno}
        inner = [one for one in code.co_consts if isinstance(one, CodeType)]
        waiting += [(one, bool(one.co_flags & 0x2)) for one in inner]  # fast locals: no body of a class
    return found


class Lines:
    """Lines that run while it is entered, by module.

    A function all of whose lines have run is not followed any more. Other threads are not followed: zarr
    has some, in which nothing of ours is called.
    """

    def __init__(self) -> None:
        self.hit: dict[str, set[int]] = {}
        self._left: dict[CodeType, set[int]] = {}
        self._folder = str(FOLDER)

    def __enter__(self) -> Self:
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _called(self, frame: FrameType, _: str, __: Any) -> Any:
        code = frame.f_code
        left = self._left.get(code)
        if left is None:
            ours = code.co_filename.startswith(self._folder)
            left = (
                {line for _, _, line in code.co_lines() if line and line > code.co_firstlineno}
                if ours
                else set()
            )
            self._left[code] = left
        if not left:
            return None
        hit = self.hit.setdefault(_module_of(code), set())

        def ran(frame: FrameType, event: str, _: Any) -> Any:
            if event == "line":
                hit.add(frame.f_lineno)
                left.discard(frame.f_lineno)
            return ran

        return ran


def _module_of(code: CodeType) -> str:
    """Name of the module below the formats in which code stands, as ``png.voc``."""
    return ".".join(Path(code.co_filename).relative_to(FOLDER).with_suffix("").parts)
