"""`mailhub member …`"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mailhub.app.cli.arguments import Address, Json, Slug

app = typer.Typer(help="Add, invite, show, set and import members.", no_args_is_help=True)
Other = Annotated[str, typer.Argument(help="The other address.")]
address_app = typer.Typer(help="The addresses of one person.", no_args_is_help=True)
app.add_typer(address_app, name="address")


@app.command()
def add(
    slug: Slug,
    address: Address,
    name: Annotated[str, typer.Option(help="Their name.")] = "",
    organisation: Annotated[str, typer.Option(help="Where they work.")] = "",
    role: Annotated[
        str, typer.Option(help="organiser, facilitator, expert, contributor or reader")
    ] = "contributor",
    delivery: Annotated[str, typer.Option(help="each, daily, weekly, monthly or none")] = "each",
    welcome: Annotated[
        bool, typer.Option("--welcome", help="Send a new member the community's welcome.")
    ] = False,
) -> None:
    """Make somebody a member. Mails nobody without --welcome.

    Who is a member already stays as they are: `mailhub member set` changes that."""
    from mailhub import membership, words
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock
    from mailhub.commands import welcoming
    from mailhub.models import Person

    hub = opening.hub()
    with hub.database.writing() as session:
        community = membership.known_community(session, slug)
        member, is_new = membership.add(
            session,
            community,
            address,
            clock(),
            name=name,
            organisation=organisation,
            role=role,
            delivery=delivery,
        )
        if welcome and is_new:
            person = session.get_one(Person, member.person_id)
            note = welcoming.welcome(community, person, member, address, clock())
            opening.send(hub, session, [note])
    if not is_new:
        print(f"mailhub: {words.refusal('member-unchanged', address)}", file=sys.stderr)


@app.command()
def invite(slug: Slug, address: Address) -> None:
    """Ask somebody by mail whether they would like to join; once a day at most."""
    from mailhub import membership
    from mailhub.addresses import fold, is_address
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock
    from mailhub.commands import facilitating

    hub = opening.hub()
    with hub.database.writing() as session:
        community = membership.known_community(session, slug)
        if not is_address(fold(address)):
            raise membership.Unusable("bad-address", address)
        if membership.is_member(session, community, address):
            raise membership.Unusable("member-already", address)
        note = facilitating.invitation(session, community, fold(address), clock())
        opening.send(hub, session, [note])


@app.command()
def show(address: Address, as_json: Json = False) -> None:
    """All that is known of a person.

    Addresses and what came back from each, communities, how mail reaches them, until when they are away.
    """
    from mailhub.app import person
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    with opening.hub().database.reading() as session:
        output.one(person.shown(session, address, clock()), as_json=as_json)


@app.command("list")
def list_(slug: Slug, as_json: Json = False) -> None:
    """The members of a community."""
    from mailhub import membership
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        community = membership.known_community(session, slug)
        output.rows(membership.listing(session, community), as_json=as_json)


@app.command("set")
def set_(
    slug: Slug,
    address: Address,
    settings: Annotated[
        list[str],
        typer.Argument(
            help="KEY=VALUE, one or more: role, role_until (its last day: 2026-12-31, off), delivery, posting (free, moderated, none), own_posts "
            "(on, off), listed (on, off), paused (on, off, a date: 2026-12-31), address (which of theirs gets this community's mail); and for all their communities: digest_day (friday), digest_hour (0 to 23), "
            "digest_form (html, text, mime), digests (together, apart), zone (Europe/London), language (en, cy, de), newsletters (on, off)"
        ),
    ],
) -> None:
    """Change a member's role, how mail reaches them, or whether they may post. Mails nobody.

    They may post: posting=free, moderated or none."""
    from mailhub import membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    pairs = [setting.partition("=") for setting in settings]
    if any(not equals for _, equals, _ in pairs):
        raise typer.BadParameter("write KEY=VALUE")
    with opening.hub().database.writing() as session:
        community = membership.known_community(session, slug)
        member = membership.known_membership(session, community, address)
        for key, _, value in pairs:
            if key.strip() in membership.digesting.KEYS:
                person = membership.who_has(session, address)
                values = membership.digesting.typed(key.strip(), value)
                membership.digesting.set_digests(session, person, values, clock())
                continue
            what, values = membership.typed(session, member, key.strip(), value.strip())
            membership.alter(session, member, what, values, clock())


@app.command()
def remove(slug: Slug, address: Address) -> None:
    """End somebody's membership; their posts stay. Mails nobody."""
    from mailhub import membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    with opening.hub().database.writing() as session:
        community = membership.known_community(session, slug)
        if not membership.remove(session, community, address, clock()):
            raise membership.Unusable("not-a-member", address)


@address_app.command("add")
def address_add(address: Address, other: Other) -> None:
    """Note that a known person has another address too. What that one had goes along. Asks nobody."""
    _change_address(address, other, "attach", "address-taken")


@address_app.command("remove")
def address_remove(address: Address, other: Other) -> None:
    """Note that an address is a person's no more. Mails nobody."""
    _change_address(address, other, "detach", "address-only")


def _change_address(address: str, other: str, what: str, refusal: str) -> None:
    from mailhub import membership
    from mailhub.addresses import fold, is_address
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock
    from mailhub.membership import OPERATOR, claims

    with opening.hub().database.writing() as session:
        person = membership.person_of(session, address)
        if person is None:
            raise membership.Unusable("unknown-person", address)
        if not is_address(fold(other)):
            raise membership.Unusable("bad-address", other)
        if not getattr(claims, what)(session, person, other, clock(), by=OPERATOR):
            raise membership.Unusable(refusal, other)


@app.command("import")
def import_(
    slug: Slug,
    file: Annotated[
        str, typer.Argument(help="A CSV file with a line of column names; - is stdin.")
    ],
    as_json: Json = False,
) -> None:
    """Add members from CSV: address,name,organisation,role,delivery. Mails nobody.

    All or, if a line is wrong, none; safe to repeat."""
    from mailhub import membership
    from mailhub.app.cli import members_csv, opening, output
    from mailhub.app.hub import clock

    rows = members_csv.read(file)
    added = 0
    with opening.hub().database.writing() as session:
        community = membership.known_community(session, slug)
        now = clock()
        for number, row in rows:
            try:
                added += membership.add(session, community, now=now, **row)[1]
            except membership.Unusable as error:
                raise membership.Unusable(error.name, f"{error.value} (line {number})") from None
    output.one({"added": added, "present": len(rows) - added}, as_json=as_json)
