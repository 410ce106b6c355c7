"""Our figures against frozen ones of other programs: every case, and every figure that each has.

A module ``golden_<name>.py`` answers for one file: ``CHECKS`` holds an assertion for each figure, and
``NOT_OURS`` the reason for each that no convention of ours gives. What is in neither fails.
"""

import json

import golden_boundary
import golden_cityscapes
import golden_cleanlab
import golden_coco
import golden_consensus
import golden_instance
import golden_panoptic
import golden_semantic
import pytest
from golden_folder import GOLDEN

MODULES = {
    module.FILE: module
    for module in (
        golden_boundary,
        golden_cityscapes,
        golden_cleanlab,
        golden_coco,
        golden_consensus,
        golden_instance,
        golden_panoptic,
        golden_semantic,
    )
}

ABSENT = pytest.mark.skipif(not GOLDEN.is_dir(), reason=f"the frozen figures are not at {GOLDEN}")


def figures():
    """Module, case and name of every frozen figure but those that are not ours."""
    if not GOLDEN.is_dir():
        return [pytest.param(None, None, None, marks=ABSENT, id="absent")]
    return [
        pytest.param(module, case, key, id=f"{case['name']}: {key}")
        for module in MODULES.values()
        for case in module.cases()
        for key in case["expected"]
        if key not in module.NOT_OURS
    ]


@pytest.mark.parametrize(("module", "case", "key"), figures())
def test_figure(module, case, key):
    assert key in module.CHECKS, f"nobody answers for {key!r} in {module.FILE}"
    module.CHECKS[key](case)


@ABSENT
def test_every_file_has_its_module():
    assert {file.name for file in GOLDEN.glob("*.json")} == set(MODULES)


@ABSENT
@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_no_case_is_left_out_and_no_answer_is_without_its_figure(module):
    index = json.loads((GOLDEN / module.FILE).read_text(encoding="utf-8"))
    lists = [part for part in index.values() if isinstance(part, list) and part and isinstance(part[0], dict)]
    named = {one["name"] for part in lists for one in part if "expected" in one}
    assert {case["name"] for case in module.cases()} == named
    keys = {key for case in module.cases() for key in case["expected"]}
    assert keys == module.CHECKS.keys() | module.NOT_OURS.keys()
    assert not module.CHECKS.keys() & module.NOT_OURS.keys()
    assert all(module.NOT_OURS.values())
