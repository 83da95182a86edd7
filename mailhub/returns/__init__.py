"""What comes back: returned mails, complaints, absence notices; what they mean for an address.

The token of our return path says which delivery, and so which address, is meant; anyone can forge
the rest of a notice, so without a valid token a return is kept, counted, and changes nothing.

    returned ──▶ weighed (`weighing`) ──▶ much in little time ──▶ probed: one mail of ours (`ailing`)
                    │                                                │ it comes back
                    └── no fault of the address: 0                   ▼
    member writes, or says "here" ◀────────────────────────────── paused, its facilitators told
                                                                     once a day (`summaries`)

Refused: to take one notice for two returns, to weigh more than one return of an address a day, to
blame an address for its domain, or for a policy against our mail.
"""

from mailhub.returns.absences import note_absence, note_presence
from mailhub.returns.ailing import ask_paused, clear, find_arrived, probe, revive, tell_revived
from mailhub.returns.complaints import take_complaint
from mailhub.returns.keeping import refused_copies, take
from mailhub.returns.showing import counts, listing, of_address, paused
from mailhub.returns.summaries import summaries
from mailhub.returns.weighing import score

__all__ = [
    "ask_paused",
    "clear",
    "counts",
    "find_arrived",
    "listing",
    "note_absence",
    "note_presence",
    "of_address",
    "paused",
    "probe",
    "refused_copies",
    "revive",
    "score",
    "summaries",
    "take",
    "take_complaint",
    "tell_revived",
]
