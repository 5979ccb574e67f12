"""Who is at the other end of a request, for counting tries: never stored, never shown (pure)."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def client_of(remote: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """The client's address. `forwarded` (X-Forwarded-For) is read from its end, and only while the peer before it is a
    trusted proxy: whoever writes the header himself gains nothing by it.
    """
    networks = tuple(trusted)
    client = remote
    for hop in (part.strip() for part in reversed(forwarded.split(",")) if part.strip()):
        if not _inside(client, networks):
            break
        client = hop
    return client


def client_block(remote: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """The block of the client's address: /24 of IPv4, /56 of IPv6."""
    try:
        address = ip_address(client_of(remote, forwarded, trusted))
    except ValueError:
        return "unknown"
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))


def _inside(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False
