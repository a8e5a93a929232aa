# For type checkers; at run time spindle.alias gives the module itself.
from spindle.events import *  # noqa: F403
