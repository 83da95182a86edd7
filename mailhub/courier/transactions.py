"""Mail transactions over a connection: MAIL, RCPT, DATA, the body; one copy each.

Where PIPELINING is offered (RFC 2920), a copy's three commands go behind the body of the copy before,
in one write, so that a copy costs one round trip. Nothing goes behind a DATA whose answer is not
there. A copy is Sent only by a 2xx after its body.

On the way `link.asking` is the copy whose commands are out, `link.awaiting` the one whose body is out:
who finds the connection lost knows what became of both.
"""

from __future__ import annotations

from mailhub.courier.batch import Batch
from mailhub.courier.connection import Connection, Dialog, Lost
from mailhub.courier.copies import Copy, sound_address, stuffed
from mailhub.courier.outcomes import Deferred, Features, Refused, Sent
from mailhub.courier.replies import Reply

_DONE, _GO_ON = range(200, 300), range(354, 355)
_DATA = b"DATA\r\n"
_DOT = b".\r\n"
_RESET = b"RSET\r\n"
# Refusals that speak of our session and not of this copy: out of step, log in first, encrypt first.
_OF_THE_SESSION = frozenset({503, 530, 538})


def pipelined(link: Connection, batch: Batch) -> Dialog[None]:
    """Sends copies of the batch until none waits."""
    command, data = link.timeouts.command, link.timeouts.data
    link.asking = copy = _next_fit(link, batch)
    if copy is not None:
        yield from link.write(_opening(copy, link.features))
    while copy is not None:
        mail = yield from link.reply(command)
        rcpt = yield from link.reply(command)
        go = yield from link.reply(command)
        refusal = _refusal(mail) or _refusal(rcpt) or _refusal(go, _GO_ON)
        if link.replies:
            raise Lost("4.5.0 the relay answered what was not asked")
        ending: tuple[bytes, ...]
        if refusal is None:
            ending = _body(copy)
            link.awaiting = copy
        else:
            _refuse(link, batch, copy, refusal)
            # DATA may be let in without a recipient: then a lone dot ends it (RFC 2920 3.1). With a
            # recipient that dot would be a mail, and LMTP has no answer to it.
            if go.code == 354 and (rcpt.code < 300 or link.lmtp):
                raise Lost("4.5.0 the relay wants a mail that it refused")
            ending = (_DOT if go.code == 354 else _RESET,)
        link.asking = copy = _next_fit(link, batch)
        if copy is not None:
            ending += _opening(copy, link.features)
        yield from link.write(ending)
        yield from _final(link, batch, data)


def step_by_step(link: Connection, batch: Batch) -> Dialog[None]:
    """The same where every command waits for its answer."""
    command, data = link.timeouts.command, link.timeouts.data
    while (copy := _next_fit(link, batch)) is not None:
        link.asking = copy
        refusal = None
        for line in _opening(copy, link.features):
            yield from link.write((line,))
            answer = yield from link.reply(command)
            refusal = _refusal(answer, _GO_ON if line is _DATA else _DONE)
            if link.replies:
                raise Lost("4.5.0 the relay answered what was not asked")
            if refusal is not None:
                break
        if refusal is None:
            link.asking, link.awaiting = None, copy
            yield from link.write(_body(copy))
        else:
            _refuse(link, batch, copy, refusal)
            yield from link.write((_RESET,))
        yield from _final(link, batch, data)


def _refuse(link: Connection, batch: Batch, copy: Copy, refusal: Deferred | Refused) -> None:
    link.asking = None
    link.answered += 1
    batch.settle(copy, refusal)


def _final(link: Connection, batch: Batch, patience: float) -> Dialog[None]:
    """The answer to what ended a transaction: the one that counts, where a body had gone."""
    answer = yield from link.reply(patience)
    copy = link.awaiting
    if copy is not None:
        outcome = _refusal(answer) or Sent(answer.words)
        link.awaiting = None
        link.answered += 1
        batch.settle(copy, outcome)


def _refusal(answer: Reply, good: range = _DONE) -> Deferred | Refused | None:
    """None where the answer is a good one; Lost where it says nothing of this copy."""
    if answer.code in good:
        return None
    if 400 <= answer.code < 500:
        return Deferred(answer.words)
    if answer.code >= 500 and answer.code not in _OF_THE_SESSION:
        return Refused(answer.words)
    raise Lost(answer.words)


def _opening(copy: Copy, features: Features) -> tuple[bytes, bytes, bytes]:
    mail = b"MAIL FROM:<%b>" % copy.sender.encode()
    if features.size:
        mail += b" SIZE=%d" % _size(copy)
    if features.eight_bit and (copy.shared.needs_8bit or not copy.head.isascii()):
        mail += b" BODY=8BITMIME"
    if features.smtputf8 and _needs_smtputf8(copy):
        mail += b" SMTPUTF8"
    return mail + b"\r\n", b"RCPT TO:<%b>\r\n" % copy.recipient.encode(), _DATA


def _body(copy: Copy) -> tuple[bytes, bytes, bytes]:
    return stuffed(copy.head), copy.shared.wire, _DOT


def _next_fit(link: Connection, batch: Batch) -> Copy | None:
    """The next copy that this relay can take; those that it cannot are settled on the way."""
    while batch.waiting:
        copy = batch.waiting.popleft()
        refusal = _unfit(copy, link.features)
        if refusal is None:
            return copy
        batch.settle(copy, refusal)
    return None


def _unfit(copy: Copy, features: Features) -> Refused | None:
    if not (sound_address(copy.recipient) and sound_address(copy.sender) and copy.recipient):
        return Refused("5.1.3 the address cannot stand in a command")
    if not features.smtputf8 and _needs_smtputf8(copy):
        return Refused("5.6.7 the relay does not carry international addresses or headers")
    if not features.eight_bit and copy.shared.needs_8bit:
        return Refused("5.6.3 the relay does not carry 8-bit mail")
    if features.size and _size(copy) > features.size:
        return Refused(f"5.3.4 the relay takes mail of at most {features.size} octets")
    return None


def _size(copy: Copy) -> int:
    return len(copy.head) + copy.shared.size


def _needs_smtputf8(copy: Copy) -> bool:
    return (
        copy.shared.needs_smtputf8
        or not copy.recipient.isascii()
        or not copy.sender.isascii()
        or not copy.head.isascii()
    )
