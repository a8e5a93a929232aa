"""The Python process of the Jupyter kernel: runs plain cells and answers questions about what they left.

The kernel itself is the Go binary (`spindle kernel`); docs/kernel.md describes what the two say to each other.
"""
