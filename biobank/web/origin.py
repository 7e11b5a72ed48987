"""A browser changes records only from this installation's own pages, however it was led to send the request.

The session cookie is SameSite=Strict; this is the second lock. Browsers say with Sec-Fetch-Site where a request comes from
(only to HTTPS and to this machine itself); where they do not, the Origin of a request must be the address that was asked.
Clients with a bearer token are no browsers and need none of it.
"""

from urllib.parse import urlsplit

from fastapi import Request

from biobank.errors import NotAllowed

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})  # none: typed into the address bar


class CrossSite(NotAllowed):
    """Another site's page made the browser send this."""

    code = "cross_site"


def check_own_pages(request: Request) -> None:
    """A change that a browser asks for comes from our own pages. Raises CrossSite."""
    if request.method in _READS:
        return
    told = request.headers.get("sec-fetch-site")
    if told is not None:
        if told not in _OWN:
            raise CrossSite
        return
    origin = request.headers.get("origin")
    try:
        ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:  # no address at all
        ours = False
    if not ours:
        raise CrossSite
