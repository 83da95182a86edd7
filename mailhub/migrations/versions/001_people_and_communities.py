"""People, communities and who is in which"""

import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("away_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("digest_day", sa.Integer(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("digest_form", sa.String(), nullable=False),
        sa.Column("digests_apart", sa.Boolean(), nullable=False),
        sa.Column("newsletters", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["person.id"], name=op.f("fk_person_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )

    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("address", name=op.f("uq_address_address")),
    )
    op.create_index(op.f("ix_address_person_id"), "address", ["person_id"])

    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("joining", sa.String(), nullable=False),
        sa.Column("strangers", sa.String(), nullable=False),
        sa.Column("forged", sa.String(), nullable=False),
        sa.Column("spam", sa.String(), nullable=False),
        sa.Column("first_posts", sa.Integer(), nullable=False),
        sa.Column("closed_threads", sa.String(), nullable=False),
        sa.Column("max_kilobytes", sa.Integer(), nullable=False),
        sa.Column("implicit", sa.String(), nullable=False),
        sa.Column("administrative", sa.String(), nullable=False),
        sa.Column("posts_per_hour", sa.Integer(), nullable=False),
        sa.Column("crossposts", sa.String(), nullable=False),
        sa.Column("subject_window", sa.Integer(), nullable=False),
        sa.Column("footer", sa.Boolean(), nullable=False),
        sa.Column("replies", sa.String(), nullable=False),
        sa.Column("max_recipients", sa.Integer(), nullable=False),
        sa.Column("blog", sa.Boolean(), nullable=False),
        sa.Column("events", sa.Boolean(), nullable=False),
        sa.Column("feeds", sa.Boolean(), nullable=False),
        sa.Column("welcome", sa.String(), nullable=False),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("undo_window", sa.Integer(), nullable=False),
        sa.Column("retention", sa.Integer(), nullable=False),
        sa.Column("retention_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arranged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_post_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["community.id"], name=op.f("fk_community_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("slug", name=op.f("uq_community_slug")),
    )
    op.create_index(op.f("ix_community_last_post_at"), "community", ["last_post_at"])
    op.create_index(op.f("ix_community_parent_id"), "community", ["parent_id"])

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("role_until", sa.Date(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("posting", sa.String(), nullable=False),
        sa.Column("own_posts", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=True),
        sa.Column("paused_from", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("holds_at", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_membership_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_membership_community_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "community_id", "person_id", name=op.f("uq_membership_community_id_person_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"])

    op.create_table(
        "steward",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_steward")),
    )


def downgrade() -> None:
    op.drop_table("steward")
    op.drop_table("membership")
    op.drop_table("community")
    op.drop_table("address")
    op.drop_table("person")
