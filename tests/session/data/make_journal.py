"""Write the sample journal of the present schema: run once for each schema that is released.

    python tests/session/data/make_journal.py

It makes `journal-<schema>.bin` beside this file: the work of a reviewer on files of `session_cases`,
with a record of every kind. A file of a released schema is never made again:
`test_journal_samples.py` opens all of them for ever.
"""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from session_cases import cell_files, opened, paint, pet_files, row_with

from segreview.session.journal import SCHEMA
from segreview.session.promotion import promote
from segreview.session.reclassing import give_class
from segreview.session.saving import save
from segreview.session.verdict import Judgement

HERE = Path(__file__).parent


def work_1(folder: Path) -> None:
    """Gestures of schema 1: strokes, verdicts, undo, another branch, saves, promotion."""
    gt, pred = cell_files(folder, name="a.npy")  # bytes that do not hang on the version of a library
    review = opened(gt, pred, folder / "review")
    paint(review, (20, 2), 3, 9)
    review.judge(row_with(review, [2]), Judgement.PREDICTION_WRONG, "quite right – äöü")
    review.undo()
    review.undo()
    review.judge(row_with(review, [], [2]), Judgement.REFERENCE_WRONG)
    save(review)
    save(review, folder / "elsewhere")
    promote(review)
    review.close()
    review = opened(gt, pred, folder / "review")
    paint(review, (18, 12), 4, 300)
    review.judge(row_with(review, [2]), Judgement.UNSURE)
    review.close()


def work_2(folder: Path) -> None:
    """Gestures of schema 2: objects are given classes, before and after a save."""
    gt, pred = pet_files(folder)
    review = opened(gt, pred, folder / "review")
    dog = review.reference.ontology.get(2)
    give_class(review, [row_with(review, [1], [1])], dog)
    review.judge(row_with(review, [2], [2]), Judgement.UNSURE)
    save(review)
    give_class(review, [row_with(review, [2], [2])], dog)
    review.undo()
    paint(review, (1, 10), 3, 0)
    give_class(review, [row_with(review, [2], [2])], dog)
    review.close()


WORK = {1: work_1, 2: work_2}


def main() -> None:
    """Make the file of the present schema."""
    target = HERE / f"journal-{SCHEMA}.bin"
    with tempfile.TemporaryDirectory() as name:
        WORK[SCHEMA](Path(name))
        shutil.copyfile(Path(name) / "review" / "journal.bin", target)


if __name__ == "__main__":
    main()
