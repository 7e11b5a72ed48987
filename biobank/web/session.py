"""The token of a session as it travels: the cookie of a browser, or the bearer token of a client."""

from fastapi import Request, Response

_PLAIN, _HOST = "biobank_session", "__Host-biobank_session"


def cookie_name(request: Request) -> str:
    """Where TLS is, the prefix that no other host and no plain page can set (RFC 6265bis §4.1.3.2)."""
    return _HOST if request.url.scheme == "https" else _PLAIN


def is_bearer(request: Request) -> bool:
    """Whether a client sends its token itself; any other Authorization leaves the cookie to say who asks."""
    return request.headers.get("authorization", "").partition(" ")[0].lower() == "bearer"


def token_of(request: Request) -> str:
    """The session token of a request; "" where there is none."""
    if is_bearer(request):
        return request.headers["authorization"].partition(" ")[2]
    return request.cookies.get(cookie_name(request), "")


def keep(request: Request, response: Response, token: str, seconds: int) -> None:
    """Let a browser keep the token: out of reach of scripts and of other sites' pages."""
    secure = request.url.scheme == "https"
    name = cookie_name(request)
    response.set_cookie(name, token, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict")


def forget(request: Request, response: Response) -> None:
    """Let a browser forget it."""
    secure = request.url.scheme == "https"
    response.delete_cookie(cookie_name(request), path="/", secure=secure, httponly=True, samesite="strict")
