"""The rules of the language inside a step: self.next, merging, read-only values, what cannot be stored."""

from __future__ import annotations

import unittest
from typing import Any, List, Optional

from engine import Ended, Engine

HEAD = """
from metaflow import *
import sys, os

class F(FlowSpec):
    p = Parameter('p', default=1)
    CONST = {'a': 1}

    @step
    def start(self):
        %s

    @step
    def a(self):
        self.next(self.join)

    @step
    def b(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass

    def helper(self):
        pass
"""


class Language(unittest.TestCase):
    maxDiff = None

    def start(self, body: str, next: Optional[List[str]] = None, type: str = "linear", **node: Any) -> Ended:
        with Engine(HEAD % body.replace("\n", "\n        ")) as e:
            e.flow()
            return e.step("start", [e.parameters()], next or ["a"], type, node)

    def test_wrong_transitions(self) -> None:
        for body, problem in {
            "self.next(self.a); self.next(self.a)": "calls self.next() more than once",
            "self.next(self.a, fireach='x')": "unknown keyword argument, 'fireach'",
            "self.next()": "at least one step",
            "self.next(self.a, foreach='xs')": "variable *self.xs* of step *start* does not exist",
            "self.xs = 3; self.next(self.a, foreach='xs')": "can not be iterated over: 'int' object is not iterable",
            "self.xs = []; self.next(self.a, foreach='xs')": "has no items",
            "self.xs = [1]; self.next(self.a, self.b, foreach='xs')": "exactly one target step",
            "self.next(self.a, foreach=['x'])": "as a string",
            "self.next(self.a, self.b, num_parallel=2)": "num_parallel takes exactly one target",
            "self.next({'x': self.a})": "needs condition=",
            "self.next({}, condition='c')": "exactly one dictionary",
            "self.next(self.a, condition='c')": "exactly one dictionary",
            "self.next({'x': self.a}, condition='c')": "condition *self.c* of step *start* does not exist",
            "self.next({'x': self.a}, condition=3)": "as a string",
            "self.c = 'x'; self.next({'x': self.a}, condition='c', foreach='c')": "can not be combined",
            "self.c = 'x'; self.next({'x': 'a'}, condition='c')": "is not a step of this flow, but 'a'",
            "self.next('a')": "argument 1 of self.next() is not a step",
            "self.next(print)": "argument 1 of self.next() is not a step",
            "pass": "without calling self.next()",
        }.items():
            with self.subTest(body):
                ended = self.start(body)
                self.assertEqual(ended.message["type"], "failed", ended.message)
                exception = ended.message["exception"]
                self.assertEqual(exception["type"], "InvalidNextException")
                self.assertIn(problem, exception["message"])
                self.assertIn("<flow F step start> failed:\n    Invalid self.next() transition detected", ended.stderr)
                if body != "pass":
                    self.assertIn("detected on line 11:\n    ", ended.stderr)
                self.assertEqual(ended.exited["code"], 1)
                self.assertTrue(ended.message["persisted"])

    def test_value_without_case(self) -> None:
        ended = self.start("self.c = 'z'; self.next({'x': self.a, 'y': self.b}, condition='c')", ["a", "b"], "switch")
        self.assertEqual(ended.message["exception"]["type"], "RuntimeError")
        for word in ("'c'", "'z'", "['x', 'y']"):
            self.assertIn(word, ended.message["exception"]["message"])

    def test_transition_that_the_source_does_not_say(self) -> None:
        ended = self.start("self.next(self.b)")
        self.assertIn("went to b, but its source says a", ended.message["exception"]["message"])

    def test_read_only(self) -> None:
        body = """
for name in ('p', 'CONST', '_graph_info'):
    for act in (lambda: setattr(self, name, 2), lambda: delattr(self, name)):
        try:
            act()
        except AttributeError as e:
            print(name, e)
print(F.CONST, F.p, hasattr(self, 'nothing'))
try:
    self.nothing
except AttributeError as e:
    print(e)
self.next(self.a)"""
        ended = self.start(body)
        lines = ended.stdout.splitlines()
        self.assertEqual(len(lines), 8, ended.stdout + ended.stderr)
        self.assertTrue(
            all(line.endswith("Flow level attributes and Parameters are not modifiable") for line in lines[:6])
        )
        self.assertEqual(lines[6], "{'a': 1} metaflow.Parameter(name=p, kwargs={}) False")
        self.assertEqual(lines[7], "Flow F has no attribute 'nothing'")
        self.assertEqual(ended.message["type"], "done")

    def test_what_cannot_be_stored(self) -> None:
        for body, name, problem in (
            ("self.me = self", "me", "A flow can not be stored"),
            ("self.f = lambda: 1", None, ""),  # no artifact: a function
            ("self.fs = [lambda: 1]", "fs", "lambda"),
            ("self.deep = []; x = self.deep\nfor _ in range(100000): x.append([]); x = x[0]", "deep", "RecursionError"),
            ("class Bad:\n    def __reduce__(self): raise KeyError('no')\nself.bad = Bad()", "bad", "KeyError: 'no'"),
            ("self.file = open(os.devnull)", "file", "TextIOWrapper"),
        ):
            with self.subTest(body):
                ended = self.start(body + "\nself.next(self.a)")
                if name is None:
                    self.assertEqual(ended.message["type"], "done", ended.stderr)
                    continue
                self.assertEqual((ended.message["type"], ended.message["persisted"]), ("failed", False))
                self.assertEqual(ended.message["exception"]["type"], "UnpicklableArtifactException")
                self.assertIn(f"artifact *{name}*", ended.message["exception"]["message"])
                self.assertIn(problem, ended.message["exception"]["message"])
                self.assertIn("    Cannot pickle artifact:\n    The value of the artifact", ended.stderr)

    def test_changes_to_loaded_values_are_kept(self) -> None:
        source = """
            from metaflow import FlowSpec, step

            class F(FlowSpec):
                @step
                def start(self):
                    self.items, self.text, self.other, self.gone = [1], 'x' * 100, (1, 2), 5
                    self.next(self.end)

                @step
                def end(self):
                    self.items.append(2)
                    self.text, self.other
                    del self.other
                    self.gone
                    del self.gone
                    assert self.gone == 5
        """
        with Engine(source) as e:
            e.flow()
            start = e.step("start", [e.parameters()], ["end"])
            end = e.step("end", [start])
            self.assertEqual(end.message["type"], "done", end.stderr)
            self.assertEqual(end.value("items"), [1, 2])
            new = {entry["name"] for entry in end.message["artifacts"]}
            self.assertNotIn("other", new)
            # A text that was only read is not pickled again.
            self.assertNotIn("text", new)
            self.assertIn("text", end.message["inherit"][0][1])
            self.assertEqual(end.table["text"]["key"], start.table["text"]["key"])

    def test_unreadable_artifacts(self) -> None:
        source = """
            from metaflow import FlowSpec, step

            class F(FlowSpec):
                @step
                def start(self):
                    self.x = 1
                    self.next(self.end)

                @step
                def end(self):
                    self.x
        """
        with Engine(source) as e:
            e.flow()
            start = e.step("start", [e.parameters()], ["end"])
            good = start.table["x"]
            for broken, problem in (
                ({**good, "key": "0" * 40}, "blob of x is corrupt"),
                ({**good, "raw": b"\x80\x04\x8c\x01ac__main__\nNope\n."}, "can not be made an object again: "),
                ({**good, "raw": b"junk"}, "artifact *x* of 1/start/2 can not be made an object again"),
            ):
                with self.subTest(problem):
                    if broken["raw"] is not good["raw"]:
                        broken["key"] = str(len(broken["raw"]))
                    start.table["x"] = broken
                    if broken["key"] == "0" * 40:
                        e.known = [k for k in e.known if k is not start]
                    end = e.step("end", [start])
                    e.known = [*e.known, start]
                    self.assertEqual(end.message["exception"]["type"], "DataException", end.message)
                    self.assertIn(problem, end.message["exception"]["message"])
                    start.table["x"] = good


