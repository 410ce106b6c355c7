"""Pages of which some blocks are made by a script, and the rest is written by hand."""

from collections.abc import Callable, Mapping
from pathlib import Path


def with_blocks(page: Path, script: str, blocks: Mapping[str, Callable[[], str]]) -> str:
    """Text of a page with its blocks made anew; what stands between them is kept.

    Parameters
    ----------
    page
        The page.
    script
        Name of the script that makes its blocks, as the marks around them tell it.
    blocks
        What makes each block, by its name.
    """
    text = page.read_text(encoding="utf-8")
    for name, make in blocks.items():
        begin, end = f"<!-- {name}: made by scripts/{script} -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n\n{make()}\n\n{end}{after}"
    return text
