"""A worksheet as an analyst might enter it, for tests of reading, weighing and telling."""

from __future__ import annotations

import re

from gauger.model.run import InputRecord
from gauger.model.worksheet import Worksheet
from gauger.read.worksheet import parse

WORKSHEET = """
[[network]]
network_id = "net-4f2a91"

[[network.hypothesis]]
name = "Example Lab"
statement = "Example Lab directs these accounts through a reseller of access."
author = "R. Okafor"
date = 2026-06-08

[[network.hypothesis]]
name = "Another Lab"
statement = "Another Lab directs them; the reseller only sold it the accounts."
author = "M. Lindqvist"
date = 2026-06-09

[[network.indicator]]
id = "cards"
observed = "Three cards of one company paid for 40 of the accounts."
source = "the payment provider's answer"
reference = "request 2026-118"
collected = 2026-06-03
reliability = "B2"
hypothesis."Example Lab".speaks = "for"
hypothesis."Example Lab".log10_lr = 1.2
hypothesis."Example Lab".lower = 0.4
hypothesis."Example Lab".upper = 1.6
hypothesis."Another Lab".speaks = "neither"

[[network.indicator]]
id = "register"
observed = "A director of that company is employed by Example Lab."
source = "the company register of its country"
reference = "extract of 4 June 2026"
collected = 2026-06-04
reliability = "A1"
same_cause_as = "cards"
hypothesis."Example Lab".speaks = "for"
hypothesis."Example Lab".log10_lr = 0.8
hypothesis."Example Lab".lower = 0.2
hypothesis."Example Lab".upper = 1.0
hypothesis."Another Lab".speaks = "against"

[[network.indicator]]
id = "names"
observed = "Prompts name a model that only Another Lab has announced."
source = "frames of this scan, shown with --show-text"
reference = "findings.json of 7 June 2026"
collected = 2026-06-07
hypothesis."Example Lab".speaks = "against"
hypothesis."Example Lab".log10_lr = -0.5
hypothesis."Example Lab".lower = -1.0
hypothesis."Example Lab".upper = -0.1
hypothesis."Example Lab".answer = '''
The name was public for a month before,
and anybody may have written it.'''
hypothesis."Another Lab".speaks = "for"

[[network.indicator]]
id = "hours"
observed = "Traffic rests when it is night in both labs' country."
source = "hours of the day in this scan's report"
reference = "report.html of 7 June 2026"
collected = 2026-06-07
reliability = "C4"
hypothesis."Example Lab".speaks = "for"
hypothesis."Another Lab".speaks = "for"
"""

CONCLUSION = """date = 2026-06-08
established = true
concluded_by = "R. Okafor"
reviewed_by = "J. Brandt"
reason = "The company exists for this purpose and for no other that could be found."
"""

CONCLUDED = WORKSHEET.replace("date = 2026-06-08\n", CONCLUSION, 1)


def worksheet(text: str = WORKSHEET) -> Worksheet:
    """The worksheet of a text, as if it had been read from a file."""
    return Worksheet(InputRecord("worksheet.toml", "worksheet", len(text), None), parse(text, "w"))


def filled(blank: str) -> str:
    """A blank worksheet after a person has worked on it: names, words, days, and ways."""
    text = blank
    for name in ("Example Lab", "Another Lab"):
        text = text.replace('\nname = ""', f'\nname = "{name}"', 1)
    for key in ("statement", "author", "reason", "observed", "source", "reference", "concluded_by"):
        text = text.replace(f'\n{key} = ""', f'\n{key} = "some {key}"')
    text = text.replace('\nid = ""', '\nid = "first"').replace('[""]', "[]")
    text = text.replace('\nreviewed_by = ""', '\nreviewed_by = "somebody else"')
    text = text.replace('\nreliability = ""', '\nreliability = "B2"')
    text = re.sub(r'^(date|collected) = ""', r"\1 = 2026-06-08", text, flags=re.M)
    text = text.replace('"".speaks = ""', '"Example Lab".speaks = "for"')
    return text.replace('hypothesis."".', 'hypothesis."Example Lab".').replace("= 0.0", "= 1.0")
