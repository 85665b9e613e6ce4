"""The addresses of who is calling."""

from django.urls import URLPattern, path

from api.access.doors import Metadata, RevocationDoor, SessionRevocation, Sessions, TokenDoor
from api.access.views import Client, Clients, ClientSecretRevocation, ClientSecrets

urlpatterns: list[URLPattern] = [
    path("oauth/token", TokenDoor.as_view()),
    path("oauth/revoke", RevocationDoor.as_view()),
    path("sessions", Sessions.as_view()),
    path("sessions/revocation", SessionRevocation.as_view()),
    path("clients", Clients.as_view()),
    path("clients/<str:client_id>", Client.as_view()),
    path("clients/<str:client_id>/secrets", ClientSecrets.as_view()),
    path("clients/<str:client_id>/secrets/<int:slot>/revocation", ClientSecretRevocation.as_view()),
]
well_known: list[URLPattern] = [path(".well-known/oauth-authorization-server", Metadata.as_view())]
