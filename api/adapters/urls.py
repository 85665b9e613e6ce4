"""Every adapter's addresses, under /api/v1."""

from django.urls import URLPattern

from api.adapters.dvcqg.urls import urlpatterns as dvcqg

urlpatterns: list[URLPattern] = [*dvcqg]
