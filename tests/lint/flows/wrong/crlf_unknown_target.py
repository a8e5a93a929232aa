# A fault in a file with the line ends of Windows, behind wide characters.
from metaflow import FlowSpec, step


class WindowsFlow(FlowSpec):
    @step
    def start(self):
        self.a = "🦊重"; self.next(self.missing)  # noqa: E702

    @step
    def end(self):
        print(self.a)


if __name__ == "__main__":
    WindowsFlow()
