"""Does not compile."""
x = = 1
