"""Where a right to rate is used: the address in its QR code."""

import base64
import io

import segno
from django.conf import settings


def link_of(secret: str) -> str:
    """Return the address of the rating page; the secret stands behind #, where no server and no log sees it."""
    return f"{settings.PUBLIC_BASE_URL}/r#{secret}"


def qr_svg(address: str) -> str:
    """Return an SVG image of the QR code, dark on white, with its quiet zone; the same bytes for the same address."""
    image = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        image, kind="svg", scale=4, light="#fff", xmldecl=False, nl=False, svgclass=None, lineclass=None
    )
    return image.getvalue().decode()


def qr_png(address: str) -> str:
    """Return a PNG image of the QR code in base64, for printers that draw no SVG."""
    image = io.BytesIO()
    segno.make(address, error="m", micro=False).save(image, kind="png", scale=8)
    return base64.b64encode(image.getvalue()).decode()
