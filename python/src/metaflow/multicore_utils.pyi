# For type checkers; at run time spindle.alias gives the module itself.
from spindle.multicore import *  # noqa: F403
