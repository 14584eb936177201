"""Going behind the store's back: changing its files as an attacker or a broken disk would."""

from pathlib import Path
from typing import Any

import pysqlite3


def change(database: Path, statement: str, *values: Any) -> None:
    connection = pysqlite3.connect(str(database))
    try:
        connection.execute(statement, values)
        connection.commit()
    finally:
        connection.close()


def ask(database: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    connection = pysqlite3.connect(str(database))
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()
