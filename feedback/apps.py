from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The storey `feedback`."""

    name = "feedback"
