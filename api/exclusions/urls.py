"""Addresses of the exclusions."""

from django.urls import URLPattern, path

from api.exclusions.decisions import Approval, Refusal, Revocation, Withdrawal
from api.exclusions.views import DossierExclusions, Exclusions, OneExclusion, Reasons

urlpatterns: list[URLPattern] = [
    path("exclusion-reasons", Reasons.as_view()),
    path("exclusions", Exclusions.as_view()),
    path("exclusions/<int:exclusion_id>", OneExclusion.as_view()),
    path("exclusions/<int:exclusion_id>/approval", Approval.as_view()),
    path("exclusions/<int:exclusion_id>/refusal", Refusal.as_view()),
    path("exclusions/<int:exclusion_id>/revocation", Revocation.as_view()),
    path("exclusions/<int:exclusion_id>/withdrawal", Withdrawal.as_view()),
]
of_transactions: list[URLPattern] = [path("/<path:dossier_code>/exclusions", DossierExclusions.as_view())]
