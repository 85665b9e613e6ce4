from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """The storey `procedures`."""

    name = "procedures"
