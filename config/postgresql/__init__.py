"""Django's PostgreSQL with one difference: an idle connection is not asked whether it lives (see base)."""
