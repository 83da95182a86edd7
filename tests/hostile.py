"""Markup that strangers send to do something in a reader's browser; `hook()` is what it wants to run.

RUNS are some that a browser really runs where nothing stops them: they show that the hook is noticed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

RUNS = (
    "<img src=x onerror=hook()>",
    "<svg onload=hook()></svg>",
    "<details open ontoggle=hook()><summary>x</summary></details>",
    "<style>@keyframes x{}</style><b style='animation-name:x' onanimationstart=hook()>x</b>",
    "<input autofocus onfocus=hook()>",
    "<iframe srcdoc='<script>parent.hook()</script>'></iframe>",
    "<video><source onerror=hook()></video>",
    "<svg><script>hook()</script></svg>",
    "<svg><animate onbegin=hook() attributeName=x dur=1s></svg>",
    "<object data='data:text/html,x' onload=hook()></object>",
)
LEAKS = (
    "<img src=https://elsewhere.example/p.gif>",
    "<img srcset='https://elsewhere.example/p.gif 2x'>",
    "<b style='background:url(https://elsewhere.example/p)'>x</b>",
    "<style>@import 'https://elsewhere.example/p.css'; .post-body{display:none}</style>",
    "<link rel=stylesheet href=https://elsewhere.example/p.css>",
    "<link rel=prefetch href=https://elsewhere.example/p>",
    "<link rel=dns-prefetch href=//elsewhere.example>",
    "<iframe src=https://elsewhere.example/></iframe>",
    "<video poster=https://elsewhere.example/p src=https://elsewhere.example/v></video>",
    "<audio src=https://elsewhere.example/a autoplay></audio>",
    "<object data=https://elsewhere.example/o></object>",
    "<embed src=https://elsewhere.example/e>",
    "<input type=image src=https://elsewhere.example/i>",
    "<table background=https://elsewhere.example/b><tr><td>x</table>",
    "<body background=https://elsewhere.example/b>",
    "<svg><image href=https://elsewhere.example/s /></svg>",
    "<svg><use href=https://elsewhere.example/s#x /></svg>",
    "<picture><source srcset=https://elsewhere.example/p><img></picture>",
    "<track src=https://elsewhere.example/t>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example/'>",
    "<base href=https://elsewhere.example/><img src=p.gif>",
    "<img src=//elsewhere.example/p.gif>",
    "<img src='\\\\elsewhere.example\\p.gif'>",
    "<img src=/c/policy/picture/1/../../../../healthz>",
    "<img src=/u/token>",
    "<img src=cid:https://elsewhere.example/p>",
    "<a ping=https://elsewhere.example/ href=https://elsewhere.example/>x</a>",
    "<img lowsrc=https://elsewhere.example/p dynsrc=https://elsewhere.example/p>",
    "<form action=https://elsewhere.example/><button autofocus>x</button></form>",
    "<img src=1 style=content:url(https://elsewhere.example/p)>",
)
OWN = (
    "<script>hook()</script>",
    "<script src=data:text/javascript,hook()></script>",
    "<scr<script>ipt>hook()</scr</script>ipt>",
    "<script\n>hook()</script\n>",
    "<script/x>hook()</script>",
    "<SCRIPT>hook()</SCRIPT foo>",
    "<!--><script>hook()</script>-->",
    "<!--->--><script>hook()</script>",
    "<!-- --!><script>hook()</script> -->",
    "<![CDATA[<script>hook()</script>]]>",
    "<?xml version='1.0'?><script>hook()</script>",
    "<a href=javascript:hook()>click</a>",
    "<a href=' javascript:hook()'>click</a>",
    "<a href='java\tscript:hook()'>click</a>",
    "<a href='java&#10;script:hook()'>click</a>",
    "<a href='&#x6a;avascript&colon;hook()'>click</a>",
    "<a href='\x01javascript:hook()'>click</a>",
    "<a href='JaVaScRiPt:hook()'>click</a>",
    "<a href='vbscript:hook()'>click</a>",
    "<a href='data:text/html,<script>hook()</script>'>click</a>",
    "<a href='blob:hook'>click</a>",
    "<a href='https://x.example' onclick=hook()>click</a>",
    "<a href='https://x.example/\" onmouseover=\"hook()'>click</a>",
    "<a href=https://x.example title='\"onmouseover=hook() x=\"'>click</a>",
    "<img alt='\"onerror=\"hook()' src=cid:x>",
    "<img src='cid:x\" onerror=\"hook()'>",
    "<img src=cid:x' onerror='hook()>",
    "<img src=`x` onerror=hook()>",
    "<img/src=x/onerror=hook()>",
    "<img src=x onerror\n=\nhook()>",
    "<img src=x oNeRrOr=hook()>",
    "<img src=x onerror=&#104;ook()>",
    "<img '\"><script>hook()</script>'>",
    "<img src=x:x onerror=hook()//",
    "<<img src=x onerror=hook()>",
    "<b <script>hook()</script>>x</b>",
    "<b x='<img src=x onerror=hook()>'>y</b>",
    '<b x="\'><img src=x onerror=hook()>">y</b>',
    "<b x='unclosed><img src=x onerror=hook()>",
    "<title><img src=x onerror=hook()></title>",
    "<title></title><img src=x onerror=hook()>",
    "<textarea><img src=x onerror=hook()></textarea>",
    "<textarea></textarea><img src=x onerror=hook()>",
    "<noscript><p title='</noscript><img src=x onerror=hook()>'>",
    "<noframes><img src=x onerror=hook()></noframes>",
    "<xmp><img src=x onerror=hook()></xmp>",
    "<plaintext><img src=x onerror=hook()>",
    "<style><img src='</style><img src=x onerror=hook()>'>",
    "<style></style ><img src=x onerror=hook()>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=hook()&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=hook()>",
    "<svg></p><style><a id='</style><img src=1 onerror=hook()>'>",
    "<svg><style>{font-family:'<iframe/onload=hook()>'</style></svg>",
    "<svg><foreignObject><img src=x onerror=hook()></foreignObject></svg>",
    "<svg><a xlink:href=javascript:hook()><text y=20>click</text></a></svg>",
    "<svg><set attributeName=onload to=hook()></svg>",
    "<math href=javascript:hook()>click</math>",
    "<table><td><script>hook()</script></td></table>",
    "<select><option><script>hook()</script></select>",
    "<template><img src=x onerror=hook()></template>",
    "<details ontoggle=hook() open>x</details>",
    "<summary onfocus=hook() tabindex=0>x</summary>",
    "<div onpointerrawupdate=hook() style='position:fixed;inset:0;z-index:9'>x</div>",
    "<marquee onstart=hook()>x</marquee>",
    "<isindex onfocus=hook() autofocus>",
    "<keygen autofocus onfocus=hook()>",
    "<button formaction=javascript:hook()>click</button>",
    "<form action=javascript:hook()><input type=submit></form>",
    "<form id=x></form><button form=x formaction=javascript:hook()>click</button>",
    "<iframe src=javascript:hook()></iframe>",
    "<embed src=javascript:hook()>",
    "<object data=javascript:hook()></object>",
    "<applet code=hook></applet>",
    "<frameset onload=hook()></frameset>",
    "<body onload=hook()>",
    "<html onmousemove=hook()>",
    "<link rel=stylesheet href=javascript:hook()>",
    "<meta http-equiv=refresh content='0;url=javascript:hook()'>",
    "<base href='javascript:hook()//'><a href=x>click</a>",
    "<div style='width:expression(hook())'>x</div>",
    "<div style='behavior:url(hook.htc)'>x</div>",
    "<div style=\"background:url('javascript:hook()')\">x</div>",
    "<style>*{background:url('javascript:hook()')}</style>",
    "<b style='-moz-binding:url(//elsewhere.example/x)'>x</b>",
    "<b id=find name=main class='skip masthead' contenteditable>x</b>",
    "<a id=main href='#main'>click</a><img name=body><form name=cookie></form>",
    "<p lang='en\" onclick=\"hook()'>x</p>",
    "<p dir='rtl\" onclick=\"hook()'>x</p>",
    "<td colspan='9\" onclick=\"hook()'>x</td>",
    "<p class='as-bold\" onclick=\"hook()'>x</p>",
    "<blockquote type=cite cite=javascript:hook()><img src=x onerror=hook()></blockquote>",
    "<div class=gmail_quote_container><blockquote class=gmail_quote onclick=hook()>x</blockquote></div>",
    "<div id=divRplyFwdMsg onclick=hook()><details><summary onclick=hook()>x</summary></details></div>",
    "</article></li></ol></main><script>hook()</script>",
    "</article></div><h1>Not from here</h1><form action=/u/x method=post><button>Press</button></form>",
    "<p>" * 500 + "<script>hook()</script>",
    "<b><i>" * 500 + "<img src=x onerror=hook()>" + "</i></b>" * 500,
    "<table>" * 100 + "<img src=x onerror=hook()>",
    "\x00<scr\x00ipt>hook()</scr\x00ipt>",
    "<\x00script>hook()</script>",
    "+ADw-script+AD4-hook()+ADw-/script+AD4-",
    "\ufeff<script>hook()</script>\u2028<img src=x onerror=hook()>",
)
_EVENT = re.compile(r"_(on\w+)\.xml")
_ELEMENT = re.compile(r"contains? (?:a )?<?(\w+)")
_ATTRIBUTE = re.compile(r"attribute_([\w-]+)\.xml")
_STYLE = re.compile(r'style="(.*)"')
_MARKUP = re.compile(r"== u?'(.*)'$")


def from_bleach(folder: Path) -> list[str]:
    """The inputs of bleach's tests, with our hook for theirs."""
    rows = (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(row)["input"].replace("alert(", "hook(") for row in rows]


def from_feedparser(folder: Path) -> list[str]:
    """What feedparser's tests speak of, by their names: events, elements, attributes and styles; and
    the markup that comes out of them."""
    found: list[str] = []
    for line in (folder / "sanitize.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if event := _EVENT.search(row["file"]):
            found.append(f"<img src='http://elsewhere.example/i/cam.jpg' {event[1]}='hook()' />")
        elif style := _STYLE.search(row["desc"]):
            found.append(f"<span style='{style[1]}'>Some text</span>")
        elif attribute := _ATTRIBUTE.search(row["file"]):
            found.append(f"<span {attribute[1]}='javascript:hook()'>x</span>")
        elif element := _ELEMENT.search(row["desc"]):
            found.append(f"safe<{element[1]} src=x onload=hook()>hook()</{element[1]}> description")
        if markup := _MARKUP.search(row["expect"]):
            found.append(markup[1])
    return found
