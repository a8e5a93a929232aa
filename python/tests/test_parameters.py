"""Parameters: what they are declared as, and the values given texts become."""

from __future__ import annotations

import os
import unittest
from typing import Any, Dict, List, Optional

from engine import Engine

HEAD = """
from metaflow import *
import datetime

%s

class F(FlowSpec):
    %s

    @step
    def start(self):
        %s
        self.next(self.end)

    @step
    def end(self):
        pass
"""


def source(declared: str, before: str = "", body: str = "pass") -> str:
    return HEAD % (before, declared.replace("\n", "\n    "), body.replace("\n", "\n        "))


class Values(unittest.TestCase):
    maxDiff = None

    def run_with(
        self, declared: str, values: Optional[Dict[str, List[str]]] = None, before: str = "", **more: Any
    ) -> Any:
        with Engine(source(declared, before)) as e:
            self.parameters = {p["name"]: p for p in e.flow()["parameters"]}
            ended = e.parameters(values, user="ann", **more)
            self.stderr = ended.stderr
            if ended.message["type"] == "invalid":
                self.assertEqual(ended.exited["code"], 2)
                return {error["parameter"]: error["message"] for error in ended.message["errors"]}
            self.assertEqual(ended.message["type"], "done", ended.stderr)
            found = ended.values()
            return {p["attr"]: found[p["attr"]] for p in self.parameters.values()}

    def test_types(self) -> None:
        declared = (
            "i = Parameter('i', default=3)\nf = Parameter('f', default=1.5)\nb = Parameter('b', default=True)\ns = Parameter('s', default='t')\n"
            "n = Parameter('n')\nj = Parameter('the-json', type=JSONType, default='[1, {\"a\": null}]')\nd = Parameter('d', type=JSONType, default={'k': 1})\n"
            "t = Parameter('t', type=int, default='7', help='seven')\nl = Parameter('l', default='a,b', separator=',')\n"
            "m = Parameter('m', multiple=True, type=int)\nmd = Parameter('md', multiple=True, default=['x', 'y'])\ng = Parameter('g', is_flag=True)\n"
            "c = Parameter('c', type=complex, default='1+2j')"
        )
        self.assertEqual(
            self.run_with(declared),
            {"i": 3, "f": 1.5, "b": True, "s": "t", "n": None, "j": [1, {"a": None}], "d": {"k": 1}, "t": 7, "l": ["a", "b"], "m": (),
             "md": ("x", "y"), "g": False, "c": 1 + 2j},
        )  # fmt: skip
        types = {name: p["type"] for name, p in self.parameters.items()}
        self.assertEqual(
            types,
            {"i": "int", "f": "float", "b": "bool", "s": "str", "n": "str", "the-json": "JSON", "d": "JSON", "t": "int", "l": "str", "m": "int",
             "md": "str", "g": "bool", "c": "complex"},
        )  # fmt: skip
        described = self.parameters["the-json"]
        self.assertEqual(
            (described["attr"], described["has_default"], described["default"]), ("j", True, '[1, {"a": null}]')
        )
        self.assertEqual(
            (self.parameters["t"]["help"], self.parameters["g"]["flag"], self.parameters["m"]["multiple"]),
            ("seven", True, True),
        )
        given = {"i": ["-4"], "f": ["1e3"], "b": ["no"], "s": [""], "n": ["é"], "the-json": ["{}"], "d": ["null"], "t": ["1", "2"], "l": ["x"],
                 "m": ["1", "2"], "md": ["z"], "g": ["true"], "c": ["3"]}  # fmt: skip
        self.assertEqual(
            self.run_with(declared, given),
            {"i": -4, "f": 1000.0, "b": False, "s": "", "n": "é", "j": {}, "d": None, "t": 2, "l": ["x"], "m": (1, 2), "md": ("z",), "g": True,
             "c": 3 + 0j},
        )  # fmt: skip

    def test_all_errors_at_once(self) -> None:
        declared = (
            "i = Parameter('i', default=3)\nf = Parameter('f', type=float)\nb = Parameter('b', default=True)\nj = Parameter('j', type=JSONType)\n"
            "r = Parameter('r', required=True)\nq = Parameter('q', required=True, default=1)\nk = Parameter('k', default=lambda c: 1/0)\n"
            "w = Parameter('w', type=int, default=lambda c: 'text')\nc = Parameter('c', type=complex)"
        )
        errors = self.run_with(declared, {"i": ["x"], "f": ["y"], "b": ["maybe"], "j": ["{"], "c": ["z"]})
        for name, problem in {
            "i": "'x' is not a valid integer", "f": "'y' is not a valid number", "b": "'maybe' is not a valid boolean", "j": "'{' is not JSON",
            "r": "a value is required", "k": "raised ZeroDivisionError: division by zero", "w": "returned 'text', but a int is expected", "c": "complex",
        }.items():  # fmt: skip
            self.assertIn(problem, errors[name])
        self.assertEqual(set(errors), set("ifbjrkwc"))

    def test_functions_as_defaults(self) -> None:
        before = (
            "def one(ctx):\n    ctx.logger('computing')\n    return f'{ctx.flow_name} {ctx.user_name} {ctx.parameter_name} {ctx.ds_type} {ctx.configs}'\n"
            "def two(ctx, deploy_time):\n    return int(deploy_time)\n"
        )
        declared = "a = Parameter('a', default=one)\nb = Parameter('b', type=int, default=two)\nc = Parameter('c', type=JSONType, default=lambda ctx: '[1]')"
        self.assertEqual(self.run_with(declared, before=before), {"a": "F ann a local {}", "b": 0, "c": [1]})
        self.assertEqual(self.stderr, "computing\n")
        self.assertTrue(self.parameters["a"]["deploy_time"])
        self.assertEqual((self.parameters["a"]["default"], self.parameters["a"]["has_default"]), (None, True))
        # Not called where a value is given.
        self.assertEqual(self.run_with(declared, {"a": ["x"]}, before=before)["a"], "x")
        self.assertEqual(self.stderr, "")

    def test_types_of_click(self) -> None:
        # What the click library gives a type: a name, convert, and an exception with a message.
        before = (
            "class Refused(Exception):\n    def __init__(self, message): self.message = message\n"
            "class Choice:\n    name = 'choice'\n    choices = ['a', 'b']\n"
            "    def convert(self, value, param, ctx):\n        if value not in self.choices: raise Refused(f'{value} is not one of them')\n"
            "        return value\n"
        )
        declared = "c = Parameter('c', type=Choice(), default='a')"
        self.assertEqual(self.run_with(declared, before=before), {"c": "a"})
        self.assertEqual((self.parameters["c"]["type"], self.parameters["c"]["choices"]), ("choice", ["a", "b"]))
        self.assertEqual(self.run_with(declared, {"c": ["z"]}, before=before), {"c": "z is not one of them"})

    def test_constants_and_privates(self) -> None:
        declared = "A = [1]\n_b = 2\nclass Inner: pass\nc = staticmethod(len)\n@property\ndef d(self): return 1\n@classmethod\ndef f(cls): pass"
        with Engine(source(declared, body="print(self.A, self._b, self.Inner.__name__, self.d)")) as e:
            flow = e.flow()
            self.assertEqual([c["name"] for c in flow["constants"]], ["A", "c"])
            params = e.parameters()
            self.assertEqual((params.value("A"), params.value("_b")), ([1], 2))
            self.assertNotIn("Inner", params.table)
            start = e.step("start", [params], ["end"])
            self.assertEqual(start.stdout, "[1] 2 Inner 1\n", start.stderr)


