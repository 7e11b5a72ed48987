"""How labels reach a printer, what a printer says of itself, and which address may be one."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from ipaddress import ip_address

from biobank.errors import BadInput, Conflict, NotFound
from labels.layouts import LAYOUTS


class PrintingSide(StrEnum):
    """Whose printer it is; the desk prints no labels."""

    BEDSIDE = "bedside"
    FACILITY = "facility"


class PrinterWay(StrEnum):
    """How labels reach the printer: ZPL over the network, PDF in a folder that a print program watches, or fetched by people."""

    ZPL = "zpl"
    FOLDER = "folder"
    DOWNLOAD = "download"


class PrinterSays(StrEnum):
    """What a printer told when it was last asked, or why it told nothing."""

    READY = "ready"
    PAPER_OUT = "paper_out"
    RIBBON_OUT = "ribbon_out"
    HEAD_OPEN = "head_open"
    PAUSED = "paused"
    FULL = "full"
    SILENT = "silent"
    GARBLED = "garbled"
    UNREACHABLE = "unreachable"


class NoSuchPrinter(NotFound):
    """No printer of that name."""

    code = "no_such_printer"


class PrinterKnown(Conflict):
    """A printer of that name was registered before."""

    code = "printer_known"


class PlaceHasPrinter(Conflict):
    """That side has a printer in use at that place for the same labels, which could not tell which of the two is meant."""

    code = "place_has_printer"


class PrinterHasWork(Conflict):
    """Labels wait for this printer, or nobody knows yet whether they came out of it."""

    code = "printer_has_work"


class NoPrinterTakes(Conflict):
    """None of the printers where this person prints takes labels of this layout."""

    code = "no_printer_takes"


class UnknownLayout(BadInput):
    """No label has this layout."""

    code = "unknown_layout"


class WrongAddress(BadInput):
    """A printer on the network has a host, a port and a resolution; another has none of them, and no patience."""

    code = "wrong_printer_address"


class NotAHost(BadInput):
    """Neither a name nor an address of one machine."""

    code = "not_a_host"


_NAME = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_NAME = 253


def host_of(told: str) -> str:
    """The name or address of one machine, nothing around it: no scheme, path, port or user. Raises NotAHost.

    The last part of a name begins with a letter: `127.1` and `0x7f000001` are addresses in disguise to some resolvers.
    """
    host = told.strip().lower()
    try:
        address = ip_address(host)
    except ValueError:
        if len(host) <= _LONGEST_NAME and _NAME.fullmatch(host):
            return host
        raise NotAHost(field="host", read=told) from None
    odd = address.is_unspecified or address.is_multicast or address.is_link_local or address.is_reserved
    if "%" in host or (odd and not address.is_loopback):
        raise NotAHost(field="host", read=told)
    return host


def check_address(way: PrinterWay, host: str | None, port: int | None, dpi: int | None, patience_s: int | None) -> None:
    """Raises WrongAddress."""
    for field, value in (("host", host), ("port", port), ("dpi", dpi)):
        if (value is not None) is not (way is PrinterWay.ZPL):
            raise WrongAddress(field=field, way=way)
    if patience_s is not None and way is not PrinterWay.ZPL:
        raise WrongAddress(field="patience_s", way=way)


def named(layouts: Iterable[str]) -> list[str]:
    """Each layout once; none where all are named. Raises UnknownLayout."""
    found = sorted(set(layouts))
    for layout in found:
        if layout not in LAYOUTS:
            raise UnknownLayout(field="layouts", layout=layout)
    return found if len(found) < len(LAYOUTS) else []


def takes(layouts: Collection[str], layout: str) -> bool:
    """Whether a printer for ``layouts`` takes this one; one that names none takes all."""
    return not layouts or layout in layouts


def overlap(layouts: Collection[str], others: Collection[str]) -> bool:
    """Whether two printers would take the same labels."""
    return not layouts or not others or not set(layouts).isdisjoint(others)


def gives_up(layouts: Collection[str], before: Collection[str]) -> bool:
    """Whether a printer for ``layouts`` no longer takes all that it took ``before``."""
    return bool(layouts) and (not before or not set(before) <= set(layouts))


def may_be_sent_to(says: PrinterSays, has_answered: bool) -> bool:
    """Whether a label is sent now: a printer that never tells of itself is trusted, one that fell silent may be out of media.

    (ZPL II: a printer without media or ribbon, or with an open head, may give no answer to ~HS.)
    """
    return says is PrinterSays.READY or (says is PrinterSays.SILENT and not has_answered)
