"""When each routine was last done."""

from django.db import models


class Routine(models.Model):
    """One routine: when its last run that succeeded began, and when one failed, if none succeeded since."""

    name = models.CharField(max_length=40, primary_key=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
