"""From a bare machine to a running service: what `make run`, `make test` and `make demo` share.

`python -m config.quickstart run` starts everything; `… do COMMAND` runs a command in the local environment.
"""
