"""What every answer tells the browser: keep nothing, guess nothing, be framed by nobody, load nothing from elsewhere."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_PAGE = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_TLS_ONLY = "max-age=63072000; includeSubDomains"  # two years; ASVS 5.0 3.4.1 asks for one at least
_NO_PAGE = "frame-ancestors 'none'"  # a PDF of a label is shown by the browser's own viewer, which needs its own parts


class SafeHeaders:
    """Adds these headers to every answer. Nothing is stored by a browser but the files under /static."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of the web; anything else passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), scope["path"], scope["scheme"])
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _add(headers: MutableHeaders, path: str, scheme: str) -> None:
    headers.update(_ALWAYS)
    if scheme == "https":
        headers["Strict-Transport-Security"] = _TLS_ONLY
    page = headers.get("content-type", "").startswith("text/html")
    headers["Content-Security-Policy"] = _PAGE if page else _NO_PAGE
    if not path.startswith("/static/"):
        headers["Cache-Control"] = "no-store"
