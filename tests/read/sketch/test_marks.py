"""What prompts ask for, in several languages, and what they do not ask for."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pyarrow as pa
import pytest

from exchanges import KEY, batch
from gauger.model.sketch import Mark
from gauger.read.sketch import sketch
from gauger.read.sketch.lexicon import lexicon
from gauger.read.sketch.sketch import capability_name
from gauger.read.sketch.texts import sketch_column

ASKED = [
    (Mark.REASONING, "Solve it and write out your reasoning step by step before you answer."),
    (Mark.REASONING, "SHOW YOUR FULL CHAIN OF THOUGHT, then answer."),
    (Mark.REASONING, "Include your internal reasoning; do not skip intermediate steps."),
    (Mark.REASONING, "请写出完整的推理过程，最后给出答案。"),
    (Mark.REASONING, "推論過程をすべて書き出してください。"),
    (Mark.REASONING, "사고 과정을 단계별로 작성해 주세요."),
    (Mark.REASONING, "แสดงเหตุผลทีละขั้น"),
    (Mark.REASONING, "Muestra el razonamiento paso a paso."),
    (Mark.REASONING, "Schreibe deinen Gedankengang Schritt für Schritt auf."),
    (Mark.REASONING, "Напиши решение шаг за шагом."),
    (Mark.REASONING, "Écris ton raisonnement étape par étape."),
    (Mark.RUBRIC, "Grade this answer by the rubric below."),
    (Mark.RUBRIC, "Rate the text on a scale from 1 to 10."),
    (Mark.RUBRIC, "请按照以下标准评分，满分10分。"),
    (Mark.RUBRIC, "次の回答を基準に従って評価してください。"),
    (Mark.RUBRIC, "Bewerte die Antwort nach diesen Kriterien."),
    (Mark.RUBRIC, "Оцени ответ по шкале от 1 до 5."),
    (Mark.RUBRIC, "Evalúa según los criterios."),
    (Mark.PAIRS, "Generate 20 question answer pairs about rivers."),
    (Mark.PAIRS, "Create training examples for fine tuning."),
    (Mark.PAIRS, "生成50条问答对作为训练数据。"),
    (Mark.PAIRS, "学習データを作成してください。"),
    (Mark.PAIRS, "Genera datos de entrenamiento."),
    (Mark.PAIRS, "Erstelle Trainingsdaten."),
    (Mark.REACTION, "Thanks, that works!"),
    (Mark.REACTION, "No, that's wrong. Try again."),
    (Mark.REACTION, "THANK YOU SO MUCH"),
    (Mark.REACTION, "谢谢，但是还是报错"),
    (Mark.REACTION, "ありがとうございます"),
    (Mark.REACTION, "고마워요"),
    (Mark.REACTION, "ขอบคุณครับ"),
    (Mark.REACTION, "Danke, aber das funktioniert nicht."),
    (Mark.REACTION, "Спасибо!"),
]

NOT_ASKED = [
    "What is the capital of Peru?",
    "Write a short poem about the sea.",
    "How many steps does the tower have?",
    "The rubric of the newspaper was red.",
    "The score was three to two.",
    "Which film of the year did you like best?",
    "Translate this letter into German.",
    "我想去北京旅游",
    "東京の天気は",
    "오늘 날씨 어때",
    "¿Cuál es la capital de Francia?",
    "Wie wird das Wetter morgen?",
    "Какая завтра погода?",
    "rethanked",
    "thanksgiving dinner for ten",
]

CAPABILITIES = [
    ("software engineering", "Write a Python function with unit tests that parses this CSV."),
    ("software engineering", "int main() { for (;;) { x[i] = y[j]; } return f(x); }"),
    ("software engineering", "请写一个函数并加上单元测试"),
    ("agentic and tool use", "Use the available tools: open the page and take a screenshot."),
    ("multi-step reasoning", "Prove the theorem that every prime of this form divides it."),
    ("multi-step reasoning", "证明这个方程有两个解"),
    ("long-horizon planning", "A roadmap with milestones and phases for the launch plan."),
    ("security", "Is this buffer overflow a vulnerability that malware can exploit?"),
    ("data analysis", "Make a pivot table of the dataframe in pandas and chart outliers."),
    ("writing", "Draft a cover letter and a short story with dialogue."),
    ("promotion", "Five star review with hashtags for an instagram caption."),
    ("translation", "Translate into French: good morning to all."),
    ("evaluation and grading", "Response A or Response B: which response is better?"),
    ("everyday", "A recipe for dinner on my wife's birthday."),
    ("other", "Zzz."),
]


def _marks(text: str) -> Mark:
    return Mark(int(sketch_column(pa.array([text]), KEY).marks[0]))


@pytest.mark.parametrize(("mark", "text"), ASKED)
def test_what_is_asked_for_is_marked(mark: Mark, text: str) -> None:
    assert mark in _marks(text)


@pytest.mark.parametrize("text", NOT_ASKED)
def test_ordinary_words_are_not_marked(text: str) -> None:
    assert _marks(text) == Mark(0)


@pytest.mark.parametrize(("mark", "text"), ASKED)
def test_hiding_and_shouting_do_not_help(mark: Mark, text: str) -> None:
    hidden = "\u200b".join(text.upper())
    # German sharp s has no single capital letter; nothing in the table depends on it.
    assert mark in _marks(hidden)
    assert mark in _marks("padding words before\n\n" + text + "\n\nand after")


@pytest.mark.parametrize(("capability", "text"), CAPABILITIES)
def test_capabilities(capability: str, text: str) -> None:
    assert capability_name(int(sketch_column(pa.array([text]), KEY).capability[0])) == capability


def _codes(**row: str | None) -> tuple[Mark, str]:
    (made,) = sketch(batch([row]), KEY).to_pylist()
    return Mark(made["marks"]), capability_name(made["capability"])


def test_a_system_prompt_asks_too_but_never_reacts() -> None:
    asked, _ = _codes(prompt="Zzz.", system="Write out your reasoning step by step. Thanks!")
    assert asked == Mark.REASONING
    plain, _ = _codes(prompt="Zzz.")
    assert plain == Mark(0)


def test_tools_say_that_an_agent_is_at_work_where_the_prompt_says_nothing() -> None:
    assert _codes(prompt="Zzz.", tools="[]")[1] == "agentic and tool use"
    assert _codes(prompt=None, input_role="tool")[1] == "agentic and tool use"
    assert _codes(prompt="Zzz.", input_role="user")[1] == "other"
    assert _codes(prompt="Prove the lemma.", tools="[]")[1] == "multi-step reasoning"


SOURCE = tomllib.loads(
    files("gauger.read.sketch").joinpath("lexicon.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("mark", list(Mark))
def test_every_phrase_of_a_mark_is_found(mark: Mark) -> None:
    assert mark.name is not None
    rule = SOURCE["marks"][mark.name.lower()]
    texts = [phrase for cue in rule.get("any", ()) for phrase in SOURCE["cues"][cue]]
    if "all" in rule:
        one, other = (SOURCE["cues"][cue] for cue in rule["all"])
        texts += [f"{phrase} zzz {other[0]}" for phrase in one]
        texts += [f"{one[0]} zzz {phrase}" for phrase in other]
    found = sketch_column(pa.array(texts), KEY).marks
    missed = [
        text for text, marks in zip(texts, found.tolist(), strict=True) if mark not in Mark(marks)
    ]
    assert not missed


def test_the_lexicon_holds_what_the_model_names() -> None:
    words = lexicon()
    assert {rule.name for rule in words.marks} == {mark.name.lower() for mark in Mark if mark.name}
    assert words.capabilities == ("other", *SOURCE["capabilities"])
    assert len(words.capabilities) <= 32
