"""Leggings, joggers and shorts."""

from __future__ import annotations

from devtools.demo.garments.curves import MIDDLE, Curve, line, shape, smooth, whole
from devtools.demo.garments.scene import Scene
from devtools.demo.garments.tones import INK, PAPER, Tones
from devtools.demo.garments.trims import Arc, band, drawcord, rib

Params = dict[str, str]
# Half of a legging: outer side and inner side from the hip down, by length.
OUTER = {
    "full": ((350, 430), (356, 560), (374, 740), (398, 880), (402, 1000), (418, 1130), (430, 1236)),
    "capri": ((350, 430), (356, 560), (374, 740), (398, 880), (400, 990)),
    "biker": ((346, 430), (340, 560), (344, 700)),
    "flare": ((350, 430), (356, 560), (376, 740), (392, 860), (374, 1000), (344, 1130), (318, 1236)),
}
INNER = {
    "full": ((508, 1240), (506, 1130), (510, 1000), (506, 880), (516, 740), (530, 600)),
    "capri": ((506, 996), (508, 880), (516, 740), (530, 600)),
    "biker": ((522, 708), (530, 600)),
    "flare": ((520, 1246), (514, 1130), (508, 1000), (506, 860), (516, 740), (530, 600)),
}
CROTCH = (MIDDLE, 545)


def legging(tones: Tones, view: str, params: Params, uid: str = "a") -> Scene:
    length, panel = params.get("len", "full"), params.get("panel", "none")
    cloth = "rib" if params.get("rib") else "mesh" if panel == "mesh" else "sculpt"
    scene = Scene(tones, cloth, uid, seed=8, wrinkle=0.6)
    top, low = Arc(166, 150, 20), Arc(176, 264, 24)
    side = smooth((MIDDLE - 176, 264), *OUTER[length])
    hem = smooth(side.end, ((side.end[0] + INNER[length][0][0]) / 2, INNER[length][0][1] + 5), INNER[length][0])
    inseam = smooth(*INNER[length], CROTCH)
    scene.panel(whole(smooth((MIDDLE, 288), (MIDDLE - 176, 264)) + side + hem + inseam))
    if panel in ("mesh", "stripe", "pocket"):
        _side(scene, side, hem, panel)
    _legging_seams(scene, view, length)
    for edge in (hem, hem.mirrored().reversed()):
        scene.double_stitch(edge, -18, 7)
    for sign in (-1, 1):
        scene.glow(MIDDLE + sign * 105 - 22, 560, 34, 150, 0.75, sign * -3)
        scene.hollow(MIDDLE + sign * 105 + 50, 600, 22, 190, 0.4, sign * 2)
        if length in ("full", "flare", "capri"):
            _knee(scene, sign, length)
    scene.crease((530, 556), (450, 600), 10, 9, 0.6)
    scene.crease((552, 556), (634, 604), -10, 9, 0.7)
    style = params.get("band", "mono")
    if style == "v":
        _v_waist(scene, top, low)
    else:
        band(
            scene,
            top,
            low,
            style if style != "plain" else "plain",
            params.get("tone", "self"),
            back=26,
            front=view != "back",
        )
    return scene


def _knee(scene: Scene, sign: int, length: str) -> None:
    x = MIDDLE + sign * 88
    scene.glow(x - 14, 840, 28, 70, 0.5)
    scene.crease((x - 40, 906), (x + 34, 916), 7, 8, 0.5)
    scene.crease((x - 34, 936), (x + 24, 926), -6, 7, 0.4)
    if length == "full":
        scene.glow(x - 10, 1030, 22, 80, 0.45)
        scene.crease((x - 24, 1182), (x + 30, 1196), 6, 8, 0.6)
        scene.crease((x - 20, 1206), (x + 34, 1200), -5, 7, 0.5)
    if length == "flare":
        scene.fold((x - sign * 6, 960), (x + sign * 60, 1220), sign * -10, 20, 0.55)
        scene.fold((x - sign * 4, 990), (x - sign * 20, 1226), 6, 18, 0.45)


