"""How well wrong annotations are found: ``python benchmarks/noise/proof.py DATA``.

DATA holds the reference sets. Prints tables in Markdown, as docs/noise.md holds them: nuclei with
faults that people corrected and with injected ones, judged by judges that saw neither the image
nor, in later tables, its type or any fault of the kind; the same beside other orders; what each
kind of evidence is worth; calibration; and faults forged into sets that no judge ever saw, by the
judges that come with the program.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from faults import forged
from fit_judges import calibration, folds_of, kinds_of, unseen_log_odds
from measure import HEAD, ranked
from nuclei import Nuclei, Rows, clean_shares
from rivals import rival_scores

import segreview
from segreview.formats.image import read_image
from segreview.triage.audit import Audit
from segreview.triage.evidence.relation import NAMES as OF_MODEL
from segreview.triage.evidence.table import Evidence
from segreview.triage.judge import judges, probability

MASK_ALONE = (
    "hole hole_pixels parts width thin_share notch_share whisker_pixels border border_share solidity "
    "compactness elongation fit_of_an_ellipse neck longest_side corners size smallness largeness second_part "
    "speck_pixels"
)
"""Figures that need no image, with lines for spaces."""

OTHERS = (
    ("stardist 2D", "stardist_2d/mask2d.tif", "stardist_2d/img2d.tif", "stardist_2d/model_watershed.tif"),
    ("stardist 3D", "stardist_3d/gt.tif", "stardist_3d/image.tif", "stardist_3d/model_watershed.tif"),
)
"""Sets that no judge has seen: name, annotation, image, model."""

SHARE, SEEDS = 0.03, 12
"""Share of the objects that is wrong in one run, and runs."""


def urgency(log_odds: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """What items are ranked by: structure and hygiene together."""
    return np.asarray(1 - (1 - probability(log_odds)) * clean)


def views(rows: Rows) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Tables of rows: name, which rows, and which of them are faults."""
    real, injected = rows.source == "real", rows.source == "injected"
    yield "real, all that was changed", real, rows.wrong | rows.hygiene
    yield "real, structure", real & ~rows.hygiene, rows.wrong
    yield "injected", injected, rows.wrong | rows.hygiene
    yield "forged", np.char.startswith(rows.source, "forged"), rows.wrong | rows.hygiene


def print_rankings(title: str, rows: Rows, scores: dict[str, np.ndarray]) -> None:
    """A table: each score on each view of the rows."""
    print(HEAD.format(title))
    for name, score in scores.items():
        for view, chosen, wrong in views(rows):
            known = chosen & np.isfinite(score)
            found = ranked(wrong[known], score[known], rows.image[known])
            if found is not None:
                print(f"| {name}: {view} | {found} |")
    print()


def print_kinds(rows: Rows, score: np.ndarray) -> None:
    """A table: each kind of fault among what is right."""
    print(HEAD.format("kind"))
    for source in ("real", "injected", "forged"):
        chosen = np.char.startswith(rows.source, source)
        for kind in sorted(set(rows.kind[chosen].tolist()) - {"right"}):
            part = chosen & np.isin(rows.kind, (kind, "right"))
            found = ranked(rows.kind[part] == kind, score[part], rows.image[part])
            print(f"| {source}, {kind} | {found} |")
    print()


def print_unknown_kinds(rows: Rows) -> None:
    """A table: each kind of fault among what is right, by judges that learnt of the other kinds only."""
    print(HEAD.format("kind that was not learnt"))
    kinds = kinds_of(rows)
    for kind in sorted(set(kinds.tolist()) - {"", "hole"}):  # holes are hygiene, but for a few open ones
        log_odds = unseen_log_odds(rows, "annotated", folds_of(rows.image, 3), kinds != kind)
        score = urgency(log_odds, rows.clean)
        for source in ("real", "injected", "forged"):
            part = np.char.startswith(rows.source, source) & ((kinds == kind) | (rows.kind == "right"))
            found = ranked(kinds[part] == kind, score[part], rows.image[part])
            if found is not None:
                print(f"| {source}, {kind} | {found} |")
    print()


def without(rows: Rows, left_out: set[str]) -> Rows:
    """Same rows without some figures."""
    columns = {
        name: column
        for name, column in rows.evidence.columns.items()
        if name.removesuffix(", among all") not in left_out
    }
    return replace(rows, evidence=Evidence(rows.evidence.ranks, columns))


def ablations(rows: Rows) -> dict[str, Rows]:
    """Rows with all evidence, and with less."""
    names = {name.removesuffix(", among all") for name in rows.evidence.columns}
    mask = {name.replace("_", " ") for name in MASK_ALONE.split()}
    opinion = {
        n for n in names if "opinion" in n or n.endswith("on the line") or n == "valley of the interior"
    }
    return {
        "with model": rows,
        "no model": without(rows, set(OF_MODEL)),
        "no model, no classifier": without(rows, {*OF_MODEL, *opinion, "edges within"}),
        "masks alone": without(rows, names - mask),
    }


