"""How much a request may send: what is larger is not read, and refused in words like everything else."""

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TOO_LARGE = 413
_LENGTH = re.compile("[0-9]{1,18}")
"""A length that is believed; of anything else in its place the bytes are counted as they come."""
_PHOTO = re.compile(r"/api/units/[^/]+/identification")
_FORMS, _WITH_FILES = "/acts", "multipart/form-data"


class BodyLimit:
    """Refuses a request of more than ``most`` bytes, or of ``most_with_photo`` where it may carry one.

    One that says so is not read at all, and any other until it is too large.
    """

    def __init__(self, app: ASGIApp, most: int, most_with_photo: int) -> None:
        self._app = app
        self._most = most
        self._most_with_photo = most_with_photo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, as far as it is not too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most = self._most_with_photo if _may_carry_photo(scope["path"], headers) else self._most
        told = headers.get("content-length", "")
        said, read = int(told) if _LENGTH.fullmatch(told) else 0, 0

        async def receive_with_limit() -> Message:
            nonlocal read
            if said > most:
                raise HTTPException(_TOO_LARGE)
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(_TOO_LARGE)
            return message

        await self._app(scope, receive_with_limit, send)


def _may_carry_photo(path: str, headers: Headers) -> bool:
    return _PHOTO.fullmatch(path) is not None or (path == _FORMS and headers.get("content-type", "").startswith(_WITH_FILES))
