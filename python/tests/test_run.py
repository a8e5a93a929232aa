"""Flows of every shape, step by step through the real worker."""

from __future__ import annotations

import os
import unittest

from engine import Ended, Engine

FLOW = """
    from metaflow import FlowSpec, JSONType, Parameter, current, step

    class F(FlowSpec):
        '''A flow.'''
        CONST = [5]
        _private = 7
        alpha = Parameter('alpha', default=3)
        opts = Parameter('opts', type=JSONType, default='{"a": 1}')

        @step
        def start(self):
            '''Begins.'''
            self.xs = ['a', 'bb', 'c' * 40]
            self.next(self.body, foreach='xs')

        @step
        def body(self):
            print(self, self.index, self.foreach_stack())
            self.y = self.input * self.alpha
            self.same = 'same'
            self.next(self.join)

        @step
        def join(self, inputs):
            self.ys = [i.y for i in inputs]
            self.first = inputs[0].index, inputs[-1].index, [i.index for i in inputs[1:]]
            self.by_name = inputs.body.index
            self.merge_artifacts(inputs, exclude=['y'])
            print(self.same, self.xs, self.alpha, self.CONST, type(self).CONST)
            self.next(self.end)

        @step
        def end(self):
            print(current.pathspec, current.username, current.namespace, sorted(current.tags), current.parameter_names,
            current.graph_info)

    if __name__ == '__main__':
        F()
"""


def body_stack(index: int, count: int = 3, value: str = "a") -> list:
    return [{"step": "body", "var": "xs", "num_splits": count, "index": index, "value": value}]


