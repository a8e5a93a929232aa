# For type checkers; at run time spindle.alias gives the module itself.
from spindle.client import *  # noqa: F403
