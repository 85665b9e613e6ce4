"""The application as web servers load it."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.addresses import remember_fixed
from config.chunked import WholeBody

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - Django asks for it before settings exist
STREAMED = frozenset({"/api/v1/imports", "/api/v1/imports/"})
"""Files of any size come here, with the trailing slash that is forgiven everywhere (api/transport.py) as well."""
_django = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - else the operations were loaded with the first request
remember_fixed(get_resolver())
application = WholeBody(_django, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE, streamed=STREAMED)
