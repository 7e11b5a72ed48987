"""How much a request may send: what is larger is not read, and refused in words like everything else."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from biobank.web.words import catalogue

_TOO_LARGE = 413


class BodyLimit:
    """Refuses a request that says it is larger than ``most`` bytes before reading it, and any other once it is."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, as far as it is not too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "")
        if said.isdecimal() and int(said) > self._most:
            body = {"code": f"http_{_TOO_LARGE}", "message": catalogue()[f"http_{_TOO_LARGE}"]}
            await JSONResponse(body, _TOO_LARGE)(scope, receive, send)
            return
        read = 0

        async def receive_with_limit() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most:
                raise HTTPException(_TOO_LARGE)
            return message

        await self._app(scope, receive_with_limit, send)
