"""The taxonomy of conduct."""

from django.db import models

from feedback.vocabulary import Severity


class ComplaintCategory(models.Model):
    """A kind of misconduct; `severity_default` and `severity_max` are a triage, `basis` the clause it offends."""

    code = models.CharField(max_length=20, unique=True)
    group = models.CharField(max_length=60)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    severity_default = models.CharField(max_length=2, choices=Severity)
    severity_max = models.CharField(max_length=2, choices=Severity)
    basis = models.TextField()
    route = models.CharField(max_length=200)
    is_checkable_in_log = models.BooleanField(default=False)
    protects_identity = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code
