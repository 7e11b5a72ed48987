"""What every answer tells the browser: keep nothing, guess nothing, be framed by nobody, load nothing from elsewhere."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
_PAGE = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the camera's reader is compiled in the browser
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_TLS_ONLY = "max-age=63072000; includeSubDomains"  # two years; ASVS 5.0 3.4.1 asks for one at least
_DATA = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PDF = "base-uri 'none'; frame-ancestors 'none'"  # the browser's own viewer shows it, and loads parts of its own


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
                headers = MutableHeaders(scope=message)
                headers.update(safe_headers(scope["path"], scope["scheme"], headers.get("content-type", "")))
            await send(message)

        await self._app(scope, receive, send_with_headers)


def safe_headers(path: str, scheme: str, content_type: str) -> Mapping[str, str]:
    """The headers of one answer of ``content_type`` at ``path``."""
    policy = _PAGE if content_type.startswith("text/html") else _PDF if content_type.startswith("application/pdf") else _DATA
    tls = {"Strict-Transport-Security": _TLS_ONLY} if scheme == "https" else {}
    kept = {} if path.startswith("/static/") else {"Cache-Control": "no-store"}
    return {**_ALWAYS, "Content-Security-Policy": policy, **tls, **kept}
