# -*- coding: latin-1 -*-
# A file in the encoding of the nineties.
from metaflow import FlowSpec, step


class LatinFlow(FlowSpec):
    @step
    def start(self):
        self.word = "Grüße été"; self.next(self.end)  # ÄÖÜ  # noqa: E702

    @step
    def end(self):
        print(self.word)


if __name__ == "__main__":
    LatinFlow()
