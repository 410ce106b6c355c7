"""Rules, trees and judges: from evidence to probabilities and sentences."""

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from triage_cases import backdrop_of, nuclei, opinion_for, sample_of, subject_of

from segreview.compare.taxonomy import Relation
from segreview.triage import hygiene, rules
from segreview.triage.evidence.relation import NAMES
from segreview.triage.evidence.table import Evidence, gather, standing_name
from segreview.triage.inspection import inspect, views_of
from segreview.triage.judge import LIMIT, MIXTURE, SCHEMA, Judge, judges, probability
from segreview.triage.suspicion import (
    DISPUTE,
    HYGIENE,
    NONE,
    NOTABLE,
    PHRASES,
    Opinions,
    Suspicion,
    blamed,
    strongest,
)
from segreview.triage.trees import Trees


@pytest.fixture(scope="module")
def inspection():
    labels, picture = nuclei()
    model = labels.copy()
    model[26:31, 2:7] = 9
    sample = sample_of(labels, [picture], model)
    (view,) = views_of(sample.reference, sample.images)
    probability = (model > 0) * 0.9
    return inspect(view, opinion_for(labels + (model == 9)), sample.prediction, probability)


OFF = (-6.0, 0.0, 6.0)
"""Outlines outside of the edge, on it and inside of it, in spreads of the image."""


def evidence(**columns):
    """Evidence on one object."""
    named = {name.replace("_", " "): np.array([value], float) for name, value in columns.items()}
    return Evidence(np.array([1]), named)


# -------------------------------------------------------------------- the file
def test_the_judges_say_where_they_come_from():
    content = json.loads(files("segreview.triage").joinpath("judges.json").read_text("utf-8"))
    assert content["schema"] == SCHEMA
    told = content["provenance"]
    assert {"data", "command", "version", "date", "rows", "wrong", "rules"} <= set(told)
    assert told["rules"] == [rule.name for rule in rules.DECIDING]
    assert 0 < told["wrong"]["annotated"] < told["rows"]["annotated"]


def test_every_figure_that_a_judge_reads_can_be_gathered(inspection):
    known = {"annotated": inspection.annotated, "missed": inspection.unclaimed}
    for name, judge in judges().items():
        assert set(judge.names) <= set(known[name].columns)
        for numbers in (judge.middle, judge.spread, judge.weights):
            assert len(numbers) == len(judge.names)
            assert np.isfinite(numbers).all()
        assert judge.weights.shape[1:] == judge.intercepts.shape
        assert np.isfinite(judge.intercepts).all()
        assert (judge.spread > 0).all()
        assert judge.slope > 0
        assert judge.trees.figure.max() < len(judge.names)


def test_every_phrase_is_about_a_figure(inspection):
    assert set(PHRASES) <= set(inspection.annotated.columns)
    assert set(NAMES) <= set(inspection.annotated.columns)


def test_an_object_like_the_middle_of_all_is_judged_by_the_intercepts():
    judge = judges()["annotated"]
    nothing = Evidence(np.array([1]), {})
    trees = judge.trees.sums(judge.middle[None])[0]
    logistic = np.log(np.exp(judge.intercepts).sum())
    fitted = (1 - judge.tree_share) * logistic + judge.tree_share * trees + judge.fitted_shift
    assert rules.log_odds(rules.strengths(nothing))[0] == pytest.approx(rules.SILENT)
    assert judge.log_odds(nothing)[0] == pytest.approx(judge.slope * fitted + judge.shift)
    assert not judge.contributions(nothing).any()
    assert judge.log_odds(Evidence(np.zeros(0, int), {})).shape == (0,)


def test_rules_that_decide_can_raise_suspicion_and_never_lower_it():
    judge = judges()["annotated"]
    deaf = replace(judge, rule_reach=0.0)
    loud = evidence(width=1)
    assert judge.log_odds(loud)[0] > deaf.log_odds(loud)[0] + 0.1
    for quiet in ({}, {"contact": 2, "solidity of both": 0.95}):
        assert judge.log_odds(evidence(**quiet))[0] == pytest.approx(deaf.log_odds(evidence(**quiet))[0])


def test_opposite_kinds_of_fault_both_raise_suspicion():
    judge = judges()["annotated"]
    name = standing_name("edge dilation")
    inside, usual, outside = (judge.log_odds(Evidence(np.array([1]), {name: np.array([x])}))[0] for x in OFF)
    assert min(inside, outside) > usual + 0.5
    place = judge.names.index(name)
    told = [
        judge.contributions(Evidence(np.array([1]), {name: np.array([x])}))[0, place]
        for x in (OFF[0], OFF[2])
    ]
    assert min(told) > 0


