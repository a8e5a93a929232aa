# args:
# exit: 0
# covers: values of a few megabytes, compressible and not, many small ones, loaded by the next step
import hashlib

from metaflow import FlowSpec, step


def noise(size):
    """Bytes that don't compress, the same every time."""
    blocks = (hashlib.sha256(b"%d" % n).digest() for n in range(size // 32))
    return b"".join(blocks)


class ArtifactsLargeFlow(FlowSpec):
    @step
    def start(self):
        self.zeros = bytes(4 * 1024 * 1024)
        self.noise = noise(1024 * 1024)
        self.numbers = list(range(100000))
        for n in range(40):
            setattr(self, "small_%02d" % n, n)
        self.next(self.end)

    @step
    def end(self):
        self.digest = hashlib.sha256(self.zeros + self.noise).hexdigest()
        self.total = sum(self.numbers)
        self.small_total = sum(getattr(self, "small_%02d" % n) for n in range(40))


if __name__ == "__main__":
    ArtifactsLargeFlow()
