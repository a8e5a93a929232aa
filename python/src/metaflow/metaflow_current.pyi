# For type checkers; at run time spindle.alias gives the module itself.
from spindle.running import *  # noqa: F403
