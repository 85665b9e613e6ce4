"""How the web server of the plain twin runs: gunicorn as it is, with as many workers and threads as the service."""

import multiprocessing

wsgi_app = "bench.plain.wsgi:application"
worker_class = "gthread"
workers = multiprocessing.cpu_count() + 1
threads = 4
keepalive = 5
control_socket_disable = True