class Files(unittest.TestCase):
    DECLARED = (
        "t = IncludeFile('t', default='%s')\nb = IncludeFile('b', is_text=False)\n"
        "p = IncludeFile('p', parser='json.loads')\nq = IncludeFile('q', parser=lambda text: text.split())"
    )

    def setUp(self) -> None:
        self.stored: Dict[str, bytes] = {}

    def include(self, args: Any) -> Any:
        with open(args["path"], "rb") as file:
            self.stored["local:///" + args["path"]] = file.read()
        return {"result": {"type": "uploader-v2", "sub-type": "uploaded", "url": "local:///" + args["path"], "size": 1, "note": "n",
                           "is_text": args["is_text"], "encoding": args["encoding"]}}  # fmt: skip

    def read(self, args: Any) -> Any:
        path = os.path.join(self.folder, "included")
        with open(path, "wb") as file:
            file.write(self.stored[args["descriptor"]["url"]])
        return {"result": {"path": path, "offset": 0, "size": os.path.getsize(path), "temporary": True}}

    def test_include_file(self) -> None:
        body = "print(repr(self.t), self.b, self.p, self.q, self.t is self.t)"
        with Engine(source(self.DECLARED, body=body)) as e:
            self.folder = e.folder
            text = e.source.replace("flow.py", "a.txt")
            for name, content in {
                "a.txt": "zwei\r\nzeilen é",
                "b.bin": b"\xff\x00",
                "c.json": '{"k": [1]}',
                "d.txt": "x y",
            }.items():
                with open(os.path.join(e.folder, name), "wb") as file:
                    file.write(content if isinstance(content, bytes) else content.encode())
            with open(e.source) as flow_file:
                whole = flow_file.read()
            with open(e.source, "w") as flow_file:
                flow_file.write(whole % text)
            parameter = next(p for p in e.flow()["parameters"] if p["name"] == "t")
            self.assertEqual(
                (parameter["kind"], parameter["class"], parameter["type"]), ("include_file", "IncludeFile", "path")
            )
            e.answers = {"include_file": self.include, "include_read": self.read}
            path = {name: os.path.join(e.folder, name) for name in ("b.bin", "c.json", "d.txt")}
            params = e.parameters({"b": [path["b.bin"]], "p": [path["c.json"]], "q": [path["d.txt"]]})
            self.assertEqual(params.message["type"], "done", params.stderr)
            self.assertIn(f"Including file {text} of size 15B\n", params.stderr)
            included = params.value("t")
            self.assertEqual(
                (type(included).__module__, included.descriptor["is_text"]), ("metaflow.includefile", True)
            )
            self.assertEqual(included.size, 1)
            start = e.step("start", [params], ["end"])
            self.assertEqual(start.stdout, "'zwei\\nzeilen é' b'\\xff\\x00' {'k': [1]} ['x', 'y'] True\n", start.stderr)
            self.assertIn("t", start.message["inherit"][0][1])

    def test_bad_files(self) -> None:
        with Engine(
            source("a = IncludeFile('a')\nb = IncludeFile('b')\nc = IncludeFile('c')\nd = IncludeFile('d')")
        ) as e:
            e.flow()
            e.answers = {"include_file": lambda args: {"error": {"kind": "io", "message": "disk full"}}}
            ended = e.parameters({"a": ["/no/such"], "b": ["s3://x/y"], "c": [e.source], "d": ["{junk"]})
            errors = {error["parameter"]: error["message"] for error in ended.message["errors"]}
            self.assertIn("'/no/such' can not be read: No such file", errors["a"])
            self.assertIn("not a local file", errors["b"])
            self.assertIn("disk full", errors["c"])
            self.assertIn("looks like a stored file", errors["d"])

    def test_descriptor_as_value(self) -> None:
        import json

        with Engine(source("a = IncludeFile('a')")) as e:
            e.flow()
            ended = e.parameters({"a": [json.dumps({"type": "uploader-v2", "url": "u"})]})
            self.assertEqual(ended.value("a").descriptor["url"], "u")


if __name__ == "__main__":
    unittest.main()
