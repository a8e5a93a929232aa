"""The kernel where there is no IPython."""

import unittest

from kernels import Kernel


class Plain(Kernel):
    kernel_name = "spindle-plain"

    def test_tracebacks_show_the_cell_only(self):
        reply, outputs = self.run_cell("def f():\n    return 1 / 0\nf()")
        lines = "\n".join(reply["traceback"])
        self.assertIn("return 1 / 0", lines)
        self.assertNotIn("spindle", lines)
        self.assertEqual([k for k, _ in outputs], ["error"])
        reply, _ = self.run_cell("1 +")
        self.assertEqual(reply["ename"], "SyntaxError")
        self.assertNotIn("spindle", "\n".join(reply["traceback"]))

    def test_values(self):
        self.assertEqual(self.value("x = 2\nx * 21"), "42")
        self.assertEqual(self.run_cell("None")[1], [])
        self.assertEqual(self.run_cell("1;")[1], [])
        self.assertEqual(self.value("_ + 1"), "2")
        self.assertEqual(self.value("import asyncio\nawait asyncio.sleep(0, 5)"), "5")
        self.assertEqual(self.value("import __main__; __main__.x"), "2")

    def test_exit_does_not_end_the_kernel(self):
        reply, _ = self.run_cell("raise SystemExit(3)")
        self.assertEqual(reply["ename"], "SystemExit")
        self.assertEqual(self.value("1"), "1")

    def test_interrupts(self):
        for code in ("while True: pass", "import asyncio; await asyncio.sleep(1000)"):
            msg_id = self.send("print('ready')\n" + code)
            self.wait(msg_id, until=lambda kind, _: kind == "stream")
            self.control("interrupt_request")
            self.assertEqual(self.reply(msg_id)["ename"], "KeyboardInterrupt")

    def test_completion_and_inspection(self):
        self.run_cell("import os\nfolder = {'a': 1}")
        self.assertIn("path", self.reply(self.kc.complete("os.pa"))["matches"])
        self.assertEqual(self.reply(self.kc.complete("fol"))["matches"], ["folder"])
        about = self.reply(self.kc.inspect("os.path.join("))
        self.assertIn("Signature: os.path.join(", about["data"]["text/plain"])
        self.assertFalse(self.reply(self.kc.inspect("nothing_here"))["found"])

    def test_comm_that_nobody_takes(self):
        msg = self.kc.session.msg("comm_open", {"comm_id": "1", "target_name": "x", "data": {}})
        self.kc.shell_channel.send(msg)
        outputs = self.wait(msg["header"]["msg_id"])
        self.assertIn("comm_close", [k for k, _ in outputs])
        self.assertEqual(self.reply(self.kc.comm_info())["comms"], {})


if __name__ == "__main__":
    unittest.main()
