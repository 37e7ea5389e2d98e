"""Who may do what on the exchange server is decided there, not by the program that asks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.domain.errors import Unavailable
from app.exchange.hub_admin import FUNCTIONS, HubAdministration, login_for
from app.exchange.hub_connection import HubConnection, Shipment, WaitingParcel, connect
from db.keys import first_key
from tests.exchange.conftest import HubJoined
from tests.exchange.hub_network import HubNetwork, exchange_of
from tests.exchange.test_sync_cases import report
from tests.postgres import Server

pytestmark = pytest.mark.postgres


@pytest.fixture
def two(hub_joined: HubJoined) -> HubNetwork:
    """An office and two laptops."""
    return hub_joined(2)


@pytest.fixture
def intruder(two: HubNetwork) -> Iterator[psycopg.Connection]:  # type: ignore[type-arg]
    """A laptop's login used by another program."""
    login = two.logins[two.laptops[0].letter]
    with connect(two.address(login.login), login.password) as connection:
        yield connection


def code_of(connection: psycopg.Connection, statement: str) -> str | None:  # type: ignore[type-arg]
    """The SQLSTATE a statement is refused with."""
    try:
        connection.execute(statement.encode())
    except psycopg.Error as refused:
        return refused.sqlstate
    return None


def test_a_login_touches_no_table_and_makes_none(
    two: HubNetwork,
    intruder: psycopg.Connection,  # type: ignore[type-arg]
) -> None:
    """Also not those of the office, when its database is the same."""
    two.administer("CREATE TABLE public.incident (id int)")
    found = intruder.execute(
        "SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = relnamespace WHERE relkind IN ('r', 'v', 'S')"
        " AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_'"
    ).fetchall()
    tables = [name for (name,) in found]
    assert {"hub.device", "hub.parcel", "hub.part", "hub.facts", "public.incident"} <= set(tables)
    for table in tables:
        for statement in ("SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"):
            assert code_of(intruder, statement.format(table)) in {"42501", "42809"}, table
    for statement in (
        "CREATE TABLE hub.mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE another",
        "SET ROLE poscare_hub",
        "SET SESSION AUTHORIZATION postgres",
        "SELECT hub.caller()",
        "SELECT hub.office_only()",
        "ALTER FUNCTION hub.hello(text) SECURITY INVOKER",
    ):
        assert code_of(intruder, statement) == "42501", statement


def test_what_is_for_the_office_only_the_office_may(
    intruder: psycopg.Connection,  # type: ignore[type-arg]
) -> None:
    for call in ("devices()", "take_turn()", "revoke(gen_random_uuid())"):
        assert code_of(intruder, f"SELECT hub.{call}") == "PH005"


def test_every_function_is_let_out_on_purpose(two: HubNetwork) -> None:
    """Those a login may execute run with the rights of their owner under a fixed search path; the
    others nobody may; everybody (PUBLIC) none."""
    with two.session() as connection:
        found = connection.execute(
            "SELECT proname, prosecdef, 'search_path=pg_catalog, pg_temp' = ANY(proconfig),"
            " has_function_privilege(%s, p.oid, 'EXECUTE'),"
            " EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0)"
            " FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'hub'",
            (two.logins[two.laptops[0].letter].login,),
        ).fetchall()
        owners = connection.execute(
            "SELECT DISTINCT rolsuper, rolcanlogin FROM pg_proc p"
            " JOIN pg_namespace n ON n.oid = pronamespace JOIN pg_roles r ON r.oid = proowner"
            " WHERE nspname = 'hub'"
        ).fetchall()
    assert owners == [(False, False)], "a superuser set it up, and lent it nothing of its rights"
    assert {name for name, _definer, _path, granted, _public in found if granted} == set(FUNCTIONS)
    for name, definer, fixed_path, granted, public in found:
        assert (definer, fixed_path, public) == (granted, True, False), name


