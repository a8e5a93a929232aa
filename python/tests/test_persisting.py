"""How values get into files: small and large ones, and what happens when there is no room."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
import tempfile
import unittest
from typing import Any, Dict

from engine import SRC, Engine

sys.path.insert(0, SRC)
from spindle.worker import sink as sinks
from spindle.worker.sink import Sink


class Unpicklable:
    def __init__(self, before: Any) -> None:
        self.before = before

    def __getstate__(self) -> Any:
        return {"before": self.before, "bad": lambda: 1}


class Sinks(unittest.TestCase):
    def setUp(self) -> None:
        self.scratch, self.spill = tempfile.mkdtemp(), tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.scratch)
        self.addCleanup(shutil.rmtree, self.spill)

    def sink(self, large: int = 1 << 20) -> Sink:
        sink = Sink(self.scratch, self.spill, "stem", large)
        self.addCleanup(sink.close)
        return sink

    def load(self, entry: Dict[str, Any]) -> Any:
        with open(entry["file"], "rb") as file:
            file.seek(entry["offset"])
            raw = file.read(entry["size"])
        self.assertEqual(len(raw), entry["size"])
        return pickle.loads(raw)

    def test_values_of_all_sizes(self) -> None:
        sink = self.sink()
        values = [
            1,
            "x" * 100,
            b"y" * 700_000,
            list(range(100_000)),
            b"z" * 3_000_000,
            [b"a" * 300_000 for _ in range(9)],
            None,
            {"k": "v"},
        ]
        values.append(["s" * 50 + str(i) for i in range(60_000)])
        entries = [sink.put(str(i), value) for i, value in enumerate(values)]
        for entry, value in zip(entries, values):
            self.assertEqual(self.load(entry), value)
        folders = [os.path.dirname(entry["file"]) for entry in entries]
        self.assertEqual([i for i, folder in enumerate(folders) if folder == self.spill], [4, 5, 8])
        # Each of the large ones is alone in its file, so that the engine can move it.
        for at in (4, 5, 8):
            self.assertEqual((entries[at]["offset"], os.path.getsize(entries[at]["file"])), (0, entries[at]["size"]))
        self.assertEqual(sum(os.path.getsize(os.path.join(self.scratch, f)) for f in os.listdir(self.scratch)),
                         sum(e["size"] for e, folder in zip(entries, folders) if folder == self.scratch))  # fmt: skip

    def test_a_failed_value_leaves_nothing(self) -> None:
        sink = self.sink()
        first = sink.put("a", 1)
        for before in (b"x" * 10, b"x" * 600_000, [b"x" * 400_000 for _ in range(5)], b"x" * 2_000_000):
            with self.assertRaises(Exception):  # noqa: B017
                sink.put("bad", [before, Unpicklable(before)])
        last = sink.put("b", "after")
        self.assertEqual((self.load(first), self.load(last)), (1, "after"))
        self.assertEqual(last["offset"], first["size"])
        self.assertEqual(os.listdir(self.spill), [])

    def test_scratch_is_full(self) -> None:
        real = os.write
        room = 1000

        def write(fd: int, data: Any) -> int:
            nonlocal room
            name = os.readlink(f"/proc/self/fd/{fd}")
            if not name.startswith(self.scratch):
                return real(fd, data)
            if room <= 0:
                raise OSError(28, "No space left on device")
            done = real(fd, memoryview(data)[:room])
            room -= done
            return done

        sinks.os.write = write  # type: ignore[assignment]
        try:
            sink = self.sink()
            values = ["a" * 600, "b" * 600, list(range(5000)), b"c" * 500_000, 7]
            entries = [sink.put(str(i), value) for i, value in enumerate(values)]
            for entry, value in zip(entries, values):
                self.assertEqual(self.load(entry), value)
            folders = [os.path.dirname(entry["file"]) for entry in entries]
            self.assertEqual(folders[:2], [self.scratch, self.spill])
            self.assertEqual(folders[2:4], [self.spill] * 2)
        finally:
            sinks.os.write = real  # type: ignore[assignment]

    def test_unwritable_folders(self) -> None:
        sink = Sink("/proc/no", "/proc/no", "stem")
        with self.assertRaises(OSError):
            sink.put("a", 1)


SOURCE = """
from metaflow import FlowSpec, step

class F(FlowSpec):
    @step
    def start(self):
        self.big, self.small = b'x' * (70 << 20), 1
        self.next(self.end)

    @step
    def end(self):
        print(len(self.big))
        self.copy = bytearray(self.big)
"""


class Tasks(unittest.TestCase):
    def test_large_value(self) -> None:
        with Engine(SOURCE) as e:
            e.flow()
            start = e.step("start", [e.parameters()], ["end"])
            entry = next(a for a in start.message["artifacts"] if a["name"] == "big")
            self.assertEqual((os.path.dirname(entry["file"]), entry["offset"]), (e.spill, 0))
            end = e.step("end", [start])
            self.assertEqual(end.stdout, f"{70 << 20}\n", end.stderr)
            self.assertIn("big", end.message["inherit"][0][1])

    def test_no_room_at_all(self) -> None:
        with Engine(SOURCE) as e:
            e.flow()
            shutil.rmtree(e.scratch)
            shutil.rmtree(e.spill)
            start = e.step("start", [], ["end"])
            self.assertEqual((start.message["type"], start.message["persisted"]), ("failed", False))
            self.assertIn(
                "artifact *small* can not be stored: No such file or directory", start.message["exception"]["message"]
            )


if __name__ == "__main__":
    unittest.main()
