# Artifacts assigned inside try, with, for and while, on every way.
import contextlib
import tempfile

from metaflow import FlowSpec, step


class BlocksFlow(FlowSpec):
    @step
    def start(self):
        self.attempts = 0
        while True:
            self.attempts += 1
            try:
                self.value = int("7")
            except ValueError:
                self.value = 0
            else:
                self.parsed = True
            finally:
                self.tried = True
            if self.attempts > 1:
                break
        with tempfile.TemporaryFile() as f, contextlib.suppress(OSError):
            f.write(b"x")
        for self.last in range(3):
            pass
        self.next(self.end)

    @step
    def end(self):
        print(self.attempts, self.value, self.tried, self.last)


if __name__ == "__main__":
    BlocksFlow()
