"""Which lines of the readers ran: counted by the interpreter, without a package for it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Self

import segreview.formats

FOLDER = Path(segreview.formats.__file__).parent


def lines_of(module: str) -> set[int]:
    """Lines of a module, as ``png.voc``, that stand in functions; the others run when it is imported.

    So do those of functions that the module calls while it is imported.
    """
    path = FOLDER / f"{module.replace('.', '/')}.py"
    text = path.read_text("utf-8")
    found: set[int] = set()
    whole = compile(text, str(path), "exec")
    left_out = {
        code for code in _inner(whole) if code.co_name in _called_outside(text) and _is_function(code)
    }
    waiting = [whole]
    while waiting:
        code = waiting.pop()
        if _is_function(code):
            found |= {line for _, _, line in code.co_lines() if line and line > code.co_firstlineno}
        waiting += [one for one in _inner(code) if one not in left_out]
    return found


def _inner(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & 0x2)  # fast locals: no body of a class, and no module


def _called_outside(text: str) -> set[str]:
    """Names that are called by the statements of a module beside its functions and classes."""
    statements = [one for one in ast.parse(text).body if not isinstance(one, ast.FunctionDef | ast.ClassDef)]
    calls = (node for one in statements for node in ast.walk(one) if isinstance(node, ast.Call))
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}


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
