"""Mail as it was taken"""

import sqlalchemy as sa
from alembic import op

from mailhub.migrations.partial import where

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("helo", sa.String(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("mail_from", sa.String(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("proof", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
    )
    op.create_index(op.f("ix_inbound_message_id"), "inbound", ["message_id"])
    op.create_index("ix_inbound_waiting", "inbound", ["due_at"], **where("state = 'waiting'"))
    op.create_index("ix_inbound_failed", "inbound", ["id"], **where("state = 'failed'"))

    op.create_table(
        "raw_mail",
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name=op.f("fk_raw_mail_inbound_id")
        ),
        sa.PrimaryKeyConstraint("inbound_id", name=op.f("pk_raw_mail")),
    )

    op.create_table(
        "acted_on",
        sa.Column("mail_key", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mail_key", name=op.f("pk_acted_on")),
    )


def downgrade() -> None:
    op.drop_table("acted_on")
    op.drop_table("raw_mail")
    op.drop_table("inbound")
