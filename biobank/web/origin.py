"""A browser changes records only from this installation's own pages, however it was led to send the request.

The session cookie is SameSite=Strict; this is the second lock. Browsers say with Sec-Fetch-Site where a request comes from
(only to HTTPS and to this machine itself); where they do not, the Origin of a request must be the address that was asked.
Clients with a bearer token are no browsers and need none of it.

The third lock is for browsers that say neither: every form of our pages carries a token that only its session has.
"""

import base64
import hashlib
import hmac
from urllib.parse import urlsplit

from fastapi import Request

from biobank.errors import NotAllowed

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})  # none: typed into the address bar


class CrossSite(NotAllowed):
    """Another site's page made the browser send this."""

    code = "cross_site"


class OldForm(NotAllowed):
    """The form was not shown in this session: it is older, or not ours."""

    code = "old_form"


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


def form_token(key: bytes, session_token: str) -> str:
    """What the forms of one session carry; nobody makes it without the session's own token and the installation's ``key``."""
    made = hmac.digest(key, b"form " + session_token.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def check_form(key: bytes, session_token: str, given: str) -> None:
    """A form was shown in the session that sends it. Raises OldForm."""
    if not hmac.compare_digest(given.encode(), form_token(key, session_token).encode()):
        raise OldForm
