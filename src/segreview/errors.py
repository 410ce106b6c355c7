"""What can go wrong, told so that a user knows what happened, where, and what to do next."""

from __future__ import annotations


class SegreviewError(Exception):
    """A fault that the user can understand and act upon.

    Parameters
    ----------
    message
        What happened and where: the file, the object's id.
    hint
        The way out: what the user can do now. May be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class ReadError(SegreviewError):
    """A file or folder could not be read, or does not hold what was expected."""


class WriteError(SegreviewError):
    """A file could not be written, or did not read back as it was written."""


class LossError(WriteError):
    """The target format cannot hold what the labels hold; nothing was written."""


class PairingError(SegreviewError):
    """Files do not belong together: no partner by name, or shapes that differ."""


class ScoreError(SegreviewError):
    """Predicted objects have no scores by which they could be ranked."""


class Cancelled(SegreviewError):  # noqa: N818 (the user's wish, not a failure)
    """The user called off what was going on; there is nothing to tell."""

    def __init__(self) -> None:
        super().__init__("Cancelled.")


class EditRefused(SegreviewError):  # noqa: N818 (a refusal, not a failure: nothing broke)
    """An edit was not applied; the labels are as they were."""


class JournalError(SegreviewError):
    """The journal cannot be read or written."""


class SystemMissing(SegreviewError):  # noqa: N818 (the system lacks a part)
    """The computer lacks what the window needs: a display, a library, a package."""
