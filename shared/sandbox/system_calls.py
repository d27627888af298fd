"""System call filter of a process that only computes (seccomp): no network, no files, no other process.

A list of what is forbidden, not of what is allowed: interpreter, C library and decoders may change what they use. A
forbidden call fails with EPERM. Whatever the process still has to load must be loaded before.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Mapping
from itertools import chain

# name: number on x86_64, on aarch64 (None: does not exist there)
NETWORK = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
}
FILES = {
    "open": (2, None),
    "creat": (85, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "open_by_handle_at": (304, 265),
    "memfd_create": (319, 279),
    "truncate": (76, 45),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "rmdir": (84, None),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "fchownat": (260, 54),
    "mount": (165, 40),
    "umount2": (166, 39),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
}
PROCESSES = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "unshare": (272, 97),
    "setns": (308, 268),
}
KERNEL = {  # doors through which kernels were attacked
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}
LIMITS = (302, 261)  # prlimit64: allowed for the process itself only, whose number is written as 0
CLONE, CLONE3 = (56, 220), 435  # threads are allowed; the C library uses the first where the second does not exist
CLONE_THREAD = 0x10000
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, architecture in seccomp's words
X32 = 0x40000000  # the second numbering of x86_64 begins here

LOAD, EQUAL, AT_LEAST, HAS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF: load a word, three jumps, the verdict
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT = 0, 4, 16  # in struct seccomp_data
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2


def forbid() -> bool:
    """Put the filter on this process and on every thread that it starts. Returns False where there is none."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return False
    program = _program(*MACHINES[platform.machine()])
    code = ctypes.create_string_buffer(b"".join(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(prctl(PR_SET_SECCOMP, FILTER, ctypes.byref(header), 0, 0) == 0)


def _program(column: int, architecture: int) -> list[bytes]:
    refuse, allow = _step(RETURN, ERRNO | errno.EPERM), _step(RETURN, ALLOW)
    program = [
        _step(LOAD, ARCHITECTURE_AT),
        _step(EQUAL, architecture, 1, 0),
        _step(RETURN, KILL),
        _step(LOAD, NUMBER_AT),
        _step(AT_LEAST, X32, 0, 1),
        refuse,
        *_where(LIMITS[column], _step(EQUAL, 0, 0, 1), allow, refuse),
        *_where(CLONE3, _step(RETURN, ERRNO | errno.ENOSYS)),
        *_where(CLONE[column], _step(HAS, CLONE_THREAD, 0, 1), allow, refuse),
    ]
    for number in _numbers(column, NETWORK, FILES, PROCESSES, KERNEL):
        program += _where(number, refuse)
    return [*program, allow]


def _where(number: int, *steps: bytes) -> list[bytes]:
    """The steps for one call; all others pass them. Several steps judge its first argument."""
    load = [_step(LOAD, FIRST_ARGUMENT_AT)] if len(steps) > 1 else []
    return [_step(EQUAL, number, 0, len(load) + len(steps)), *load, *steps]


def _numbers(column: int, *tables: Mapping[str, tuple[int | None, int | None]]) -> list[int]:
    numbers = (pair[column] for pair in chain.from_iterable(table.values() for table in tables))
    return [number for number in numbers if number is not None]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
