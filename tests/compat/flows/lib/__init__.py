"""Modules the test flows import from beside them."""
