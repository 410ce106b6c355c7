"""Make the tables of docs/formats.md anew: every format and what it keeps, layouts and class tables.

`python scripts/make_formats_page.py` writes them between their marks; a test fails when they are stale.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from blocks_of_page import with_blocks
from segreview.formats.classes import BUILT_IN
from segreview.formats.format import Format
from segreview.formats.layouts import LAYOUTS
from segreview.formats.registry import FORMATS

PAGE = Path(__file__).parents[1] / "docs" / "formats.md"

_KEPT = ("ids", "overlaps", "categories", "scores", "crowds", "void", "spacing")


def formats() -> str:
    """A row for each format: what it is called, where it lies, and what it keeps."""
    head = (
        "`--to`",
        "format",
        "files",
        "axes",
        "numbers",
        "ids",
        "overlaps",
        "classes",
        "scores",
        "crowds",
        "void",
        "size",
    )
    return _table(head, (_row(one) for one in FORMATS))


def _row(one: Format) -> list[str]:
    files = ", ".join(f"`{end}`" for end in one.suffixes) or "a folder"
    held = "a data set" if one.holds_many else "an image"
    kept = ["yes" if getattr(one.keeps, fact) else "" for fact in _KEPT]
    axes = " or ".join(f"{count}" for count in one.keeps.ndim)
    return [f"`{one.name}`", one.title, f"{files}, {held}", axes, ", ".join(one.keeps.dtypes), *kept]


def layouts() -> str:
    """A row for each layout, with what its function says of it."""
    told = ((one.title, " ".join((one.listings.__doc__ or "").split())) for one in LAYOUTS)
    return _table(("data set", "what a root holds"), told)


def classes() -> str:
    """A row for each built-in class table."""
    rows = ((f"`{name}`", f"{len(table.categories)}", _some(table)) for name, table in BUILT_IN.items())
    return _table(("`--classes`", "classes", "for example"), rows)


def _some(table: Iterable) -> str:
    return ", ".join(f"{category.id} {category.name}" for category in list(table)[:4])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


BLOCKS = {"formats": formats, "layouts": layouts, "classes": classes}


def text() -> str:
    """The page as it is to be."""
    return with_blocks(PAGE, "make_formats_page.py", BLOCKS)


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    print(f"{PAGE.name}: {len(FORMATS)} formats")
