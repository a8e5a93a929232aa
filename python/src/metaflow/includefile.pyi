# For type checkers; at run time spindle.alias gives the module itself.
from spindle.includefile import *  # noqa: F403
