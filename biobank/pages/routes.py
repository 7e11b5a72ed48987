"""The pages: sign in and out, the first page, and the page of whatever was scanned."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from biobank.pages.asking import Interface, NoVisitor, Refused
from biobank.pages.overview import overview
from biobank.pages.rendering import page
from biobank.pages.thing import thing
from biobank.web.headers import SafeHeaders
from biobank.web.origin import check_own_pages

router = APIRouter(include_in_schema=False)
COOKIE = "biobank_session"


def install(app: FastAPI) -> None:
    """Add the pages, their files and the headers of every answer to ``app``."""
    app.include_router(router)
    app.mount("/static", StaticFiles(packages=[("biobank.pages", "static")]), name="static")
    app.add_exception_handler(NoVisitor, _to_sign_in)
    app.add_exception_handler(Refused, _refused)
    app.add_middleware(SafeHeaders)


@router.get("/login")
async def sign_in_page(then: str = "/") -> Response:
    """The page of signing in."""
    return page("login.html", then=then, message="", username="")


@router.post("/login")
async def sign_in(
    request: Request,
    username: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=400)] = "",
    then: Annotated[str, Form(max_length=200)] = "/",
) -> Response:
    """Begin a session as `POST /api/sign-in` does, and go on to the page that was wanted."""
    check_own_pages(request)
    try:
        answer = await Interface(request).send("/api/sign-in", {"username": username.strip(), "password": password})
    except Refused as refused:
        return page("login.html", refused.status, then=then, message=refused.message, username=username)
    onward = RedirectResponse(_own(then), 303)
    onward.headers["Set-Cookie"] = answer.headers["Set-Cookie"]
    return onward


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """End the session."""
    await Interface(request).send("/api/sign-out")
    onward = RedirectResponse("/login", 303)
    onward.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return onward


@router.get("/")
async def first_page(request: Request) -> Response:
    """What this person's side has to look after."""
    interface = Interface(request)
    visitor = await interface.visitor()
    return page("overview.html", visitor=visitor, found=await overview(interface, visitor), code="")


@router.get("/scan")
async def scanned(request: Request, code: Annotated[str, "as scanned or typed"] = "") -> Response:
    """The page of the thing that carries this code."""
    interface = Interface(request)
    visitor = await interface.visitor()
    read = code.strip()
    if not read:
        return RedirectResponse("/", 303)
    try:
        found = await thing(interface, visitor, read)
    except Refused as refused:
        return page("refused.html", refused.status, visitor=visitor, message=refused.message, code=read)
    return page("thing.html", visitor=visitor, found=found, code=found.story["code"])


async def _to_sign_in(request: Request, _error: Exception) -> Response:
    wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    then = "" if request.method != "GET" or wanted == "/" else f"?then={quote(wanted)}"
    return RedirectResponse(f"/login{then}", 303)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return page("login.html", error.status, then="/", message=error.message, username="")


def _own(path: str) -> str:
    """Only ever onward to a page of ours, whatever the address bar was made to say."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"
