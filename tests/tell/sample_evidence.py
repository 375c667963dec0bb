"""Layers and ordinary explanations of the sample, as the weighing side would state them."""

from __future__ import annotations

from gauger.model.evidence import (
    Apart,
    Bridge,
    Explanation,
    LayerEvidence,
    LogLR,
    Robustness,
    Weighed,
)


def extraction_layers() -> tuple[LayerEvidence, ...]:
    """Six layers for one operator, one of them with nothing to weigh."""
    return (
        LayerEvidence(
            "content",
            LogLR(3.1, 2.3, 3.6),
            "Of 18,204 prompts only 11 recur in a second account, and 97% follow 3 frames; like "
            "one list dealt out without repeats.",
            (
                Weighed(
                    "frame concentration",
                    "share of exchanges in the 3 commonest frames",
                    0.97,
                    0.04,
                    0.21,
                    0.63,
                    1 / 401,
                    400,
                ),
                Weighed(
                    "overlap between members",
                    "share of prompts seen in more than one account",
                    0.0006,
                    0.011,
                    0.034,
                    0.12,
                    2 / 401,
                    400,
                ),
                Weighed(
                    "reaction to answers",
                    "share of exchanges that follow up on an answer",
                    0.002,
                    0.19,
                    0.46,
                    0.71,
                    1 / 401,
                    400,
                ),
            ),
        ),
        LayerEvidence(
            "timing",
            LogLR(2.2, 1.4, 2.6),
            "Daily volumes differ by 3% between members where ordinary groups differ by 88%, and "
            "the total is steadier than independent customers allow.",
            (
                Weighed(
                    "evenness of volumes",
                    "coefficient of variation of exchanges per member",
                    0.031,
                    0.52,
                    0.88,
                    1.9,
                    1 / 401,
                    400,
                ),
                Weighed(
                    "steadiness of the total",
                    "variance of the daily total over that of independent members",
                    0.21,
                    0.8,
                    1.6,
                    4.2,
                    3 / 401,
                    400,
                ),
            ),
        ),
        LayerEvidence(
            "infrastructure",
            LogLR(1.3, 0.6, 1.8),
            "89% of exchanges come from two hosting ranges that 6 other accounts use.",
            (
                Weighed(
                    "range concentration",
                    "share of exchanges in the two commonest address ranges",
                    0.89,
                    0.02,
                    0.09,
                    0.41,
                    4 / 401,
                    400,
                ),
            ),
        ),
        LayerEvidence(
            "identity",
            LogLR(2.7, 1.9, 3.0),
            "Three cards pay for 97 of 118 accounts; no ordinary group of this size shares one.",
            (
                Weighed(
                    "payment sharing",
                    "accounts per payment instrument",
                    32.3,
                    1.0,
                    1.0,
                    1.2,
                    1 / 251,
                    250,
                ),
            ),
        ),
        LayerEvidence(
            "behaviour",
            LogLR(-0.3, -0.8, 0.2),
            "Parameters are alike, but so are those of 2,904 other users of the same client.",
            (
                Weighed(
                    "parameter agreement",
                    "share of exchanges with the commonest parameter set",
                    0.94,
                    0.55,
                    0.86,
                    0.99,
                    0.31,
                    400,
                ),
            ),
        ),
        LayerEvidence(
            "lifecycle",
            LogLR(0.0, 0.0, 0.0),
            "No account has a closing date and no new model appeared in the window.",
            weighed=False,
        ),
    )


EXTRACTION_EXPLANATIONS = (
    Explanation(
        "product in use",
        4.4,
        "No product shows its users' prompts in list order, and nobody reads the answers.",
    ),
    Explanation(
        "evaluation",
        3.1,
        "An evaluation asks the same items again; here 18,193 of 18,204 items occur once.",
    ),
    Explanation(
        "agent at work", 3.6, "There are no tool results and no second turns in 99.8% of exchanges."
    ),
    Explanation(
        "reseller's customers", 4.9, "Three frames hold 97% of prompts; people do not write so."
    ),
    Explanation(
        "licensed distillation",
        0.4,
        "No contract is declared for these accounts; the account table may be incomplete.",
    ),
)

RESELLER_EXPLANATIONS = (
    Explanation(
        "reseller's customers",
        -2.4,
        "Topics, languages and dialogue vary between and within accounts as those of people do.",
    ),
    Explanation("product in use", -0.6, "Some accounts look like one chat product."),
    Explanation("evaluation", 3.8, "No items recur and answers are followed up."),
)


def reseller_layers() -> tuple[LayerEvidence, ...]:
    """Payment and addresses speak for one operator; content speaks against."""
    return (
        LayerEvidence("content", LogLR(-1.9, -2.5, -1.1), "Frames and topics are unrelated."),
        LayerEvidence("timing", LogLR(0.2, -0.4, 0.7), "Hours of the day are those of people."),
        LayerEvidence(
            "infrastructure", LogLR(2.0, 1.2, 2.4), "31 of 34 accounts use one address range."
        ),
        LayerEvidence("identity", LogLR(3.0, 2.1, 3.4), "One card pays for all 34 accounts."),
        LayerEvidence("behaviour", LogLR(0.1, -0.5, 0.6), "Parameters vary."),
        LayerEvidence(
            "lifecycle", LogLR(0.0, 0.0, 0.0), "No account has a closing date.", weighed=False
        ),
    )


def permitted_layers() -> tuple[LayerEvidence, ...]:
    """What a declared organization looks like."""
    return (
        LayerEvidence("content", LogLR(2.4, 1.6, 2.9), "All accounts follow one frame."),
        LayerEvidence("identity", LogLR(3.5, 2.5, 4.0), "All declare organization org_77a0."),
    )


EXTRACTION_ROBUSTNESS = Robustness(
    without=(
        ("content", 4.1),
        ("identity", 4.4),
        ("timing", 5.2),
        ("infrastructure", 5.8),
        ("behaviour", 6.0),
    ),
    bridge=Bridge(4, 10, 1.92, ("content", "infrastructure")),
    changes=(
        "“licensed distillation” would be shown by a contract that allows what these accounts do.",
        "“evaluation” would be shown by a public benchmark whose items these prompts are.",
    ),
    apart=(Apart(7, -0.84, "net-9c01aa"), Apart(31, -2.1, None)),
)

RESELLER_ROBUSTNESS = Robustness(
    without=(("identity", 2.2), ("infrastructure", 2.9), ("timing", 3.3), ("content", 3.9)),
    bridge=Bridge(9, 25, 0.6, ()),
    changes=(
        "If what the layer “identity” shows had an ordinary cause, one operator would no longer "
        "be established.",
    ),
)

PERMITTED_ROBUSTNESS = Robustness((("identity", 2.9), ("content", 4.6)), None, ())
