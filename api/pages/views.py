"""The few pages: the contract, its documentation, what each problem means, and the page of a rating link.

Plain HTML, nothing from elsewhere.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from api.language import said
from api.pages.contract import contract, older_contract
from api.problems import Problem, all_problems, not_allowed

READING = ("GET", "HEAD")
YAML = "application/yaml"  # RFC 9512
FIVE_MINUTES = "public, max-age=300"
MODULES = ("challenge", "form", "language", "retry", "service", "store", "view", "words")
POLICY = (  # stricter than that of the documentation pages: not even a style in the markup
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Page = Callable[..., HttpResponse]


def _yaml(text: str) -> HttpResponse:
    return HttpResponse(text, content_type=f"{YAML}; charset=utf-8", headers={"Cache-Control": FIVE_MINUTES})


def read_only(page: Page) -> Page:
    """Let a page be read, and refuse every other method."""

    @wraps(page)
    def reading(request: HttpRequest, **named: str) -> HttpResponse:
        return page(request, **named) if request.method in READING else not_allowed(*READING)

    return reading


@read_only
def openapi(_request: HttpRequest) -> HttpResponse:
    """Answer the contract (OpenAPI 3.1)."""
    return _yaml(contract())


@read_only
def openapi_older(_request: HttpRequest) -> HttpResponse:
    """Answer the contract in OpenAPI 3.0.3, for older generators."""
    return _yaml(older_contract())


@read_only
def docs(request: HttpRequest) -> HttpResponse:
    """Show the operations, to try out."""
    return render(request, "docs.html")


@read_only
def redoc(request: HttpRequest) -> HttpResponse:
    """Show the operations, to read."""
    return render(request, "redoc.html")


@read_only
def rating(request: HttpRequest) -> HttpResponse:
    """Show the page of a rating link; the right stands behind #, so every citizen gets the same bytes."""
    return _giving(request, "rating")


@read_only
def counter(request: HttpRequest) -> HttpResponse:
    """Show the page of a tablet at the counter; the dossier stands behind # for a moment and in no address after."""
    return _giving(request, "counter")


def _giving(request: HttpRequest, name: str) -> HttpResponse:
    """Return a page on which ratings are given; its modules are told at once, for networks where each way is long."""
    said = {"script": f"pages/{name}.js", "modules": [f"pages/{module}.js" for module in MODULES]}
    answer = render(request, f"{name}.html", said)
    answer["Cache-Control"] = FIVE_MINUTES
    answer["Content-Security-Policy"] = POLICY
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@read_only
def problem_list(request: HttpRequest) -> HttpResponse:
    """List every problem there is."""
    return render(request, "problems.html", {"problems": [_told(problem) for problem in all_problems()]})


@read_only
def problem_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell what one problem means: the page that its `type` leads to."""
    for problem in all_problems():
        if problem.slug == slug:
            return render(request, "problem.html", {"problem": _told(problem)})
    raise Http404


def _told(problem: Problem) -> dict[str, Any]:
    return {
        "slug": problem.slug,
        "status": int(problem.status),
        "phrase": problem.status.phrase,
        "title": said(problem.vi, problem.en),
        "other_title": said(problem.en, problem.vi),
        "detail": said(problem.detail_vi, problem.detail_en),
    }
