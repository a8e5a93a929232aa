"""300 tasks that leave a trace outside the store each time their body runs."""

import os

from metaflow import FlowSpec, current, step


def trace(what):
    fd = os.open(os.environ["SIDE_EFFECTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(fd, ("%s %s\n" % (current.run_id, what)).encode())
    os.close(fd)


class Fan300(FlowSpec):
    @step
    def start(self):
        trace("start")
        self.items = list(range(297))
        self.next(self.body, foreach="items")

    @step
    def body(self):
        trace("body-%d" % self.input)
        self.value = {"item": self.input, "square": self.input**2}
        self.next(self.join)

    @step
    def join(self, inputs):
        trace("join")
        self.squares = [i.value["square"] for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        trace("end")
        self.total = sum(self.squares)


if __name__ == "__main__":
    Fan300()
