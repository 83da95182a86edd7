"""Blogs"""

import sqlalchemy as sa
from alembic import op

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blog_follow",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_blog_follow_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_blog_follow_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_blog_follow_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "community_id", "author_id", "person_id", name=op.f("pk_blog_follow")
        ),
    )
    op.create_index(op.f("ix_blog_follow_person_id"), "blog_follow", ["person_id"])


def downgrade() -> None:
    op.drop_table("blog_follow")
