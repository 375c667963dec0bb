"""Names of the span of a decision, after OpenTelemetry's draft for guardrails; all of them here.

The draft is pull request 427 of open-telemetry/semantic-conventions-genai, opened on 2026-08-04
and not merged, read in its revision of September 2026 (status: development). It changed its names
three times before that and may again; whoever follows it changes this file alone. The draft
describes the client of a guardrail; gauger is the guardrail, so its span is a server's with the
same names. What has no name there stands under `gauger.`.
"""

from __future__ import annotations

from typing import Final

OPERATION: Final = "gen_ai.operation.name"
APPLY_GUARDRAIL: Final = "apply_guardrail"
COMPONENT: Final = "gen_ai.guardrail.component.name"
PROVIDER: Final = "gen_ai.provider.name"
GAUGER: Final = "gauger"
SPAN: Final = f"{APPLY_GUARDRAIL} {GAUGER}"

POLICY_ID: Final = "gen_ai.guardrail.policy.id"
"""The rule that said so: the draft has no name for one rule of a policy."""
POLICY_VERSION: Final = "gen_ai.guardrail.policy.version"
RESULT_TYPE: Final = "gen_ai.guardrail.result.type"
ANSWER: Final = "answer"
RESULT_VALUE: Final = "gen_ai.guardrail.result.value"
RESULT_REASON: Final = "gen_ai.guardrail.result.reason"
REQUEST_MODEL: Final = "gen_ai.request.model"
ERROR_TYPE: Final = "error.type"

WOULD_BE: Final = "gauger.would_be"
NETWORK: Final = "gauger.network.id"
PLACE: Final = "gauger.place"
VERDICT: Final = "gauger.verdict"
REQUEST: Final = "gauger.request.id"
