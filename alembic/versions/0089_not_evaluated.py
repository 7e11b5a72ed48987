"""A label of marrow, or of a bag made of it, says that the donor was not evaluated until every test that is asked of all is there.

The bedside knows no results: its labels always say so. A vial has no room for the words.

Revision: 0089
"""

from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION donor_tests_missing(root uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM public.donation d
      JOIN public.participant p ON p.id = d.participant_id
      JOIN public.study_version v ON v.id = p.version_id
      JOIN jsonb_array_elements(v.definition -> 'versions') AS version ON version ->> 'label' = v.label
      JOIN jsonb_array_elements(v.definition -> 'donor_testings') AS testing ON testing ->> 'label' = version ->> 'donor_testing'
      JOIN jsonb_array_elements(testing -> 'tests') AS test ON test ->> 'asked' = 'always'
     WHERE d.id = root AND NOT EXISTS (
       SELECT FROM public.donor_test t WHERE t.root_id = root AND t.marker = test ->> 'code'))
$$;
REVOKE ALL ON FUNCTION donor_tests_missing(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION donor_tests_missing(uuid) TO biobank_facility;

CREATE FUNCTION refuse_silence_about_tests() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF session_user = 'biobank_bedside'
     OR public.donor_tests_missing((SELECT m.root_id FROM public.material m WHERE m.id = NEW.material_id)) THEN
    RAISE EXCEPTION 'a label says that the donor was not evaluated until every test is there' USING ERRCODE = 'BB052';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER says_not_evaluated BEFORE INSERT ON label_print FOR EACH ROW
  WHEN (NEW.layout IN ('aspirate', 'donation', 'bag') AND NEW.fields ->> 'not_evaluated' IS DISTINCT FROM 'yes')
  EXECUTE FUNCTION refuse_silence_about_tests();
ALTER TABLE label_print ENABLE ALWAYS TRIGGER says_not_evaluated;
"""


def upgrade() -> None:
    op.execute(GUARDS)


def downgrade() -> None:
    raise RuntimeError("Records are never migrated backwards: restore a backup instead.")
