"""What goes wrong on the machine rather than in the code, told to the person at the terminal."""


class Problem(Exception):
    """One sentence: what is wrong and what to do. Shown without a traceback."""
