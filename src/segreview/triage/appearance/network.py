"""A small neural network: how its weights are learnt."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

RATE = 4e-3
"""Step of learning."""

DECAY = 1e-3
"""Strength of the penalty on large weights."""

MEMORY = (0.9, 0.999)
"""How long Adam remembers slopes and their squares (Kingma and Ba 2015, arXiv:1412.6980)."""

TINY = 1e-8

GAIN, PATIENCE = 1e-4, 10
"""Learning ends when in more than so many rounds in a row the loss has not fallen by so much."""

Layers = list[tuple[np.ndarray, np.ndarray]]
"""Weights ``(inputs, units)`` and bias ``(units,)`` of each layer, float32."""


def learnt_layers(
    figures: np.ndarray, targets: np.ndarray, count: int, hidden: int, batch: int, rounds: int, seed: int
) -> Layers:
    """Layers of a network with one hidden layer of rectified units that tells classes apart.

    They are those of scikit-learn's ``MLPClassifier`` for the same settings, in half of the time.

    Parameters
    ----------
    figures
        float32 ``(n, F)``.
    targets
        Class of each row, from 0.
    count
        Number of classes, two or more; two have one signal in common.
    hidden
        Units of the hidden layer.
    batch
        Rows of one step.
    rounds
        Passes over the rows, at most.
    seed
        Seed of the first weights and of the order of the rows.
    """
    rng = np.random.RandomState(seed)
    course = _Course(figures.shape[1], hidden, count if count > 2 else 1, rng)
    best, idle, order = np.inf, 0, np.arange(len(figures))
    for _ in range(rounds):
        order = order[_shuffled(len(order), rng)]
        losses = [course.step(figures[part], targets[part]) for part in _parts(order, batch)]
        loss = sum(losses) / len(figures)
        idle = idle + 1 if loss > best - GAIN else 0
        best = min(best, loss)
        if idle > PATIENCE:
            break
    return course.layers


def _shuffled(count: int, rng: np.random.RandomState) -> np.ndarray:
    places = np.arange(count)
    rng.shuffle(places)
    return places


def _parts(order: np.ndarray, batch: int) -> Iterator[np.ndarray]:
    for start in range(0, len(order), batch):
        yield order[start : start + batch]


class _Course:
    """Weights on their way, all in one array, so that a step of Adam is a handful of operations.

    Parameters
    ----------
    inputs, hidden, outputs
        Sizes of the layers; one output is the signal of the second of two classes.
    rng
        Draws the first weights (Glorot and Bengio 2010).
    """

    def __init__(self, inputs: int, hidden: int, outputs: int, rng: np.random.RandomState) -> None:
        shapes = [(inputs, hidden), (hidden, outputs), (hidden,), (outputs,)]
        size = sum(int(np.prod(shape)) for shape in shapes)
        self._weights, self._slopes, self._mean, self._square = np.zeros((4, size), np.float32)
        self._first, self._second, self._bias, self._last_bias = _views(self._weights, shapes)
        self._slope_views = _views(self._slopes, shapes)
        self._steps = 0
        for weights, bias in self.layers:
            bound = np.sqrt(6 / sum(weights.shape))
            weights[...] = rng.uniform(-bound, bound, weights.shape)
            bias[...] = rng.uniform(-bound, bound, bias.shape)

    @property
    def layers(self) -> Layers:
        """Weights and bias of both layers."""
        return [(self._first, self._bias), (self._second, self._last_bias)]

    def step(self, figures: np.ndarray, targets: np.ndarray) -> float:
        """Learn from some rows; their loss before."""
        signal = figures @ self._first
        signal += self._bias
        np.maximum(signal, 0, out=signal)
        error = signal @ self._second
        error += self._last_bias
        loss = _error_of(error, targets) + 0.5 * DECAY * self._size()
        back = error @ self._second.T
        back[signal == 0] = 0
        first, second, bias, last_bias = self._slope_views
        for slope, enters, leaves in ((first, figures, back), (second, signal, error)):
            np.dot(enters.T, leaves, out=slope)
        self._slopes[: first.size + second.size] += DECAY * self._weights[: first.size + second.size]
        np.sum(back, axis=0, out=bias)
        np.sum(error, axis=0, out=last_bias)
        self._slopes /= len(figures)
        self._move()
        return loss

    def _size(self) -> float:
        """Sum of the squares of all weights."""
        return float(np.vdot(self._first, self._first) + np.vdot(self._second, self._second))

    def _move(self) -> None:
        """A step of Adam along the slopes."""
        self._steps += 1
        self._mean *= MEMORY[0]
        self._mean += (1 - MEMORY[0]) * self._slopes
        self._square *= MEMORY[1]
        self._square += (1 - MEMORY[1]) * (self._slopes * self._slopes)
        rate = RATE * np.sqrt(1 - MEMORY[1] ** self._steps) / (1 - MEMORY[0] ** self._steps)
        self._weights += -rate * self._mean / (np.sqrt(self._square) + TINY)


def _views(flat: np.ndarray, shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    """Arrays of some shapes that lie one behind the other in a flat one."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]


def _error_of(signal: np.ndarray, targets: np.ndarray) -> float:
    """Sum of the logarithmic losses of some rows; their signal becomes its error, in place."""
    rows = np.arange(len(targets))
    if signal.shape[1] == 1:
        np.divide(1, 1 + np.exp(-signal), out=signal)
        said = np.where(targets == 1, signal[:, 0], 1 - signal[:, 0])
        signal[:, 0] -= targets
    else:
        signal -= signal.max(axis=1, keepdims=True)
        np.exp(signal, out=signal)
        signal /= signal.sum(axis=1, keepdims=True)
        said = signal[rows, targets]
        signal[rows, targets] -= 1
    return -float(np.log(np.clip(said, np.finfo(np.float32).eps, 1)).sum())
