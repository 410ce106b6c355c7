"""Verdicts on limits as JUnit XML, which services for continuous integration show."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from segreview.report.limits import Verdict


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
        case = ET.SubElement(suite, "testcase", classname=f"segreview.{convention}", name=str(verdict.limit))
        if verdict.kept:
            ET.SubElement(case, "system-out").text = f"{verdict.limit.path} = {verdict.value!r}"
        else:
            told = f"{verdict.limit.path} is {verdict.value:g}, wanted {verdict.limit}"
            ET.SubElement(case, "failure", message=told).text = told
    for name, reason in failed:
        case = ET.SubElement(suite, "testcase", classname="segreview.images", name=name)
        ET.SubElement(case, "error", message=reason).text = reason
    ET.indent(suite)
    content: bytes = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
