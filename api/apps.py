from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The storey `api`."""

    name = "api"
