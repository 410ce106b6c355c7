"""Trials: a judge of classes learns on the spot, from faults forged into the annotation at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segreview.triage.appearance.network import Layers, learnt_layers
from segreview.triage.learning import logistic
from segreview.triage.scene.evidence import Witness
from segreview.triage.scene.norms import Norms, Reading
from segreview.triage.scene.places import Place, contested_places, model_places

SHARE = 0.2
"""Share of the components that gets a fault in a forged annotation."""

ROUNDS = 4
"""How often each image is forged."""

FEWEST = 8
"""Wrong places, and right ones, without which nothing is learnt."""

STIFFNESS = 50.0
"""Precision of the prior around 0 of a weight per standard figure."""

LIMIT = 4.0
"""Standard figures are clipped to this."""

PREVALENCE = 0.03
"""Share of places whose annotation is wrong, as long as nobody has looked."""

MANY = 1000
"""Fewer rows would be learnt by heart by networks."""

NETWORKS, UNITS, BATCH, PASSES = 4, 16, 128, 12
"""Networks of a judge, units of the hidden layer of each, and rows and rounds of its learning."""

NOTABLE = 0.25
"""Log-odds that a figure adds to be told as a reason."""

SPREAD = 0.05
"""Spread that is added, so that figures which hardly vary say little."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Figures of many places, one per row; whether their annotation is wrong, and if there is a model."""

    names: tuple[str, ...]
    figures: np.ndarray
    wrong: np.ndarray
    with_model: bool

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """Rows of several images."""
        return cls(
            parts[0].names,
            np.concatenate([part.figures for part in parts]),
            np.concatenate([part.wrong for part in parts]),
            parts[0].with_model,
        )


def places_of(reading: Reading) -> list[Place]:
    """Places to judge: those of the model, or without one what the class opinion contests."""
    if reading.scene.model is not None:
        return model_places(reading.scene)
    return contested_places(reading.scene, reading.log_shares)


def forged_rows(reading: Reading, norms: Norms, seed: int) -> Rows | None:
    """Places of an image after faults were forged into its annotation; None where there are none."""
    names: tuple[str, ...] = ()
    figures, wrong = [], []
    for turn in range(ROUNDS):
        scene = reading.scene.forged(ROUNDS * seed + turn, SHARE)
        faulty = scene.classes != reading.scene.classes
        witness = Witness(Reading(scene, reading.log_shares), norms)
        for place in places_of(witness.reading):
            row = witness.figures(place)
            names = tuple(row)
            figures.append(list(row.values()))
            wrong.append(faulty[place.box.slices][place.mask].mean() > 0.5)
    if not figures:
        return None
    return Rows(names, np.array(figures), np.array(wrong), reading.scene.model is not None)


@dataclass(frozen=True, eq=False)
class ClassJudge:
    """A logistic model on standard figures, whose weights can be read, and small networks beside it.

    Parameters
    ----------
    names
        The figures that it reads.
    middle, spread
        What makes figures standard.
    weights, intercept
        Of the logistic model.
    networks
        Their mean counts as much as the logistic model; they know what figures say together.
    shift
        What is added to their log-odds.
    """

    names: tuple[str, ...]
    middle: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    intercept: float
    networks: tuple[Layers, ...] = ()
    shift: float = 0.0

    @classmethod
    def fitted(cls, rows: Rows) -> ClassJudge | None:
        """Judge that learnt from forged faults; None where there are too few.

        Forged annotations are wrong far more often than real ones: the intercept is that of the
        prevalence which is assumed.
        """
        if min(rows.wrong.sum(), (~rows.wrong).sum()) < FEWEST:
            return None
        middle, spread = rows.figures.mean(axis=0), rows.figures.std(axis=0) + SPREAD
        standard = np.clip((rows.figures - middle) / spread, -LIMIT, LIMIT)
        precision = np.append(np.full(standard.shape[1], STIFFNESS), 1e-3)
        columns = np.column_stack([standard, np.ones(len(standard))])
        found = logistic(columns, rows.wrong, np.zeros(len(columns)), precision)
        shift = _log_odds(PREVALENCE) - _log_odds(float(rows.wrong.mean()))
        networks = _networks(standard, rows.wrong) if len(standard) >= MANY else ()
        return cls(rows.names, middle, spread, found[:-1], float(found[-1]) + shift, networks, shift)

    def log_odds(self, figures: Mapping[str, float]) -> float:
        """Log-odds that the annotation of a place is wrong."""
        fitted = float(self._contributions(figures).sum()) + self.intercept
        if not self.networks:
            return fitted
        standard = self._standard(figures).astype(np.float32)
        told = [_signal(standard, layers) for layers in self.networks]
        return (fitted + float(np.mean(told)) + self.shift) / 2

    def telling(self, figures: Mapping[str, float]) -> list[tuple[str, bool]]:
        """Figures that speak against the annotation, and whether by being high; the strongest first."""
        parts = self._contributions(figures)
        strong = [n for n in np.argsort(-parts, kind="stable").tolist() if parts[n] >= NOTABLE]
        return [(self.names[n], bool(self.weights[n] > 0)) for n in strong]

    def _contributions(self, figures: Mapping[str, float]) -> np.ndarray:
        """What each figure adds to the log-odds of the logistic model."""
        return np.asarray(self._standard(figures) * self.weights)

    def _standard(self, figures: Mapping[str, float]) -> np.ndarray:
        values = np.array([figures[name] for name in self.names])
        return np.asarray(np.clip((values - self.middle) / self.spread, -LIMIT, LIMIT))


def _networks(standard: np.ndarray, wrong: np.ndarray) -> tuple[Layers, ...]:
    figures, targets = standard.astype(np.float32), wrong.astype(np.intp)
    return tuple(learnt_layers(figures, targets, 2, UNITS, BATCH, PASSES, seed) for seed in range(NETWORKS))


def _signal(standard: np.ndarray, layers: Layers) -> float:
    """Log-odds of one network."""
    (weights, bias), (last_weights, last_bias) = layers
    return float((np.maximum(standard @ weights + bias, 0) @ last_weights + last_bias)[0])


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


PLAIN_JUDGE = ClassJudge(
    ("lead of another class", "hardly of the class", "share, among its class"),
    middle=np.array([0.0, 0.0, 0.0]),
    spread=np.array([1.0, 1.0, 1.0]),
    weights=np.array([0.5, 1.0, -0.25]),
    intercept=_log_odds(PREVALENCE),
)
"""Judge for where too little can be learnt: per e-fold of the lead, for all pixels, per spread."""
