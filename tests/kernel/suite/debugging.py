"""A frontend's debugger, over the real client of Jupyter."""

from kernels import LIMIT


class Debugger:
    """Speaks the Debug Adapter Protocol with a kernel, as JupyterLab does."""

    def __init__(self, test, kc):
        self.test, self.kc, self.seq = test, kc, 0
        self.events, self.outputs = [], []

    def send(self, command, arguments=None):
        self.seq += 1
        content = {"type": "request", "seq": self.seq, "command": command, "arguments": arguments or {}}
        return self.raw(content)

    def raw(self, content):
        msg = self.kc.session.msg("debug_request", content)
        self.kc.control_channel.send(msg)
        return msg["header"]["msg_id"]

    def answer(self, msg_id):
        while True:
            reply = self.kc.get_control_msg(timeout=LIMIT)
            if reply["parent_header"].get("msg_id") == msg_id:
                self.test.assertEqual(reply["msg_type"], "debug_reply")
                return reply["content"]

    def ask(self, command, arguments=None):
        return self.answer(self.send(command, arguments))

    def ok(self, command, **arguments):
        reply = self.ask(command, arguments)
        self.test.assertTrue(reply["success"], reply)
        self.test.assertEqual((reply["type"], reply["request_seq"], reply["command"]), ("response", self.seq, command))
        return reply["body"]

    def start(self):
        body = self.ok("initialize", clientID="jupyterlab", adapterID="spindle", pathFormat="path", linesStartAt1=True)
        self.ok("attach")
        return body

    def dump(self, code):
        return self.ok("dumpCell", code=code)["sourcePath"]

    def stop_at(self, code, *lines):
        """Sets breakpoints in a cell."""
        path = self.dump(code)
        set_ = self.ok("setBreakpoints", source={"path": path}, breakpoints=[{"line": n} for n in lines])
        self.test.assertEqual([b["verified"] for b in set_["breakpoints"]], [True] * len(lines), set_)
        return path

    def event(self, kind):
        """Waits for an event, also for one that came before it was waited for."""
        while True:
            for n, event in enumerate(self.events):
                if event["event"] == kind:
                    del self.events[: n + 1]
                    return event["body"]
            msg = self.kc.get_iopub_msg(timeout=LIMIT)
            if msg["msg_type"] == "debug_event":
                self.events.append(msg["content"])
            else:
                self.outputs.append(msg)

    def stopped(self):
        """Waits until something stops; returns the thread and its innermost frame."""
        thread = self.event("stopped")["threadId"]
        return thread, self.frame(thread)

    def frame(self, thread):
        return self.ok("stackTrace", threadId=thread)["stackFrames"][0]

    def variables(self, frame):
        scopes = self.ok("scopes", frameId=frame["id"])["scopes"]
        listed = self.ok("variables", variablesReference=scopes[0]["variablesReference"])["variables"]
        return {v["name"]: v for v in listed}

    def finish(self, msg_id):
        """The cell's reply and its outputs, some of which have come while an event was waited for."""
        outputs = [m for m in self.outputs if m["parent_header"].get("msg_id") == msg_id]
        while not any(m["msg_type"] == "status" and m["content"]["execution_state"] == "idle" for m in outputs):
            msg = self.kc.get_iopub_msg(timeout=LIMIT)
            if msg["msg_type"] == "debug_event":
                self.events.append(msg["content"])
            elif msg["parent_header"].get("msg_id") == msg_id:
                outputs.append(msg)
        self.outputs = []
        text = "".join(m["content"]["text"] for m in outputs if m["msg_type"] == "stream")
        return self.test.reply(msg_id, self.kc), text