class Shapes(unittest.TestCase):
    def check(self, ended: Ended, stdout: str = "") -> Ended:
        self.assertIsNotNone(ended.message, ended.stderr)
        self.assertEqual(ended.message["type"], "done", ended.stderr)
        self.assertEqual(ended.exited["code"], 0)
        self.assertEqual(ended.stderr, "")
        self.assertEqual(ended.stdout, stdout)
        return ended

    def test_foreach_and_join(self) -> None:
        with Engine(FLOW) as e:
            flow = e.flow()
            self.assertEqual([s["name"] for s in flow["steps"]], ["start", "body", "join", "end"])
            self.assertTrue(flow["isolation"]["fork_safe"], flow["isolation"])
            params = self.check(e.parameters({"alpha": ["2"]}))
            self.assertEqual(
                params.values(),
                {
                    "alpha": 2, "opts": {"a": 1}, "CONST": [5], "_private": 7, "name": "F", "_graph_info": {"steps": {}}, "_transition": None,
                    "_task_ok": True, "_success": True, "_foreach_stack": [], "_configs_processed": True,
                },
            )  # fmt: skip
            start = self.check(e.step("start", [params], ["body"], "foreach", {"foreach": "xs"}))
            self.assertEqual(
                start.message["transition"],
                {
                    "next": ["body"],
                    "foreach": "xs",
                    "num_splits": 3,
                    "values": ["a", "bb", "c" * 30],
                    "parallel": 0,
                    "condition": "",
                },
            )
            names = [entry["name"] for entry in start.message["artifacts"]]
            self.assertEqual(names, sorted(names, reverse=True))
            self.assertEqual(start.message["inherit"], [[0, ["opts", "alpha", "_graph_info", "CONST"]]])
            self.assertEqual(start.value("_foreach_values"), ["a", "bb", "c" * 30])
            self.assertEqual(start.value("_foreach_num_splits"), 3)
            self.assertEqual(start.value("_transition"), (["body"], "xs"))
            bodies = []
            for i, item in enumerate(["a", "bb", "c" * 40]):
                text = item if len(item) <= 20 else item[:20] + "..."
                out = f"<flow F step body[{i}] (input: {text})> {i} [({i}, 3, {item!r})]\n"
                bodies.append(
                    self.check(e.step("body", [start], ["join"], foreach_stack=body_stack(i, value=item[:30])), out)
                )
            self.assertEqual(bodies[1].value("y"), "bbbb")
            self.assertEqual(bodies[1].value("_foreach_var"), None)
            self.assertEqual(
                [tuple(frame) for frame in bodies[1].value("_foreach_stack")], [("body", "xs", 3, 1, "bb")]
            )
            self.assertIn(b"__main__", bodies[1].table["_foreach_stack"]["raw"])
            join = self.check(e.step("join", bodies, ["end"], join=True), f"same {['a', 'bb', 'c' * 40]!r} 2 [5] [5]\n")
            self.assertEqual(join.value("ys"), ["aa", "bbbb", "c" * 80])
            self.assertEqual(join.value("first"), (0, 2, [1, 2]))
            self.assertEqual(join.value("by_name"), 2)
            self.assertIn([[0, "y"], [1, "y"], [2, "y"]], join.gets)
            self.assertNotIn("_foreach_values", join.table)
            self.assertNotIn("y", join.table)
            self.assertEqual(join.value("same"), "same")
            end = e.step("end", [join])
            self.check(
                end, f"F/1/end/{end.task['task_id']} tester user:tester ['t'] ['alpha', 'opts'] {{'steps': {{}}}}\n"
            )
            self.assertIsNone(end.message["transition"])
            self.assertEqual(os.listdir(e.spill), [])
            self.assertFalse([f for f in os.listdir(e.folder) if f.startswith("tmp")], "temporary files are left")

    def test_spawned_process_gives_the_same(self) -> None:
        with Engine(FLOW) as e:
            e.flow()
            params = e.parameters()
            forked = self.check(e.step("start", [params], ["body"], "foreach", {"foreach": "xs"}))
            spawned = self.check(e.step("start", [params], ["body"], "foreach", {"foreach": "xs"}, spawn=True))
            self.assertEqual(
                {name: ref["key"] for name, ref in forked.table.items()},
                {name: ref["key"] for name, ref in spawned.table.items()},
            )

    def test_inputs_in_a_file(self) -> None:
        import json

        with Engine(FLOW) as e:
            e.flow()
            params = e.parameters()
            start = e.step("start", [params], ["body"], "foreach", {"foreach": "xs"})
            body = e.step("body", [start], ["join"], foreach_stack=body_stack(0))
            task = e.task("join", [body] * 300, join=True, node={"type": "linear", "next": ["end"]})
            path = os.path.join(e.folder, "inputs")
            with open(path, "w") as file:
                file.writelines(json.dumps(entry) + "\n" for entry in task["inputs"])
            task["inputs_file"] = path
            sent, task["inputs"] = task["inputs"], None
            answer = e._value
            e._value = lambda t, *rest: answer({**t, "inputs": sent}, *rest)  # type: ignore[method-assign]
            task.pop("inputs")
            original = e._keep
            e._keep = lambda ended: (ended.task.update(inputs=sent), original(ended))  # type: ignore[method-assign]
            join = e.run(task)
            self.assertEqual(join.message["type"], "done", join.stderr)
            self.assertEqual(join.value("ys"), ["aaa"] * 300)
            sizes = [len(items) for items in join.gets if items[0][1] == "y"]
            self.assertEqual(sizes, [128, 128, 44])

    def test_switch_and_recursion(self) -> None:
        source = """
            from spindle import FlowSpec, step

            class F(FlowSpec):
                @step
                def start(self):
                    self.n = 0
                    self.next(self.loop)

                @step
                def loop(self):
                    self.n += 1
                    self.again = self.n < 2
                    self.next({True: self.loop, False: self.end}, condition='again')

                @step
                def end(self):
                    print(self.n)
        """
        with Engine(source) as e:
            e.flow()
            start = self.check(e.step("start", [e.parameters()], ["loop"]))
            node = {"condition": "again", "cases": {"True": "loop", "False": "end"}}
            one = self.check(e.step("loop", [start], ["loop", "end"], "switch", node, iteration_stack=[0]))
            self.assertEqual(one.message["transition"]["next"], ["loop"])
            self.assertEqual(one.message["transition"]["condition"], "again")
            self.assertEqual(one.value("_transition"), (["loop"], None))
            self.assertEqual(one.value("_iteration_stack"), [0])
            two = self.check(e.step("loop", [one], ["loop", "end"], "switch", node, iteration_stack=[1]))
            self.assertEqual(two.value("_transition"), (["end"], None))
            end = self.check(e.step("end", [two]), "2\n")
            self.assertEqual(end.value("_iteration_stack"), [])

    def test_parallel(self) -> None:
        source = """
            from metaflow import FlowSpec, current, parallel, step

            class F(FlowSpec):
                @step
                def start(self):
                    self.next(self.work, num_parallel=3)

                @parallel
                @step
                def work(self):
                    print(tuple(current.parallel), current.is_parallel, self.input, self.index)
                    self.next(self.join)

                @step
                def join(self, inputs):
                    print([i.input for i in inputs])
                    self.next(self.end)

                @step
                def end(self):
                    print(current.is_parallel)
        """
        with Engine(source) as e:
            self.assertTrue(e.flow()["steps"][1]["parallel"])
            start = self.check(e.step("start", [e.parameters()], ["work"], "parallel"))
            self.assertEqual(start.message["transition"]["parallel"], 3)
            self.assertEqual(start.message["transition"]["foreach"], "_parallel_ubf_iter")
            self.assertEqual(start.value("_foreach_values"), None)
            self.assertTrue(start.value("_unbounded_foreach"))
            self.assertEqual(type(start.value("_parallel_ubf_iter")).__module__, "metaflow.flowspec")
            tasks = []
            for i, task_id in enumerate(["9", "9_node_1", "9_node_2"]):
                stack = [{"step": "work", "var": "_parallel_ubf_iter", "num_splits": None, "index": i, "value": ""}]
                world = {"num_nodes": 3, "node_index": i, "control_task_id": "9", "main_ip": "127.0.0.1"}
                ended = e.step("work", [start], ["join"], task_id=task_id, foreach_stack=stack, parallel=world)
                tasks.append(self.check(ended, f"('127.0.0.1', 3, {i}, '9') True {i} {i}\n"))
            self.assertEqual(
                tasks[0].value("_control_mapper_tasks"), ["1/work/9", "1/work/9_node_1", "1/work/9_node_2"]
            )
            self.assertTrue(tasks[0].value("_control_task_is_mapper_zero"))
            self.assertNotIn("_control_mapper_tasks", tasks[1].table)
            self.assertEqual(
                [tuple(f) for f in tasks[1].value("_foreach_stack")], [("work", "_parallel_ubf_iter", None, 1, None)]
            )
            join = self.check(e.step("join", tasks, ["end"], join=True), "[0, 1, 2]\n")
            self.check(e.step("end", [join]), "False\n")

    def test_nested_foreach_and_iterators(self) -> None:
        source = """
            from metaflow import FlowSpec, step

            class Countdown:
                '''Iterable, but without indices.'''
                def __iter__(self):
                    return iter([30, 20, 10])

            class F(FlowSpec):
                @step
                def start(self):
                    self.outer = [{'k': 1}, (2, 3)]
                    self.next(self.mid, foreach='outer')

                @step
                def mid(self):
                    self.inner = Countdown()
                    self.next(self.leaf, foreach='inner')

                @step
                def leaf(self):
                    print(self.input, self.foreach_stack())
                    self.next(self.join)

                @step
                def join(self, inputs):
                    print(self.input, self.index, self.foreach_stack())
                    self.next(self.end)

                @step
                def end(self):
                    print(self.input, self.index, self.foreach_stack())

            if __name__ == '__main__':
                F()
        """
        with Engine(source) as e:
            e.flow()
            start = self.check(e.step("start", [e.parameters()], ["mid"], "foreach", {"foreach": "outer"}))
            self.assertEqual(start.message["transition"]["values"], ["{'k': 1}", "(2, 3)"])
            outer = {"step": "mid", "var": "outer", "num_splits": 2, "index": 1, "value": "(2, 3)"}
            mid = self.check(e.step("mid", [start], ["leaf"], "foreach", {"foreach": "inner"}, foreach_stack=[outer]))
            inner = {"step": "leaf", "var": "inner", "num_splits": 3, "index": 2, "value": "10"}
            leaf = self.check(
                e.step("leaf", [mid], ["join"], foreach_stack=[outer, inner]), "10 [(1, 2, (2, 3)), (2, 3, 10)]\n"
            )
            # After the join neither list is an artifact any more.
            join = self.check(
                e.step("join", [leaf], ["end"], join=True, foreach_stack=[outer]), "None 1 [(1, 2, None)]\n"
            )
            self.check(e.step("end", [join]), "None None []\n")

    def test_inherited_flow_with_marked_ends(self) -> None:
        source = """
            from base import Base
            from metaflow import step

            class F(Base):
                LIMIT = 2

                @step(end=True, node_info={'colour': 'red'})
                def last(self):
                    print(self.LIMIT, self.OTHER, self.x)

            F() if __name__ == '__main__' else None
        """
        base = """
            from metaflow import FlowSpec, step

            class Base(FlowSpec):
                LIMIT = 1
                OTHER = 'o'

                @step(start=True)
                def first(self):
                    self.x = self.helper()
                    self.next(self.last)

                def helper(self):
                    return 'h'
        """
        with Engine(source, files={"base.py": base}) as e:
            flow = e.flow()
            self.assertEqual(
                [(s["name"], s["start"], s["end"]) for s in flow["steps"]],
                [("first", True, False), ("last", False, True)],
            )
            self.assertEqual(flow["steps"][1]["node_info"], {"colour": "red"})
            self.assertTrue(flow["steps"][0]["file"].endswith("base.py"))
            self.assertEqual([os.path.basename(f) for f in flow["files"]], ["base.py", "flow.py"])
            self.assertEqual(flow["constants"], [{"name": "LIMIT", "type": "int"}, {"name": "OTHER", "type": "str"}])
            first = self.check(e.step("first", [e.parameters()], ["last"]))
            self.check(e.step("last", [first]), "2 o h\n")


if __name__ == "__main__":
    unittest.main()
