# For type checkers; at run time spindle.alias gives the module itself.
from spindle.cards import *  # noqa: F403
