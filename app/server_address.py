"""The address of a database on a server out of what people enter, and back."""

from __future__ import annotations

from app.domain.errors import Problems, Unavailable
from app.exchange.hub_address import check_certificate
from db.engine import file_of
from db.server import ServerPlace, host_and_port, make_server_url, parts_of_server_url


def server_address(
    host: str, name: str, user: str, secret: str = "", certificate: str = "", before: str = ""
) -> str:
    """The URL of a database on a server; `host` may end in ``:port``, `certificate` is the file of
    the authority that signed the server's, empty for those the system trusts.  What the address
    until now (`before`) has that nobody enters goes on: its options, and its password where server,
    database and user are the same and none is given.  Raises `InvalidInput`."""
    machine, port = host_and_port(host.strip())
    problems = Problems()
    for field, value in (("host", machine), ("name", name.strip())):
        if not value:
            problems.add(field, "text.missing")
    if port and not port.isdecimal():
        problems.add("host", "address.bad_port", value=port)
    if certificate.strip():
        check_certificate(certificate.strip(), problems, "certificate")
    problems.raise_if_any()
    place = ServerPlace(machine, port, name.strip(), user.strip(), certificate.strip())
    return make_server_url(place, secret, before)


def parts_of_address(target: str) -> dict[str, str]:
    """What `server_address` made `target` of, without the password; empty for a file and for what
    is no address."""
    if "://" not in target:
        return {}
    try:
        return {} if file_of(target) is not None else parts_of_server_url(target)
    except Unavailable:
        return {}
