"""The whole address space: the API of api/urls.py and nothing else."""

from django.urls import include, path

handler400 = "api.problems.bad_request"
handler403 = "api.problems.forbidden"
handler404 = "api.problems.not_found"
handler500 = "api.problems.server_error"

urlpatterns = [path("", include("api.urls"))]
