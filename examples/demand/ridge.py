"""Ridge regression with cross-validation, in plain Python.

Small tables only: every fold's sums are gathered once, and leaving a fold out is a subtraction.
"""

from math import sqrt

Row = list[float]
Matrix = list[Row]


def scale(rows: Matrix) -> Matrix:
    """Each column moved to mean 0 and spread 1 (columns without spread become 0), with a leading column of ones."""
    columns = list(zip(*rows))
    means = [sum(c) / len(c) for c in columns]
    spreads = [sqrt(sum((v - m) ** 2 for v in c) / len(c)) or 1.0 for c, m in zip(columns, means)]
    return [[1.0] + [(v - m) / s for v, m, s in zip(row, means, spreads)] for row in rows]


def moments(rows: Matrix, targets: Row) -> Matrix:
    """X'X with X'y as last column."""
    width = len(rows[0])
    wide = [row + [y] for row, y in zip(rows, targets)]
    columns = list(zip(*wide))
    out = [[0.0] * (width + 1) for _ in range(width)]
    for i in range(width):
        for j in range(i, width + 1):
            out[i][j] = sum(map(float.__mul__, columns[i], columns[j]))
            if j < width:
                out[j][i] = out[i][j]
    return out


def solve(sums: Matrix, strength: float) -> Row:
    """The weights for these sums; the first one, the level, is not held back by the penalty."""
    a = [row[:] for row in sums]
    for i in range(1, len(a)):
        a[i][i] += strength
    for i, pivot in enumerate(a):
        best = max(range(i, len(a)), key=lambda k: abs(a[k][i]))
        a[i], a[best] = a[best], a[i]
        pivot = a[i]
        if abs(pivot[i]) < 1e-12:
            raise ValueError("the features depend on each other; use a ridge above 0")
        for below in a[i + 1 :]:
            factor = below[i] / pivot[i]
            if factor:
                below[i:] = [b - factor * p for b, p in zip(below[i:], pivot[i:])]
    weights: Row = [0.0] * len(a)
    for i in reversed(range(len(a))):
        known = sum(a[i][j] * weights[j] for j in range(i + 1, len(a)))
        weights[i] = (a[i][-1] - known) / a[i][i]
    return weights


def predict(weights: Row, row: Row) -> float:
    return sum(map(float.__mul__, weights, row))


class CrossValidation:
    """Splits a table once and answers how well any strength does on rows it has not seen."""

    def __init__(self, rows: Matrix, targets: Row, folds: int) -> None:
        if not 2 <= folds <= len(rows):
            raise ValueError("%d folds need at least 2 and at most as many as the %d rows" % (folds, len(rows)))
        self._rows = scale(rows)
        self._targets = targets
        self._parts = [(self._rows[k::folds], targets[k::folds]) for k in range(folds)]
        self._sums = [moments(*part) for part in self._parts]
        self._all = [[sum(v) for v in zip(*lines)] for lines in zip(*self._sums)]

    def error(self, strength: float) -> float:
        """Root mean square error over all held-out rows."""
        total = 0.0
        for (rows, targets), left_out in zip(self._parts, self._sums):
            rest = [[a - b for a, b in zip(x, y)] for x, y in zip(self._all, left_out)]
            weights = solve(rest, strength)
            total += sum((predict(weights, r) - t) ** 2 for r, t in zip(rows, targets))
        return sqrt(total / len(self._targets))

    def baseline(self) -> float:
        """The same for a guess that only knows the average of the other rows."""
        total, count, whole = 0.0, len(self._targets), sum(self._targets)
        for _, targets in self._parts:
            guess = (whole - sum(targets)) / (count - len(targets))
            total += sum((t - guess) ** 2 for t in targets)
        return sqrt(total / count)

    def weights(self, strength: float) -> Row:
        """Weights from all rows."""
        return solve(self._all, strength)
