"""The page on which a password of one's own is chosen: all that whoever was given a password sees at first."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from biobank.pages.asking import Interface, Refused
from biobank.pages.rendering import page
from biobank.web.origin import check_own_pages

router = APIRouter(include_in_schema=False)


@router.get("/password")
async def password_page(request: Request) -> Response:
    """The form."""
    await Interface(request).read("/api/me")
    return page("password.html", message="")


@router.post("/password")
async def choose_password(
    request: Request,
    old: Annotated[str, Form(max_length=400)] = "",
    new: Annotated[str, Form(max_length=400)] = "",
    again: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Choose it as `POST /api/me/password` does, and go on to the first page."""
    check_own_pages(request)
    if new != again:
        return page("password.html", 422, message="The new password was typed in two ways. Type it twice alike.")
    try:
        await Interface(request).send("/api/me/password", {"old": old, "new": new})
    except Refused as refused:
        return page("password.html", refused.status, message=refused.message)
    return RedirectResponse("/", 303)
