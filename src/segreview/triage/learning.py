"""Learning from the reviewer: the shipped score, corrected by the verdicts so far.

The shipped log-odds stay as they are, multiplied by a slope near 1; each piece of evidence gets a small
weight on top, and all items one shift:

    log-odds = shift + slope * shipped + evidence @ weights

Slope and weights have Gaussian priors around 1 and 0. That is the posterior under the rows that the
shipped score was fitted to, in the quadratic (Laplace) approximation: a prior of precision
``STIFFNESS`` stands for shipped rows that weigh an eighth of a verdict. The shift is the prevalence. It
comes from exploration picks alone, since what the queue brings up is worse than the rest by design.

Nothing is ranked within the data set: a set without errors gets no guilty items by that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segreview.triage.answers import Answers

STIFFNESS = 16.0
"""Prior precision of a weight: the information of some 3,200 shipped rows, at one in eight.

A row tells ``p (1 - p) x**2`` of the weight of a feature x, on average 1/25 where most objects are
plainly right: 3,200 / 25 / 8 = 16.
"""

SLOPE_DEVIATION = 0.15
"""Standard deviation of the slope: one answer against log-odds of 9 moves it by less than 0.2."""

SHIFT_DEVIATION = 1.5
"""Standard deviation of the shift: a prevalence between a fifth and five times the shipped one is usual."""

QUEUE_DEVIATION = 3.0
"""Of a shift that items of the queue have among themselves; it is fitted, and thrown away."""

_STEPS = 50
_CLOSE = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """Posterior of a review.

    Parameters
    ----------
    log_odds
        That the reference is wrong, for every item, (n,).
    weights
        What each piece of evidence adds to the shipped score, (f,).
    slope
        Factor of the shipped log-odds: below 1 where the shipped score is too sure of itself.
    shift
        What all items have in common: the prevalence against that of the shipped score.
    """

    log_odds: np.ndarray
    weights: np.ndarray
    slope: float
    shift: float


def learn(shipped: np.ndarray, evidence: np.ndarray, answers: Answers) -> Learned:
    """Correct the shipped score by the answers; without any it comes back unchanged.

    Picks ahead of the queue serve the shift only, which changes no order: where the queue goes must not
    depend on them, or they would be no sample of what is left (see `remainder`). Answers that name no
    side are passed over.

    Parameters
    ----------
    shipped
        Log-odds that the reference is wrong, (n,), finite.
    evidence
        Standardised features on an absolute scale, clipped, (n, f), finite.
    answers
        What the reviewer said.
    """
    rows = answers.decided & ~answers.ahead
    weights, slope = _fit_weights(shipped, evidence, answers.item[rows], answers.wrong[rows])
    log_odds = slope * shipped + evidence @ weights
    rows = answers.decided & answers.picked
    shift = _fit_shift(log_odds[answers.item[rows]], answers.wrong[rows])
    return Learned(log_odds + shift, weights, slope, shift)


def _fit_weights(
    shipped: np.ndarray, evidence: np.ndarray, items: np.ndarray, wrong: np.ndarray
) -> tuple[np.ndarray, float]:
    """Weights of the evidence, and the slope of the shipped log-odds."""
    features = evidence.shape[1]
    if not len(items):
        return np.zeros(features), 1.0
    offset = shipped[items]
    columns = np.column_stack([evidence[items], offset, np.ones(len(items))])
    precision = np.full(features + 2, STIFFNESS)
    precision[-2:] = SLOPE_DEVIATION**-2, QUEUE_DEVIATION**-2
    fitted = logistic(columns, wrong, offset, precision)
    return fitted[:features], 1 + float(fitted[features])


def _fit_shift(log_odds: np.ndarray, wrong: np.ndarray) -> float:
    """Shift of the log-odds of picks towards what was said of them."""
    if not len(wrong):
        return 0.0
    column = np.ones((len(wrong), 1))
    return float(logistic(column, wrong, log_odds, np.array([SHIFT_DEVIATION**-2]))[0])


def logistic(columns: np.ndarray, wrong: np.ndarray, offset: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """Coefficients of a logistic regression with an offset and a Gaussian prior around 0.

    Newton's method, which for this likelihood is iteratively re-weighted least squares (McCullagh and
    Nelder 1989, Generalized Linear Models, 2.5); a step is halved until it does not climb. The function
    is strictly convex, so the end does not depend on the way.

    Parameters
    ----------
    columns
        Design, (v, c).
    wrong
        What was seen, (v,) booleans.
    offset
        Log-odds that hold before, (v,).
    precision
        Of the prior, one for each column, (c,), positive.
    """

    def cost(coefficients: np.ndarray) -> float:
        eta = offset + columns @ coefficients
        fit = np.logaddexp(0, eta).sum() - eta[wrong].sum()
        return float(fit + precision @ coefficients**2 / 2)

    found = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        share = _share(offset + columns @ found)
        slope = columns.T @ (share - wrong) + precision * found
        curvature = columns.T @ (columns * (share * (1 - share))[:, None]) + np.diag(precision)
        step = np.linalg.solve(curvature, slope)
        if np.abs(step).max() < _CLOSE:
            break
        found = _downhill(cost, found, step)
    return found


def _downhill(cost: Callable[[np.ndarray], float], start: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Where a step ends that is halved until it does not climb."""
    before = cost(start)
    for halvings in range(30):
        there: np.ndarray = start - step / 2**halvings
        if cost(there) <= before:
            return there
    return start


def _share(log_odds: np.ndarray) -> np.ndarray:
    """Probability of log-odds, without overflow."""
    share: np.ndarray = 0.5 * (1 + np.tanh(log_odds / 2))
    return share
