# args:
# exit: 0
# covers: stdout and stderr, unicode, empty lines, carriage returns, no newline at the end, long lines
import sys

from metaflow import FlowSpec, step


class LogsFlow(FlowSpec):
    @step
    def start(self):
        print("one")
        print("two", file=sys.stderr)
        print("")
        print("grüße 漢字 🎈")
        print("tab\tand  two spaces   ")
        sys.stdout.write("no newline at the end")
        sys.stderr.write("nor here")
        self.next(self.long)

    @step
    def long(self):
        print("x" * 100000)
        print("short after long")
        for n in range(300):
            print("line %03d" % n)
        self.next(self.silent)

    @step
    def silent(self):
        self.next(self.odd)

    @step
    def odd(self):
        print("\x1b[31mred\x1b[0m")
        print("done\rover")
        print("%s {} \\n 100%")
        self.next(self.end)

    @step
    def end(self):
        print("a")
        print("b", end="")


if __name__ == "__main__":
    LogsFlow()
