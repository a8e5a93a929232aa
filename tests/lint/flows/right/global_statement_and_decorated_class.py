# A module-level registry, a class decorator of the file's own, and global variables.
from metaflow import FlowSpec, step

REGISTRY = {}
counter = 0


def register(cls):
    REGISTRY[cls.__name__] = cls
    return cls


@register
class RegisteredFlow(FlowSpec):
    @step
    def start(self):
        global counter
        counter += 1
        self.registered = sorted(REGISTRY)
        self.next(self.end)

    @step
    def end(self):
        print(self.registered, counter)


if __name__ == "__main__":
    RegisteredFlow()
