"""Threads and posts, and what became of a mail"""

import sqlalchemy as sa
from alembic import op

from mailhub.migrations.partial import where

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post_count", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arranged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("tool", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["thread.id"], name=op.f("fk_thread_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_thread_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    op.create_index("ix_thread_latest", "thread", ["community_id", "last_at"])
    op.create_index(
        "ix_thread_of_tools", "thread", ["community_id", "started_at"], **where("tool <> ''")
    )
    op.create_index(
        "ix_thread_merged", "thread", ["merged_into_id"], **where("merged_into_id IS NOT NULL")
    )
    op.create_index(
        "ix_thread_closed", "thread", ["community_id"], **where("closed_at IS NOT NULL")
    )
    op.create_index(
        "ix_thread_pinned", "thread", ["community_id"], **where("pinned_at IS NOT NULL")
    )

    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("parent_by", sa.String(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("claimed_message_id", sa.String(), nullable=False),
        sa.Column("id_is_made", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("author_address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone", sa.String(), server_default="", nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("is_reply", sa.Boolean(), nullable=False),
        sa.Column("answered_id", sa.Integer(), nullable=True),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("thread_index", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_post_author_id")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_post_community_id")
        ),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_post_inbound_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["post.id"], name=op.f("fk_post_parent_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_post_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint(
            "community_id", "message_id", name=op.f("uq_post_community_id_message_id")
        ),
    )
    op.create_index(op.f("ix_post_author_id"), "post", ["author_id"])
    op.create_index("ix_post_circle", "post", ["thread_id"], **where("parent_by = 'circle'"))
    op.create_index(
        "ix_post_conversation",
        "post",
        ["community_id", "conversation"],
        **where("conversation <> ''"),
    )
    op.create_index(op.f("ix_post_inbound_id"), "post", ["inbound_id"])
    op.create_index("ix_post_latest", "post", ["community_id", "received_at"])
    op.create_index(op.f("ix_post_parent_id"), "post", ["parent_id"])
    op.create_index("ix_post_subject", "post", ["community_id", "subject_key", "received_at"])
    op.create_index("ix_post_thread", "post", ["thread_id", "received_at"])

    op.create_table(
        "post_body",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("new_text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_body_post_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_body")),
    )

    op.create_table(
        "post_reference",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_reference_post_id")),
        sa.PrimaryKeyConstraint("post_id", "rank", name=op.f("pk_post_reference")),
    )
    op.create_index("ix_post_reference_message", "post_reference", ["community_id", "message_id"])

    op.create_table(
        "moved",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_moved_community_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_moved_post_id")),
        sa.PrimaryKeyConstraint("community_id", "message_id", name=op.f("pk_moved")),
    )
    op.create_index(op.f("ix_moved_post_id"), "moved", ["post_id"])

    op.create_table(
        "mute",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mute_person_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_mute_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_mute")),
    )
    op.create_index(op.f("ix_mute_person_id"), "mute", ["person_id"])

    op.create_table(
        "reaction",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reaction_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_reaction_post_id")),
        sa.PrimaryKeyConstraint("post_id", "person_id", name=op.f("pk_reaction")),
    )
    op.create_index(op.f("ix_reaction_person_id"), "reaction", ["person_id"])

    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_outcome_inbound_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_outcome_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    op.create_index(op.f("ix_outcome_inbound_id"), "outcome", ["inbound_id"])


def downgrade() -> None:
    op.drop_table("outcome")
    op.drop_table("reaction")
    op.drop_table("mute")
    op.drop_table("moved")
    op.drop_table("post_reference")
    op.drop_table("post_body")
    op.drop_table("post")
    op.drop_table("thread")
