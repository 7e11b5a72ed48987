"""Where a request comes from."""

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
