"""The front page: what is new, and the communities by activity, by name and by what they are about."""

from __future__ import annotations

import re

from sqlalchemy import update

from mailhub.models import Community
from tests.web import Site


def test_home_lists_the_open_communities_and_names_the_closed_ones(site: Site) -> None:
    html = site.page("/")
    assert "Policy and Performance" in html
    assert "Chief Executives" in html
    assert "Frank talk" not in html
    assert "Inquiry Support" not in html
    assert "Budget gap" not in html
    recent = html.partition('id="recent"')[2].partition("</section>")[0]
    assert recent.count('<li class="row">') == 8
    assert recent.index("Damp after") < recent.index("Heat network") < recent.index("Training for")


def test_home_by_name_and_by_what_communities_are_about(own_site: Site) -> None:
    with own_site.database.writing() as session:
        session.execute(update(Community).values(description="Officers who plan; 100% of them"))
    html = own_site.page("/?order=name").partition('id="open"')[2]
    names = re.findall(r"<h3><a[^>]*>([^<]+)", html)
    assert names == sorted(names, key=str.lower)
    assert len(names) > 1
    about = own_site.page("/?about=PERFORMANCE+officers")
    assert re.findall(r"<h3><a[^>]*>([^<]+)", about) == ["Policy and Performance"]
    # Of a closed community the name alone is told, and so it is found by its name alone.
    assert "Chief Executives" not in own_site.page("/?about=officers")
    assert "Chief Executives" in own_site.page("/?about=chief")
    assert "Inquiry" not in own_site.page("/?about=inquiry").partition("<main")[2]
    for nothing in ("xylophone", "0_%25", "%25%25%25", "\\"):
        assert "No community has all" in own_site.page(f"/?about={nothing}"), nothing
    assert "Policy and" in own_site.page("/?about=100%25")
    assert own_site.client.get("/?about=officers&page=2").status_code == 404
