"""What must always hold, asked of the database: the view `invariant_violations` is empty or something is wrong."""

from dataclasses import dataclass

from core.prepared import read

# To plan it takes longer than to run it on a small database, and tests run it after each of theirs.
FOUND = "SELECT rule, subject, detail FROM invariant_violations ORDER BY rule, subject, detail LIMIT %s"


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach: the rule, what breaks it, and how."""

    rule: str
    subject: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.subject} ({self.detail})"


def violations(limit: int = 1000) -> list[Violation]:
    """Every breach, in order of the rules; the first `limit` of them. An empty list means that all is well."""
    return [Violation(*row) for row in read(FOUND, [limit])]
