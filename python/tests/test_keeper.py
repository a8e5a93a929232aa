"""How a keeper becomes the only one at its socket."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from unittest import mock

from engine import SRC

sys.path.insert(0, SRC)

from spindle.worker.warm import listening


class Alone(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.socket = os.path.join(folder.name, "x.sock")
        lock = listening.alone(self.socket)
        assert lock is not None
        self.first = lock

    def test_another_serves(self) -> None:
        """Who waited for its end would take its place when it is stopped."""
        with open(self.socket, "w"), mock.patch.object(listening.time, "sleep", side_effect=AssertionError("it waits")):
            self.assertIsNone(listening.alone(self.socket))
        os.close(self.first)

    def test_another_ends(self) -> None:
        """Its socket is gone, its lock is not yet."""
        with mock.patch.object(listening.time, "sleep", side_effect=lambda _: os.close(self.first)) as sleep:
            second = listening.alone(self.socket)
        assert second is not None
        self.assertEqual(sleep.call_count, 1)
        os.close(second)

    def test_another_neither_serves_nor_ends(self) -> None:
        with mock.patch.object(listening.time, "sleep"):
            self.assertIsNone(listening.alone(self.socket))
        os.close(self.first)


if __name__ == "__main__":
    unittest.main()
