"""How the web server of the plain twin runs: gunicorn as it is, with as many workers and threads as the service."""

import multiprocessing

wsgi_app = "bench.plain.wsgi:application"
worker_class = "gthread"
workers = max(2, multiprocessing.cpu_count())
threads = 6
keepalive = 5
control_socket_disable = True
