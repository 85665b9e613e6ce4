"""Django's PostgreSQL with fewer round trips (base, waiting)."""
