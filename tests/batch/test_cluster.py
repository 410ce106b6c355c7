"""Samples that are counted on a Dask cluster: the figures are those of this machine, and faults are told."""

import json
import socket
import threading
import time
from concurrent.futures import CancelledError

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture

from segreview import cli
from segreview.batch import cluster as module
from segreview.batch.cluster import cluster
from segreview.errors import SegreviewError

distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")


GO = threading.Event()
"""Ends what workers wait for: they are threads, and their end is waited for."""


def waits(n):
    """At 1 longer than any test."""
    GO.wait(60 * n)


@pytest.fixture(autouse=True)
def _nobody_waits_longer():
    GO.clear()
    yield
    GO.set()


@pytest.fixture(scope="module")
def machines():
    """Cluster of two threads that is talked to as one of other machines is."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address="127.0.0.1:0"
    ) as found:
        yield found


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.5)


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = cli.main([str(one) for one in arguments])
        return code, *capsys.readouterr()

    return call


def objects(seed):
    random = np.random.default_rng(seed)
    data = np.zeros((40, 50), np.uint16)
    for n in range(1, 9):
        top, left = random.integers(0, 35), random.integers(0, 45)
        data[top : top + 6, left : left + 6] = n
    return data


@pytest.fixture
def folders(tmp_path):
    """Ten images on both sides; the model's fourth is damaged, and its fifth is missing."""
    for n, side in enumerate(("gt", "pred")):
        (tmp_path / side).mkdir()
        for image in range(10):
            tifffile.imwrite(tmp_path / side / f"{image}.tif", objects(image + n))
    (tmp_path / "pred" / "3.tif").write_bytes(b"II*\0damaged")
    (tmp_path / "pred" / "4.tif").unlink()
    return "gt", "pred"


@pytest.fixture
def coco(tmp_path):
    images = [{"id": n, "file_name": f"{n}.jpg", "height": 40, "width": 50} for n in range(6)]
    random = np.random.default_rng(0)
    boxes = [
        {"image_id": n % 6, "category_id": 1 + n % 2, "bbox": [*random.integers(0, 30, 2).tolist(), 9, 8]}
        for n in range(40)
    ]
    truth = {
        "images": images,
        "annotations": [{**box, "id": n + 1, "area": 72} for n, box in enumerate(boxes)],
        "categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}],
    }
    said = [{**box, "score": 1 / (n + 2)} for n, box in enumerate(boxes[::3])]
    (tmp_path / "gt.json").write_text(json.dumps(truth))
    (tmp_path / "results.json").write_text(json.dumps(said))
    return "gt.json", "results.json"


@pytest.fixture
def panoptic(tmp_path):
    for side in ("gt", "pred"):
        (tmp_path / side).mkdir(exist_ok=True)
        rows = []
        for n in range(3):
            ids = objects(n).astype(np.uint8)
            Picture.fromarray(np.stack([ids, 0 * ids, 0 * ids], -1)).save(tmp_path / side / f"{n}.png")
            segments = [{"id": int(i), "category_id": 1} for i in np.unique(ids) if i]
            rows.append({"image_id": n, "file_name": f"{n}.png", "segments_info": segments})
        classes = [{"id": 1, "name": "cell", "isthing": 1}]
        text = json.dumps({"categories": classes, "annotations": rows})
        (tmp_path / f"panoptic_{side}.json").write_text(text)
    return "panoptic_gt.json", "panoptic_pred.json"


@pytest.mark.parametrize(
    ("data", "conventions"),
    [
        ("folders", ["stardist", "cellpose", "seg", "aji", "box", "boundary", "agreement"]),
        ("coco", ["coco", "stardist"]),
        ("panoptic", ["panoptic", "semantic"]),
    ],
)
def test_figures_equal_those_of_this_machine(
    request, run, machines, tmp_path, monkeypatch, data, conventions
):
    sides = request.getfixturevalue(data)
    monkeypatch.chdir(tmp_path)
    named = [part for name in conventions for part in ("--convention", name)]
    call = ["evaluate", *sides, *named, "--per-object", "--json"]
    here = run(*call, "here.json")
    there = run(*call, "there.json", "--scheduler", machines.scheduler_address)
    assert there[:2] == here[:2]
    assert here[0] == (cli.IN_PART if data == "folders" else cli.DONE)
    found, expected = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("there", "here"))
    assert [one["name"] for one in found.pop("failed")] == [one["name"] for one in expected.pop("failed")]
    assert found == expected


