"""What the four rooms refuse."""


class FeedbackError(Exception):
    """Anything these rooms refuse."""