def _legging_seams(scene: Scene, view: str, length: str) -> None:
    if view == "back":  # the heart: two curves that meet under the seat
        left = smooth((MIDDLE - 168, 330), (MIDDLE - 150, 470), (MIDDLE - 92, 556), (MIDDLE - 8, 560))
        for seam in (left, left.mirrored()):
            scene.seam(seam, 2.2)
            scene.shade_below(seam.moved(0, 5), 14, 0.35)
        scene.seam(smooth((MIDDLE, 288), (MIDDLE, 430), CROTCH))
        for sign in (-1, 1):
            scene.glow(MIDDLE + sign * 86 - 16, 430, 62, 74, 0.75)
            scene.hollow(MIDDLE + sign * 84 + 10, 540, 70, 20, 0.6, sign * -12)
        scene.hollow(MIDDLE, 440, 14, 100, 0.5)
        return
    scene.seam(smooth((MIDDLE, 288), (MIDDLE + 2, 420), (MIDDLE, 500)), 2.2)
    gusset = smooth((MIDDLE, 498), (MIDDLE - 15, 526), CROTCH)
    scene.seam(gusset, 2)
    scene.seam(gusset.mirrored(), 2)
    scene.glow(MIDDLE - 30, 370, 90, 70, 0.4)


def _side(scene: Scene, side: Curve, hem: Curve, panel: str) -> None:
    """Along the outer leg: a stripe, a mesh inset or a pocket."""
    if panel == "pocket":
        mouth = smooth((360, 470), (398, 480), (420, 492))
        for one in (mouth + smooth(mouth.end, (424, 600), (416, 690), (372, 706)),):
            for seam in (one, one.mirrored()):
                scene.seam(seam)
                scene.shade_below(seam.moved(2, 4), 10, 0.4)
        scene.stitch(mouth.moved(0, 8))
        scene.stitch(mouth.mirrored().moved(0, 8))
        return
    width = 30 if panel == "stripe" else 54
    inner = side.beside(-width, 16)
    strip = (
        shape(side, hem.part(0, width / 90), inner.reversed())
        if panel == "mesh"
        else shape(side.beside(-9, 16), inner.reversed())
    )
    light = scene.tones.lightness < 0.7
    fill = (
        (PAPER if light else INK)
        if panel == "stripe"
        else scene.tones.step(-0.06 if scene.tones.lightness > 0.4 else 0.07)
    )
    for piece, seam in ((strip, inner), (strip.mirrored(), inner.mirrored())):
        scene.panels.append(
            f'<path d="{piece.d(close=True)}" fill="{fill}" fill-opacity="{0.92 if panel == "stripe" else 1}"/>'
        )
        scene.seam(seam, 2)


def _v_waist(scene: Scene, top: Arc, low: Arc) -> None:
    """A wide band whose lower seam runs to a point."""
    cloth = scene.tones
    side = line((MIDDLE - top.half, top.y), (MIDDLE - low.half, low.y))
    point = smooth((MIDDLE - low.half, low.y), (MIDDLE - 80, low.y + 58), (MIDDLE, low.y + 112))
    dip = smooth((MIDDLE, top.y + 62), (MIDDLE - 90, top.y + 24), (MIDDLE - top.half, top.y))
    outline = whole(dip + side + point)
    inside = shape(Arc(top.half, top.y, -6).curve, dip.mirrored().reversed(), dip)
    scene.outline += [outline, inside]
    scene.held.append(outline)
    fill = scene.gradient(
        [(0, cloth.shade), (0.35, cloth.lit), (1, cloth.step(-0.1))], (MIDDLE - 180, 0), (MIDDLE + 180, 0)
    )
    edge = f'stroke="{cloth.edge}" stroke-width="2" stroke-opacity=".6"'
    scene.trims.append(
        f'<path d="{inside.d(close=True)}" fill="{cloth.inside}" {edge}/><path d="{outline.d(close=True)}" fill="{fill}" {edge}/>'
    )
    for seam in (point, point.mirrored()):
        scene.seam(seam)
        scene.stitch(seam.moved(0, -9))
        scene.shade_below(seam.moved(2, 8), 18, 0.6)


