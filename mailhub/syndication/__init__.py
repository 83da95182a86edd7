"""RSS, Atom and JSON Feed: a feed's octets in, what it announces out. Pure, and read in a child process of
limited memory and time, which imports this room and no other: it starts for each feed that is looked at.
"""
