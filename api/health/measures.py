"""What is counted: requests by operation, method and status, and how long they took. Never an id, never a name."""

import time
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from api.health.readiness import remembered

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_seconds",
    "Time to answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"})
Next = Callable[[HttpRequest], HttpResponse]


class MeasuringMiddleware:
    """Count every request under its route's template, as it stands in the contract."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and count."""
        began = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "unknown"
        method = request.method if request.method in METHODS else "other"
        answered, seconds = _counters(str(method), route, response.status_code)
        answered.inc()
        seconds.observe(time.perf_counter() - began)
        return response


@lru_cache(maxsize=4096)
def _counters(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Return the counters of one kind of answer: prometheus-client looks for them under a lock."""
    return REQUESTS.labels(method, f"/{route}", status), SECONDS.labels(method, f"/{route}")


class StateCollector(Collector):
    """The gauges of readiness, asked when they are read."""

    def collect(self) -> list[GaugeMetricFamily]:
        """Return whether the database answers and how far the event feed and the routines lag."""
        state = remembered.get()
        return [
            GaugeMetricFamily("service_ready", "1 when requests can be served.", value=float(state.is_ready)),
            GaugeMetricFamily(
                "event_feed_lag_seconds", "Age of the oldest event not readable yet.", value=state.event_lag_seconds
            ),
            GaugeMetricFamily(
                "routine_overdue_seconds", "For how long work of the night waits.", value=state.routine_overdue_seconds
            ),
        ]


def exposition() -> tuple[bytes, str]:
    """Return the text and its media type; of all worker processes when they share PROMETHEUS_MULTIPROC_DIR."""
    registry = REGISTRY
    if values.ValueClass is not values.MutexValue:  # prometheus-client itself read the variable when it was imported
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    state = CollectorRegistry()
    state.register(StateCollector())
    return generate_latest(registry) + generate_latest(state), CONTENT_TYPE_LATEST
