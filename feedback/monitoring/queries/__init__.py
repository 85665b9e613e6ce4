"""Figures, the periods they are told for, and the targets they are held against."""

from feedback.monitoring.queries.ratings import Asked, Measure, RatingFigure, rating_figures
from feedback.monitoring.queries.targets import Reached, reached, target_with_code, targets, targets_on
from feedback.monitoring.queries.values import (
    Figure,
    days_asked,
    metric_definitions,
    metric_values,
    period_with_code,
    periods,
    units_not_carried,
)

__all__ = [
    "Asked",
    "Figure",
    "Measure",
    "RatingFigure",
    "Reached",
    "days_asked",
    "metric_definitions",
    "metric_values",
    "period_with_code",
    "periods",
    "rating_figures",
    "reached",
    "target_with_code",
    "targets",
    "targets_on",
    "units_not_carried",
]
