"""Addresses that lead nowhere, errors in one line, and an output that is for answers."""

import io
import socket
import threading

import pytest
from ray.exceptions import RayTaskError, WorkerCrashedError

from inkdigits.cluster.session import _AnswersOnly, connected, explained
from inkdigits.errors import DatasetError, InkdigitsError


@pytest.mark.parametrize(
    "address", ["somewhere", "ray://head:10001", "head:", ":6379", "head:port", "http://head:8265"]
)
def test_an_address_of_another_form_is_refused(address: str) -> None:
    with pytest.raises(InkdigitsError, match=r"must be local, auto or HOST:PORT; run it on a machine of the cluster"):
        connected(address).__enter__()


def test_an_address_where_nobody_listens_is_told_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(InkdigitsError, match=rf"^--cluster {address}: nobody answers there \(.*\); is 'ray start'"):
            connected(address).__enter__()


def test_a_host_that_cannot_be_is_told() -> None:
    with pytest.raises(
        InkdigitsError, match=r"^--cluster 10\.0\.\.1:6379: nobody answers there \(.*\); is 'ray start'"
    ):
        connected("10.0..1:6379").__enter__()


def failed_task(cause: Exception) -> RayTaskError:
    return RayTaskError("_train", "Traceback ...\n", cause)


def test_what_a_user_caused_is_told_as_it_is_without_a_cluster() -> None:
    told = explained(failed_task(failed_task(DatasetError("idx:x: no such folder"))))
    assert (type(told), str(told)) == (DatasetError, "idx:x: no such folder")


def test_what_nobody_foresaw_is_one_line() -> None:
    assert str(explained(failed_task(ValueError("first\nsecond")))) == "the cluster: ValueError: first"
    told = str(explained(WorkerCrashedError()))
    assert told.startswith("the cluster: WorkerCrashedError: The worker died unexpectedly")
    assert "\n" not in told


def test_only_the_main_thread_says_answers(caplog: pytest.LogCaptureFixture) -> None:
    stream = io.StringIO()
    output = _AnswersOnly(stream)
    with caplog.at_level("INFO"):
        thread = threading.Thread(target=print, args=("a node died",), kwargs={"file": output})
        thread.start()
        thread.join()
        print("answer", file=output)
        output.open = False
        print("another node died", file=output)
    assert stream.getvalue() == "answer\n"
    assert [record.getMessage() for record in caplog.records] == ["a node died", "another node died"]
    assert not output.isatty()
