"""The people of a community who agreed to be listed: names, organisations and roles, and never an address."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import Integer, bindparam, case, func, select
from werkzeug.exceptions import NotFound

from mailhub.models import Membership, Person
from mailhub.models.communities import ROLES
from web_archive.current import reading, viewer
from web_archive.paging import asked_page
from web_archive.places import readable
from web_archive.queries import Statement, many, once

PAGE = 100
LOOKING_AFTER = 2  # how many of the roles, from the first on

views = Blueprint("people", __name__)


@views.get("/c/<slug:slug>/people/")
def people(slug: str) -> str:
    """Those who look after the community first, then all by name."""
    page = asked_page()
    start = (page - 1) * PAGE
    with reading() as db:
        place = readable(db, slug, viewer())
        found = many(db, _listed(), community=place.id, start=start, most=PAGE + 1)
    if start and not found:
        raise NotFound
    return render_template(
        "people.html", place=place, people=found[:PAGE], page=page, more=len(found) > PAGE
    )


@once
def _listed() -> Statement:
    first = case(
        {role: rank for rank, role in enumerate(ROLES[:LOOKING_AFTER])},
        value=Membership.role,
        else_=LOOKING_AFTER,
    )
    return (
        select(Person.name, Person.organisation, Person.job, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.community_id == bindparam("community"),
            Membership.listed,
            Person.name != "",
        )
        .order_by(first, func.lower(Person.name), Person.id)
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("most", type_=Integer))
    )
