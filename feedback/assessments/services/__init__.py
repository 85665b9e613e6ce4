"""What is done about assessments."""

from feedback.assessments.services.declaring import DeclaredFacts, declare
from feedback.assessments.services.publishing import publish
from feedback.assessments.services.reference import load_criteria_sets
from feedback.assessments.services.running import request_run, work_off

__all__ = ["DeclaredFacts", "declare", "load_criteria_sets", "publish", "request_run", "work_off"]
