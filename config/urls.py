"""The whole address space: the API of api/urls.py and nothing else."""

from api.urls import urlpatterns

__all__ = ["urlpatterns"]
handler400 = "api.problems.bad_request"
handler403 = "api.problems.forbidden"
handler404 = "api.problems.not_found"
handler500 = "api.problems.server_error"
