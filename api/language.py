"""Our own sentences, in Vietnamese and in English; the reader's language is chosen when they are told."""

from functools import lru_cache

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.functional import lazy
from django.utils.translation import activate, get_language, get_language_from_request


def _choose(vi: str, en: str) -> str:
    return en if (get_language() or "vi").startswith("en") else vi


said = lazy(_choose, str)
"""`said(vi, en)`: a text that is Vietnamese unless the request asked for English."""


class LanguageMiddleware(LocaleMiddleware):
    """Django's own, which looks for a language in each address and in a cookie as well: none of ours names one."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language the request asks for."""
        request.LANGUAGE_CODE = _asked_for(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        activate(request.LANGUAGE_CODE)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Tell which it was, and that it depends on what was asked for."""
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


@lru_cache(maxsize=256)
def _asked_for(accepted: str) -> str:
    """Return the language that an Accept-Language asks for, of ours."""
    alone = HttpRequest()
    alone.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return get_language_from_request(alone).lower()
