"""Addresses of the imports."""

from django.urls import URLPattern, path

from api.transactions.imports.views import Columns, ImportCancellation, ImportReport, Imports, OneImport, Template

urlpatterns: list[URLPattern] = [
    path("imports", Imports.as_view()),
    path("imports/columns", Columns.as_view()),
    path("imports/template", Template.as_view()),
    path("imports/<id:import_id>", OneImport.as_view()),
    path("imports/<id:import_id>/cancellation", ImportCancellation.as_view()),
    path("imports/<id:import_id>/report", ImportReport.as_view()),
]
