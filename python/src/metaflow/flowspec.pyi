# For type checkers; at run time spindle.alias gives the module itself.
from spindle.flowspec import *  # noqa: F403
