"""Mail that goes out, and to whom"""

import sqlalchemy as sa
from alembic import op

from mailhub.migrations.partial import where

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("digest_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("bulletin_id", sa.Integer(), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("author_from", sa.String(), nullable=False),
        sa.Column("results", sa.String(), nullable=False),
        sa.Column("chain_holds", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_outgoing_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletin.id"], name=op.f("fk_outgoing_bulletin_id")
        ),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_outgoing_digest_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_outgoing_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    op.create_index(op.f("ix_outgoing_message_id"), "outgoing", ["message_id"])
    op.create_index(op.f("ix_outgoing_post_id"), "outgoing", ["post_id"])
    op.create_index(
        "ix_outgoing_posted",
        "outgoing",
        ["community_id", "created_at"],
        **where("post_id IS NOT NULL"),
    )

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outgoing_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("mail_key", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["outgoing.id"], name=op.f("fk_delivery_outgoing_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(
        "ix_delivery_due", "delivery", ["due_at"], **where("state IN ('queued', 'deferred')")
    )
    op.create_index(
        "ix_delivery_leased",
        "delivery",
        ["lease_until"],
        **where("state IN ('claimed', 'sending')"),
    )
    op.create_index(op.f("ix_delivery_outgoing_id"), "delivery", ["outgoing_id"])
    op.create_index("ix_delivery_failed", "delivery", ["id"], **where("state = 'failed'"))
    op.create_index(
        "ix_delivery_to_one", "delivery", ["address", "due_at"], **where("membership_id IS NULL")
    )
    op.create_index(
        "uq_delivery_mail",
        "delivery",
        ["mail_key", "person_id"],
        unique=True,
        **where("state NOT IN ('covered', 'cancelled')"),
    )
    op.create_index("ix_delivery_covered", "delivery", ["mail_key"], **where("state = 'covered'"))

    op.create_table(
        "hint",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", "kind", "object", name=op.f("pk_hint")),
    )
    op.create_index(op.f("ix_hint_last_at"), "hint", ["last_at"])


def downgrade() -> None:
    op.drop_table("hint")
    op.drop_table("delivery")
    op.drop_table("outgoing")
