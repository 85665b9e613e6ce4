"""The door: names every table of the four rooms."""

__all__: list[str] = []
