from django.apps import AppConfig
from django.conf import LazySettings
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import reset_queries


class ApiConfig(AppConfig):
    """The storey `api`."""

    name = "api"

    def ready(self) -> None:
        """Let go what Django does around each request for what this service has not: caches, a log of statements.

        Nor is each setting looked at whether it is a method of what holds the settings, as it is of any lazy object:
        none is, and some forty are asked for with a request.
        """
        request_finished.disconnect(close_caches)
        request_started.disconnect(reset_queries)
        LazySettings.__getattribute__ = object.__getattribute__  # type: ignore[method-assign]
