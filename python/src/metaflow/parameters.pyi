# For type checkers; at run time spindle.alias gives the module itself.
from spindle.parameters import *  # noqa: F403
