"""`python -m devtools.demo.garments`: draws every picture that images.csv asks for and devtools/demo/pictures lacks.

Drawing one takes half a second, so the drawings are kept in the repository, and load_demo takes them from there.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

from devtools.demo import tables
from devtools.demo.garments.wardrobe import draw

SIZE = (864, 1080)


def main() -> None:
    tables.PICTURES.mkdir(exist_ok=True)
    wanted = {tables.picture_name(row.source, row.colour): row for row in tables.pictures()}
    missing = [(name, row) for name, row in wanted.items() if not (tables.PICTURES / name).exists()]
    with ProcessPoolExecutor() as pool:
        for number, name in enumerate(pool.map(_draw, missing), start=1):
            print(f"{number} of {len(missing)}: {name}", flush=True)
    for path in tables.PICTURES.glob("*.webp"):
        if path.name not in wanted:
            path.unlink()


def _draw(job: tuple[str, tables.Picture]) -> str:
    name, row = job
    picture = draw(row.source, row.colour, tables.hexes()).resize(SIZE)
    picture.save(tables.PICTURES / name, "WEBP", quality=86, method=6)
    return name


if __name__ == "__main__":
    main()
