"""One kernel as people use it, and misuse it."""

import os
import signal
import time
import unittest

from kernels import LIMIT, Kernel, alive


def gone(pid):
    """Waits for a process to be gone."""
    end = time.monotonic() + LIMIT
    while alive(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Session(Kernel):
    def test_outputs_in_order(self):
        code = """
import os, sys
for i in range(50):
    print("a%d" % i)
    os.system("echo b%d" % i)
    display(i)
    print("c%d" % i, file=sys.stderr)
    os.write(1, b"d%d\\n" % i)
"""
        _, outputs = self.run_cell(code)
        seen = []
        for kind, content in outputs:
            if kind == "stream":
                seen += content["text"].split()
            else:
                seen.append(content["data"]["text/plain"])
        want = []
        for i in range(50):
            want += [f"a{i}", f"b{i}", str(i), f"c{i}", f"d{i}"]
        self.assertEqual([s for s in seen if s[0] != "d"], [w for w in want if w[0] != "d"])
        self.assertEqual(sorted(seen), sorted(want))

    def test_text_that_is_cut_in_the_middle_of_a_character(self):
        _, outputs = self.run_cell("import os\nfor b in 'żółw€𝄞'.encode(): os.write(1, bytes([b]))\nos.write(1, b'\\xff');")
        self.assertEqual(self.text(outputs), "żółw€𝄞\ufffd")

    def test_much_output(self):
        _, outputs = self.run_cell("for i in range(200000): print(i)")
        self.assertEqual(self.text(outputs), "".join(f"{i}\n" for i in range(200000)))

    def test_stdout_that_is_pointed_elsewhere(self):
        reply, outputs = self.run_cell(
            "import os\nkept = os.dup(1); null = os.open('/dev/null', 1); os.dup2(null, 1); os.system('echo no'); print('yes')\nos.dup2(kept, 1); 7"
        )
        self.assertEqual((reply["status"], self.text(outputs)), ("ok", "yes\n"))

    def test_forked_children_print(self):
        code = """
import multiprocessing as mp
def f(i):
    import sys; sys.stdout.write("child %d\\n" % i)
    return i
with mp.get_context("fork").Pool(2) as pool:
    out = pool.map(f, range(4))
out"""
        reply, outputs = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", reply)
        self.assertEqual(sorted(self.text(outputs).split("\n"))[1:], [f"child {i}" for i in range(4)])

    def test_updates(self):
        _, outputs = self.run_cell("h = display(1, display_id='x')\nh = display(2, display_id='x', update=True)")
        kinds = [(kind, c["transient"]["display_id"]) for kind, c in outputs]
        self.assertEqual(kinds, [("display_data", "x"), ("update_display_data", "x")])

    def test_expressions_and_silence(self):
        reply, outputs = self.run_cell("y = 3; y", silent=True, user_expressions={"a": "y + 1", "b": "nothing"})
        self.assertEqual(outputs, [])
        self.assertEqual(reply["user_expressions"]["a"]["data"]["text/plain"], "4")
        self.assertEqual(reply["user_expressions"]["b"]["ename"], "NameError")

    def test_counting(self):
        first, _ = self.run_cell("1")
        unseen, _ = self.run_cell("1", store_history=False)
        second, _ = self.run_cell("1")
        self.assertEqual(second["execution_count"], first["execution_count"] + 1)
        self.assertEqual(unseen["execution_count"], second["execution_count"])

    def test_cells_after_a_failed_one(self):
        ids = [self.send(c) for c in ("import time; time.sleep(0.5); 1/0", "1", "2")]
        self.assertEqual([self.reply(i)["status"] for i in ids], ["error", "aborted", "aborted"])
        ids = [self.send(c, stop_on_error=False) for c in ("1/0", "1")]
        self.assertEqual([self.reply(i)["status"] for i in ids], ["error", "ok"])

    def test_await(self):
        self.run_cell("import asyncio\nseen = []\nasync def later():\n    await asyncio.sleep(0.05)\n    seen.append(1)\ntask = asyncio.create_task(later())")
        self.assertEqual(self.value("await task\nseen"), "[1]")

    def test_input(self):
        msg_id = self.send("a = input('name? ')\nimport getpass; b = getpass.getpass('word? ')\n(a, b)", allow_stdin=True)
        for prompt, password, value in (("name? ", False, "ann"), ("word? ", True, "xyz")):
            asked = self.kc.get_stdin_msg(timeout=LIMIT)
            self.assertEqual(asked["content"], {"prompt": prompt, "password": password})
            self.assertEqual(asked["parent_header"]["msg_id"], msg_id)
            self.kc.input(value)
        outputs = self.wait(msg_id)
        self.assertIn("('ann', 'xyz')", [c["data"]["text/plain"] for k, c in outputs if k == "execute_result"])
        reply, _ = self.run_cell("input()", allow_stdin=False)
        self.assertEqual(reply["status"], "error")

    def test_interrupt_while_input_is_awaited(self):
        msg_id = self.send("input('?')", allow_stdin=True)
        self.kc.get_stdin_msg(timeout=LIMIT)
        self.assertEqual(self.control("interrupt_request")["status"], "ok")
        self.assertEqual(self.reply(msg_id)["ename"], "KeyboardInterrupt")

    def interrupted(self, code):
        msg_id = self.send("print('ready', flush=True)\n" + code)
        self.wait(msg_id, until=lambda kind, _: kind == "stream")
        self.control("interrupt_request")
        return self.reply(msg_id)

    def test_interrupts(self):
        self.run_cell("kept = 'still here'; import time, asyncio, subprocess, threading")
        for code, name in (
            ("while True: pass", "KeyboardInterrupt"),
            ("time.sleep(1000)", "KeyboardInterrupt"),
            ("while True: print('x' * 100)", "KeyboardInterrupt"),
            ("threading.Event().wait()", "KeyboardInterrupt"),
            ("await asyncio.sleep(1000)", "CancelledError"),
            ("subprocess.run(['sleep', '1000'])", "KeyboardInterrupt"),
        ):
            with self.subTest(code):
                self.assertEqual(self.interrupted(code)["ename"], name)
                self.assertEqual(self.value("kept"), "'still here'")

    def test_an_interrupt_of_nothing(self):
        for _ in range(5):
            self.control("interrupt_request")
        self.assertEqual(self.value("1"), "1")

    def test_child_that_heeds_no_interrupt(self):
        code = "import subprocess\nprint('ready', flush=True)\nsubprocess.call('trap \"\" INT; echo $$; sleep 1000; true', shell=True)"
        msg_id = self.send(code)
        outputs = self.wait(msg_id, until=lambda kind, c: kind == "stream" and c["text"].strip().split("\n")[-1].isdigit())
        pid = int(self.text(outputs).split()[-1])
        while True:
            self.control("interrupt_request")
            try:
                reply = self.kc.get_shell_msg(timeout=1)
            except Exception:
                continue
            if reply["parent_header"]["msg_id"] == msg_id:
                break
        self.assertTrue(gone(pid))
        self.assertEqual(self.value("1"), "1")

    def test_questions_while_a_cell_runs(self):
        self.run_cell("import os; folder = os")
        msg_id = self.send("print('ready', flush=True)\nimport time; time.sleep(1000)")
        self.wait(msg_id, until=lambda kind, _: kind == "stream")
        self.assertIn("folder", self.reply(self.kc.complete("fold"))["matches"])
        self.assertTrue(self.reply(self.kc.inspect("folder"))["found"])
        self.assertEqual(self.reply(self.kc.is_complete("for x in y:"))["status"], "incomplete")
        self.assertEqual(self.reply(self.kc.kernel_info())["protocol_version"], "5.5")
        self.control("interrupt_request")
        self.assertEqual(self.reply(msg_id)["status"], "error")

    def test_two_frontends(self):
        other = self.another()
        a, b = self.send("shared = 41"), None
        self.reply(a)
        self.assertEqual(self.value("shared + 1", other), "42")
        # Each sees what the other runs, with the other's request as parent.
        b = self.send("print('from the other')", other)
        seen = self.wait(b)
        self.assertIn(("stream", {"name": "stdout", "text": "from the other\n"}), seen)
        self.reply(b, other)
        # The cells of one that failed do not take along those of the other.
        slow = self.send("import time; time.sleep(0.5); 1/0")
        mine, theirs = self.send("1"), self.send("1", other)
        self.reply(slow)
        self.assertEqual((self.reply(mine)["status"], self.reply(theirs, other)["status"]), ("aborted", "ok"))
        # Only the one that asked is asked.
        c = self.send("input('who? ')", other, allow_stdin=True)
        self.assertEqual(other.get_stdin_msg(timeout=LIMIT)["content"]["prompt"], "who? ")
        self.kc.input("not me")
        other.input("me")
        outputs = self.wait(c, other)
        self.assertIn("'me'", [o["data"]["text/plain"] for k, o in outputs if k == "execute_result"])

    def test_the_process_dies(self):
        for code, word in (
            ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
            ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "memory ran out"),
            ("import os; os._exit(3)", "exited with code 3"),
        ):
            with self.subTest(word):
                self.run_cell("lost = 1")
                reply, outputs = self.run_cell("print('last words')\n" + code)
                self.assertEqual(reply["ename"], "PythonDied")
                self.assertIn(word, reply["evalue"])
                self.assertEqual(self.text(outputs), "last words\n")
                self.assertEqual(self.value("'lost' in globals()"), "False")

    def test_what_a_dead_process_leaves(self):
        code = "import subprocess, os\nprint(subprocess.Popen(['sleep', '1000']).pid, flush=True)\nos._exit(1)"
        _, outputs = self.run_cell(code)
        self.assertTrue(gone(int(self.text(outputs))))

    def test_comms(self):
        code = """
from comm import create_comm, get_comm_manager
got = []
def opened(comm, msg):
    comm.on_msg(lambda m: (got.append(m["content"]["data"]), comm.send({"echo": m["content"]["data"]}, buffers=[b"\\x00\\xff"])))
get_comm_manager().register_target("echo", opened)
mine = create_comm(target_name="mine", data={"a": 1})"""
        _, outputs = self.run_cell(code)
        self.assertEqual([k for k, _ in outputs], ["comm_open"])
        self.assertEqual(list(self.reply(self.kc.comm_info("mine"))["comms"].values()), [{"target_name": "mine"}])
        for kind, content in (
            ("comm_open", {"comm_id": "1", "target_name": "echo", "data": {}}),
            ("comm_msg", {"comm_id": "1", "data": {"x": 2}}),
        ):
            msg = self.kc.session.msg(kind, content)
            self.kc.shell_channel.send(msg)
            outputs = self.wait(msg["header"]["msg_id"])
        self.assertIn(("comm_msg", {"data": {"echo": {"x": 2}}, "comm_id": "1"}), outputs)
        self.assertIn("1", self.reply(self.kc.comm_info("echo"))["comms"])

    def test_configuring_ipython(self):
        reply, _ = self.run_cell("%config InlineBackend.figure_format = 'svg'")
        self.assertEqual(reply["status"], "ok", reply)
        _, outputs = self.run_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone")
        self.assertIn("image/svg+xml", outputs[-1][1]["data"])
        self.run_cell("%config InlineBackend.figure_format = 'png'")

    def test_plots_and_tables(self):
        _, outputs = self.run_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint('x')")
        self.assertEqual(outputs[-1][0], "display_data")
        self.assertIn("image/png", outputs[-1][1]["data"])
        _, outputs = self.run_cell("import pandas; pandas.DataFrame({'a': [1.0]})")
        self.assertIn("<table", outputs[-1][1]["data"]["text/html"])

    def test_wrong_requests(self):
        for kind, content in (("execute_request", {}), ("execute_request", {"code": 3}), ("complete_request", {"code": []})):
            msg = self.kc.session.msg(kind, content)
            self.kc.shell_channel.send(msg)
            self.assertEqual(self.reply(msg["header"]["msg_id"])["status"], "error")
        self.kc.shell_channel.send(self.kc.session.msg("nonsense_request", {}))
        self.assertEqual(self.value("1"), "1")

    def test_unsigned_requests_do_nothing(self):
        import zmq

        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.linger = 0
        self.addCleanup(socket.close)
        socket.connect(self.km._make_url("shell"))
        msg = self.kc.session.msg("execute_request", {"code": "sneaked_in = 1"})
        frames = self.kc.session.serialize(msg)
        for wrong in (b"", b"0" * 64, frames[1][:-1] + b"x"):
            socket.send_multipart([frames[0], wrong, *frames[2:]])
        socket.send_multipart([frames[0], frames[1]])
        socket.send_multipart([b"<IDS|MSG>"])
        socket.send_multipart([os.urandom(1000)])
        self.assertEqual(self.value("'sneaked_in' in globals()"), "False")

    def test_shutdown_takes_all_along(self):
        code = "import subprocess, os\nprint(os.getpid(), subprocess.Popen(['sleep', '1000']).pid, flush=True)"
        from jupyter_client.manager import start_new_kernel

        for way in ("shutdown", "kill"):
            km, kc = start_new_kernel(kernel_name=self.kernel_name)
            mine, self.kc = self.kc, kc
            try:
                _, outputs = self.run_cell(code)
            finally:
                self.kc = mine
            pids = [int(p) for p in self.text(outputs).split()]
            if way == "kill":
                os.kill(km.provisioner.pid, signal.SIGKILL)
            kc.stop_channels()
            km.shutdown_kernel(now=way == "kill")
            for pid in pids:
                self.assertTrue(gone(pid), (way, pid))


if __name__ == "__main__":
    unittest.main()
