"""Verdicts on limits as JUnit XML, which services for continuous integration show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from segreview.report.limits import Verdict

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids, which names of files may hold."""


def junit(verdicts: Sequence[Verdict], convention: str, failed: Sequence[tuple[str, str]] = ()) -> bytes:
    """JUnit XML with a test for each limit, and one for each image that could not be compared.

    Parameters
    ----------
    verdicts
        Limits and figures.
    convention
        Name of the convention.
    failed
        Names of images with the reason.
    """
    suite = ET.Element(
        "testsuite",
        name="segreview check",
        tests=str(len(verdicts) + len(failed)),
        failures=str(sum(not verdict.kept for verdict in verdicts)),
        errors=str(len(failed)),
    )
    for verdict in verdicts:
        case = _case(suite, f"segreview.{convention}", str(verdict.limit))
        if verdict.kept:
            ET.SubElement(case, "system-out").text = _text(f"{verdict.limit.path} = {verdict.value!r}")
        else:
            _tell(case, "failure", f"{verdict.limit.path} is {verdict.told}, wanted {verdict.limit}")
    for name, reason in failed:
        _tell(_case(suite, "segreview.images", name), "error", reason)
    ET.indent(suite)
    content: bytes = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _case(suite: ET.Element, group: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=group, name=_text(name))


def _tell(case: ET.Element, sort: str, told: str) -> None:
    ET.SubElement(case, sort, message=_text(told)).text = _text(told)


def _text(text: str) -> str:
    r"""Text in which what XML forbids is written as an escape, ``\x07``."""
    return _NOT_IN_XML.sub(lambda found: ascii(found[0])[1:-1], text)
