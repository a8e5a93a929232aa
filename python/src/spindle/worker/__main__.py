"""Entry of the worker, as `python -m spindle.worker` or as `python …/spindle/worker`."""

from __future__ import annotations

import os
import sys

if not __package__:
    # Started by the folder's path, which then stands where the folder of the packages should.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from spindle.worker.main import main

main()