def test_the_gate_is_kept_there_too(run, machines, folders, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call = ["check", *folders, "--convention", "stardist", "--scheduler", machines.scheduler_address]
    assert run(*call, "--min", "f1=0")[0] == cli.IN_PART
    assert run(*call, "--min", "f1=1")[0] == cli.FAILED


def test_answers_come_in_order_and_a_few_are_ahead(machines):
    def late(n):
        time.sleep(0.05 * (n % 3 == 0))
        return n * n

    with cluster(machines.scheduler_address) as each:
        assert list(each(late, range(30))) == [n * n for n in range(30)]
        assert list(each(late, [])) == []


def test_faults_of_ours_stay_what_they_are(machines):
    with cluster(machines.scheduler_address) as each, pytest.raises(ZeroDivisionError):
        list(each(lambda n: 1 // n, [1, 0]))


@pytest.mark.parametrize("address", ["nonsense", "foo://x", "tls://127.0.0.1:1", "tcp://127.0.0.1:1"])
def test_an_address_where_nobody_answers_is_told_soon(run, sides_of_one, impatient, address):
    begin = time.monotonic()
    code, out, err = run("evaluate", *sides_of_one, "--scheduler", address)
    assert (code, out) == (cli.WRONG_INPUT, "")
    assert err.startswith(f"segreview: There is no Dask scheduler at {address}: ")
    assert "tcp://10.0.0.1:8786" in err
    assert "Traceback" not in err
    assert time.monotonic() - begin < 5


def test_a_listener_that_says_nothing_is_told_soon(impatient):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begin = time.monotonic()
        with (
            pytest.raises(SegreviewError, match="there is no answer"),
            cluster(f"tcp://127.0.0.1:{silent.getsockname()[1]}"),
        ):
            pass
        assert time.monotonic() - begin < 5


def test_the_address_of_a_worker_is_told(machines):
    (worker, *_) = machines.scheduler_info["workers"]
    with pytest.raises(SegreviewError, match="it is the address of a worker"), cluster(worker):
        pass


def test_a_cluster_without_workers_is_told(impatient):
    with distributed.LocalCluster(
        n_workers=0, processes=False, protocol="tcp://", dashboard_address="127.0.0.1:0"
    ) as empty:
        address = empty.scheduler_address
        with pytest.raises(SegreviewError, match="has no workers") as refusal, cluster(address):
            pass
    assert refusal.value.hint == f"Start some: dask worker {address}"


def test_workers_that_go_are_told(impatient):
    with (
        distributed.LocalCluster(
            n_workers=1, processes=False, protocol="tcp://", dashboard_address="127.0.0.1:0"
        ) as leaving,
        cluster(leaving.scheduler_address) as each,
    ):
        answers = each(waits, [0, 1])
        assert next(iter(answers)) is None
        leaving.scale(0)
        with pytest.raises(SegreviewError, match="lost"):
            list(answers)
        GO.set()


def test_machines_with_another_version_are_refused(machines, monkeypatch):
    monkeypatch.setattr(module, "_version", lambda: "0.0.1")
    with (
        pytest.raises(SegreviewError, match=r"has segreview 0\.0\.1") as refusal,
        cluster(machines.scheduler_address),
    ):
        pass
    assert "same version" in refusal.value.hint


def test_machines_without_the_package_are_refused(machines, monkeypatch):
    def missing():
        raise ModuleNotFoundError("No module named 'segreview'")

    monkeypatch.setattr(module, "_version", missing)
    with pytest.raises(SegreviewError, match="no segreview to use"), cluster(machines.scheduler_address):
        pass


def test_a_missing_library_is_told_with_what_installs_it(run, sides_of_one, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    code, out, err = run("evaluate", *sides_of_one, "--scheduler", "tcp://127.0.0.1:1")
    assert (code, out) == (cli.WRONG_INPUT, "")
    assert 'pip install "segreview[cluster]"' in err


@pytest.fixture
def sides_of_one(tmp_path):
    for name in ("gt.tif", "pred.tif"):
        tifffile.imwrite(tmp_path / name, objects(0))
    return tmp_path / "gt.tif", tmp_path / "pred.tif"


class Gone:
    """Client whose scheduler ends as soon as something is waited for."""

    def nthreads(self):
        return {"tcp://10.0.0.2:1": 1}

    def submit(self, *_, **__):
        return object()

    def as_current(self):
        raise CancelledError

    def cancel(self, _):
        pass


def test_a_scheduler_that_goes_is_told():
    with pytest.raises(SegreviewError, match="tcp://x:1 was lost: its scheduler is gone") as refusal:
        list(module._each(Gone(), "tcp://x:1", str, [1, 2]))
    assert "--scheduler" in refusal.value.hint
