# For type checkers; at run time spindle.alias gives the module itself.
from spindle.packaging_sys import *  # noqa: F403
