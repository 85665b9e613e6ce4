"""What the launcher refuses."""


class LauncherError(Exception):
    """The server cannot be had; the text says what is wrong and how to mend it."""
