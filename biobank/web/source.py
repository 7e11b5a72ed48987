"""Where a request comes from, whether that is inside, and to which route it goes."""

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request


def source_of(request: Request) -> str:
    """The address that is connected to us; of an IPv6 address its network of 64 bits, of which one machine has all.

    A header says nothing here: where a proxy is configured, the server itself has put the client's address in its place.
    """
    told = request.client.host if request.client else ""
    try:
        address = ip_address(told)
    except ValueError:
        return told[:64]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def route_of(request: Request) -> str:
    """Where a request goes: method and path template, as the matrix writes them."""
    return f"{request.method} {request.scope['route'].path}"


def where(request: Request) -> tuple[str, str]:
    """The source of a request, and its route."""
    return source_of(request), route_of(request)


def lies_in(networks: str, source: str) -> bool:
    """Whether a source lies in one of these networks, which are separated by commas; a source that is no address is named whole.

    Raises ValueError for a network that is none.
    """
    named = [one.strip() for one in networks.split(",") if one.strip()]
    try:
        there = ip_network(source)
    except ValueError:
        return source in named
    nets = [ip_network(one) for one in named if one[0].isdigit() or ":" in one]
    return any(there.version == net.version and there.subnet_of(net) for net in nets)  # type: ignore[arg-type]
