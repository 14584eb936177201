"""The store as everything above it sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from gateway.clock import Clock
from gateway.crypto import MasterKey
from gateway.store.disposition import AuditDraft, Committed, Decided, Decision, Disposition, Job, JobDraft, Result
from gateway.store.views import (
    AuditRow,
    CaseView,
    Changes,
    HoldView,
    LinkView,
    PolicyVersion,
    Snapshot,
    Swept,
)


class Store:
    """Signatures first; the bodies follow in this same file."""

    @classmethod
    def open(
        cls,
        url: str,
        keys_url: str,
        master: MasterKey,
        clock: Clock,
        state_dir: Path,
        worker_name: str,
        *,
        disk_floor_bytes: int = 256 * 1024 * 1024,
    ) -> Store:
        """Open after fork. The schema must be there: `gateway.store.migrate.migrate(url, keys_url)`."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    async def commit(self, disposition: Disposition) -> Committed:
        raise NotImplementedError

    def check_disk(self) -> None:
        """DiskLow under the floor. Cheap: one system call."""
        raise NotImplementedError

    # outbox
    async def lease(self, owner: str, limit: int, now: datetime) -> list[Job]:
        raise NotImplementedError

    async def renew(self, job_ids: Sequence[int], owner: str, now: datetime) -> None:
        raise NotImplementedError

    async def settle(self, job_id: int, results: Sequence[Result], next_attempt: datetime | None = None) -> None:
        raise NotImplementedError

    async def release_leases(self, owner: str) -> None:
        raise NotImplementedError

    async def add_jobs(self, reference: str, jobs: Sequence[JobDraft]) -> tuple[Job, ...]:
        """Add a DSN or notice to a case."""
        raise NotImplementedError

    # cases
    async def read_message(self, reference: str) -> bytes:
        raise NotImplementedError

    async def read_by_name(self, message_name: str) -> bytes:
        raise NotImplementedError

    async def case(self, reference: str) -> CaseView:
        raise NotImplementedError

    async def list_holds(self, *, approver: str | None = None, person: str | None = None) -> tuple[HoldView, ...]:
        raise NotImplementedError

    async def decide(
        self,
        reference: str,
        decision: Decision,
        *,
        by: str,
        reason: str,
        now: datetime,
        jobs: Sequence[JobDraft] = (),
        link: bytes | None = None,
    ) -> Decided:
        raise NotImplementedError

    async def expire_holds(self, now: datetime, notice: Callable[[CaseView], Sequence[JobDraft]]) -> tuple[str, ...]:
        raise NotImplementedError

    # links
    async def peek_link(self, token_digest: bytes) -> LinkView:
        raise NotImplementedError

    async def use_link(self, token_digest: bytes, act: str, now: datetime) -> str:
        raise NotImplementedError

    # policy, snapshots, settings
    async def put_policy(self, text: str, author: str) -> PolicyVersion:
        raise NotImplementedError

    async def active_policy(self) -> PolicyVersion | None:
        raise NotImplementedError

    async def policy_versions(self) -> tuple[PolicyVersion, ...]:
        raise NotImplementedError

    async def put_snapshot(self, blob: bytes, counts: Mapping[str, int], author: str) -> Snapshot:
        raise NotImplementedError

    async def active_snapshot(self) -> Snapshot | None:
        raise NotImplementedError

    async def put_setting(self, key: str, value: str, author: str) -> None:
        raise NotImplementedError

    async def settings(self) -> Mapping[str, str]:
        raise NotImplementedError

    async def changes(self) -> Changes:
        raise NotImplementedError

    # audit, sweeps
    async def audit(self, *drafts: AuditDraft, reference: str | None = None) -> None:
        raise NotImplementedError

    async def audit_rows(
        self, reference: str | None = None, *, after: int = 0, limit: int = 500
    ) -> tuple[AuditRow, ...]:
        raise NotImplementedError

    async def sweep(self, now: datetime) -> Swept:
        raise NotImplementedError

    async def erase(self, reference: str, by: str, reason: str) -> None:
        raise NotImplementedError

    async def checkpoint(self) -> None:
        raise NotImplementedError
