"""DNS: what is published about a domain, asked with patience that ends.

`MAILHUB_DNS` names the resolver to ask; else the system's. Answers are remembered as long as they say,
those that say "nothing there" too, and for a while also that there was no answer: a flood of mail from
a domain whose servers are silent waits once. Where the resolver itself says nothing, it counts as away
and nobody waits for it; it is looked for again every few seconds.

Without a resolver of our own, names that can never be in the DNS, and those of documentation
(RFC 2606, RFC 6761), have no records: a hub that is only tried out never waits for the network.

It refuses to wait long, to remember much, and to take a record set over 16 KB.
"""

from mailhub.dns.allowance import Allowance
from mailhub.dns.asking import Dns, NoAnswer

__all__ = ["Allowance", "Dns", "NoAnswer"]
