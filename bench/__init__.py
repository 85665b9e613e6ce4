"""`make bench`: every promise of speed, as a ratio of two things run in turn on the same machine and database server.

One line a figure: `name ratio (floor)`, then for information the absolute figures and the rounds. What the service is
compared with is kept here: `plain/`, an ordinary Django REST framework project, and `copying.py`, which writes the
service's own tables by COPY. Both sides are served by gunicorn with as many workers and threads, the service by its
own worker (config/worker.py), and driven by the same client over connections that are kept; a round in which other
processes took more than 8 % of the machine is repeated, or marked with `~` when time runs out.
"""
