# Names and texts in other scripts than Latin, and wide characters before what matters.
from metaflow import FlowSpec, Parameter, step


class УчётFlow(FlowSpec):
    """Зважування – 重さ – Gewichte 🦊."""

    größe = Parameter("groesse", default=3, help="größe der Stichprobe · 標本")

    @step
    def start(self):
        self.имена = ["Олена", "李", "Zoë"]
        текст = "🦊🦊"; self.fuchs = текст * self.größe; self.next(self.count)  # noqa: E702

    @step
    def count(self):
        self.длины = {имя: len(имя) for имя in self.имена}
        self.next(self.end)

    @step
    def end(self):
        print(self.длины, self.fuchs)


if __name__ == "__main__":
    УчётFlow()
