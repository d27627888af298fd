"""A copy on paper, whose processes are lines of a diary."""

from __future__ import annotations

import threading
from unittest import mock

import httpx

from deploy.local.settings import Local
from deploy.local.stack import Stack, StackFailed
from deploy.upgrade import replacement
from shared.language.services import SERVICES


class Copy(Stack):
    """A copy whose processes are lines of a diary.

    broken: those that do not come up. impossible: one that cannot even be started, as where no memory is left.
    """

    def __init__(self, folder, *broken, impossible=""):
        with mock.patch.object(httpx, "Client"):  # nobody is asked, and reading certificates takes a tenth of a second
            super().__init__(Local(folder))
        self.diary, self.broken, self.impossible, self.started = [], broken, "", []
        self.sockets.make()
        for name in self.names:
            self.start(name)
        self.diary.clear()
        self.impossible = impossible

    def start_all(self):
        raise StackFailed("the store is full")

    def create_topics(self):
        self.diary.append("topics")

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

    def await_ready(self, name, is_ready):
        if name in self.broken:
            raise StackFailed(f"{name} ended with status 1")
        self.diary.append(f"{name} works")

    def metrics(self, worker):
        if worker not in self.processes:
            raise httpx.ConnectError("nobody listens")
        return "".join(f"{replacement.NUMBERS[name].metric} 0\n" for name in replacement.AT_WORK)

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
        self.pid, self.returncode, self.name, self.diary = 0, None, name, diary

    def poll(self):
        return self.returncode

    def wait(self, timeout=None):
        return self.returncode

    def send_signal(self, number):
        self.returncode = -number
        self.diary.append(f"-{self.name}")


def replace_all(stack, **options):
    """The diary after an upgrade."""

    def pause(seconds):
        stack.diary.append("a moment")

    replacement.replace_all(stack, lambda line: None, threading.Event(), pause=pause, **options)
    return stack.diary
