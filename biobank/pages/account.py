"""The page on which a password of one's own is chosen: all that whoever was given a password sees at first."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from biobank.pages.asking import Interface, Refused
from biobank.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/password")
async def password_page(request: Request) -> Response:
    """The form."""
    interface = Interface(request)
    await interface.read("/api/me")
    return page("password.html", message="", form_token=interface.form_token())


@router.post("/password")
async def choose_password(
    request: Request,
    old: Annotated[str, Form(max_length=400)] = "",
    new: Annotated[str, Form(max_length=400)] = "",
    again: Annotated[str, Form(max_length=400)] = "",
    form_token: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Choose it as `POST /api/me/password` does, and go on to the first page."""
    interface = Interface(request)
    if new != again:
        message = "The new password was typed in two ways. Type it twice alike."
        return page("password.html", 422, message=message, form_token=interface.form_token())
    try:
        interface.check_form(form_token)
        await interface.send("/api/me/password", {"old": old, "new": new})
    except Refused as refused:
        return page("password.html", refused.status, message=refused.message, form_token=interface.form_token())
    return RedirectResponse("/", 303)