def test_names_of_ones_own_do_not_change_what_the_functions_mean(
    two: HubNetwork,
    intruder: psycopg.Connection,  # type: ignore[type-arg]
) -> None:
    """Temporary tables and functions under the names of those of the server, where it lets anybody
    make them."""
    database = intruder.info.dbname
    two.administer(f"GRANT TEMPORARY ON DATABASE {database} TO PUBLIC")
    intruder.execute("CREATE TEMP TABLE device AS SELECT 'office' AS role, session_user AS login")
    intruder.execute(
        "CREATE FUNCTION pg_temp.jsonb_build_object(VARIADIC text[]) RETURNS jsonb"
        ' LANGUAGE sql AS $$ SELECT \'{"role": "office"}\'::jsonb $$'
    )
    intruder.execute("SET search_path = pg_temp, hub")
    row = intruder.execute("SELECT hub.hello('')").fetchone()
    assert row is not None
    assert (row[0]["role"], row[0]["station"]) == ("laptop", two.laptops[0].key)
    assert code_of(intruder, "SELECT hub.devices()") == "PH005"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TEMP TABLE mine (id int)",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'much')",
        "SELECT lo_put(1, 0, 'much')",
        "SELECT lo_open(1, 131072)",
        "SELECT lowrite(0, 'much')",
        "SELECT pg_logical_emit_message(false, 'much', 'much')",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_advisory_lock_shared(1, 2)",
        "SELECT pg_try_advisory_lock(1)",
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT pg_try_advisory_xact_lock_shared(1)",
    ],
)
def test_a_login_fills_no_disk_and_no_table_of_locks(
    intruder: psycopg.Connection,  # type: ignore[type-arg]
    statement: str,
) -> None:
    """What PostgreSQL lets everybody do and no computer needs."""
    assert code_of(intruder, statement) == "42501"


def test_a_login_has_few_connections_and_a_laptop_no_idle_ones(two: HubNetwork) -> None:
    """An idle line of the office may have the turn.  Nobody can keep a login from changing limits
    of its own session, but not the one on connections."""
    with contextlib.ExitStack() as opened:
        for station, idle in ((two.laptops[0], "10min"), (two.office, "0")):
            login = two.logins[station.letter]
            place = two.address(login.login)
            lines = [opened.enter_context(connect(place, login.password)) for _line in range(8)]
            assert lines[0].execute("SHOW idle_session_timeout").fetchone() == (idle,)
            with pytest.raises(Unavailable, match=r"hub\.full"):
                connect(place, login.password)
            refused = f"ALTER ROLE {login.login} CONNECTION LIMIT -1"
            assert code_of(lines[0], refused) == "42501"


