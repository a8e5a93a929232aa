"""Classes whose instances are stored as artifacts."""


class Box:
    """A plain class, compared by content."""

    def __init__(self, width, height):
        self.width = width
        self.height = height

    def __eq__(self, other):
        return isinstance(other, Box) and (self.width, self.height) == (other.width, other.height)

    def __hash__(self):
        return hash((self.width, self.height))


class Slotted:
    """Keeps its state in slots and says how to pickle it."""

    __slots__ = ("name", "cache")

    def __init__(self, name):
        self.name = name
        self.cache = "not stored"

    def __getstate__(self):
        return {"name": self.name}

    def __setstate__(self, state):
        self.name = state["name"]
        self.cache = "rebuilt"
