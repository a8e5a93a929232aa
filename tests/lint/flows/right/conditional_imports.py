# Imports that may fail, with a way out.
try:
    import definitely_not_installed_anywhere as fast
except ImportError:
    fast = None

import sys

if sys.version_info >= (3, 9):
    from metaflow import FlowSpec, step
else:
    from metaflow import FlowSpec
    from metaflow import step


class FallbackFlow(FlowSpec):
    @step
    def start(self):
        self.engine = "fast" if fast else "slow"
        self.next(self.end)

    @step
    def end(self):
        print(self.engine)


if __name__ == "__main__":
    FallbackFlow()
