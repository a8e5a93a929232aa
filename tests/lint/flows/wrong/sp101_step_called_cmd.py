# A step that runs a command is called cmd.
import subprocess

from metaflow import FlowSpec, step


class ShellFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.cmd)

    @step
    def cmd(self):
        self.out = subprocess.run(["true"]).returncode
        self.next(self.end)

    @step
    def end(self):
        print(self.out)


if __name__ == "__main__":
    ShellFlow()
