"""The pages: sign in and out, the first page, and the page of whatever was scanned."""

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, FastAPI, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from biobank.pages import account, inspecting, reference, returning, scanner
from biobank.pages.acts import ActForm
from biobank.pages.alarms import acknowledging
from biobank.pages.asking import Interface, NoVisitor, Refused, Visitor
from biobank.pages.overview import overview
from biobank.pages.questions import with_choices
from biobank.pages.rendering import page
from biobank.pages.scans import HOW, as_printed
from biobank.pages.sending import NoSuchForm, everything_of, one, send, sent
from biobank.pages.thing import thing
from biobank.pages.told import Told, answered, next_code, recorded
from biobank.pages.words import catalogue
from biobank.web.headers import SafeHeaders
from biobank.web.origin import CrossSite, check_own_pages
from biobank.web.session import forget
from biobank.web.words import say

router = APIRouter(include_in_schema=False)
ROUTERS = (router, account.router, inspecting.router, reference.router, scanner.router)


def install(app: FastAPI) -> None:
    """Add the files of the pages, what they say of refusals, and the headers of every answer to ``app``."""
    app.mount("/static", StaticFiles(packages=[("biobank.pages", "static")]), name="static")
    app.add_exception_handler(NoVisitor, _to_sign_in)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(NoSuchForm, _no_such_form)
    app.add_exception_handler(HTTPException, _no_page(app.exception_handlers[HTTPException]))
    app.add_middleware(SafeHeaders)


@router.get("/login")
async def sign_in_page(then: str = "/") -> Response:
    """The page of signing in."""
    return page("login.html", then=then, message="", username="", carried=())


@router.post("/login")
async def sign_in(
    request: Request,
    username: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=400)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
    then: Annotated[str, Form(max_length=200)] = "/",
) -> Response:
    """Begin a session as `POST /api/sign-in` does, and go on to the page that was wanted, or back to a form."""
    _check_own_pages(request)
    carried = returning.still_carried(await everything_of(request))
    try:
        proof = {"username": username.strip(), "password": password, "code": code.strip() or None}
        answer = await Interface(request).send("/api/sign-in", proof)
    except Refused as refused:
        return page("login.html", refused.status, then=then, message=refused.message, username=username, carried=carried)
    temporary, cookie = answer.json()["temporary"], answer.headers["Set-Cookie"]
    back = None if temporary else await _brought_back(Interface(request, cookie.partition(";")[0]), carried)
    onward = back or RedirectResponse("/password" if temporary else _own(then), 303)
    onward.headers["Set-Cookie"] = cookie
    return onward


async def _brought_back(interface: Interface, carried: returning.Carried) -> Response | None:
    """The form that was being filled when the session ended, for the same person; None for anybody else."""
    form = returning.brought_back(carried)
    try:
        visitor = await interface.visitor()
        if visitor.username != one(form, "who"):
            return None
        order = await sent(form, interface)
        return await _shown(interface, visitor, order.origin, tried=order.carried_over())
    except (Refused, NoSuchForm):
        return None


@router.post("/logout")
async def sign_out(request: Request, form_token: Annotated[str, Form(max_length=100)] = "") -> Response:
    """End the session."""
    interface = Interface(request)
    interface.check_form(form_token)
    await interface.send("/api/sign-out", {})
    onward = RedirectResponse("/login", 303)
    forget(request, onward)
    return onward


@router.get("/")
async def first_page(request: Request) -> Response:
    """What this person's side has to look after."""
    interface = Interface(request)
    return await _shown(interface, await interface.visitor())


@router.get("/scan")
async def scanned(
    request: Request, code: str = "", done: str = "", how: Annotated[str, Query(alias=f"code.{HOW}")] = ""
) -> Response:
    """The page of the thing that carries this code; ``done`` is the act that led to it."""
    interface = Interface(request)
    visitor = await interface.visitor()
    printed = as_printed(code.strip(), how)
    try:
        return await _shown(interface, visitor, printed, told=recorded(done))
    except Refused as refused:
        return page("refused.html", refused.status, visitor=visitor, message=refused.message, code=printed)


@router.post("/acts")
async def do(request: Request) -> Response:
    """Do what a form asks for, and go to the page of what came of it; refused, the form comes back as it was typed."""
    _check_own_pages(request)
    everything = await everything_of(request)
    try:
        return await _done(Interface(request), everything)
    except NoVisitor:
        carried = returning.carried(request.app, everything)
        if not carried:
            raise
        ended, origin = catalogue()["pages"]["session_ended"], one(everything, "origin")
        then = f"/scan?{urlencode({'code': origin})}" if origin else "/"
        return page("login.html", 401, then=then, message=ended, username=one(everything, "who"), carried=carried)


async def _done(interface: Interface, everything: dict[str, list[str]]) -> Response:
    visitor = await interface.visitor()
    order = await sent(everything, interface)
    if order.more:
        return await _shown(interface, visitor, order.origin, tried=order.again())
    try:
        interface.check_form(one(everything, "form_token"))
        answer = await send(interface, order)
    except Refused as refused:
        return await _shown(interface, visitor, order.origin, refused.status, tried=order.again(refused))
    if order.form.told_at_once:
        return await _shown(interface, visitor, order.origin, told=answered(order.form, answer))
    onward = urlencode({"code": next_code(order.form, answer, order.origin), "done": order.form.route})
    return RedirectResponse(f"/scan?{onward}", 303)


async def _shown(
    interface: Interface,
    visitor: Visitor,
    code: str = "",
    status: int = 200,
    tried: ActForm | None = None,
    told: Told | None = None,
) -> Response:
    """The page of a thing, or the first page where no code is given."""
    if code:
        found = await thing(interface, visitor, code)
        tried = tried and with_choices(tried, (*found.acts, *found.others, *acknowledging(found.alarms)))
        return page("thing.html", status, visitor=visitor, found=found, tried=tried, told=told)
    everything = await overview(interface, visitor)
    tried = tried and with_choices(tried, (*everything.acts, *acknowledging(everything.alarms)))
    return page("overview.html", status, visitor=visitor, found=everything, tried=tried, told=told)


def _check_own_pages(request: Request) -> None:
    try:
        check_own_pages(request)
    except CrossSite as astray:
        raise Refused(403, astray.code, say(astray.code, {}), {}) from astray


async def _to_sign_in(request: Request, _error: Exception) -> Response:
    wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    then = "" if request.method != "GET" or wanted == "/" else f"?then={quote(wanted)}"
    return RedirectResponse(f"/login{then}", 303)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if error.code == "password_is_temporary":
        return RedirectResponse("/password", 303)
    return page("refused.html", error.status, message=error.message, code="")


def _no_page(otherwise: Any) -> Any:
    """A browser that asks for a page that is not there gets a page; everybody else what they got so far."""

    def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if request.url.path.startswith(("/api/", "/static/")) or "text/html" not in request.headers.get("accept", ""):
            told: Response = otherwise(request, error)
            return told
        is_large = error.status_code == 413
        message = say("http_413", {}) if is_large else catalogue()["pages"]["no_such_page"]
        return page("refused.html", error.status_code, message=message, code="")

    return answer


async def _no_such_form(_request: Request, _error: Exception) -> Response:
    return page("refused.html", 404, message=catalogue()["pages"]["no_such_form"], code="")


def _own(path: str) -> str:
    """Only ever onward to a page of ours, whatever the address bar was made to say."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"
