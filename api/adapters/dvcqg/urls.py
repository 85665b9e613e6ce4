"""The addresses of the national-portal adapter, under /api/v1."""

from django.urls import URLPattern, path

from api.adapters.dvcqg.views import DossierLetters, PortalSessions, ProgressLetters

urlpatterns: list[URLPattern] = [
    path("adapters/dvcqg/dang-nhap", PortalSessions.as_view()),
    path("adapters/dvcqg/dong-bo-ho-so", DossierLetters.as_view()),
    path("adapters/dvcqg/cap-nhat-tien-do", ProgressLetters.as_view()),
]
