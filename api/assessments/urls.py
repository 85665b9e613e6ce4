"""The addresses of the assessments."""

from django.urls import URLPattern, path

from api.assessments.declarations import Declarations, OneDeclaration
from api.assessments.views import (
    AssessmentExplanation,
    AssessmentRuns,
    Assessments,
    OneAssessment,
    OneCriteriaSet,
    OnePublication,
    OneRun,
    Publications,
    PublicationVerification,
    RunPublication,
)

urlpatterns: list[URLPattern] = [
    path("criteria-sets/<str:code>", OneCriteriaSet.as_view()),
    path("assessment-runs", AssessmentRuns.as_view()),
    path("assessment-runs/<id:run_id>", OneRun.as_view()),
    path("assessment-runs/<id:run_id>/publication", RunPublication.as_view()),
    path("unit-declarations", Declarations.as_view()),
    path("unit-declarations/<str:unit>/<str:period>", OneDeclaration.as_view()),
    path("assessments", Assessments.as_view()),
    path("assessments/<id:assessment_id>", OneAssessment.as_view()),
    path("assessments/<id:assessment_id>/explanation", AssessmentExplanation.as_view()),
    path("publications", Publications.as_view()),
    path("publications/<id:publication_id>", OnePublication.as_view()),
    path("publications/<id:publication_id>/verification", PublicationVerification.as_view()),
]