def print_calibration(rows: Rows, log_odds: np.ndarray) -> None:
    """Expected faults beside true ones, in the first annotation and in the corrected one."""
    real, corrected = (rows.source == "real") & ~rows.hygiene, rows.source == "corrected"
    folds = folds_of(rows.image, 5)
    chance = np.zeros(len(rows))
    for fold in range(5):
        slope, shift = calibration(log_odds[real & (folds != fold)], rows.wrong[real & (folds != fold)])
        chance[folds == fold] = probability(slope * log_odds[folds == fold] + shift)
    left = chance[corrected].sum()
    chance, wrong = chance[real], rows.wrong[real]
    order = np.argsort(-chance)
    print("| items | expected faults | true faults |\n|---|---|---|")
    print(f"| all {real.sum()} | {chance.sum():.1f} | {wrong.sum()} |")
    for share in (0.01, 0.05, 0.10):
        top = order[: int(np.ceil(share * len(order)))]
        print(f"| the first {share:.0%} | {chance[top].sum():.1f} | {wrong[top].sum()} |")
    print(f"| corrected, all {corrected.sum()} | {left:.1f} | |")
    print()


def rivals(nuclei: Nuclei, rows: Rows) -> dict[str, np.ndarray]:
    """Scores of other orders, by row; nan where there is none."""
    found: dict[str, np.ndarray] = {"random": np.random.default_rng(0).random(len(rows))}
    folders = {"real": "dsb_nuclei/gt_noisy", "injected": "dsb_injected/gt_injected"}
    for source, folder in folders.items():
        for name in np.unique(rows.image[rows.source == source]):
            shown = read_image(nuclei.root / f"dsb_nuclei/model_prob/{name}.png").data / 255
            scores = rival_scores(nuclei.labels(folder, name), nuclei.labels("dsb_nuclei/model", name), shown)
            for rival, score in scores.items():
                column = found.setdefault(rival, np.full(len(rows), np.nan))
                column[(rows.source == source) & (rows.image == name)] = score
    return found


def print_others(root: Path) -> None:
    """A table: faults forged into sets that no judge has seen."""
    print(HEAD.format("set"))
    for name, gt, image, pred in OTHERS:
        labels, picture = segreview.read(root / gt), (read_image(root / image),)
        model = segreview.read(root / pred)
        parts: dict[str, list[np.ndarray]] = {"with model": [], "no model": [], "missed": []}
        started = time.perf_counter()
        for seed in range(SEEDS):
            made, faults = forged(labels.data, seed, SHARE)
            faulty = replace(labels, planes=(made,), stored=None, origin=None)
            audit = Audit()
            audit.learn(name, faulty, picture)
            ids = {i for fault in faults for i in fault.ids}
            for way, masks in (("with model", model), ("no model", None)):
                (found,) = audit.inspect(name, faulty, picture, masks)
                log_odds = judges()["annotated"].log_odds(found.annotated)
                score = urgency(log_odds, np.array(clean_shares(found)))
                wrong = np.isin(found.view.subject.ids, list(ids))
                parts[way].append(np.column_stack([wrong, score, np.full(len(score), seed)]))
            missed = [fault.place for fault in faults if fault.kind == "missed"]
            ranks = found.candidates.subject.ranks
            hit = np.isin(list(found.candidates.ranks), [ranks[place] for place in missed])
            score = judges()["missed"].log_odds(found.unclaimed)
            parts["missed"].append(np.column_stack([hit, score, np.full(len(score), seed)]))
        for way, tables in parts.items():
            wrong, score, run = np.concatenate(tables).T
            print(f"| {name}: {way} | {ranked(wrong > 0, score, run)} |")
        print(f"| ({(time.perf_counter() - started) / SEEDS / 2:.2f} s per image) | | | | | |")
    print()


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=4, help="how often faults are forged into nuclei")
    call = parser.parse_args()
    nuclei = Nuclei(call.data)
    started = time.process_time()
    annotated, unclaimed = nuclei.gather(call.seeds, corrected=True)
    images = len(nuclei.names) * (2 + call.seeds) + len(nuclei.injected)
    print(f"{(time.process_time() - started) / images:.2f} s of one core per image, reading included\n")
    types = np.array([nuclei.type_of(name) for name in annotated.image])
    print("### Judged by judges that saw no fault of the image\n")
    scores = {}
    for name, rows in ablations(annotated).items():
        log_odds = unseen_log_odds(rows, "annotated", folds_of(rows.image))
        scores[name] = urgency(log_odds, rows.clean)
        if name == "with model":
            kept = log_odds
    print_rankings("evidence", annotated, scores)
    print_kinds(annotated, scores["with model"])
    print("### Judged by judges that never saw a fault of the kind\n")
    print_unknown_kinds(annotated)
    print("### Judged by judges that never saw the image's type\n")
    by_type = unseen_log_odds(annotated, "annotated", np.unique(types, return_inverse=True)[1])
    print_rankings("evidence", annotated, {"with model": urgency(by_type, annotated.clean)})
    print("### Other orders\n")
    print_rankings("order", annotated, rivals(nuclei, annotated))
    print("### Missed objects\n")
    missed = unseen_log_odds(unclaimed, "missed", folds_of(unclaimed.image))
    print_rankings("places", unclaimed, {"judge": missed})
    print("### Calibration\n")
    print_calibration(annotated, kept)
    print("### Faults forged into other sets\n")
    print_others(call.data)


if __name__ == "__main__":
    main()