MERGE = """
from metaflow import *

class F(FlowSpec):
    p = Parameter('p', default=1)

    @step
    def start(self):
        self.common = 'c'
        self.next(self.a, self.b)

    @step
    def a(self):
        self.x, self.only_a, self.same = 1, 'a', [1]
        self.next(self.join)

    @step
    def b(self):
        self.x, self.only_b, self.same = 2, 'b', [1]
        self.next(self.join)

    @step
    def join(self, inputs):
        %s
        self.next(self.end)

    @step
    def end(self):
        try:
            self.merge_artifacts([])
        except Exception as e:
            print(type(e).__module__, e)
"""


class Merging(unittest.TestCase):
    def join(self, body: str) -> Ended:
        with Engine(MERGE % body.replace("\n", "\n        ")) as e:
            e.flow()
            start = e.step("start", [e.parameters()], ["a", "b"], "split")
            join = e.step("join", [e.step("a", [start], ["join"]), e.step("b", [start], ["join"])], ["end"], join=True)
            if join.message["type"] == "done":
                self.end = e.step("end", [join])
            return join

    def test_agreement(self) -> None:
        ended = self.join(
            "self.x = 3; self.merge_artifacts(inputs); print(self.common, self.only_a, self.only_b, self.same, self.p)"
        )
        self.assertEqual(ended.stdout, "c a b [1] 1\n", ended.stderr)
        self.assertEqual(ended.value("x"), 3)
        self.assertEqual(ended.value("only_b"), "b")
        inherited = {index: names for index, names in ended.message["inherit"]}
        # What was merged and read stays merged; nothing is loaded to be compared.
        self.assertEqual([items[0][1] for items in ended.gets], ["common", "only_a", "only_b", "same", "p"])
        self.assertIn("only_b", inherited[1])
        self.assertIn("p", inherited[0])
        self.assertEqual(
            self.end.stdout,
            "metaflow.exception merge_artifacts merges the branches of a join, and step *end* is not a join\n",
        )

    def test_disagreement(self) -> None:
        ended = self.join("try:\n    self.merge_artifacts(inputs)\nfinally:\n    print('common' in self.__dict__)")
        self.assertEqual(ended.message["exception"]["type"], "UnhandledInMergeArtifactsException")
        self.assertIn("[x]", ended.message["exception"]["message"])
        self.assertNotIn("common", ended.table)

    def test_include_and_exclude(self) -> None:
        ended = self.join("self.merge_artifacts(inputs, exclude=['x', 'only_a'])")
        self.assertEqual({"x", "only_a"} & set(ended.table), set())
        self.assertIn("only_b", ended.table)
        ended = self.join("self.merge_artifacts(inputs, include=['same'])")
        self.assertIn("same", ended.table)
        self.assertNotIn("common", ended.table)
        ended = self.join("self.merge_artifacts(inputs, include=['same', 'nope'])")
        self.assertEqual(ended.message["exception"]["type"], "MissingInMergeArtifactsException")
        self.assertIn("[nope]", ended.message["exception"]["message"])
        ended = self.join("self.merge_artifacts(inputs, include=['same'], exclude=['x'])")
        self.assertIn("not both", ended.message["exception"]["message"])

    def test_inputs(self) -> None:
        body = "print(inputs.a.x, inputs.b.x, inputs[1].only_b, [i.x for i in inputs], len(inputs.flows))\nself.keep = inputs"
        ended = self.join(body)
        self.assertEqual(ended.stdout, "1 2 b [1, 2] 2\n", ended.stderr)
        self.assertIn("inputs of a join can not be stored", ended.message["exception"]["message"])
        for body in ("inputs.nobody", "len(inputs)", "inputs[2]"):
            self.assertEqual(self.join(body).message["type"], "failed")


if __name__ == "__main__":
    unittest.main()
