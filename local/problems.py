"""What can go wrong with the local stack, as one line that says what to do."""


class StackProblem(Exception):
    """The stack cannot start or go on; the text is for the person at the terminal."""
