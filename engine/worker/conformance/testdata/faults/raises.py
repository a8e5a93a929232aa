"""Fails."""
raise RuntimeError("not today")
