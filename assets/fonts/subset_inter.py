"""Makes the font files in this folder from the static web fonts of Inter 4; see README.md."""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x218, 0x21B), (0x2C6, 0x2DD),
    (0x370, 0x3FF), (0x400, 0x4FF), (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EF2, 0x1EF3),
    (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2116, 0x2122), (0x2150, 0x215E), (0x2190, 0x21FF),
    (0x2200, 0x2265), (0x2300, 0x23FF), (0x25A0, 0x25FF), (0x2600, 0x2665), (0x2713, 0x2717),
]
DIGITS = range(ord("0"), ord("9") + 1)


def tabular_names(font):
    """Glyph name -> glyph name of the feature `tnum`."""
    gsub = font["GSUB"].table
    names = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for table in gsub.LookupList.Lookup[index].SubTable:
                table = getattr(table, "ExtSubTable", table)
                names.update(getattr(table, "mapping", {}))
    return names


def make(source, target):
    font = TTFont(source)
    tabular = tabular_names(font)
    for table in font["cmap"].tables:
        for code in DIGITS:
            if code in table.cmap:
                # Tables may share one mapping, so that a digit may have been replaced already.
                table.cmap[code] = tabular.get(table.cmap[code], table.cmap[code])
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp"]
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
    subsetter.subset(font)
    widths = {font["hmtx"][font.getBestCmap()[code]][0] for code in DIGITS}
    assert len(widths) == 1, f"digits of {target} have the widths {widths}"
    font.flavor = None
    font.save(target)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for weight in ["Regular", "Medium", "SemiBold"]:
        make(folder / f"Inter-{weight}.woff2", Path(__file__).parent / f"Inter-{weight}.ttf")
