# Cards, secrets and resources, as deployed flows have them.
from metaflow import FlowSpec, card, current, resources, secrets, step
from metaflow.cards import Markdown, Table


class CardFlow(FlowSpec):
    @secrets(sources=["db-credentials", {"type": "inline", "id": "x", "options": {"env_vars": {"A": "b"}}}])
    @step
    def start(self):
        self.epochs = 3
        self.next(self.train)

    @card(type="blank", id="losses")
    @card(type="default", timeout=10, options={"only_repr": True})
    @resources(cpu=8, gpu=1, memory=16000)
    @step
    def train(self):
        self.loss = 1 / self.epochs
        current.card["losses"].append(Markdown(f"# Loss {self.loss}"))
        current.card["losses"].append(Table([[self.loss]]))
        self.next(self.end)

    @step
    def end(self):
        print(self.loss)


if __name__ == "__main__":
    CardFlow()
