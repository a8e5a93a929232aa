# args: --raw data/blob.bin --latin data/latin.txt
# exit: 0
# covers: IncludeFile as text by default, as text in another encoding, as bytes, and one that is not given
from metaflow import FlowSpec, IncludeFile, step


class IncludeFileFlow(FlowSpec):
    words = IncludeFile("words", default="data/words.txt", help="one word per line")
    raw = IncludeFile("raw", is_text=False, required=True)
    latin = IncludeFile("latin", encoding="latin-1")
    absent = IncludeFile("absent", required=False)

    @step
    def start(self):
        self.count = len(self.words.splitlines())
        self.first_bytes = self.raw[:4]
        self.cell = self.latin.split(";")[0]
        self.nothing = self.absent is None
        self.next(self.line, foreach="each")

    @property
    def each(self):
        return self.words.split()

    @step
    def line(self):
        self.upper = self.input.upper()
        self.next(self.join)

    @step
    def join(self, inputs):
        self.uppers = [i.upper for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.words.splitlines()[0])


if __name__ == "__main__":
    IncludeFileFlow()
