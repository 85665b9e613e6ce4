#!/usr/bin/env python
"""Run the service's commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from config.garbage import look_rarely

if __name__ == "__main__":
    look_rarely()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - Django asks for it before settings exist
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Error: {error}")
    except OperationalError as error:
        sys.exit(f"Error: the database of DATABASE_URL or OWNER_DATABASE_URL does not do its work: {error}")
