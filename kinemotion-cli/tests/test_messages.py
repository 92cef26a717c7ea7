"""A message is its text for people, and a code with values in SI units for programs."""

import ast
import json
import pickle
import re
from collections import Counter
from copy import deepcopy

import pytest
from message_table import ENGINE, find_messages

from kinemotion import errors
from kinemotion.errors import KinemotionError, PhasesNotFound
from kinemotion.i18n.texts import load_texts
from kinemotion.messages import Message, Names
from kinemotion.report.contract.encode import describe_message


def test_a_message_is_its_text():
    message = Message("frames_damaged", "Damaged frames: {count}.", count=7)
    assert message == "Damaged frames: 7."
    assert json.dumps([message]) == '["Damaged frames: 7."]'


def test_copies_and_processes_keep_code_and_values():
    message = Message("frames_damaged", "Damaged frames: {count}.", count=7)
    for copy in (deepcopy(message), pickle.loads(pickle.dumps(message))):  # noqa: S301  (our own bytes)
        assert (copy, copy.code, copy.template, copy.values) == (message, message.code, message.template, {"count": 7})


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{x:.0cm}", "41 cm"),
        ("{x:.0ms}", "412 ms"),
        ("{x:.1s}", "0.4 s"),
        ("{x:.2m}", "0.41 m"),
        ("{x:.0%}", "41%"),
        ("{x:.1f}", "0.4"),
    ],
)
def test_the_template_says_how_a_value_is_written(template: str, text: str):
    assert Message("any", template, x=0.412) == text


def test_a_placeholder_without_a_value_is_a_mistake():
    with pytest.raises(KeyError):
        Message("any", "{nothing:.1f}")


def test_names_stand_in_small_letters_but_for_abbreviations():
    names = Names("metric", {"jump_height_m": "Jump height", "rsi": "RSI"})
    assert Message("any", "Not: {metrics}.", metrics=names) == "Not: jump height, RSI."


def test_programs_get_code_and_si_values():
    names = Names("metric", {"jump_height_m": "Jump height"})
    message = Message("any", "{dip_m:.0cm} {metrics} {count} {file}", dip_m=0.123456, metrics=names, count=3, file="a")
    assert describe_message(message) == {
        "code": "any",
        "message": "12 cm jump height 3 a",
        "values": {"dip_m": 0.1235, "metrics": ["jump_height_m"], "count": 3, "file": "a"},
    }


def test_a_plain_string_is_a_message_with_the_code_of_its_error():
    error = PhasesNotFound("The {toy} never left the ground.", hint="Jump.")
    assert (error.message, error.message.code) == ("The {toy} never left the ground.", "phases_not_found")
    assert error.hint
    assert (error.hint, error.hint.code) == ("Jump.", "phases_not_found_hint")


def test_each_code_says_one_thing():
    counted = Counter(said.code for said in find_messages())
    assert [code for code, times in counted.items() if times > 1] == []


def test_codes_are_in_snake_case_and_every_value_is_used():
    for said in find_messages():
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", said.code)
        assert {*re.findall(r"{(\w+)", said.template)} <= {*said.values}


FAILURES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, KinemotionError)}


def untranslatable(tree: ast.AST) -> list[int]:
    """Lines that make a failure with a plain text, which no catalogue can know."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in FAILURES]
    said = [text for call in made for text in (*call.args, *(item.value for item in call.keywords))]
    return [text.lineno for text in said if isinstance(text, ast.JoinedStr | ast.Constant)]


def test_every_failure_has_a_message_that_can_be_translated():
    found = {
        f"{path.relative_to(ENGINE)}:{line}"
        for path in ENGINE.rglob("*.py")
        for line in untranslatable(ast.parse(path.read_text("utf-8")))
    }
    assert found == set()


def test_a_message_inside_another_is_translated_with_it():
    inner = Message("nothing_analysed", "Nothing was analysed.")
    message = Message("any", "Row {row}, column {column!r}: {what}", row=3, column="mass", what=inner)
    assert message == "Row 3, column 'mass': Nothing was analysed."
    assert load_texts("es").sentence(message) == "Fila 3, columna 'mass': No se analizó nada."
