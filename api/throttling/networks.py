"""Where a request came from, as far as anybody is told: a network, under a name that changes every day."""

import datetime as dt
import socket

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import now

from procedures.secrecy import keyed_hash

IPV4_WIDTH, IPV6_WIDTH = 24, 56
"""What one household or office is given: fewer bits would be one device's to change, more would be a neighbour's."""
_IPV6_BYTES = 16
_IPV4_MAPPED = b"\x00" * 10 + b"\xff\xff"
"""What stands before an IPv4 address that is written as one of IPv6. Source: RFC 4291, section 2.5.5.2."""


def network_of(request: HttpRequest) -> str:
    """Return the /24 or /56 the request came from, as the trusted proxies report it; what others claim is ignored."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    proxies = settings.TRUSTED_PROXIES
    reported = hops[-proxies] if 0 < proxies <= len(hops) else ""
    return _network_around(_host_of(reported or request.META.get("REMOTE_ADDR", "")))


def _network_around(host: str) -> str:
    """Return the network of an address; `unknown` of what is none."""
    try:
        address = socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except (OSError, ValueError):
        return "unknown"
    address = address.removeprefix(_IPV4_MAPPED)
    family, width = (socket.AF_INET6, IPV6_WIDTH) if len(address) == _IPV6_BYTES else (socket.AF_INET, IPV4_WIDTH)
    first = address[: width // 8].ljust(len(address), bytes(1))
    return f"{socket.inet_ntop(family, first)}/{width}"


def _host_of(reported: str) -> str:
    """Return an address without the port that some proxies report with it, and without its zone."""
    if reported.startswith("["):
        reported = reported[1:].partition("]")[0]
    elif reported.count(":") == 1:
        reported = reported.partition(":")[0]
    return reported.partition("%")[0]


def bucket_of_network(request: HttpRequest, *, kind: str) -> bytes:
    """Return the name of the network's bucket: its hash under a key of this day and this use.

    From one day to the next the names cannot be joined, and no address is stored under any.
    """
    names: dict[str, bytes] = request.__dict__.setdefault("buckets", {})  # a request asks several times
    if kind not in names:
        names[kind] = _name_of(request, kind)
    return names[kind]


def _name_of(request: HttpRequest, kind: str) -> bytes:
    day = now().astimezone(dt.UTC).date().isoformat()
    return keyed_hash(f"throttle:{day}", f"{kind}:{network_of(request)}")
