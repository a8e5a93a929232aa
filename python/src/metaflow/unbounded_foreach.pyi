# For type checkers; at run time spindle.alias gives the module itself.
from spindle.unbounded import *  # noqa: F403
