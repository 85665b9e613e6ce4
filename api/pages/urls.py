"""The addresses of the pages."""

from django.urls import URLPattern, path

from api.pages import views

urlpatterns: list[URLPattern] = [
    path("openapi.yaml", views.openapi),
    path("openapi-3.0.yaml", views.openapi_older),
    path("docs", views.docs),
    path("redoc", views.redoc),
    path("r", views.rating),
    path("quay", views.counter),
    path("problems", views.problem_list),
    path("problems/<slug:slug>", views.problem_page),
]