def jogger(tones: Tones, view: str, params: Params, uid: str = "a") -> Scene:
    cut = params.get("cut", "taper")
    scene = Scene(tones, "fleece", uid, seed=15, wrinkle=1.15)
    top, low = Arc(186, 140, 16), Arc(196, 214, 18)
    wide = cut == "wide"
    if wide:
        side = smooth((MIDDLE - 196, 214), (314, 420), (300, 640), (292, 900), (276, 1232))
        hem = smooth(side.end, (390, 1250), (516, 1244))
        inseam = smooth(hem.end, (520, 1000), (528, 760), (MIDDLE, 590))
    else:
        side = smooth((MIDDLE - 196, 214), (308, 420), (304, 620), (326, 860), (358, 1040), (372, 1124), (384, 1150))
        hem = smooth(side.end, (430, 1160), (484, 1152))
        inseam = smooth(hem.end, (500, 1116), (504, 980), (514, 780), (MIDDLE, 590))
    scene.panel(whole(smooth((MIDDLE, 230), (MIDDLE - 196, 214)) + side + hem + inseam))
    scene.seam(smooth((MIDDLE, 232), (MIDDLE + 3, 420), (MIDDLE, 588)), 2.4)
    _pockets(scene, view)
    for one in (side, side.mirrored()):
        inner = one.beside(-16 if one is side else 16)
        if params.get("stripe"):
            _stripe(scene, one, -1 if one is side else 1)
        else:
            scene.seam(inner, 1.8)
    if cut == "cargo":
        _cargo(scene)
    _trouser_folds(scene, wide=wide)
    if wide:
        for edge in (hem, hem.mirrored().reversed()):
            scene.double_stitch(edge, -24, 8)
    else:
        for sign in (1, -1):
            cuff = smooth((388, 1236), (432, 1244), (480, 1236))
            upper, lower = (hem, cuff) if sign == 1 else (hem.mirrored().reversed(), cuff.mirrored().reversed())
            rib(scene, upper, lower, 17)
    band(scene, top, low, "none", params.get("tone", "self"), back=24, front=view != "back")
    if view != "back":
        drawcord(scene, 196, 118)
    return scene


def _pockets(scene: Scene, view: str) -> None:
    if view == "back":
        patch = shape(
            line((600, 330), (706, 326)),
            line((706, 326), (708, 440)),
            smooth((708, 440), (654, 458), (602, 444)),
            line((602, 444), (600, 330)),
        )
        scene.seam(patch)
        scene.stitch(smooth((603, 341), (704, 337)))
        scene.shade_below(patch.moved(3, 5), 8, 0.5)
        for sign in (-1, 1):
            scene.glow(MIDDLE + sign * 110 - 12, 460, 70, 100, 0.5)
            scene.hollow(MIDDLE + sign * 100 + 8, 588, 90, 22, 0.5, sign * -8)
        return
    mouth = smooth((402, 236), (362, 330), (322, 432))
    for seam, aside in ((mouth, -10), (mouth.mirrored(), 10)):
        scene.seam(seam, 3)
        scene.stitch(seam.beside(aside))
        scene.shade_below(seam.moved(-3, 3), 15, 0.6)


def _stripe(scene: Scene, side: Curve, sign: int) -> None:
    colour = PAPER if scene.tones.lightness < 0.7 else INK
    for near, far in ((10, 20), (27, 37)):
        strip = shape(side.beside(sign * near, 18), side.beside(sign * far, 18).reversed())
        scene.panels.append(f'<path d="{strip.d(close=True)}" fill="{colour}" fill-opacity=".92"/>')


def _cargo(scene: Scene) -> None:
    for sign in (-1, 1):
        box = (
            smooth((318, 640), (316, 740), (330, 806))
            + smooth((330, 806), (384, 816), (428, 808))
            + line((428, 808), (424, 640))
        )
        flap = shape(
            line((312, 640), (430, 634)),
            line((430, 634), (432, 676)),
            smooth((432, 676), (372, 692), (314, 680)),
            line((314, 680), (312, 640)),
        )
        if sign == 1:
            box, flap = box.mirrored(), flap.mirrored()
        scene.shade_below(box.moved(4, 6), 16, 0.7)
        scene.seam(box)
        scene.trims.append(
            f'<path d="{flap.d(close=True)}" fill="{scene.tones.step(0.02)}" stroke="{scene.tones.seam}" stroke-width="2.4"/>'
        )
        scene.shade_below(flap.moved(2, 10), 12, 0.6)
        x = 372 if sign == -1 else 2 * MIDDLE - 372
        scene.trims.append(
            f'<circle cx="{x}" cy="666" r="7" fill="{scene.tones.edge}"/><circle cx="{x - 1.5}" cy="664.5" r="3" fill="{scene.tones.thread}"/>'
        )


