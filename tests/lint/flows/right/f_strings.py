# F-strings with nested quotes, format specs and braces.
from metaflow import FlowSpec, step


class FormatFlow(FlowSpec):
    @step
    def start(self):
        self.row = {"name": "ä", "price": 3.14159}
        self.width = 12
        self.next(self.end)

    @step
    def end(self):
        print(f"{self.row['name']!r:>{self.width}} {{literal}} {self.row['price']:.{2}f}")
        print(f'''{"".join(f"{c}" for c in self.row["name"])} self.next(self.start)''')
        print(rf"\d{self.width}", "%s" % f"{'self.next(self.x)'}")


if __name__ == "__main__":
    FormatFlow()
