"""How the web server runs: threads behind a buffering proxy, no control socket, workers renewed now and then."""

import multiprocessing

wsgi_app = "config.wsgi:application"
bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = multiprocessing.cpu_count() + 1
threads = 4
max_requests = 20_000
max_requests_jitter = 2_000
timeout = 60
graceful_timeout = 30
keepalive = 5
control_socket_disable = True
accesslog = None  # an access log would hold receipts' and raters' times beside addresses
