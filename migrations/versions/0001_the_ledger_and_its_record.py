"""The ledger and its record"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import UserDefinedType


class Xid8(UserDefinedType[int]):
    """The transaction id of Postgres, which SQLAlchemy does not know."""

    def get_col_spec(self, **_: object) -> str:
        return "XID8"


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("caller_id", sa.Uuid(), nullable=True),
        sa.Column("act", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("txid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_act"), "audit_entry", ["act"], unique=False)
    op.create_index("ix_audit_entry_at_id", "audit_entry", ["at", "id"], unique=False)
    op.create_index(op.f("ix_audit_entry_organisation_id"), "audit_entry", ["organisation_id"], unique=False)
    op.create_index("ix_audit_entry_subject_id_txid", "audit_entry", ["subject_id", "txid"], unique=False)
    op.create_table(
        "first_answer",
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("caller_id", "key", name=op.f("pk_first_answer")),
    )
    op.create_index(op.f("ix_first_answer_at"), "first_answer", ["at"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("short_name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=True),
        sa.Column("credit_code", sqlmodel.sql.sqltypes.AutoString(length=18), nullable=True),
        sa.Column("area_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index("ix_organisation_name_id", "organisation", ["name", "id"], unique=False)
    op.create_index(op.f("ix_organisation_parent_id"), "organisation", ["parent_id"], unique=False)
    op.create_index(
        "uq_organisation_code", "organisation", ["code"], unique=True, postgresql_where=sa.text("withdrawn_at IS NULL")
    )
    op.create_table(
        "caller",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_caller_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller")),
    )
    op.create_index(op.f("ix_caller_organisation_id"), "caller", ["organisation_id"], unique=False)
    op.create_table(
        "inspection",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("inspection_type", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inspection_group", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("round", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("inspection_start", sa.Date(), nullable=True),
        sa.Column("inspection_end", sa.Date(), nullable=True),
        sa.Column("feedback_date", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("publisher", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("contact", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("content_digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("inspection_start <= inspection_end", name=op.f("ck_inspection_dates_in_order")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_inspection_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index("ix_inspection_created_at_id", "inspection", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_inspection_feedback_date"), "inspection", ["feedback_date"], unique=False)
    op.create_index(op.f("ix_inspection_organisation_id"), "inspection", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_inspection_published_on"), "inspection", ["published_on"], unique=False)
    op.create_table(
        "outbox_message",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_outbox_message_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_outbox_message")),
    )
    op.create_index(op.f("ix_outbox_message_due_at"), "outbox_message", ["due_at"], unique=False)
    op.create_table(
        "caller_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("hint", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("revoked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_caller_key_caller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_caller_key_digest")),
    )
    op.create_index(op.f("ix_caller_key_caller_id"), "caller_key", ["caller_id"], unique=False)
    op.create_table(
        "category",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_category_inspection_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_category_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
    )
    op.create_index(op.f("ix_category_inspection_id"), "category", ["inspection_id"], unique=False)
    op.create_index("ix_category_ordinal_id", "category", ["ordinal", "id"], unique=False)
    op.create_index(op.f("ix_category_organisation_id"), "category", ["organisation_id"], unique=False)
    op.create_table(
        "declared_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_declared_figure_inspection_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_declared_figure_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_figure")),
    )
    op.create_index(op.f("ix_declared_figure_inspection_id"), "declared_figure", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_declared_figure_organisation_id"), "declared_figure", ["organisation_id"], unique=False)
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("file_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("requested_by", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("requested_caller_id", sa.Uuid(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phase", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=True),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("problem", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_import_batch_inspection_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_import_batch_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index(op.f("ix_import_batch_inspection_id"), "import_batch", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_import_batch_organisation_id"), "import_batch", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_import_batch_sha256"), "import_batch", ["sha256"], unique=False)
    op.create_index(op.f("ix_import_batch_state"), "import_batch", ["state"], unique=False)
    op.create_table(
        "reading_warning",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("message", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("at", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_reading_warning_inspection_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reading_warning_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_warning")),
    )
    op.create_index(op.f("ix_reading_warning_inspection_id"), "reading_warning", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_reading_warning_organisation_id"), "reading_warning", ["organisation_id"], unique=False)
    op.create_table(
        "item",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_item_category_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_item_inspection_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_item_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
    )
    op.create_index(op.f("ix_item_category_id"), "item", ["category_id"], unique=False)
    op.create_index(op.f("ix_item_inspection_id"), "item", ["inspection_id"], unique=False)
    op.create_index("ix_item_ordinal_id", "item", ["ordinal", "id"], unique=False)
    op.create_index(op.f("ix_item_organisation_id"), "item", ["organisation_id"], unique=False)
    op.create_table(
        "key_use",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("last_used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["caller_key.id"], name=op.f("fk_key_use_key_id")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_use")),
    )
    op.create_table(
        "issue",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=10000), nullable=False),
        sa.Column("root_cause", sqlmodel.sql.sqltypes.AutoString(length=10000), nullable=True),
        sa.Column("target", sqlmodel.sql.sqltypes.AutoString(length=10000), nullable=True),
        sa.Column("result", sqlmodel.sql.sqltypes.AutoString(length=20000), nullable=True),
        sa.Column("rectification_status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status_basis", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("urgency_class", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("responsible_leader", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("lead_unit", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("responsible_person", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("flags", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("recurrences", sa.Integer(), nullable=False),
        sa.Column("recurrence_cause", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("return_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("claimed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("submitted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("verified_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_issue_category_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_issue_inspection_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_issue_item_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_issue_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
    )
    op.create_index(op.f("ix_issue_category_id"), "issue", ["category_id"], unique=False)
    op.create_index("ix_issue_created_at_id", "issue", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_issue_due_date"), "issue", ["due_date"], unique=False)
    op.create_index(op.f("ix_issue_inspection_id"), "issue", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_issue_item_id"), "issue", ["item_id"], unique=False)
    op.create_index("ix_issue_ordinal_id", "issue", ["ordinal", "id"], unique=False)
    op.create_index(op.f("ix_issue_organisation_id"), "issue", ["organisation_id"], unique=False)
    op.create_index("ix_issue_status_ordinal_id", "issue", ["status", "ordinal", "id"], unique=False)
    op.create_table(
        "accountability_action",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=True),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=True),
        sa.Column("subject_name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("subject_id_no", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("post", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("rank", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=True),
        sa.Column("party_member", sa.Boolean(), nullable=True),
        sa.Column("organisation_unit", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("violation_category", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=True),
        sa.Column("term_months", sa.Integer(), nullable=True),
        sa.Column("decision_no", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("deciding_body", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("approval_body", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.Column("approval_date", sa.Date(), nullable=True),
        sa.Column("publication_scope", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("remark", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Integer(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_accountability_action_inspection_id")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_accountability_action_issue_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_accountability_action_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accountability_action")),
    )
    op.create_index(op.f("ix_accountability_action_code"), "accountability_action", ["code"], unique=False)
    op.create_index(
        "ix_accountability_action_created_at_id", "accountability_action", ["created_at", "id"], unique=False
    )
    op.create_index(
        op.f("ix_accountability_action_decision_date"), "accountability_action", ["decision_date"], unique=False
    )
    op.create_index(
        op.f("ix_accountability_action_inspection_id"), "accountability_action", ["inspection_id"], unique=False
    )
    op.create_index(op.f("ix_accountability_action_issue_id"), "accountability_action", ["issue_id"], unique=False)
    op.create_index(
        op.f("ix_accountability_action_organisation_id"), "accountability_action", ["organisation_id"], unique=False
    )
    op.create_table(
        "measure",
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=10000), nullable=False),
        sa.Column("lead_unit", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("responsible_person", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("result", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_measure_inspection_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_measure_issue_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_measure_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index(op.f("ix_measure_due_date"), "measure", ["due_date"], unique=False)
    op.create_index(op.f("ix_measure_inspection_id"), "measure", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_measure_issue_id"), "measure", ["issue_id"], unique=False)
    op.create_index("ix_measure_ordinal_id", "measure", ["ordinal", "id"], unique=False)
    op.create_index(op.f("ix_measure_organisation_id"), "measure", ["organisation_id"], unique=False)
    op.create_table(
        "recovery",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=True),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("what", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("outstanding_reason", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("identified", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("received", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column(
            "outstanding",
            sa.Numeric(precision=14, scale=2),
            sa.Computed("identified - received", persisted=True),
            nullable=True,
        ),
        sa.Column("also_in_summary", sa.Boolean(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("identified > 0", name=op.f("ck_recovery_identified_positive")),
        sa.CheckConstraint(
            "received >= 0 AND received <= identified", name=op.f("ck_recovery_received_within_identified")
        ),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_recovery_inspection_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_recovery_issue_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_recovery_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
    )
    op.create_index("ix_recovery_created_at_id", "recovery", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_recovery_identified"), "recovery", ["identified"], unique=False)
    op.create_index(op.f("ix_recovery_inspection_id"), "recovery", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_recovery_issue_id"), "recovery", ["issue_id"], unique=False)
    op.create_index(op.f("ix_recovery_organisation_id"), "recovery", ["organisation_id"], unique=False)
    op.create_table(
        "rule_change",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("document_no", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("effective_date", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_rule_change_inspection_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_rule_change_issue_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_rule_change_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_change")),
    )
    op.create_index("ix_rule_change_created_at_id", "rule_change", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_rule_change_inspection_id"), "rule_change", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_rule_change_issue_id"), "rule_change", ["issue_id"], unique=False)
    op.create_index(op.f("ix_rule_change_organisation_id"), "rule_change", ["organisation_id"], unique=False)
    op.create_table(
        "progress_report",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=True),
        sa.Column("measure_id", sa.Uuid(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=20000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("quantities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_progress_report_inspection_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_progress_report_issue_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_progress_report_measure_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_progress_report_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_report")),
    )
    op.create_index(op.f("ix_progress_report_inspection_id"), "progress_report", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_progress_report_issue_id"), "progress_report", ["issue_id"], unique=False)
    op.create_index(op.f("ix_progress_report_measure_id"), "progress_report", ["measure_id"], unique=False)
    op.create_index(op.f("ix_progress_report_organisation_id"), "progress_report", ["organisation_id"], unique=False)
    op.create_index("ix_progress_report_reported_on_id", "progress_report", ["reported_on", "id"], unique=False)
    op.create_table(
        "recovery_payment",
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("payer_class", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("recovery_id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_recovery_payment_amount_positive")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_recovery_payment_inspection_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_recovery_payment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_payment_recovery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_payment")),
    )
    op.create_index(op.f("ix_recovery_payment_inspection_id"), "recovery_payment", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_recovery_payment_organisation_id"), "recovery_payment", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_recovery_payment_paid_on"), "recovery_payment", ["paid_on"], unique=False)
    op.create_index(op.f("ix_recovery_payment_recovery_id"), "recovery_payment", ["recovery_id"], unique=False)
    op.create_table(
        "evidence_file",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=True),
        sa.Column("measure_id", sa.Uuid(), nullable=True),
        sa.Column("progress_report_id", sa.Uuid(), nullable=True),
        sa.Column("accountability_action_id", sa.Uuid(), nullable=True),
        sa.Column("recovery_id", sa.Uuid(), nullable=True),
        sa.Column("rule_change_id", sa.Uuid(), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fact_date", sa.Date(), nullable=True),
        sa.Column("document_no", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("uploaded_by", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["accountability_action_id"],
            ["accountability_action.id"],
            name=op.f("fk_evidence_file_accountability_action_id"),
        ),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_evidence_file_inspection_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_evidence_file_issue_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_evidence_file_measure_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_evidence_file_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["progress_report_id"], ["progress_report.id"], name=op.f("fk_evidence_file_progress_report_id")
        ),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_evidence_file_recovery_id")),
        sa.ForeignKeyConstraint(["rule_change_id"], ["rule_change.id"], name=op.f("fk_evidence_file_rule_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    op.create_index(
        op.f("ix_evidence_file_accountability_action_id"), "evidence_file", ["accountability_action_id"], unique=False
    )
    op.create_index("ix_evidence_file_created_at_id", "evidence_file", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_evidence_file_inspection_id"), "evidence_file", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_evidence_file_issue_id"), "evidence_file", ["issue_id"], unique=False)
    op.create_index(op.f("ix_evidence_file_measure_id"), "evidence_file", ["measure_id"], unique=False)
    op.create_index(op.f("ix_evidence_file_organisation_id"), "evidence_file", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_evidence_file_progress_report_id"), "evidence_file", ["progress_report_id"], unique=False)
    op.create_index(op.f("ix_evidence_file_recovery_id"), "evidence_file", ["recovery_id"], unique=False)
    op.create_index(op.f("ix_evidence_file_rule_change_id"), "evidence_file", ["rule_change_id"], unique=False)
    op.create_index(op.f("ix_evidence_file_sha256"), "evidence_file", ["sha256"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.drop_index(op.f("ix_evidence_file_sha256"), table_name="evidence_file")
    op.drop_index(op.f("ix_evidence_file_rule_change_id"), table_name="evidence_file")
    op.drop_index(op.f("ix_evidence_file_recovery_id"), table_name="evidence_file")
    op.drop_index(op.f("ix_evidence_file_progress_report_id"), table_name="evidence_file")
    op.drop_index(op.f("ix_evidence_file_organisation_id"), table_name="evidence_file")
    op.drop_index(op.f("ix_evidence_file_measure_id"), table_name="evidence_file")
    op.drop_index(op.f("ix_evidence_file_issue_id"), table_name="evidence_file")
    op.drop_index(op.f("ix_evidence_file_inspection_id"), table_name="evidence_file")
    op.drop_index("ix_evidence_file_created_at_id", table_name="evidence_file")
    op.drop_index(op.f("ix_evidence_file_accountability_action_id"), table_name="evidence_file")
    op.drop_table("evidence_file")
    op.drop_index(op.f("ix_recovery_payment_recovery_id"), table_name="recovery_payment")
    op.drop_index(op.f("ix_recovery_payment_paid_on"), table_name="recovery_payment")
    op.drop_index(op.f("ix_recovery_payment_organisation_id"), table_name="recovery_payment")
    op.drop_index(op.f("ix_recovery_payment_inspection_id"), table_name="recovery_payment")
    op.drop_table("recovery_payment")
    op.drop_index("ix_progress_report_reported_on_id", table_name="progress_report")
    op.drop_index(op.f("ix_progress_report_organisation_id"), table_name="progress_report")
    op.drop_index(op.f("ix_progress_report_measure_id"), table_name="progress_report")
    op.drop_index(op.f("ix_progress_report_issue_id"), table_name="progress_report")
    op.drop_index(op.f("ix_progress_report_inspection_id"), table_name="progress_report")
    op.drop_table("progress_report")
    op.drop_index(op.f("ix_rule_change_organisation_id"), table_name="rule_change")
    op.drop_index(op.f("ix_rule_change_issue_id"), table_name="rule_change")
    op.drop_index(op.f("ix_rule_change_inspection_id"), table_name="rule_change")
    op.drop_index("ix_rule_change_created_at_id", table_name="rule_change")
    op.drop_table("rule_change")
    op.drop_index(op.f("ix_recovery_organisation_id"), table_name="recovery")
    op.drop_index(op.f("ix_recovery_issue_id"), table_name="recovery")
    op.drop_index(op.f("ix_recovery_inspection_id"), table_name="recovery")
    op.drop_index(op.f("ix_recovery_identified"), table_name="recovery")
    op.drop_index("ix_recovery_created_at_id", table_name="recovery")
    op.drop_table("recovery")
    op.drop_index(op.f("ix_measure_organisation_id"), table_name="measure")
    op.drop_index("ix_measure_ordinal_id", table_name="measure")
    op.drop_index(op.f("ix_measure_issue_id"), table_name="measure")
    op.drop_index(op.f("ix_measure_inspection_id"), table_name="measure")
    op.drop_index(op.f("ix_measure_due_date"), table_name="measure")
    op.drop_table("measure")
    op.drop_index(op.f("ix_accountability_action_organisation_id"), table_name="accountability_action")
    op.drop_index(op.f("ix_accountability_action_issue_id"), table_name="accountability_action")
    op.drop_index(op.f("ix_accountability_action_inspection_id"), table_name="accountability_action")
    op.drop_index(op.f("ix_accountability_action_decision_date"), table_name="accountability_action")
    op.drop_index("ix_accountability_action_created_at_id", table_name="accountability_action")
    op.drop_index(op.f("ix_accountability_action_code"), table_name="accountability_action")
    op.drop_table("accountability_action")
    op.drop_index("ix_issue_status_ordinal_id", table_name="issue")
    op.drop_index(op.f("ix_issue_organisation_id"), table_name="issue")
    op.drop_index("ix_issue_ordinal_id", table_name="issue")
    op.drop_index(op.f("ix_issue_item_id"), table_name="issue")
    op.drop_index(op.f("ix_issue_inspection_id"), table_name="issue")
    op.drop_index(op.f("ix_issue_due_date"), table_name="issue")
    op.drop_index("ix_issue_created_at_id", table_name="issue")
    op.drop_index(op.f("ix_issue_category_id"), table_name="issue")
    op.drop_table("issue")
    op.drop_table("key_use")
    op.drop_index(op.f("ix_item_organisation_id"), table_name="item")
    op.drop_index("ix_item_ordinal_id", table_name="item")
    op.drop_index(op.f("ix_item_inspection_id"), table_name="item")
    op.drop_index(op.f("ix_item_category_id"), table_name="item")
    op.drop_table("item")
    op.drop_index(op.f("ix_reading_warning_organisation_id"), table_name="reading_warning")
    op.drop_index(op.f("ix_reading_warning_inspection_id"), table_name="reading_warning")
    op.drop_table("reading_warning")
    op.drop_index(op.f("ix_import_batch_state"), table_name="import_batch")
    op.drop_index(op.f("ix_import_batch_sha256"), table_name="import_batch")
    op.drop_index(op.f("ix_import_batch_organisation_id"), table_name="import_batch")
    op.drop_index(op.f("ix_import_batch_inspection_id"), table_name="import_batch")
    op.drop_table("import_batch")
    op.drop_index(op.f("ix_declared_figure_organisation_id"), table_name="declared_figure")
    op.drop_index(op.f("ix_declared_figure_inspection_id"), table_name="declared_figure")
    op.drop_table("declared_figure")
    op.drop_index(op.f("ix_category_organisation_id"), table_name="category")
    op.drop_index("ix_category_ordinal_id", table_name="category")
    op.drop_index(op.f("ix_category_inspection_id"), table_name="category")
    op.drop_table("category")
    op.drop_index(op.f("ix_caller_key_caller_id"), table_name="caller_key")
    op.drop_table("caller_key")
    op.drop_index(op.f("ix_outbox_message_due_at"), table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_index(op.f("ix_inspection_published_on"), table_name="inspection")
    op.drop_index(op.f("ix_inspection_organisation_id"), table_name="inspection")
    op.drop_index(op.f("ix_inspection_feedback_date"), table_name="inspection")
    op.drop_index("ix_inspection_created_at_id", table_name="inspection")
    op.drop_table("inspection")
    op.drop_index(op.f("ix_caller_organisation_id"), table_name="caller")
    op.drop_table("caller")
    op.drop_index("uq_organisation_code", table_name="organisation", postgresql_where=sa.text("withdrawn_at IS NULL"))
    op.drop_index(op.f("ix_organisation_parent_id"), table_name="organisation")
    op.drop_index("ix_organisation_name_id", table_name="organisation")
    op.drop_table("organisation")
    op.drop_index(op.f("ix_first_answer_at"), table_name="first_answer")
    op.drop_table("first_answer")
    op.drop_index("ix_audit_entry_subject_id_txid", table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_organisation_id"), table_name="audit_entry")
    op.drop_index("ix_audit_entry_at_id", table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_act"), table_name="audit_entry")
    op.drop_table("audit_entry")
