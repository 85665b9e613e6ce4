"""The address of the coded words."""

from django.urls import URLPattern, path

from api.codes.views import Codes

urlpatterns: list[URLPattern] = [path("codes", Codes.as_view())]
