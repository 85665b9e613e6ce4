from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """The storey `units`."""

    name = "units"
