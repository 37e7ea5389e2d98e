"""Error sentences of a database on a server: reaching it, being let in, its state."""

from __future__ import annotations

from app.i18n import N_

PROBLEMS: dict[str, str] = {
    "db.no_connection": N_("The server {server} does not answer. Check the network and try again."),
    "db.unknown_host": N_(
        "There is no server named {server} in this network. Check the name, or the VPN."
    ),
    "db.nobody_listens": N_(
        "{server} can be reached, but no database answers there. Is the server started, and is"
        " the port right?"
    ),
    "db.refused": N_("The server {server} refused user “{user}”: wrong user name or password."),
    "db.not_admitted": N_(
        "The server {server} does not admit user “{user}” from this computer, or only encrypted."
        " Its administrator can allow it (pg_hba.conf)."
    ),
    "db.no_such_database": N_("On the server {server} there is no database “{database}”."),
    "db.server_full": N_("The server {server} has too many connections. Try again later."),
    "db.tls": N_(
        "No encrypted connection to {server} came about. Whoever runs the server must allow TLS 1.2"
        " or newer there and on the way."
    ),
    "db.not_encrypted": N_(
        "The server {server} offers no encryption, so nothing was sent. Whoever runs it must switch"
        " it on (ssl = on)."
    ),
    "db.not_verified": N_(
        "The address of {server} asks for a connection (sslmode={mode}) in which anybody could pose"
        " as the server, so nothing was sent. Choose the database again in the window and name the"
        " certificate file there, or write sslmode=verify-full."
    ),
    "db.wrong_name": N_(
        "The server that answers as {server} shows a certificate of another name. Enter the name in"
        " the certificate. If the name was right until now, somebody may be posing as the server:"
        " tell whoever runs it. Nothing was sent."
    ),
    "db.no_certificate": N_(
        "The certificate of {server} was not signed by anybody this computer trusts. Ask whoever"
        " runs the server for the certificate file of the company and name it. Nothing was sent."
    ),
    "db.other_authority": N_(
        "The certificate of {server} was not signed by the one in {certificate}. Ask whoever runs"
        " the server for the right certificate file; somebody may be posing as the server. Nothing"
        " was sent."
    ),
    "db.certificate_expired": N_(
        "The certificate of {server} is not valid today: it has expired, or the clock of this"
        " computer is wrong. Check the clock, then tell whoever runs the server. Nothing was sent."
    ),
    "db.certificate_unreadable": N_(
        "The certificate file {certificate} is missing or damaged. Ask whoever runs the server for"
        " it again. Nothing was sent."
    ),
    "db.weak_sign_in": N_(
        "The server {server} does not sign in the safe way the address asks for. Whoever runs it"
        " must set “scram-sha-256” in pg_hba.conf and set the password anew."
    ),
    "db.service_variable": N_(
        "The variable PGSERVICE of this computer names a service that does not exist. Remove the"
        " variable; POSCare does not need it."
    ),
    "db.starting": N_("The server {server} is just starting or stopping. Try again in a moment."),
    "db.old_server": N_(
        "{server} runs PostgreSQL {version}; 15 or newer is needed. Whoever runs it must update it."
    ),
    "db.no_driver": N_(
        "This installation cannot use a server: {driver} is missing. Install POSCare with its"
        " “postgres” extra."
    ),
    "db.bad_address": N_(
        "The address of the database cannot be understood. Write"
        " postgresql://user@server/database, or the path of a file."
    ),
    "address.bad_port": N_("“{value}” is not a port number."),
    "db.no_privilege": N_(
        "User “{user}” may not do this in the database “{database}” on {server}."
    ),
    "db.server_foreign": N_(
        "The database “{database}” on {server} holds tables of another program. It was left as it"
        " is; use an empty database."
    ),
    "db.server_empty": N_(
        "The database “{database}” on {server} is empty. Set it up once, in the window or with"
        " “poscare check --upgrade”; whoever may create tables there can do it."
    ),
    "db.upgrade_needed": N_(
        "The database “{database}” on {server} was made by an older POSCare (schema {found}, needed"
        " {known}). Upgrade it once, in the window or with “poscare check --upgrade”; the owner of"
        " its tables can do it."
    ),
}
