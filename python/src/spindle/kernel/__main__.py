"""`python -m spindle.kernel`, started by `spindle kernel`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Starts the process with the descriptors that the environment names."""
    given = os.environ.pop("SPINDLE_KERNEL_FDS", "")
    mark = os.environ.pop("SPINDLE_KERNEL_MARK", "")
    if not given or not mark:
        sys.stderr.write("spindle.kernel is started by the kernel: `spindle kernel install`\n")
        sys.exit(2)
    cells, questions, lifeline = (int(fd) for fd in given.split(","))
    # Before anything else is imported: the watchman is a copy of this process and stays small.
    from spindle.kernel.watchman import post

    post(lifeline, (cells, questions))
    from spindle.kernel.process import serve

    serve(cells, questions, mark)


if __name__ == "__main__":
    main()
