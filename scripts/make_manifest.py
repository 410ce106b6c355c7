"""Make src/segreview/napari.yaml anew, from the tables of actions, formats and samples.

`python scripts/make_manifest.py` writes it; a test fails when it is stale.
"""

from pathlib import Path
from typing import Any

import yaml

from segreview.formats.registry import FORMATS
from segreview.session.samples import SAMPLES
from segreview.ui.guest.plugin import GUEST_ACTIONS

MANIFEST = Path(__file__).parents[1] / "src" / "segreview" / "napari.yaml"

HEAD = "# Made by scripts/make_manifest.py from ACTIONS, FORMATS and SAMPLES. Change those, then run it.\n"

REVIEW = {
    "id": "segreview.review",
    "title": "Review",
    "python_name": "segreview.ui.guest.widget:ReviewWidget",
}


def command(name: str, title: str) -> dict[str, str]:
    """Command that a function of `plugin` carries out."""
    return {"id": f"segreview.{name}", "title": title, "python_name": f"segreview.ui.guest.plugin:{name}"}


READ = command("get_reader", "Read labels as segreview does")
WRITE = command("write_labels", "Write labels in the format in which they came")
OPEN_WIDGET = command("review_masks", "Review masks: GT against a model…")
SAMPLE_COMMANDS = [command(sample.name, f"Open sample: {sample.title.lower()}") for sample in SAMPLES]
ACTION_COMMANDS = [command(action.id, f"{action.menu}: {action.title}") for action in GUEST_ACTIONS]


def manifest() -> dict[str, Any]:
    """Everything that we offer to napari."""
    names = {name for format_ in FORMATS for name in format_.suffixes}
    suffixes = sorted({name if name.startswith(".") else f".{name.rpartition('.')[2]}" for name in names})
    return {
        "name": "segreview",
        "display_name": "segreview",
        "contributions": {
            "commands": [REVIEW, OPEN_WIDGET, READ, WRITE, *SAMPLE_COMMANDS, *ACTION_COMMANDS],
            "widgets": [{"command": REVIEW["id"], "display_name": "Review"}],
            "readers": [
                {
                    "command": READ["id"],
                    "filename_patterns": [f"*{suffix}" for suffix in suffixes],
                    "accepts_directories": False,
                }
            ],
            "writers": [
                {
                    "command": WRITE["id"],
                    "layer_types": ["labels"],
                    "filename_extensions": suffixes,
                    "display_name": "Labels, as they came",
                }
            ],
            "sample_data": [
                {"command": found["id"], "key": sample.name, "display_name": sample.title}
                for sample, found in zip(SAMPLES, SAMPLE_COMMANDS, strict=True)
            ],
            "menus": {"napari/layers/annotate": [{"command": OPEN_WIDGET["id"]}]},
        },
    }


def text() -> str:
    """The manifest as it is written."""
    return HEAD + yaml.safe_dump(manifest(), sort_keys=False, allow_unicode=True, width=110)


if __name__ == "__main__":
    MANIFEST.write_text(text(), encoding="utf-8")
    print(f"{MANIFEST.name}: {len(manifest()['contributions']['commands'])} commands")
