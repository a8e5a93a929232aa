# For type checkers; at run time spindle.alias gives the module itself.
from spindle.exception import *  # noqa: F403
