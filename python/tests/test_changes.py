"""What is said of values that differ, for a spun task."""

from __future__ import annotations

import unittest
from typing import Any

from engine import SRC


class Array:
    """As much of an array as is looked at."""

    def __init__(self, shape: Any, dtype: str = "float64") -> None:
        self.shape, self.dtype, self.size = shape, dtype, 1


class Scalar(float):
    """A number as numpy has them."""

    shape = ()


class Column(list):  # type: ignore[type-arg]
    def equals(self, other: Any) -> bool:
        return list(self) == list(other)


class Table:
    """As much of a table as is looked at."""

    def __init__(self, **columns: Any) -> None:
        self.values = {name: Column(values) for name, values in columns.items()}
        self.columns = list(columns)
        self.shape = (len(next(iter(columns.values()))), len(columns))

    def __getitem__(self, name: str) -> Column:
        return self.values[name]

    def equals(self, other: Any) -> bool:
        return self.values == other.values


class Changes(unittest.TestCase):
    def test_texts(self) -> None:
        import sys

        sys.path.insert(0, SRC)
        from spindle.worker.changes import difference, short

        self.assertEqual(short({1, 2}), "{1, 2}")
        self.assertEqual(short(Array((3, 4))), "Array 3 x 4 float64")
        self.assertEqual(short(Table(a=[1], b=[2])), "Table 1 x 2 (a, b)")
        self.assertEqual(short(Scalar(0.5)), "0.5")
        self.assertEqual(difference(Scalar(0.75), Scalar(0.5)), ("+0.25", False))
        self.assertEqual(difference(Scalar("nan"), Scalar("nan")), ("", True))
        self.assertEqual(difference(Scalar("inf"), Scalar(1)), ("", False))
        self.assertTrue(short(list(range(100))).endswith("(100 items)"))
        self.assertLessEqual(len(short("x" * 1000)), 60)
        self.assertEqual(difference({1}, {1}), ("", True))
        self.assertEqual(difference({1, 2}, {1}), ("+1 items", False))
        self.assertEqual(difference({"a": 1, "b": 2}, {"a": 0, "c": 2}), ("new b; gone c; changed a", False))
        self.assertEqual(difference(Array((3, 4)), Array((3, 5))), ("3 x 5 -> 3 x 4", False))
        self.assertEqual(difference(Array((3,), "int8"), Array((3,))), ("float64 -> int8", False))
        self.assertEqual(difference(1, "a"), ("", False))
        was = Table(a=[1, 2], b=[3, 4])
        self.assertEqual(difference(Table(a=[1, 2], b=[3, 4]), was), ("", True))
        self.assertEqual(difference(Table(a=[1, 2], b=[3, 5]), was), ("changed b", False))
        self.assertEqual(difference(Table(a=[1], c=[1]), was), ("2 x 2 -> 1 x 2; new c; gone b", False))


if __name__ == "__main__":
    unittest.main()
