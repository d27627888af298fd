"""A copy on paper, whose processes are lines of a diary."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from unittest import mock

import httpx

from deploy.local.settings import Local
from deploy.local.stack import FailedForNow, Stack, StackFailed
from deploy.upgrade import behind, replacement
from shared.language.services import SERVICES


class Copy(Stack):
    """A copy whose processes are lines of a diary.

    broken: those that do not come up. impossible: one that cannot even be started, as where no memory is left.
    for_now: name -> how often it ends before it is ready, as where a store is away; "topics", too.
    """

    def __init__(self, folder, *broken, impossible=""):
        with mock.patch.object(httpx, "Client"):  # nobody is asked, and reading certificates takes a tenth of a second
            super().__init__(Local(folder))
        self.diary, self.broken, self.impossible, self.started = [], broken, "", []
        self.sockets.make()
        for name in self.names:
            self.start(name)
        self.diary.clear()
        self.impossible, self.for_now = impossible, Counter()

    def start_all(self):
        raise StackFailed("the store is full")

    def create_topics(self):
        self._fail_for_now("topics")
        self.diary.append("topics")

    def _fail_for_now(self, name):
        if self.for_now[name]:
            self.for_now[name] -= 1
            raise FailedForNow(f"{name}: no store", "a line of a log")

    def start(self, name, command="", *, beside=False):
        if name in SERVICES:
            self.sockets.next(name)
            if not beside:
                self.sockets.lead(name)
        if name == self.impossible:
            raise OSError(f"{name} cannot be started")
        self.processes[name] = Paper(name, self.diary)
        self.started.append(self.processes[name])
        self.diary.append(f"+{name}")

    def await_ready(self, name, is_ready, patience=0):
        if name in self.broken:
            raise StackFailed(f"{name} is not healthy", "a line of a log")
        self._fail_for_now(name)
        self.diary.append(f"{name} works")

    def metrics(self, worker):
        if worker not in self.processes:
            raise httpx.ConnectError("nobody listens")
        reported = {each.metric for each in (*behind.MEASURES.values(), *replacement.NUMBERS.values())}
        return "".join(f"{metric} 0\n" for metric in reported)

    def healthy(self, name, patience=5):
        return name in self.running

    @property
    def running(self):
        """Who runs, whether the copy knows it or not."""
        return [each.name for each in self.started if each.poll() is None]

    @property
    def unknown(self):
        """Who runs and would be stopped by nobody."""
        return [each.name for each in self.started if each.poll() is None and each is not self.processes.get(each.name)]


class Paper:
    """A process on paper."""

    def __init__(self, name, diary):
        self.pid, self.returncode, self.name, self.diary = id(self), None, name, diary

    def poll(self):
        return self.returncode

    def wait(self, timeout=None):
        return self.returncode

    def send_signal(self, number):
        self.returncode = -number
        self.diary.append(f"-{self.name}")


def replace_all(stack, **options):
    """The diary after an upgrade."""

    replacement.replace_all(stack, lambda line: None, threading.Event(), pause=pause_of(stack), **options)
    return stack.diary


def told(stack, **options):
    """What somebody is told during an upgrade, whether it goes well or not."""
    lines = []
    with suppress(StackFailed):
        replacement.replace_all(stack, lines.append, threading.Event(), pause=pause_of(stack), **options)
    return lines


def pause_of(stack):
    return lambda seconds: stack.diary.append("a moment" if seconds == replacement.TAKEN_WITHIN else f"{seconds:.0f} s")


def alone(monkeypatch):
    """Without a proxy that could read anything, and without the seconds by which measures are late."""
    monkeypatch.setattr(replacement, "_configure_proxy", lambda stack: None)
    monkeypatch.setattr(behind, "MEASURED_EVERY", dict.fromkeys(behind.MEASURES, 0.0))
