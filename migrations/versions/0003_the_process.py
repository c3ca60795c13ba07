"""The process: sign-offs, plans, deadlines, supervision"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RECORDED = (
    "evaluation",
    "evaluation_scheme",
    "plan",
    "recovery_disbursement",
    "reminder",
    "supervision_check",
    "supervision_notice",
    "verification",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")

    op.create_table(
        "evaluation_scheme",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True),
        sa.Column("full_score", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("basically_counts", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("indicators", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("deductions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bands", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_scheme")),
    )
    op.create_index("ix_evaluation_scheme_created_at_id", "evaluation_scheme", ["created_at", "id"], unique=False)
    op.create_table(
        "evaluation",
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("score", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("grade", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("grade_label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("evaluated_by", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("deductions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("survey", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("follow_ups", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("remark", sqlmodel.sql.sqltypes.AutoString(length=5000), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("score >= 0", name=op.f("ck_evaluation_score_not_negative")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_evaluation_inspection_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_evaluation_organisation_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["evaluation_scheme.id"], name=op.f("fk_evaluation_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index("ix_evaluation_evaluated_on_id", "evaluation", ["evaluated_on", "id"], unique=False)
    op.create_index(op.f("ix_evaluation_inspection_id"), "evaluation", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_evaluation_organisation_id"), "evaluation", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_evaluation_scheme_id"), "evaluation", ["scheme_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("verifying_bodies", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("awaiting", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_from", sa.Uuid(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("return_comment", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("leader", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=100000), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_plan_inspection_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_plan_organisation_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["plan.id"], name=op.f("fk_plan_previous_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index("ix_plan_created_at_id", "plan", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_plan_inspection_id"), "plan", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_plan_organisation_id"), "plan", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_plan_previous_id"), "plan", ["previous_id"], unique=False)
    op.create_index(
        "uq_plan_edition",
        "plan",
        ["inspection_id", "kind", sa.literal_column("coalesce(topic, '')"), "edition"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "reminder",
        sa.Column("subject_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_reminder_inspection_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_reminder_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    op.create_index(op.f("ix_reminder_inspection_id"), "reminder", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_reminder_organisation_id"), "reminder", ["organisation_id"], unique=False)
    op.create_index("ix_reminder_raised_on_id", "reminder", ["raised_on", "id"], unique=False)
    op.create_index(
        "uq_reminder_subject_id_due_date_stage",
        "reminder",
        ["subject_id", "due_date", "stage"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "supervision_check",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=True),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("findings", sqlmodel.sql.sqltypes.AutoString(length=20000), nullable=False),
        sa.Column("demands", sqlmodel.sql.sqltypes.AutoString(length=10000), nullable=True),
        sa.Column("demands_due", sa.Date(), nullable=True),
        sa.Column("rechecked_on", sa.Date(), nullable=True),
        sa.Column("recheck_result", sqlmodel.sql.sqltypes.AutoString(length=10000), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_supervision_check_inspection_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_supervision_check_issue_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_supervision_check_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_check")),
    )
    op.create_index("ix_supervision_check_checked_on_id", "supervision_check", ["checked_on", "id"], unique=False)
    op.create_index(op.f("ix_supervision_check_inspection_id"), "supervision_check", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_supervision_check_issue_id"), "supervision_check", ["issue_id"], unique=False)
    op.create_index(
        op.f("ix_supervision_check_organisation_id"), "supervision_check", ["organisation_id"], unique=False
    )
    op.create_table(
        "verification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("comment", sqlmodel.sql.sqltypes.AutoString(length=5000), nullable=True),
        sa.Column("subject_version", sa.Integer(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("signed_by", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.CheckConstraint("num_nonnulls(issue_id, plan_id) = 1", name=op.f("ck_verification_one_subject")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_verification_inspection_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_verification_issue_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_verification_organisation_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_verification_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index("ix_verification_created_at_id", "verification", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_verification_inspection_id"), "verification", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_verification_issue_id"), "verification", ["issue_id"], unique=False)
    op.create_index(op.f("ix_verification_organisation_id"), "verification", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_verification_plan_id"), "verification", ["plan_id"], unique=False)
    op.create_table(
        "recovery_disbursement",
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("recipient_class", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("voucher_no", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
        sa.Column("reversed_on", sa.Date(), nullable=True),
        sa.Column("reversal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
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
        sa.CheckConstraint("amount > 0", name=op.f("ck_recovery_disbursement_amount_positive")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_recovery_disbursement_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_recovery_disbursement_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_disbursement_recovery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_disbursement")),
    )
    op.create_index(
        op.f("ix_recovery_disbursement_inspection_id"), "recovery_disbursement", ["inspection_id"], unique=False
    )
    op.create_index(
        op.f("ix_recovery_disbursement_organisation_id"), "recovery_disbursement", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_recovery_disbursement_paid_on"), "recovery_disbursement", ["paid_on"], unique=False)
    op.create_index(
        op.f("ix_recovery_disbursement_recovery_id"), "recovery_disbursement", ["recovery_id"], unique=False
    )
    op.create_table(
        "supervision_notice",
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("cancellation_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=True),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("addressed_to", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=20000), nullable=False),
        sa.Column("answer_due", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["supervision_check.id"], name=op.f("fk_supervision_notice_check_id")),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_supervision_notice_evaluation_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_supervision_notice_inspection_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_supervision_notice_issue_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_supervision_notice_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_notice")),
    )
    op.create_index(op.f("ix_supervision_notice_answer_due"), "supervision_notice", ["answer_due"], unique=False)
    op.create_index(op.f("ix_supervision_notice_check_id"), "supervision_notice", ["check_id"], unique=False)
    op.create_index("ix_supervision_notice_created_at_id", "supervision_notice", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_supervision_notice_evaluation_id"), "supervision_notice", ["evaluation_id"], unique=False)
    op.create_index(op.f("ix_supervision_notice_inspection_id"), "supervision_notice", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_supervision_notice_issue_id"), "supervision_notice", ["issue_id"], unique=False)
    op.create_index(
        op.f("ix_supervision_notice_organisation_id"), "supervision_notice", ["organisation_id"], unique=False
    )
    op.add_column(
        "accountability_action",
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), server_default="decided", nullable=False),
    )
    op.add_column("accountability_action", sa.Column("delivered_on", sa.Date(), nullable=True))
    op.add_column("accountability_action", sa.Column("archived_on", sa.Date(), nullable=True))
    op.add_column("accountability_action", sa.Column("appeals", sa.Integer(), server_default="0", nullable=False))
    op.add_column("accountability_action", sa.Column("appealed_on", sa.Date(), nullable=True))
    op.add_column("accountability_action", sa.Column("appealed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column(
        "accountability_action", sa.Column("appeal_outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
    )
    op.add_column("accountability_action", sa.Column("appeal_decided_on", sa.Date(), nullable=True))
    op.add_column(
        "accountability_action", sa.Column("appeal_decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
    )
    op.add_column(
        "accountability_action", sa.Column("appeal_decision_no", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
    )
    op.add_column(
        "accountability_action", sa.Column("appeal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
    )
    op.add_column(
        "accountability_action", sa.Column("original_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
    )
    op.add_column("accountability_action", sa.Column("original_term_months", sa.Integer(), nullable=True))
    op.add_column("accountability_action", sa.Column("revoked_on", sa.Date(), nullable=True))
    op.add_column("accountability_action", sa.Column("revoked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column(
        "accountability_action", sa.Column("revocation_no", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
    )
    op.add_column(
        "accountability_action", sa.Column("revocation_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
    )
    op.add_column(
        "accountability_action",
        sa.Column("also_issue_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
    )
    op.add_column(
        "accountability_action", sa.Column("graver_form", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column(
        "accountability_action", sa.Column("person_ref", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True)
    )
    op.create_index(
        "ix_accountability_action_also_issue_ids",
        "accountability_action",
        ["also_issue_ids"],
        unique=False,
        postgresql_using="gin",
    )
    op.add_column("evidence_file", sa.Column("plan_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_evidence_file_plan_id"), "evidence_file", ["plan_id"], unique=False)
    op.create_foreign_key(op.f("fk_evidence_file_plan_id"), "evidence_file", "plan", ["plan_id"], ["id"])
    op.add_column("inspection", sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True))
    op.add_column("inspection", sa.Column("concentrated_until", sa.Date(), nullable=True))
    op.add_column("inspection", sa.Column("area_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column(
        "inspection",
        sa.Column(
            "verifying_bodies",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default='["inspection_office", "discipline_commission", "organization_department"]',
            nullable=False,
        ),
    )
    op.create_index(op.f("ix_inspection_area_code"), "inspection", ["area_code"], unique=False)
    op.add_column(
        "issue",
        sa.Column("verifying_bodies", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column(
        "issue", sa.Column("awaiting", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    )
    op.add_column("issue", sa.Column("submitted_by", sa.Uuid(), nullable=True))
    op.add_column("issue", sa.Column("submitted_from", sa.Uuid(), nullable=True))
    op.add_column("issue", sa.Column("extension_state", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("issue", sa.Column("extension_until", sa.Date(), nullable=True))
    op.add_column("issue", sa.Column("extension_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("issue", sa.Column("extension_comment", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("issue", sa.Column("extensions", sa.Integer(), server_default="0", nullable=False))
    op.add_column("issue", sa.Column("original_due_date", sa.Date(), nullable=True))
    op.add_column("issue", sa.Column("previous_leader", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("issue", sa.Column("handed_over_on", sa.Date(), nullable=True))
    op.add_column("issue", sa.Column("objection_state", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("issue", sa.Column("objection_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("issue", sa.Column("objection_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("issue", sa.Column("objection_to", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("issue", sa.Column("objection_comment", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("issue", sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.add_column("issue", sa.Column("next_review_on", sa.Date(), nullable=True))
    op.add_column("issue", sa.Column("responsible_unit", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True))
    op.add_column(
        "issue",
        sa.Column("cooperating_units", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column("issue", sa.Column("planned_start", sa.Date(), nullable=True))
    op.create_index(op.f("ix_issue_next_review_on"), "issue", ["next_review_on"], unique=False)
    op.add_column("measure", sa.Column("extension_state", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("measure", sa.Column("extension_until", sa.Date(), nullable=True))
    op.add_column("measure", sa.Column("extension_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("measure", sa.Column("extension_comment", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("measure", sa.Column("extensions", sa.Integer(), server_default="0", nullable=False))
    op.add_column("measure", sa.Column("original_due_date", sa.Date(), nullable=True))
    op.add_column("measure", sa.Column("previous_leader", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("measure", sa.Column("handed_over_on", sa.Date(), nullable=True))
    op.add_column("measure", sa.Column("started_on", sa.Date(), nullable=True))
    op.add_column(
        "measure", sa.Column("also_issue_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False)
    )
    op.add_column(
        "measure", sa.Column("responsible_leader", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True)
    )
    op.add_column("measure", sa.Column("responsible_unit", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True))
    op.add_column(
        "measure",
        sa.Column("cooperating_units", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column("measure", sa.Column("planned_start", sa.Date(), nullable=True))
    op.add_column("measure", sa.Column("plan_id", sa.Uuid(), nullable=True))
    op.create_index("ix_measure_also_issue_ids", "measure", ["also_issue_ids"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_measure_plan_id"), "measure", ["plan_id"], unique=False)
    op.create_foreign_key(op.f("fk_measure_plan_id"), "measure", "plan", ["plan_id"], ["id"])
    op.add_column(
        "progress_report", sa.Column("also_issue_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False)
    )
    op.create_index(
        "ix_progress_report_also_issue_ids", "progress_report", ["also_issue_ids"], unique=False, postgresql_using="gin"
    )
    op.add_column("recovery", sa.Column("outstanding_class", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column(
        "recovery", sa.Column("disbursed", sa.Numeric(precision=14, scale=2), server_default="0", nullable=False)
    )
    op.add_column("recovery_payment", sa.Column("payer_class_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("recovery_payment", sa.Column("reversed_on", sa.Date(), nullable=True))
    op.add_column("recovery_payment", sa.Column("reversal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column(
        "rule_change", sa.Column("also_issue_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False)
    )
    op.add_column("rule_change", sa.Column("issued_on", sa.Date(), nullable=True))
    op.add_column("rule_change", sa.Column("replaces", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True))
    op.add_column("rule_change", sa.Column("evidence_file_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_rule_change_also_issue_ids", "rule_change", ["also_issue_ids"], unique=False, postgresql_using="gin"
    )
    op.create_index(op.f("ix_rule_change_evidence_file_id"), "rule_change", ["evidence_file_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_rule_change_evidence_file_id"),
        "rule_change",
        "evidence_file",
        ["evidence_file_id"],
        ["id"],
        use_alter=True,
    )

    op.create_check_constraint(
        op.f("ck_recovery_disbursed_within_received"), "recovery", "disbursed >= 0 AND disbursed <= received"
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


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")

    op.drop_constraint(op.f("ck_recovery_disbursed_within_received"), "recovery", type_="check")

    op.drop_constraint(op.f("fk_rule_change_evidence_file_id"), "rule_change", type_="foreignkey")
    op.drop_index(op.f("ix_rule_change_evidence_file_id"), table_name="rule_change")
    op.drop_index("ix_rule_change_also_issue_ids", table_name="rule_change", postgresql_using="gin")
    op.drop_column("rule_change", "evidence_file_id")
    op.drop_column("rule_change", "replaces")
    op.drop_column("rule_change", "issued_on")
    op.drop_column("rule_change", "also_issue_ids")
    op.drop_column("recovery_payment", "reversal_reason")
    op.drop_column("recovery_payment", "reversed_on")
    op.drop_column("recovery_payment", "payer_class_code")
    op.drop_column("recovery", "disbursed")
    op.drop_column("recovery", "outstanding_class")
    op.drop_index("ix_progress_report_also_issue_ids", table_name="progress_report", postgresql_using="gin")
    op.drop_column("progress_report", "also_issue_ids")
    op.drop_constraint(op.f("fk_measure_plan_id"), "measure", type_="foreignkey")
    op.drop_index(op.f("ix_measure_plan_id"), table_name="measure")
    op.drop_index("ix_measure_also_issue_ids", table_name="measure", postgresql_using="gin")
    op.drop_column("measure", "plan_id")
    op.drop_column("measure", "planned_start")
    op.drop_column("measure", "cooperating_units")
    op.drop_column("measure", "responsible_unit")
    op.drop_column("measure", "responsible_leader")
    op.drop_column("measure", "also_issue_ids")
    op.drop_column("measure", "started_on")
    op.drop_column("measure", "handed_over_on")
    op.drop_column("measure", "previous_leader")
    op.drop_column("measure", "original_due_date")
    op.drop_column("measure", "extensions")
    op.drop_column("measure", "extension_comment")
    op.drop_column("measure", "extension_reason")
    op.drop_column("measure", "extension_until")
    op.drop_column("measure", "extension_state")
    op.drop_index(op.f("ix_issue_next_review_on"), table_name="issue")
    op.drop_column("issue", "planned_start")
    op.drop_column("issue", "cooperating_units")
    op.drop_column("issue", "responsible_unit")
    op.drop_column("issue", "next_review_on")
    op.drop_column("issue", "started_at")
    op.drop_column("issue", "objection_comment")
    op.drop_column("issue", "objection_to")
    op.drop_column("issue", "objection_reason")
    op.drop_column("issue", "objection_kind")
    op.drop_column("issue", "objection_state")
    op.drop_column("issue", "handed_over_on")
    op.drop_column("issue", "previous_leader")
    op.drop_column("issue", "original_due_date")
    op.drop_column("issue", "extensions")
    op.drop_column("issue", "extension_comment")
    op.drop_column("issue", "extension_reason")
    op.drop_column("issue", "extension_until")
    op.drop_column("issue", "extension_state")
    op.drop_column("issue", "submitted_from")
    op.drop_column("issue", "submitted_by")
    op.drop_column("issue", "awaiting")
    op.drop_column("issue", "verifying_bodies")
    op.drop_index(op.f("ix_inspection_area_code"), table_name="inspection")
    op.drop_column("inspection", "verifying_bodies")
    op.drop_column("inspection", "area_code")
    op.drop_column("inspection", "concentrated_until")
    op.drop_column("inspection", "jurisdiction")
    op.drop_constraint(op.f("fk_evidence_file_plan_id"), "evidence_file", type_="foreignkey")
    op.drop_index(op.f("ix_evidence_file_plan_id"), table_name="evidence_file")
    op.drop_column("evidence_file", "plan_id")
    op.drop_index("ix_accountability_action_also_issue_ids", table_name="accountability_action", postgresql_using="gin")
    op.drop_column("accountability_action", "person_ref")
    op.drop_column("accountability_action", "graver_form")
    op.drop_column("accountability_action", "also_issue_ids")
    op.drop_column("accountability_action", "revocation_reason")
    op.drop_column("accountability_action", "revocation_no")
    op.drop_column("accountability_action", "revoked_by")
    op.drop_column("accountability_action", "revoked_on")
    op.drop_column("accountability_action", "original_term_months")
    op.drop_column("accountability_action", "original_code")
    op.drop_column("accountability_action", "appeal_reason")
    op.drop_column("accountability_action", "appeal_decision_no")
    op.drop_column("accountability_action", "appeal_decided_by")
    op.drop_column("accountability_action", "appeal_decided_on")
    op.drop_column("accountability_action", "appeal_outcome")
    op.drop_column("accountability_action", "appealed_by")
    op.drop_column("accountability_action", "appealed_on")
    op.drop_column("accountability_action", "appeals")
    op.drop_column("accountability_action", "archived_on")
    op.drop_column("accountability_action", "delivered_on")
    op.drop_column("accountability_action", "status")
    op.drop_index(op.f("ix_supervision_notice_organisation_id"), table_name="supervision_notice")
    op.drop_index(op.f("ix_supervision_notice_issue_id"), table_name="supervision_notice")
    op.drop_index(op.f("ix_supervision_notice_inspection_id"), table_name="supervision_notice")
    op.drop_index(op.f("ix_supervision_notice_evaluation_id"), table_name="supervision_notice")
    op.drop_index("ix_supervision_notice_created_at_id", table_name="supervision_notice")
    op.drop_index(op.f("ix_supervision_notice_check_id"), table_name="supervision_notice")
    op.drop_index(op.f("ix_supervision_notice_answer_due"), table_name="supervision_notice")
    op.drop_table("supervision_notice")
    op.drop_index(op.f("ix_recovery_disbursement_recovery_id"), table_name="recovery_disbursement")
    op.drop_index(op.f("ix_recovery_disbursement_paid_on"), table_name="recovery_disbursement")
    op.drop_index(op.f("ix_recovery_disbursement_organisation_id"), table_name="recovery_disbursement")
    op.drop_index(op.f("ix_recovery_disbursement_inspection_id"), table_name="recovery_disbursement")
    op.drop_table("recovery_disbursement")
    op.drop_index(op.f("ix_verification_plan_id"), table_name="verification")
    op.drop_index(op.f("ix_verification_organisation_id"), table_name="verification")
    op.drop_index(op.f("ix_verification_issue_id"), table_name="verification")
    op.drop_index(op.f("ix_verification_inspection_id"), table_name="verification")
    op.drop_index("ix_verification_created_at_id", table_name="verification")
    op.drop_table("verification")
    op.drop_index(op.f("ix_supervision_check_organisation_id"), table_name="supervision_check")
    op.drop_index(op.f("ix_supervision_check_issue_id"), table_name="supervision_check")
    op.drop_index(op.f("ix_supervision_check_inspection_id"), table_name="supervision_check")
    op.drop_index("ix_supervision_check_checked_on_id", table_name="supervision_check")
    op.drop_table("supervision_check")
    op.drop_index(
        "uq_reminder_subject_id_due_date_stage", table_name="reminder", postgresql_where=sa.text("withdrawn_at IS NULL")
    )
    op.drop_index("ix_reminder_raised_on_id", table_name="reminder")
    op.drop_index(op.f("ix_reminder_organisation_id"), table_name="reminder")
    op.drop_index(op.f("ix_reminder_inspection_id"), table_name="reminder")
    op.drop_table("reminder")
    op.drop_index("uq_plan_edition", table_name="plan", postgresql_where=sa.text("withdrawn_at IS NULL"))
    op.drop_index(op.f("ix_plan_previous_id"), table_name="plan")
    op.drop_index(op.f("ix_plan_organisation_id"), table_name="plan")
    op.drop_index(op.f("ix_plan_inspection_id"), table_name="plan")
    op.drop_index("ix_plan_created_at_id", table_name="plan")
    op.drop_table("plan")
    op.drop_index(op.f("ix_evaluation_scheme_id"), table_name="evaluation")
    op.drop_index(op.f("ix_evaluation_organisation_id"), table_name="evaluation")
    op.drop_index(op.f("ix_evaluation_inspection_id"), table_name="evaluation")
    op.drop_index("ix_evaluation_evaluated_on_id", table_name="evaluation")
    op.drop_table("evaluation")
    op.drop_index("ix_evaluation_scheme_created_at_id", table_name="evaluation_scheme")
    op.drop_table("evaluation_scheme")
