"""Accessibility by axe-core, which the development package axe-core-python carries; AXE_FILE names a newer one."""

import json
import os
from importlib import resources
from pathlib import Path

from tests.pages.browser import Tab

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def _source() -> str:
    if file := os.environ.get("AXE_FILE"):
        return Path(file).read_text(encoding="utf-8")
    return resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def faults(tab: Tab) -> list[str]:
    """Return every rule that the page breaks as it stands, with the places."""
    if not tab.run("'axe' in window"):
        tab.run(f"{_source()}; 0")
    tab.run("scrollTo(0, document.body.scrollHeight)")  # where the bar that floats over a long form covers nothing
    told = tab.run(
        f"axe.run(document, {{runOnly: {json.dumps(RULES)}}}).then(({{violations}}) => violations.map("
        "one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).join(', ')}`))"
    )
    return list(told)


SMALL = """[...document.querySelectorAll('button, label.level, summary, select, textarea, input:not([type=radio])')]
    .filter(node => node.getClientRects().length)
    .map(node => [node.textContent.trim().slice(0, 20), node.getBoundingClientRect()])
    .filter(([, {width, height}]) => width < 48 || height < 48)
    .map(([text, {width, height}]) => `${text} ${width}x${height}`)"""


def too_small(tab: Tab) -> list[str]:
    """Return what a thumb would miss: targets under 48 px."""
    return list(tab.run(SMALL))


def is_too_wide(tab: Tab) -> bool:
    """Tell whether one has to scroll sideways."""
    return bool(tab.run("document.documentElement.scrollWidth > innerWidth"))
