"""Kernels and frontends for the tests."""

import os
import unittest

from jupyter_client.manager import start_new_kernel

LIMIT = 60


class Kernel(unittest.TestCase):
    kernel_name = "spindle"

    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = start_new_kernel(kernel_name=cls.kernel_name)

    @classmethod
    def tearDownClass(cls):
        cls.kc.stop_channels()
        cls.km.shutdown_kernel()
        assert not alive(cls.km.provisioner.pid), "the kernel outlived its shutdown"

    def another(self):
        """One more frontend of the kernel."""
        kc = self.km.client()
        kc.session = type(kc.session)(key=self.kc.session.key)
        kc.start_channels()
        kc.wait_for_ready(timeout=LIMIT)
        self.addCleanup(kc.stop_channels)
        return kc

    def send(self, code, kc=None, **options):
        return (kc or self.kc).execute(code, **options)

    def wait(self, msg_id, kc=None, until=None):
        """The outputs of a request up to idle, or up to one that `until` accepts."""
        outputs = []
        while True:
            msg = (kc or self.kc).get_iopub_msg(timeout=LIMIT)
            if msg["parent_header"].get("msg_id") != msg_id:
                continue
            outputs.append((msg["msg_type"], msg["content"]))
            if until is not None and until(*outputs[-1]):
                return outputs
            if msg["msg_type"] == "status" and msg["content"]["execution_state"] == "idle":
                return outputs

    def reply(self, msg_id, kc=None):
        while True:
            msg = (kc or self.kc).get_shell_msg(timeout=LIMIT)
            if msg["parent_header"].get("msg_id") == msg_id:
                return msg["content"]

    def run_cell(self, code, kc=None, **options):
        """Runs a cell; returns its reply and its outputs without status and input."""
        msg_id = self.send(code, kc, **options)
        outputs = self.wait(msg_id, kc)
        return self.reply(msg_id, kc), [o for o in outputs if o[0] not in ("status", "execute_input")]

    def value(self, code, kc=None):
        reply, outputs = self.run_cell(code, kc)
        self.assertEqual(reply["status"], "ok", reply)
        return [c["data"]["text/plain"] for kind, c in outputs if kind == "execute_result"][-1]

    def text(self, outputs, name="stdout"):
        return "".join(c["text"] for kind, c in outputs if kind == "stream" and c["name"] == name)

    def control(self, kind, content=None):
        kc = self.kc
        msg = kc.session.msg(kind, content or {})
        kc.control_channel.send(msg)
        while True:
            reply = kc.get_control_msg(timeout=LIMIT)
            if reply["parent_header"].get("msg_id") == msg["header"]["msg_id"]:
                return reply["content"]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pid, signal):
    try:
        os.kill(pid, signal)
    except ProcessLookupError:
        pass