def test_setting_up_takes_what_an_older_version_left(two: HubNetwork) -> None:
    """Computers that were let in before stay in; what could not be taken is told."""
    one, database = two.laptops[0], two.address("").database
    login = two.logins[one.letter]
    two.administer(f"REVOKE CONNECT ON DATABASE {database} FROM {login.login}")
    two.administer(f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO PUBLIC")
    two.administer("GRANT EXECUTE ON FUNCTION lo_creat(integer) TO PUBLIC")
    with HubAdministration(two.address("postgres"), "") as administration:
        assert "postgres" in told(administration)["hub.left_others"]
    with connect(two.address(login.login), login.password) as connection:
        assert connection.execute("SELECT hub.hello('')").fetchone()
        assert code_of(connection, "SELECT lo_creat(-1)") == "42501"
        assert code_of(connection, "CREATE TEMP TABLE mine (id int)") == "42501"


def test_a_database_others_work_in_is_left_to_them_and_that_is_told(two: HubNetwork) -> None:
    """The office's own programs take advisory locks there."""
    two.administer("GRANT EXECUTE ON FUNCTION pg_advisory_xact_lock(bigint) TO PUBLIC")
    two.administer("CREATE TABLE public.incident (id int)")
    with HubAdministration(two.address("postgres"), "") as administration:
        assert "hub.left_shared" in told(administration)
    login = two.logins[two.laptops[0].letter]
    with connect(two.address(login.login), login.password) as connection:
        assert code_of(connection, "SELECT pg_advisory_xact_lock(1)") is None


def told(administration: HubAdministration) -> dict[str, str]:
    """The codes of what setting up could not take from the logins, with the other databases."""
    return {one.code: str(one.params["others"]) for one in administration.set_up()}


def test_a_laptop_reads_and_ends_only_what_is_for_it(two: HubNetwork) -> None:
    """Nor can it write in the name of another, or to another laptop."""
    one, other = two.laptops
    two.passed(one)
    report(two.office)
    two.passed(two.office)
    with two.line(one) as line:
        [waiting] = line.hello().waiting
    with two.line(other) as line:
        assert line.pull(waiting, 0, 1000) is None
        line.take(waiting)
        content = b"for the other laptop"
        shipment = Shipment(id="00" * 32, size=len(content), to=one.key, mark="")
        assert line.push(shipment, 0, content) == len(content)
    with two.line(one) as line:
        assert line.hello().waiting == (waiting,)
    with two.line(two.office) as line:
        sent = WaitingParcel(sender=other.key, id="00" * 32, size=len(content))
        assert sent in line.hello().waiting, "whatever a laptop sends goes to the office"


def test_case_52_a_revoked_computer_is_refused_by_the_server(two: HubNetwork) -> None:
    """What it sent and nobody took is not taken any more; admitted again it goes on."""
    one = two.laptops[0]
    report(one)
    two.passed(one)
    two.hub(two.office).revoke(one.key)
    with pytest.raises(Unavailable, match=r"hub\.revoked"):
        two.passed(one)
    assert two.passed(two.office).arrived == ()
    two.admit(one)
    two.passed(one)
    assert len(two.passed(two.office).arrived) == 1


def test_case_60_revoked_here_is_revoked_there_whatever_the_server_remembers(
    two: HubNetwork,
) -> None:
    """The office decides whom it trusts: also a server put back to an older backup follows."""
    one = two.laptops[0]
    exchange_of(two.office).stations.revoke(one.letter)
    two.passed(two.office)
    with pytest.raises(Unavailable, match=r"hub\.revoked"):
        two.passed(one)


def test_a_login_that_is_not_of_the_exchange_is_left_alone(two: HubNetwork, server: Server) -> None:
    """Making a login must never give a new password to somebody else's."""
    server.administer("CREATE ROLE somebody LOGIN")
    try:
        with HubAdministration(two.address("postgres"), "") as administration:
            for login in ("postgres", "somebody"):
                with pytest.raises(Unavailable, match=r"hub\.login_taken"):
                    administration.admit(two.laptops[0].key, "L1", login=login)
        with pytest.raises(Unavailable, match=r"hub\.not_admitted"):
            HubConnection(two.address("somebody"), "")
        two.administer(f"GRANT CONNECT ON DATABASE {two.address('').database} TO PUBLIC")
        with (
            HubConnection(two.address("somebody"), "") as line,
            pytest.raises(Unavailable, match=r"hub\.not_admitted"),
        ):
            line.hello()
    finally:
        server.administer("DROP ROLE somebody")


def test_each_computer_has_a_login_of_its_own() -> None:
    """Two that shared one would take each other's place."""
    stations = [first_key() for _ in range(2000)]
    assert len({login_for(one) for one in stations}) == len(stations)


def test_setting_up_again_changes_nothing_and_an_ordinary_owner_can(
    two: HubNetwork, server: Server
) -> None:
    """Twice is once; who owns a database and may make logins needs to be no superuser; who may not
    is told so and changes nothing."""
    with HubAdministration(two.address("postgres"), "") as administration:
        administration.set_up()
    two.passed(two.laptops[0])
    server.administer("CREATE ROLE keeper LOGIN CREATEROLE")
    server.administer("CREATE ROLE guest LOGIN")
    try:
        with server.empty_database() as url:
            name = make_url(url).database or ""
            place = replace(two.address("guest"), database=name)
            with (
                HubAdministration(place, "") as administration,
                pytest.raises(Unavailable, match=r"hub\.may_not_set_up"),
            ):
                administration.set_up()
            server.administer(f"ALTER DATABASE {name} OWNER TO keeper")
            with HubAdministration(replace(place, user="keeper"), "") as administration:
                left = told(administration)
                assert "hub.left_functions" in left
                assert "hub.left_database" not in left
                made = administration.admit(two.office.key, "A", "office", login="poscare_kept")
            with connect(replace(place, user=made.login), made.password) as connection:
                row = connection.execute("SELECT hub.hello('')").fetchone()
                assert row is not None
                assert row[0]["role"] == "office"
                assert code_of(connection, "SELECT * FROM hub.device") == "42501"
    finally:
        for role in ("poscare_kept", "keeper", "guest"):
            server.administer(f"DROP ROLE IF EXISTS {role}")
