# Line continuations, implicit joins and very long literals.
from metaflow import FlowSpec, step


class QueryFlow(FlowSpec):
    @step
    def start(self):
        self.query = (
            "SELECT id, "
            'name -- self.next(self.missing)\n'
            "FROM t "
            f"WHERE id > {10 * 2}"
        )
        self.total = 1 + \
            2 + \
            3
        self.next(self.end)

    @step
    def end(self):
        print(self.query, self.total)


if __name__ == "__main__":
    QueryFlow()
