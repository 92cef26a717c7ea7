"""Writes the reference page of the JavaScript client from its source: each method with what is said of it."""

import re
from collections.abc import Iterator
from pathlib import Path

PAGE = "javascript-client.md"
SOURCES = ("client.ts", "resources.ts", "errors.ts")
CLASS = re.compile(r"(?:^/\*\* (?P<about>[^\n]*?) \*/\n)?^export class (?P<name>\w+)", re.MULTILINE)
METHOD = re.compile(
    r"(?:^  /\*\*(?P<about>(?:(?!\*/).)*)\*/\n)?"
    r"^  (?:async )?(?!constructor)(?P<name>[a-z]\w*)\((?P<given>(?:(?!\n  [^\s)]).)*?)\): (?P<result>[^\n]+) \{$",
    re.MULTILINE | re.DOTALL,
)
TAG = re.compile(r"\s*@(param|throws) ")


def write_javascript_page(source: Path) -> Iterator[str]:
    """Yield the parts of the page."""
    yield "# JavaScript client"
    yield "`@kinemotion/client`. Types of what is sent and returned have the names and fields of the API."
    for name in SOURCES:
        text = (source / name).read_text("utf-8")
        found = list(CLASS.finditer(text))
        ends = [*(match.start() for match in found[1:]), len(text)]
        for match, end in zip(found, ends, strict=True):
            yield f"## {match['name']}"
            if match["about"]:
                yield match["about"]
            yield from _list_methods(text[match.end() : end])


def _list_methods(body: str) -> Iterator[str]:
    for match in METHOD.finditer(body):
        given = re.sub(r"\s+", " ", match["given"]).strip(" ,")
        yield f"### {match['name']}"
        yield f"```ts\n{match['name']}({given}): {match['result']}\n```"
        lines = [re.sub(r"^\s*\* ?", "", line).strip() for line in (match["about"] or "").splitlines()]
        meaning, *tags = TAG.split(" ".join(filter(None, lines)).strip())
        if meaning:
            yield meaning
        if tags:
            yield "\n".join(f"- *{kind}* {said}" for kind, said in zip(tags[::2], tags[1::2], strict=True))