def test_figures_far_out_are_clipped():
    judge = judges()["annotated"]
    far = Evidence(np.array([1]), {judge.names[0]: np.array([1e300])})
    assert judge.standard(far.matrix(judge.names, judge.middle))[0, 0] == LIMIT


# -------------------------------------------------------------------- trees
def test_trees_say_what_scikit_learn_says(request):
    request.getfixturevalue("monkeypatch").syspath_prepend(
        str(request.config.rootpath / "benchmarks" / "noise")
    )
    from fit_judges import trees_of

    rng = np.random.default_rng(0)
    figures = rng.normal(size=(400, 5))
    wrong = figures[:, 0] * figures[:, 1] + 0.3 * rng.normal(size=400) > 0.5
    boosted = HistGradientBoostingClassifier(max_iter=12, max_leaf_nodes=6).fit(figures, wrong)
    trees = Trees.of_dict(json.loads(json.dumps(trees_of(boosted))))
    fresh = np.concatenate([rng.normal(size=(300, 5)), figures])
    assert trees.sums(fresh) == pytest.approx(boosted.decision_function(fresh), abs=1e-9)
    assert trees.sums(fresh[:0]).shape == (0,)


def test_a_judge_goes_to_lists_and_back():
    judge = judges()["missed"]
    content = {name: getattr(judge, name) for name in ("names", "middle", "spread", "weights", "intercepts")}
    content |= {name: getattr(judge, name) for name in MIXTURE}
    trees = {
        name: getattr(judge.trees, name) for name in ("roots", "figure", "limit", "left", "right", "value")
    }
    content["trees"] = {**trees, "base": judge.trees.base, "depth": judge.trees.depth}
    again = Judge.of_dict(content)
    one = evidence(contrast=0.4, size=1)
    assert again.log_odds(one) == judge.log_odds(one)


# -------------------------------------------------------------------- rules
CASES = {
    "sliver": ({"width": 1, "border": 1}, "only 1 px wide, at the border of the image"),
    "whiskers": ({"whisker pixels": np.log1p(17)}, "threads of 17 px stand out of it"),
    "tiny": ({"size": -np.log(9)}, "9 times smaller than is usual here"),
    "large": ({"size": np.log(4)}, "4.0 times larger than is usual here"),
    "neck": ({"neck": 0.4, "size": 0.9}, "the outline has a neck, as where two objects meet"),
    "seam within": (
        {"valley of the interior": 0.4, "solidity": 0.9},
        "a seam runs through it, as between two objects",
    ),
    "cut in two": (
        {"contact": 1.5, "solidity of both": 0.95, "seam on the line": 0.1},
        "no seam is seen where it meets its neighbour, and together they have the form of one object",
    ),
    "not there": ({"opinion within": 0.1, "contrast": 0.1}, "the image shows background there"),
    "unlike what is seen": (
        {standing_name("opinion IoU"): -4, "opinion IoU": 0.42},
        "what is seen there fits it with IoU 0.42 only",
    ),
    "shifted": (
        {standing_name("opinion shift"): 5, "opinion shift px": 3.2},
        "the outline lies 3 px beside the edge in the image",
    ),
    "dilated": (
        {standing_name("opinion dilation"): -5, "opinion dilation px": -2.8},
        "the outline lies 3 px outside the edge in the image",
    ),
    "eroded": (
        {standing_name("opinion dilation"): 5, "opinion dilation px": 1.9},
        "the outline lies 2 px inside the edge in the image",
    ),
    "covers model objects": (
        {"trust in the model": 0.9, "model objects within": 0.9},
        "it covers several objects of the model",
    ),
    "shares a model object": (
        {"trust in the model": 0.9, "objects sharing a model object": 0.9, "solidity of both": 0.95},
        "the model sees it and its neighbour as one object",
    ),
    "improbable": (
        {"trust in the model": 1, "probability within": 0.04},
        "the model gives its pixels a probability of 0.04",
    ),
    "no model object": (
        {"trust in the model": 0.9, "no model object": 0.9},
        "the model, which is mostly right here, sees nothing there",
    ),
}


def test_every_rule_has_a_case():
    assert list(CASES) == [rule.name for rule in rules.RULES]


