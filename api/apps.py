from django.apps import AppConfig
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import reset_queries


class ApiConfig(AppConfig):
    """The storey `api`."""

    name = "api"

    def ready(self) -> None:
        """Let go what Django does around each request for what this service has not: caches, a log of statements."""
        request_finished.disconnect(close_caches)
        request_started.disconnect(reset_queries)
