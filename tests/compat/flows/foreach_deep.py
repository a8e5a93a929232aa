# args:
# exit: 0
# covers: foreach three deep, what each level sees, three joins
from metaflow import FlowSpec, step


class ForeachDeepFlow(FlowSpec):
    @step
    def start(self):
        self.rooms = ["hall", "attic"]
        self.next(self.room, foreach="rooms")

    @step
    def room(self):
        self.boxes = [self.input + str(n) for n in range(self.index + 1)]
        self.next(self.box, foreach="boxes")

    @step
    def box(self):
        self.things = list(self.input)[:2]
        self.next(self.thing, foreach="things")

    @step
    def thing(self):
        self.place = "/".join(str(value) for _, _, value in self.foreach_stack())
        self.counts = [n for _, n, _ in self.foreach_stack()]
        self.next(self.box_done)

    @step
    def box_done(self, inputs):
        self.places = [i.place for i in inputs]
        self.next(self.room_done)

    @step
    def room_done(self, inputs):
        self.places = [i.places for i in inputs]
        self.next(self.done)

    @step
    def done(self, inputs):
        self.places = [i.places for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print(self.places)


if __name__ == "__main__":
    ForeachDeepFlow()
