"""The addresses of the complaints."""

from django.urls import URLPattern, path

from api.complaints.handling import (
    ComplaintAcceptance,
    ComplaintCase,
    ComplaintConclusion,
    ComplaintIdentity,
    ComplaintRefusal,
    ComplaintTimeline,
    ComplaintVerification,
)
from api.complaints.listing import Complaints
from api.complaints.public import ComplaintCategories, ComplaintReceipts

urlpatterns: list[URLPattern] = [
    path("complaint-categories", ComplaintCategories.as_view()),
    path("complaint-receipts", ComplaintReceipts.as_view()),
    path("complaints", Complaints.as_view()),
    path("complaints/<id:complaint_id>", ComplaintCase.as_view()),
    path("complaints/<id:complaint_id>/timeline", ComplaintTimeline.as_view()),
    path("complaints/<id:complaint_id>/identity", ComplaintIdentity.as_view()),
    path("complaints/<id:complaint_id>/acceptance", ComplaintAcceptance.as_view()),
    path("complaints/<id:complaint_id>/refusal", ComplaintRefusal.as_view()),
    path("complaints/<id:complaint_id>/verification", ComplaintVerification.as_view()),
    path("complaints/<id:complaint_id>/conclusion", ComplaintConclusion.as_view()),
]
