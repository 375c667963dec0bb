"""A blank worksheet for one network: the right ids, and prompts for what is usually looked for.

Each prompt says how the same indicator misleads, because whoever looks for a party finds one.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import Final

from gauger.read.finished import FinishedNetwork
from gauger.tell.report.legible import legible

_ACCOUNTS_NAMED: Final = 5
_WIDTH: Final = 96

_PROMPTS: Final = (
    (
        "Payment trail",
        "Who paid for the accounts, and who stands behind the payer: card issuers, invoices, "
        "company registers. Misleads where a reseller pays for many customers.",
    ),
    (
        "Infrastructure",
        "Who holds the address ranges, domains, keys and machines that the accounts use. Misleads "
        "where a proxy service serves many customers; then it says who sold, not who directs.",
    ),
    (
        "Language and working hours",
        "Languages of prompts, hours and holidays at which the traffic rests. Points to a region "
        "and seldom to a party, and is cheap to imitate.",
    ),
    (
        "Names in prompts",
        "Names of models, products, people, paths or datasets in frames (`--show-text`). Misleads "
        "where the name is public, or was left for you to find.",
    ),
    (
        "Public statements",
        "Papers, postings, job offers or reports that tell of such data. Rate the source, and "
        "count reports that repeat one source as one cause.",
    ),
    (
        "Released models",
        "A model that came out after the campaign and is strong where the network asked most. "
        "Others may have gathered the same data; whether it was trained on the answers needs a "
        "test of that model.",
    ),
)

_HYPOTHESIS: Final = """\
[[network.hypothesis]]
name = ""          # the party
statement = ""     # what it is said to have done, in one sentence
author = ""        # who enters this
date = ""          # the day, without quotes, such as 2026-06-08
"""

_RIVAL: Final = """\
#[[network.hypothesis]]
#name = ""
#statement = ""
#author = ""
#date = ""
"""

_CONCLUSION: Final = """\
#established = true
#concluded_by = ""
#reviewed_by = ""
#reason = ""
"""

_INDICATOR: Final = """\
[[network.indicator]]
id = ""            # a short name of its own
observed = ""      # what was observed
source = ""        # where it was seen
reference = ""     # by which others find it again
collected = ""     # the day, without quotes, such as 2026-06-03
#reliability = ""  # Admiralty scale, such as B2: source A to F, content 1 to 6
#same_cause_as = [""]  # ids of indicators that would be seen together with it whoever it is
hypothesis."".speaks = ""  # "for", "against" or "neither"; such a line for every hypothesis
"""

_WEIGHED: Final = """\
#hypothesis."".log10_lr = 0.0  # if you assign an LR against someone else: above 0 is for
#hypothesis."".lower = 0.0
#hypothesis."".upper = 0.0
#hypothesis."".answer = ""     # to what speaks against: why the hypothesis can hold all the same
"""


def blank_worksheet(network: FinishedNetwork) -> str:
    """The text of a TOML file for `gauger scan --worksheet`, to be filled in by a person."""
    return "\n".join(
        (
            _opening(network),
            _sheet(network),
            _comment(
                "One table for each party that may direct the network. Enter every rival you can "
                'think of: an indicator is worth as much as it tells hypotheses apart. "Someone '
                'else" always stands and is not entered.'
            )
            + _HYPOTHESIS,
            _comment(
                "Nothing is established by default. These lines are for a hypothesis that two "
                "people hold to be established, at most one a network. At least one indicator "
                "must speak for it, and whatever speaks against it needs an answer:"
            )
            + _CONCLUSION,
            _RIVAL,
            _comment("What one usually looks for:") + _prompts(),
            _comment(
                "One table for each indicator. Look for what would speak against a hypothesis "
                "first; what fits all of them says nothing."
            )
            + _INDICATOR
            + _WEIGHED,
        )
    )


def _opening(network: FinishedNetwork) -> str:
    accounts = "account" if len(network.accounts) == 1 else "accounts"
    return _comment(
        f"Attribution worksheet for the network {legible(network.network_id)}: "
        f"{len(network.accounts):,} {accounts}, {network.exchanges:,} exchanges, "
        f"{network.first_seen[:10]} to {network.last_seen[:10]}, "
        f"verdict `{legible(network.verdict)}`.",
        legible(network.headline, 300),
        "Fill in what is empty, and take the `#` from a line to use it. Then scan again with "
        "`--worksheet` and the name of this file. gauger names nobody: what stands here is shown "
        "as yours. See docs/attribution.md.",
    )


def _sheet(network: FinishedNetwork) -> str:
    some = ", ".join(_quoted(account) for account in network.accounts[:_ACCOUNTS_NAMED])
    return (
        f"[[network]]\nnetwork_id = {_quoted(network.network_id)}\n"
        + _comment(
            "The id follows from the accounts. Where another scan may find more or fewer of them, "
            "name accounts that surely belong to it instead, all of one network:"
        )
        + f"#accounts = [{some}]\n"
    )


def _prompts() -> str:
    return "".join(_comment(f"- {name}: {words}", hang="  ") for name, words in _PROMPTS)


def _comment(*paragraphs: str, hang: str = "") -> str:
    lines: list[str] = []
    for number, paragraph in enumerate(filter(None, paragraphs)):
        lines += [""] if number else []
        lines += _wrapped(paragraph, hang)
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _wrapped(paragraph: str, hang: str) -> Sequence[str]:
    return textwrap.wrap(paragraph, _WIDTH, subsequent_indent=hang, break_on_hyphens=False)


def _quoted(text: str) -> str:
    """A basic string of TOML, which is one of JSON but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
