"""What came back"""

import sqlalchemy as sa
from alembic import op

from mailhub.migrations.partial import where

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("named", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("excuse", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_return_community_id")
        ),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_return_inbound_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_return_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return")),
    )
    op.create_index("ix_return_address", "return", ["address", "at"])
    op.create_index("ix_return_at", "return", ["at"])
    op.create_index(op.f("ix_return_delivery_id"), "return", ["delivery_id"])
    op.create_index("ix_return_domain", "return", ["domain", "at"])
    op.create_index(op.f("ix_return_inbound_id"), "return", ["inbound_id"])
    op.create_index(op.f("ix_return_person_id"), "return", ["person_id"])
    op.create_index(
        "ix_return_untold",
        "return",
        ["community_id"],
        **where("told_at IS NULL AND effect IN ('paused', 'unsubscribed')"),
    )

    op.create_table(
        "ailing",
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("probe_id", sa.Integer(), nullable=False),
        sa.Column("probed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["address.id"],
            name=op.f("fk_ailing_address_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["probe_id"], ["outgoing.id"], name=op.f("fk_ailing_probe_id")),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_ailing")),
    )
    op.create_index(op.f("ix_ailing_probe_id"), "ailing", ["probe_id"])

    op.create_table(
        "trouble",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_trouble")),
    )


def downgrade() -> None:
    op.drop_table("trouble")
    op.drop_table("ailing")
    op.drop_table("return")
