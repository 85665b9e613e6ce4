"""How the web server runs: threads behind a buffering proxy, no control socket, workers renewed now and then."""

import multiprocessing
from typing import Any

wsgi_app = "config.wsgi:application"
bind = "127.0.0.1:8000"
worker_class = "config.worker.Worker"  # gthread
workers = max(2, multiprocessing.cpu_count())  # with one more a rating was measured some 8 % slower
threads = 6
max_requests = 20_000
max_requests_jitter = 2_000
timeout = 60
graceful_timeout = 30
keepalive = 5
control_socket_disable = True
forwarded_allow_ips = ""  # what a proxy says is Django's to believe (TRUSTED_PROXIES); a neighbour's word is nothing
accesslog = None  # an access log would hold receipts' and raters' times beside addresses


def post_worker_init(_worker: Any) -> None:
    """Let a worker that has loaded everything look seldom for garbage."""
    from config.garbage import look_rarely  # noqa: PLC0415 - this file is read where nothing can be imported yet

    look_rarely()


def child_exit(_server: Any, worker: Any) -> None:
    """Let the counters of a worker that ended be added up without it (prometheus-client, multiprocess mode)."""
    from prometheus_client import multiprocess, values  # noqa: PLC0415 - only the workers' counters need it

    if values.ValueClass is not values.MutexValue:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