@pytest.mark.parametrize("name", CASES)
def test_a_rule_fires_on_its_sign_alone_and_says_so(name):
    columns, sentence = CASES[name]
    found = Opinions(evidence(**columns), judges()["annotated"])
    strength = rules.strengths(found.evidence)[0]
    (rule,) = [rule for rule in rules.RULES if rule.name == name]
    place = rules.RULES.index(rule)
    assert strength[place] > 0.2
    assert strength[place] == strength.max()
    assert rule.sentence(found.evidence.row(0)) == sentence
    assert found.reasons(0)[0] == sentence
    assert found.suspect(0) == rule.suspect


def test_short_threads_are_a_sign_that_is_not_told():
    found = Opinions(evidence(**{"whisker pixels": np.log1p(7)}), judges()["annotated"])
    place = [rule.name for rule in rules.RULES].index("whiskers")
    assert 0 < rules.strengths(found.evidence)[0][place] < 0.2
    assert not any("threads" in reason for reason in found.reasons(0))


def test_nothing_known_is_no_sign():
    assert not rules.strengths(Evidence(np.array([1, 2]), {})).any()
    assert rules.strengths(Evidence(np.zeros(0, int), {})).shape == (0, len(rules.RULES))


def test_less_than_a_pixel_is_not_told_in_pixels():
    dilated = next(rule for rule in rules.RULES if rule.name == "dilated")
    for px in (0.3, -0.2, 2.0):
        sentence = dilated.sentence({"opinion dilation px": px})
        assert sentence == "the outline lies farther outside than is usual here"
    looks = next(rule for rule in rules.RULES if rule.name == "not there")
    assert looks.sentence({"contrast": 0.8}) == "it does not look like the other objects"
    sliver = next(rule for rule in rules.RULES if rule.name == "sliver")
    assert sliver.sentence({"width": 2.0, "border": 0.0}) == "only 2 px wide"


def test_signs_add_up_as_if_they_were_independent():
    strength = np.array([[0, 0], [0.5, 0], [0.5, 0.5], [1, 1]])
    found = probability(rules.log_odds(strength))
    right = 1 - rules.BASE
    assert found[:3] == pytest.approx([rules.BASE, 1 - right * 0.5, 1 - right * 0.25])
    assert np.isfinite(rules.log_odds(strength)).all()


# -------------------------------------------------------------------- suspicion
def test_urgency_takes_in_hygiene_and_what_is_left_is_unclear():
    told = Suspicion(0.2, 0.5, ("hole",))
    assert told.urgency == pytest.approx(1 - 0.8 * (1 - HYGIENE["hole"]))
    assert told.unclear == pytest.approx(0.3)
    assert Suspicion(0.7, 0.4).unclear == 0
    assert NONE.urgency == 0
    assert strongest([NONE, Suspicion(0.1), told]) is told


def test_the_model_is_blamed_for_what_the_annotation_is_not():
    assert set(DISPUTE) == set(Relation)
    for relation in Relation:
        for wrong in (0.0, 0.3, 1.0):
            share = blamed(wrong, 0.2, relation)
            assert 0 <= share <= 1 - wrong
    assert blamed(0.0, 0.0, Relation.MATCHED) == 0
    assert blamed(0.0, 0.0, Relation.MISSED) == DISPUTE[Relation.MISSED]
    assert blamed(0.5, 1.0, Relation.MATCHED) == 0.5


def test_every_mark_that_moves_the_rank_is_one_of_hygiene():
    assert set(HYGIENE) < set(hygiene.NAMES)


def test_without_a_rule_the_figures_that_say_most_are_told_with_their_side():
    judge = judges()["annotated"]
    for name, (high, low) in PHRASES.items():
        if name not in judge.names:
            continue
        place = judge.names.index(name)
        for side, phrase in ((4, high), (-4, low)):
            value = judge.middle[place] + side * judge.spread[place]
            found = Opinions(Evidence(np.array([1]), {name: np.array([value])}), judge)
            if rules.strengths(found.evidence).max() >= 0.2:
                continue
            told = found.judge.contributions(found.evidence)[0, place] >= NOTABLE
            assert found.reasons(0) == ((phrase,) if phrase and told else ())


def test_reasons_are_worked_out_once_for_all_objects(monkeypatch):
    labels, picture = nuclei()
    subject = subject_of(labels, picture)
    found = Opinions(gather(subject, backdrop_of(subject)), judges()["annotated"])
    calls = []
    real = Judge.contributions
    monkeypatch.setattr(Judge, "contributions", lambda *a: calls.append(1) or real(*a))
    for place in range(len(subject)):
        found.reasons(place)
    assert len(calls) <= 1
