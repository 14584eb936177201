"""What a reader of hostile files may do: compute, in bounded memory and time, and answer on the one socket it holds.

Promises: after `confine` the process opens no file, socket or process and signals nobody: the kernel refuses every call
that is not on a short list (seccomp). Memory, processor time and wall clock end it from outside. Works the same as root
and as nobody in particular; root is given up besides. `apart` takes the network away from a whole process where the
kernel lets it: a second wall, for the first one is enough.
Fails: SandboxMissing where the kernel or its library has no seccomp: then nothing is read at all.
"""

from __future__ import annotations

import ctypes
import errno
import math
import os
import resource
import signal
from contextlib import suppress

import pyseccomp

from gateway.errors import PostwachtError

# A document of 25 MB takes a fifth of this in the formats we know; two readers at once fit a server of 2 GB.
MEMORY_BYTES_MAX = 384 * 1024 * 1024
_PAGE_BYTES = resource.getpagesize()
_NOBODY = 65534
# linux/prctl.h, linux/sched.h
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
# Memory, what is open already, the clock, the end. No open, socket, connect, clone, exec, kill, ptrace, ioctl.
_ALLOWED = (
    "read write readv writev pread64 sendto sendmsg recvfrom recvmsg close lseek fcntl dup "
    "mmap munmap mremap mprotect madvise brk mincore futex set_robust_list sched_yield sched_getaffinity "
    "rt_sigreturn sigaltstack restart_syscall poll ppoll "
    "clock_gettime clock_getres clock_nanosleep gettimeofday time getrandom getpid gettid getuid geteuid getgid "
    "getegid getrusage sysinfo uname exit exit_group rseq"
).split()


class SandboxMissing(PostwachtError):
    """The kernel can't confine a process, or the library that asks it to is not there."""


def apart() -> bool:
    """Leave the network for an empty one of our own; False where the kernel does not let us."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def address_space_bytes() -> int:
    """What this process has mapped now."""
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - a file of the kernel's
        return int(file.read().split()[0]) * _PAGE_BYTES


def confine(seconds: float, *, mapped_bytes: int) -> None:
    """Give up everything but the list above, for good. `mapped_bytes`: what the process had before it read anything."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # behind the change of user, which clears it
    libc.prctl(_PR_SET_DUMPABLE, 0)
    limits = {
        resource.RLIMIT_AS: mapped_bytes + MEMORY_BYTES_MAX,
        resource.RLIMIT_CPU: math.ceil(seconds),
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))
    signal.setitimer(signal.ITIMER_REAL, seconds)  # wall clock: SIGALRM, which nobody catches, ends the process
    _filter()


def available() -> None:
    """Raise SandboxMissing if `confine` could not work here: a trial in a process of its own."""
    trial = os.fork()
    if trial == 0:
        os._exit(_trial())
    if os.waitstatus_to_exitcode(os.waitpid(trial, 0)[1]) != 0:
        raise SandboxMissing("the kernel or libseccomp does not let us confine a process")


def _trial() -> int:
    """Confine this process and reach out: 0 if that is refused."""
    try:
        confine(1, mapped_bytes=address_space_bytes())
        os.listdir("/")  # noqa: PTH208 - one call of the kernel
    except PermissionError:
        return 0
    except BaseException:  # noqa: BLE001 - whatever it was, the process must end here
        return 1
    return 1


def _filter() -> None:
    """Every call that is not on the list gives EPERM from now on."""
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    for name in _ALLOWED:
        with suppress(OSError, RuntimeError, ValueError):  # a call this machine's processor does not have
            rules.add_rule(pyseccomp.ALLOW, name)
    rules.load()
