# Steps that may raise before they come to their transition.
import os

from metaflow import FlowSpec, Parameter, step


class GuardedFlow(FlowSpec):
    path = Parameter("path", default="/tmp")

    @step
    def start(self):
        if not os.path.isdir(self.path):
            raise NotADirectoryError(self.path)
        assert self.path, "a path is needed"
        self.names = [e.name for e in os.scandir(self.path) if e.is_file()][:10]
        del_me = len(self.names)
        del del_me
        self.next(self.end)

    @step
    def end(self):
        if not self.names:
            return
        print(self.names)


if __name__ == "__main__":
    GuardedFlow()
