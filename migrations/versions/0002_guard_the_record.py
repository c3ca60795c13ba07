"""Guard the record: no change without its entry, no change of an entry"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RECORDED = (
    "accountability_action",
    "caller",
    "caller_key",
    "category",
    "declared_figure",
    "evidence_file",
    "import_batch",
    "inspection",
    "issue",
    "item",
    "measure",
    "organisation",
    "progress_report",
    "reading_warning",
    "recovery",
    "recovery_payment",
    "rule_change",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(
        """
        CREATE FUNCTION must_be_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NOT EXISTS (SELECT 1 FROM audit_entry
                         WHERE subject_id = coalesce(NEW.id, OLD.id) AND txid = pg_current_xact_id()) THEN
            RAISE EXCEPTION '% % changed without an audit entry', TG_TABLE_NAME, coalesce(NEW.id, OLD.id)
              USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION must_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    for table in RECORDED:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_recorded AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION must_be_recorded()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION must_stay()"
        )
    op.execute(
        "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION must_stay()"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP FUNCTION must_be_recorded() CASCADE")
    op.execute("DROP FUNCTION must_stay() CASCADE")