def _trouser_folds(scene: Scene, *, wide: bool) -> None:
    for sign in (-1, 1):
        x = MIDDLE + sign * 120
        scene.fold((MIDDLE + sign * 8, 588), (x + sign * 50, 668), sign * 14, 22, 0.7)
        scene.fold((MIDDLE + sign * 10, 612), (x + sign * 10, 740), sign * 10, 18, 0.5)
        scene.fold((x - sign * 20, 300), (x + sign * 26, 560), sign * -16, 26, 0.35)
        scene.glow(x - 26, 560, 44, 190, 0.6)
        scene.glow(x - 18, 900, 32, 130, 0.5)
        scene.hollow(x + 52, 760, 26, 300, 0.35)
        if wide:
            scene.fold((x - 8, 700), (x - sign * 6, 1230), 8, 26, 0.6)
            scene.fold((x + sign * 56, 820), (x + sign * 84, 1226), 6, 24, 0.55)
            scene.fold((x - sign * 60, 860), (x - sign * 74, 1236), 6, 20, 0.45)
            continue
        for y, bend, strength in ((1030, 12, 0.55), (1076, -10, 0.7), (1116, 12, 0.8), (1140, -6, 0.6)):
            scene.crease((x - 56 + (1140 - y) * 0.1, y + 8), (x + 48, y - 6), bend, 13, strength)
        scene.fold((x - 40, 830), (x + 46, 872), 10, 16, 0.5)
        scene.fold((x + 44, 902), (x - 30, 880), -8, 14, 0.4)


def shorts(tones: Tones, view: str, params: Params, uid: str = "a") -> Scene:
    cut = params.get("cut", "run")
    sweat = cut == "sweat"
    scene = Scene(tones, "fleece" if sweat else "woven", uid, seed=21, wrinkle=1.2)
    top, low = Arc(236, 330, 22), Arc(246, 402, 24)
    bottom = {"run": 800, "train": 920, "sweat": 880}[cut]
    side = smooth((MIDDLE - 246, 402), (266, 560), (232, 700), (204, bottom))
    hem = smooth(side.end, (350, bottom + 38), (512, bottom + 52))
    inseam = smooth(hem.end, (526, 740), (MIDDLE, 690))
    scene.panel(whole(smooth((MIDDLE, 424), (MIDDLE - 246, 402)) + side + hem + inseam))
    scene.seam(smooth((MIDDLE, 426), (MIDDLE + 4, 560), (MIDDLE, 688)), 2.4)
    for one, sign in ((side, -1), (side.mirrored(), 1)):
        if params.get("stripe"):
            _stripe(scene, one, sign)
        if cut == "run":
            _split(scene, one, sign, bottom)
    for edge in (hem, hem.mirrored().reversed()):
        scene.double_stitch(edge, -26, 9)
        scene.shade_below(edge.beside(-40), 14, 0.35)
    if view != "back" and cut != "run":
        mouth = smooth((330, 424), (296, 500), (258, 590))
        for seam, aside in ((mouth, -10), (mouth.mirrored(), 10)):
            scene.seam(seam, 3)
            scene.stitch(seam.beside(aside))
            scene.shade_below(seam.moved(-3, 3), 14, 0.6)
    elif view == "back":
        scene.seam(smooth((640, 520), (752, 512)), 3)
        scene.stitch(smooth((640, 530), (752, 522)))
    for sign in (-1, 1):
        x = MIDDLE + sign * 160
        scene.fold((MIDDLE + sign * 10, 690), (x, 610), sign * -18, 24, 0.6)
        scene.fold((MIDDLE + sign * 20, 720), (x + sign * 10, bottom - 30), sign * 18, 26, 0.6)
        scene.fold((x - sign * 40, 440), (x - sign * 20, 620), 12, 24, 0.45)
        scene.fold((x + sign * 64, 520), (x + sign * 120, bottom - 30), 10, 28, 0.55)
        scene.glow(x - 30, 640, 60, 120, 0.6)
    band(scene, top, low, params.get("band", "none"), params.get("tone", "self"), back=34, front=view != "back")
    if view != "back":
        drawcord(scene, 390, 104)
    return scene


def _split(scene: Scene, side: Curve, sign: int, bottom: float) -> None:
    """The notch at the side of a running short: its back shows a little below the front."""
    x = side.end[0]
    inner = smooth((x - sign * 6, bottom - 96), (x - sign * 26, bottom - 40), (x - sign * 46, bottom + 12))
    notch = shape(side.part(0.82, 1), line((x, bottom), (x - sign * 46, bottom + 12)), inner.reversed())
    scene.panels.append(f'<path d="{notch.d(close=True)}" fill="{scene.tones.inside}"/>')
    scene.seam(inner, 2)
    scene.stitch(inner.beside(sign * -8 if sign < 0 else -8))
