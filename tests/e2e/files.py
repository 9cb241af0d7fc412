"""Files as people send them: customers with a file each, and files that are bad in different ways."""

from pathlib import Path

HEADER = "customer_id,customer_name,country,joined_on\n"
BAD = {
    "nothing/a.csv": (HEADER + "1,a,de,2023-05-01\n", "is of no table"),
    "customers/empty.csv": ("", "is empty"),
    "customers/corrupt.csv.gz": ("no gzip", "cannot be read to its end"),
    "customers/drifted.csv": ("customer_id,customer_name\n1,a\n", "the column is missing"),
    "customers/typed.csv": (HEADER + "1,a,de,soon\n", "1 values are no date"),
    "customers/dt=2024-13-01/a.csv": (HEADER + "1,a,de,2023-05-01\n", "the folder's name is no date"),
    "orders/half.parquet": ("PAR1", "is not a whole Parquet file"),
}
"""Text and reason of each, by table and name. ``just send`` does not take the first, which is of no table."""


def customers(folder: Path, first: int, count: int) -> list[int]:
    """Write *count* files of a customer each to *folder*, with names as people give them; the customers' numbers."""
    folder.mkdir(parents=True)
    numbers = list(range(first, first + count))
    for number in numbers:
        name = f"customer {number} 100%+é.csv" if number % 50 == 0 else f"{number}.csv"
        (folder / name).write_text(f"{HEADER}{number},Customer {number},de,2023-05-01\n", "utf-8")
    return numbers


def bad(folder: Path, mark: str = "") -> dict[str, str]:
    """Write the bad files to *folder*, their names with *mark* before them; the reason of each, by table and name."""
    reasons = {}
    for path, (text, reason) in BAD.items():
        file = (folder / path).with_name(f"{mark}{Path(path).name}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        reasons[file.relative_to(folder).as_posix()] = reason
    return reasons
