"""``python -m segreview``: the same as the command ``segreview``."""

from __future__ import annotations

import sys

from segreview.cli import main

if __name__ == "__main__":
    sys.exit(main())
