"""Words and error sentences of the exchange through a server."""

from __future__ import annotations

from app.i18n import N_

FIELDS = {
    "hub_server": N_("Exchange server"),
    "hub_database": N_("Database"),
    "hub_user": N_("Login"),
    "hub_certificate": N_("Certificate"),
    "hub_password": N_("Password"),
}

OFFLINE = frozenset(
    f"hub.{name}" for name in ("unknown_host", "nobody_listens", "no_answer", "cut", "starting")
)
"""Codes of a server that cannot be reached now; nobody here did anything wrong."""

PROBLEMS: dict[str, str] = {
    # what was entered
    "hub.not_configured": N_(
        "No exchange server is set on this computer. Connect it with “poscare hub connect”, or go"
        " on exchanging packages as files."
    ),
    "hub.certificate_missing": N_(
        "Name the file with the certificate that signed the server's (PEM). Ask whoever runs the"
        " server for it; without it nobody could tell the server from a stranger."
    ),
    "hub.not_a_certificate": N_(
        "{name} holds no certificate. What is needed is a PEM file with a line “BEGIN CERTIFICATE”."
    ),
    "hub.office_first": N_(
        "The exchange server is set up by the office. Make this computer the office first (“poscare"
        " exchange office begin”)."
    ),
    "hub.no_key_here": N_(
        "The key of the office lies on another of its computers, which can do the exchange. Do not"
        " make a new key here: everybody would have to trust the office anew."
    ),
    # the way to the server
    "hub.unknown_host": N_(
        "There is no server named {server} in this network. Check the name and the network, or the"
        " VPN. Your work stays here and is sent later."
    ),
    "hub.nobody_listens": N_(
        "{server} can be reached, but no database answers there: it is not started, or the port is"
        " another. Your work stays here and is sent later."
    ),
    "hub.no_answer": N_(
        "{server} does not answer. Check the network, the VPN and the firewall. Your work stays"
        " here and is sent later."
    ),
    "hub.cut": N_(
        "The connection to {server} broke. What arrived counts; the next attempt goes on from"
        " there."
    ),
    "hub.starting": N_(
        "The server {server} is just starting or stopping. The next attempt will tell; your work"
        " stays here."
    ),
    "hub.service_variable": N_(
        "The variable PGSERVICE of this computer names a service that does not exist. Remove the"
        " variable; POSCare does not need it."
    ),
    # who the server is
    "hub.wrong_name": N_(
        "The server that answers as {server} shows a certificate of another name. Use the name in"
        " the certificate. If the name was right until now, somebody may be posing as the server:"
        " tell whoever runs it. Nothing was sent."
    ),
    "hub.other_authority": N_(
        "The certificate of {server} was not signed by the one in {certificate}. Ask whoever runs"
        " the server for the right certificate file; somebody may be posing as the server. Nothing"
        " was sent."
    ),
    "hub.certificate_expired": N_(
        "The certificate of {server} is not valid today: it has expired, or the clock of this"
        " computer is wrong. Check the clock, then tell whoever runs the server. Nothing was sent."
    ),
    "hub.certificate_unreadable": N_(
        "The certificate file {certificate} is missing or damaged. Ask whoever runs the server for"
        " it again. Nothing was sent."
    ),
    "hub.not_encrypted": N_(
        "The server {server} offers no encryption, so nothing was sent. Whoever runs it must switch"
        " it on (ssl = on)."
    ),
    "hub.encryption_failed": N_(
        "No encrypted connection to {server} came about, so nothing was sent. Whoever runs the"
        " server must allow TLS 1.3 there and on the way."
    ),
    "hub.weak_sign_in": N_(
        "The server {server} does not sign in the safe way (SCRAM with channel binding), so nothing"
        " was sent. Whoever runs it must set “scram-sha-256” in pg_hba.conf and set the password"
        " anew."
    ),
    # who this computer is
    "hub.password": N_(
        "{server} does not take login “{user}” with this password. It may have been changed: enter"
        " the new one. Your work stays here and is sent then."
    ),
    "hub.account_disabled": N_(
        "Login “{user}” is disabled on {server}. Ask whoever runs the server. Your work stays here;"
        " it can still be sent as a package file."
    ),
    "hub.not_admitted_here": N_(
        "{server} does not admit login “{user}” from this network. Whoever runs the server can"
        " allow it (pg_hba.conf). Your work stays here."
    ),
    "hub.not_admitted": N_(
        "{server} knows login “{user}”, but nobody admitted it to the exchange. In the office:"
        " “poscare hub admit”."
    ),
    "hub.revoked": N_(
        "The office no longer lets this computer exchange through {server}. Your work stays here."
        " Ask the office to admit this computer again."
    ),
    "hub.other_station": N_(
        "Login “{name}” on {server} belongs to another computer, or this one got a new identity"
        " after a backup or a copied disk. In the office: trust its key, then “poscare hub admit”."
    ),
    "hub.other_office": N_(
        "The server {server} belongs to another office than “{name}”, the office of this computer."
        " Nothing was sent."
    ),
    "hub.no_recipient": N_(
        "On {server} there is nobody this could be for: the office is not set up there, or the"
        " computer was revoked."
    ),
    "hub.only_the_office": N_("Only the office may do this on {server}."),
    # what the server can do
    "hub.no_database": N_(
        "On {server} there is no database “{database}”. Check the name, or have it created."
    ),
    "hub.not_set_up": N_(
        "The database “{database}” on {server} is not set up for the exchange yet. In the office:"
        " “poscare hub init”."
    ),
    "hub.old_server": N_(
        "{server} runs PostgreSQL {version}; 15 or newer is needed. Whoever runs it must update it."
    ),
    "hub.older": N_(
        "The exchange on {server} was set up by an older POSCare. In the office: “poscare hub init”"
        " brings it up to date; nothing is lost."
    ),
    "hub.newer": N_(
        "The exchange on {server} was set up by a newer POSCare. Update POSCare on this computer;"
        " your work stays here until then."
    ),
    "hub.disk_full": N_(
        "The disk of {server} is full or faulty. Whoever runs the server must free some space. Your"
        " work stays here and is sent later."
    ),
    "hub.full": N_(
        "{server} has no free connection just now. The next attempt follows by itself; if it stays"
        " so, whoever runs the server must allow more (max_connections)."
    ),
    "hub.read_only": N_(
        "{server} takes nothing in now: it is read-only (a standby, or under maintenance). Your"
        " work stays here and is sent later."
    ),
    "hub.busy": N_(
        "{server} is busy with somebody else's work. The next attempt follows by itself; nothing is"
        " lost."
    ),
    "hub.too_large": N_(
        "The package is larger than {server} takes. Send it as a package file instead."
    ),
    "hub.damaged": N_(
        "The database on {server} is damaged. Whoever runs it must restore a backup; what is"
        " missing there then is sent again by itself."
    ),
    "hub.parcel_damaged": N_(
        "A package was damaged on {server}. Nothing of it was taken in; it is sent again by itself."
    ),
    # whoever runs it
    "hub.may_not_set_up": N_(
        "User “{user}” may not set up the exchange on {server}. It needs the right to create a"
        " schema in the database (its owner, or an administrator)."
    ),
    "hub.may_not_admit": N_(
        "User “{user}” may not create logins on {server}. It needs CREATEROLE and must own the"
        " exchange there, or be an administrator."
    ),
    "hub.login_taken": N_(
        "The login “{login}” exists on the server and is not one of the exchange. Choose another"
        " name; it was left as it is."
    ),
    # what init could not take from the logins
    "hub.left_shared": N_(
        "Database “{database}” also holds other tables, so what every login may do there was left:"
        " temporary tables, large objects, advisory locks. A stolen login of a laptop could hold"
        " others up with them. Better give the exchange a database of its own."
    ),
    "hub.left_database": N_(
        "Database “{database}” belongs to somebody else, so every login may still connect to it and"
        " make temporary tables. Its owner or a superuser should run “poscare hub init”."
    ),
    "hub.left_functions": N_(
        "Only a superuser can keep logins from large objects and advisory locks, with which a"
        " stolen login could fill the disk or the table of locks. Let one run “poscare hub init”."
    ),
    "hub.left_others": N_(
        "Every login of {server} may also connect to other databases there: {others}. Admit the"
        " logins of the exchange to “{database}” only (pg_hba.conf, or REVOKE CONNECT … FROM"
        " PUBLIC)."
    ),
}
