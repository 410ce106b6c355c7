"""Rebuild everything in ``sample_data`` but its README: ``python scripts/make_samples``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from make_samples import cells, street
from make_samples.files import checksums, write_json

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"


def main() -> None:
    """Build both samples and the list of checksums, and say how large they are."""
    cells.build(FOLDER / "cells")
    street.build(FOLDER / "street")
    sums = checksums(FOLDER)
    write_json(FOLDER / "checksums.json", sums)
    size = sum((FOLDER / name).stat().st_size for name in sums)
    print(f"{len(sums)} files, {size / 1e6:.2f} MB in {FOLDER}")


if __name__ == "__main__":
    main()
