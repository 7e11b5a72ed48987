"""Every road that SQL offers from the bedside's login to what would unblind, tried with the real password."""

import pytest

from biobank.act.people import Side
from biobank.db.roles import Login
from tests.bedside import MATERIAL, bedside, begin, refusal
from tests.database import NOW, Database

pytestmark = pytest.mark.every_postgresql

READABLE = {
    "public.administration", "public.code_break", "public.code_counter", "public.consent", "public.custody_event",
    "public.donation", "public.facility", "public.handover", "public.idempotency_key", "public.instance", "public.kit",
    "public.label_print", "public.label_set", "public.material", "public.paper_form", "public.paper_pad", "public.participant",
    "public.person", "public.print_answer", "public.print_job", "public.printer", "public.printer_status", "public.receipt",
    "public.remains_account", "public.screening", "public.site", "public.study",
    "public.study_plan", "public.study_version", "public.weight",
}  # fmt: skip
"""The reviewed list of what the bedside reads; every other table is the facility's, or sealed."""

EXECUTABLE = {"audit.begin_act", "sealed.assign_next", "sealed.break_code", "sealed.kit_blocked", "public.papers_of"}
"""The last tells of acts that were entered from forms of the bedside, and of no other."""
OURS = "ARRAY['public', 'audit', 'sealed']::regnamespace[]"
RELATIONS = f"""
SELECT relnamespace::regnamespace::text || '.' || relname FROM pg_class
 WHERE relnamespace = ANY ({OURS}) AND relkind IN ('r', 'p', 'v', 'm', 'S')
"""
CALLS = f"""
SELECT n.nspname || '.' || p.proname,
       CASE p.prokind WHEN 'p' THEN 'CALL ' ELSE 'SELECT ' END || n.nspname || '.' || p.proname || '('
       || coalesce((SELECT string_agg(CASE WHEN p.provariadic <> 0 AND i = p.pronargs THEN 'VARIADIC ' ELSE '' END
                                      || 'NULL::' || format_type(t, NULL), ', ' ORDER BY i)
                      FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, i)), '') || ')'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE p.pronamespace = ANY ({OURS})
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
SAMPLED = f"SELECT DISTINCT schemaname || '.' || tablename FROM pg_stats WHERE schemaname::regnamespace = ANY ({OURS})"
"""Tables of whose columns ANALYZE kept samples, with common values in the clear, as far as the asking login may see them."""
ROW_SECURITY = (
    f"SELECT relnamespace::regnamespace || '.' || relname FROM pg_class WHERE relrowsecurity AND relnamespace = ANY ({OURS})"
)


@pytest.mark.parametrize("attack", ["SELECT * FROM {}", "SELECT FROM {} LIMIT 0", "COPY {} TO STDOUT", "BEGIN; LOCK TABLE {}"])
def test_the_bedside_reads_no_table_of_the_facility_and_nothing_sealed(database: Database, attack: str) -> None:
    closed = {name for (name,) in database.rows(RELATIONS)} - READABLE
    assert {"sealed.allocation", "sealed.kit_content", "audit.entry", "public.thaw", "public.preparation"} <= closed
    with bedside(database) as db:
        for table in sorted(closed):
            told = refusal(db, attack.format(table))
            db.rollback()
            assert told == "42501" or (told == "42809" and table == "audit.entry_id"), table


def test_the_bedside_becomes_nobody_else(database: Database) -> None:
    with bedside(database) as db:
        for (role,) in database.rows("SELECT rolname FROM pg_roles WHERE rolname <> 'biobank_bedside'"):
            assert refusal(db, f'SET ROLE "{role}"') == "42501", role
            assert refusal(db, f'SET SESSION AUTHORIZATION "{role}"') == "42501", role
            told = refusal(db, f'GRANT "{role}" TO biobank_bedside')
            assert told in ("42501", "0A000") if role == "pg_database_owner" else told == "42501", role


def test_the_bedside_calls_no_function_but_the_reviewed_five(database: Database) -> None:
    calls = dict(database.rows(CALLS))
    assert set(calls) > EXECUTABLE
    with bedside(database) as db:
        for name in sorted(set(calls) - EXECUTABLE):
            assert refusal(db, calls[name]) == "42501", calls[name]


@pytest.mark.parametrize("name", sorted(name for name in EXECUTABLE if name.startswith("sealed.")))
def test_a_sealed_function_answers_nobody_without_an_act(database: Database, name: str) -> None:
    with bedside(database) as db:
        assert refusal(db, f"SELECT {name}(gen_random_uuid())") == "BB001"


def test_a_code_is_not_broken_without_its_record(database: Database) -> None:
    for kind in ("hand_over", "break_code"):
        with database.connect(Login.BEDSIDE) as db:
            begin(db, database, Side.BEDSIDE, kind)
            assert refusal(db, "SELECT sealed.break_code(gen_random_uuid())") == "BB027"
            db.rollback()


def test_the_bedside_copies_nothing_through_the_server(database: Database) -> None:
    with bedside(database) as db:
        for attack in (
            "COPY sealed.allocation TO PROGRAM 'cat'",
            "COPY person TO '/tmp/person'",
            "COPY person FROM '/etc/passwd'",
            "SELECT pg_read_file('postgresql.conf')",
            "SELECT pg_ls_dir('.')",
            "SELECT lo_import('/etc/passwd')",
            "CREATE EXTENSION postgres_fdw",
            "CREATE VIEW mine AS SELECT * FROM material",
            "CREATE TEMPORARY TABLE mine (x integer)",
            "SELECT * FROM pg_authid",
            "SELECT * FROM pg_statistic",
            "DO LANGUAGE plpgsql $$ BEGIN PERFORM FROM sealed.allocation; END $$",
        ):
            assert refusal(db, attack) == "42501", attack


@pytest.mark.parametrize(
    "road",
    [
        "SELECT n_tup_ins FROM pg_stat_all_tables WHERE relname = 'thaw'",
        "SELECT pg_relation_size(oid) FROM pg_class WHERE relname = 'kit_content'",
        "SELECT reltuples FROM pg_class WHERE relname = 'kit_content'",
    ],
)
def test_how_much_there_is_the_catalogues_tell_everybody(database: Database, road: str) -> None:
    """Not a wall but where it ends, as decision 4 says: should PostgreSQL close such a road, the claim may grow."""
    with bedside(database) as db:
        assert refusal(db, road) is None


def test_what_stands_in_closed_tables_and_hidden_rows_the_catalogues_tell_nobody_at_the_bedside(database: Database) -> None:
    with database.connect(Login.FACILITY) as db:
        row = begin(db, database, Side.FACILITY, "receive_lot")
        db.execute(MATERIAL, [row["id"], "facility", "lot", "L-1", row["id"], NOW])
    with database.admin() as db:
        db.execute("ANALYZE")
        assert {"audit.entry", "public.material", "public.person"} <= {name for (name,) in db.execute(SAMPLED)}
        hidden = {name for (name,) in db.execute(ROW_SECURITY)}
    assert "public.material" in hidden
    with bedside(database) as db:
        told = {name for (name,) in db.execute(SAMPLED)}
    assert "public.person" in told
    assert told <= READABLE - hidden


def test_what_others_ask_the_database_is_not_shown_to_the_bedside(database: Database) -> None:
    asked = "SELECT 'what the facility asks'"
    activity = "SELECT query FROM pg_stat_activity WHERE usename = 'biobank_facility' AND datname = current_database()"
    with database.connect(Login.FACILITY) as facility, bedside(database) as db:
        facility.execute(asked)
        assert database.rows(activity) == [(asked,)]
        assert db.execute(activity).fetchall() == [("<insufficient privilege>",)]
