"""Addresses of the catalogue and the calendar."""

from django.urls import URLPattern, path

import api.references  # noqa: F401 - registers the codes of addresses
from api.procedures.calendar import Days, DueDates, OneDay
from api.procedures.editions import ExpectedDays, OneRecount, Recounts
from api.procedures.office_hours import AllOfficeHours, OfficeHoursOfUnit
from api.procedures.views import Fields, OneProcedure, Procedures

urlpatterns: list[URLPattern] = [
    path("procedures", Procedures.as_view()),
    path("procedures/<procedure_code:code>", OneProcedure.as_view()),
    path("fields", Fields.as_view()),
    path("calendar/days", Days.as_view()),
    path("calendar/days/<str:date>", OneDay.as_view()),
    path("calendar/expected-days", ExpectedDays.as_view()),
    path("calendar/office-hours", AllOfficeHours.as_view()),
    path("calendar/office-hours/<unit_code:code>", OfficeHoursOfUnit.as_view()),
    path("calendar/due-date", DueDates.as_view()),
    path("recounts", Recounts.as_view()),
    path("recounts/<int:recount_id>", OneRecount.as_view()),
]
