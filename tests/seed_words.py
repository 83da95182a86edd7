"""What people in the seeded hub write: HTML of the usual programs, answers, subjects."""

from __future__ import annotations

OUTLOOK = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!--
@font-face {font-family:Calibri;} p.MsoNormal {margin:0cm;} --></style></head>
<body lang="EN-GB" link="#0563C1"><div class="WordSection1">
<p class="MsoNormal">Hi Jane,<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">We take the snapshot at <b>31 March</b> and count an
application as <i>determined</i> on the day the notice is issued, not on the day of the committee. The table below is
what went into last year’s return:<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<table class="MsoTableGrid" border="1" cellspacing="0" cellpadding="0" style="border-collapse:collapse;border:none">
<tr><td style="border:solid windowtext 1.0pt"><p class="MsoNormal"><b>Quarter</b></p></td>
<td style="border:solid windowtext 1.0pt"><p class="MsoNormal"><b>Received</b></p></td>
<td style="border:solid windowtext 1.0pt"><p class="MsoNormal"><b>Determined in time</b></p></td></tr>
<tr><td><p class="MsoNormal">Q1</p></td><td><p>412</p></td><td><p>371 (90 %)</p></td></tr>
<tr><td><p class="MsoNormal">Q2</p></td><td><p>398</p></td><td><p>349 (88 %)</p></td></tr>
<tr><td><p class="MsoNormal">Q3</p></td><td><p>376</p></td><td><p>341 (91 %)</p></td></tr></table>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal"><span style="color:#C00000">Note that extensions of time agreed in writing count as in time.</span></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">Guidance is at <a href="https://www.gov.example/planning-statistics">gov.example/planning-statistics</a>;
ring me or write to <a href="mailto:tom.okafor@devon.example">tom.okafor@devon.example</a>.<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">Tom<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal"><b>Tom Okafor</b> | Performance Manager<br>Devon County Council<br>
<img src="cid:logo@devon" width="120" alt="Devon County Council"><img src="https://tracker.example/p.gif?u=1" width="1" height="1"></p>
<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal"><b>From:</b> Jane Doe &lt;jane.doe@leeds.example&gt;<br><b>Sent:</b> 03 November 2026 09:05<br>
<b>To:</b> policy@lists.example.org<br><b>Subject:</b> Indicator 6: how do you count “determined”?</p></div></div>
<p class="MsoNormal">Good morning all, a question on NI 157 …<o:p></o:p></p></div></body></html>"""
GMAIL = """<div dir="ltr">Thank you both, that settles it for us.<div><br></div><div>Two small things we learnt the hard way:</div>
<ul><li>withdrawn applications drop out of the denominator</li><li>the portal’s export rounds dates to the day, so
<b>check the time zone</b></li></ul><div>Siân</div></div><br><div class="gmail_quote gmail_quote_container">
<div dir="ltr" class="gmail_attr">On Tue, 3 Nov 2026 at 14:05, Tom Okafor &lt;<a href="mailto:tom.okafor@devon.example">tom.okafor@devon.example</a>&gt; wrote:<br></div>
<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">
<div><p>Hi Jane,</p><p>We take the snapshot at 31 March and count an application as determined on the day the notice is
issued, not on the day of the committee. The table below is what went into last year’s return.</p></div></blockquote></div>"""
QUESTION = """Good morning all,

a question on the planning indicator. Our return was queried this year because we count an
application as determined on the day of the committee. Others seem to take the day on which the
notice is issued.

What do you do, and has anybody had an auditor look at it?

  - which date do you use?
  - who signs it off?
  - do extensions of time count as in time?

The note that we work from is attached; the guidance is at https://www.gov.example/statistics?year=2026.

Many thanks
Jane

--\x20
Jane Doe
Policy Officer, Leeds City Council
jane.doe@leeds.example | 0113 496 0000
"""
BETWEEN_THE_LINES = """On 03/11/2026 14:05, Tom Okafor wrote:
> We take the snapshot at 31 March and count an application as
> determined on the day the notice is issued.

Same here, since 2019.

> Note that extensions of time agreed in writing count as in time.

Only where the agreement is dated before the deadline: our auditor asked for the letters.

Martin
"""
BELOW = """This is most helpful. I have put it together in a second version of the note (attached);
shout if I have misquoted anybody.

Jane

On 4 Nov 2026, at 08:11, Martin Schofield <m.schofield@wakefield.example> wrote:
""" + "".join(f"> line {n} of what Martin wrote about agreements\n" for n in range(12))
FILLER = (
    "A short question for the group. We are looking at how this is reported to members each quarter, and would like to "
    "hear what has worked elsewhere.\n\nIn particular: how much detail, how often, and who presents it?\n\nThanks in advance"
)
SUBJECTS = (
    "Scrutiny of partnerships: who calls whom?",
    "Residents’ survey: online, post or both?",
    "Benchmarking clubs: still worth the fee?",
    "Dashboards for members that members open",
    "Peer challenge: what we would do differently",
    "Workforce indicators: agency spend",
    "Equality impact assessments in one hour",
    "Corporate plan: three priorities or ten?",
    "Data standards for the council tax base",
    "Customer contact: counting avoidable calls",
    "Performance clinics: chair’s notes",
    "Annual governance statement: examples",
    "Star ratings for leisure centres",
    "Target setting: stretch, or realistic?",
    "Risk registers that are not 40 pages",
    "Quarter 2 return: change to the template",
    "Complaints: stage 2 within 20 days",
    "Inspection of children’s services: the data room",
    "Value for money profiles: the new tool",
    "Housing delivery test: appeals",
    "A common glossary?",
    "Parish councils and performance",
    "Fly-tipping figures look odd this quarter",
    "Councillor enquiries: one inbox",
    "Outcomes and outputs, once more",
    "Training for new policy officers",
)
