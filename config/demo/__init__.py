"""A morning in the one-stop centre, played through the public HTTP API only: what `make demo` prints.

Each chapter is a module; `story` prints and counts what was compared, `client` is the only way to the service.
"""
