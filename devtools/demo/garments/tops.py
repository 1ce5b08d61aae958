"""Sports bras, tanks and tees."""

from __future__ import annotations

from devtools.demo.garments.curves import MIDDLE, Curve, Point, line, shape, smooth, whole
from devtools.demo.garments.marks import monogram, word
from devtools.demo.garments.scene import Scene
from devtools.demo.garments.tones import INK, PAPER, Tones
from devtools.demo.garments.trims import Arc, band, binding, drawcord, rib, zipper

Params = dict[str, str]


def neck_label(scene: Scene, y: float) -> None:
    scene.trims.append(
        f'<rect x="{MIDDLE - 26}" y="{y:.0f}" width="52" height="26" rx="2" fill="{PAPER}" fill-opacity=".92"/>'
    )
    scene.trims.append(monogram(MIDDLE, y + 13, 17, INK))


def inside(scene: Scene, outline: Curve) -> None:
    """The far side of a neck, seen from within; lies below every panel."""
    fill = scene.gradient([(0, scene.tones.inside), (1, scene.tones.step(-0.24))], (MIDDLE - 150, 0), (MIDDLE + 150, 0))
    scene.outline.append(outline)
    scene.panels.insert(
        0,
        f'<path d="{outline.d(close=True)}" fill="{fill}" stroke="{scene.tones.edge}" stroke-width="2" stroke-opacity=".5"/>',
    )


def printed(scene: Scene, kind: str, y: float) -> None:
    colour = scene.tones.mark
    if kind == "mono":
        scene.trims.append(monogram(MIDDLE, y, 190, colour, opacity=0.92))
    elif kind == "word":
        scene.trims.append(word(MIDDLE, y, 50, colour, weight=2.2, opacity=0.92))
    elif kind == "chest":
        scene.trims.append(monogram(MIDDLE + 118, y - 26, 46, colour, opacity=0.9))


NECKS: dict[str, tuple[Point, ...]] = {
    "scoop": ((448, 470), (488, 522), (MIDDLE, 538)),
    "v": ((462, 470), (504, 540), (MIDDLE, 592)),
    "square": ((424, 462), (440, 496), (MIDDLE, 506)),
}
STRAPS = {"wide": (372, 448), "thin": (404, 434), "racer": (400, 464)}


def bra(tones: Tones, view: str, params: Params, uid: str = "a") -> Scene:
    strap, neck, long = params.get("strap", "wide"), params.get("neck", "scoop"), bool(params.get("long"))
    scene = Scene(tones, "sculpt", uid, seed=5, wrinkle=0.6)
    outer, inner = STRAPS[strap]
    base = 886 if long else 800
    back = view == "back"
    neckline = (
        smooth((MIDDLE, 470), (470, 452), (440, 400), (inner + 18, 316))
        if back
        else smooth(*NECKS[neck][::-1], (inner, 316))
    )
    hole = (388, 520) if back and strap == "racer" else (336, 520)
    armhole = smooth((outer, 312), (outer - 6, 420), hole, (284, 618), (262, 660))
    side = smooth((262, 660), (264, 740), (276 if not long else 290, base))
    scene.panel(
        whole(
            neckline
            + line((neckline.end[0], 316), (outer, 312))
            + armhole
            + side
            + smooth(side.end, (400, base + 22), (MIDDLE, base + 28))
        )
    )
    if not back:
        far = smooth((inner, 316), (inner + 8, 400), (MIDDLE, 440))
        near = neckline.reversed()
        inside(scene, whole(far.reversed() + line((inner, 316), (inner, 318)) + near))
        neck_label(scene, 446)
    for edge in (neckline, armhole):
        for one in (edge, edge.mirrored()):
            scene.stitch(one.beside(13 if (edge is neckline) == (one is edge) else -13, 18))
    if back:
        _bra_back(scene, strap)
    else:
        _cups(scene, base)
    for sign in (-1, 1):
        scene.fold((MIDDLE + sign * 266, 680), (MIDDLE + sign * 190, 720), 8, 15, 0.55)
        scene.fold((MIDDLE + sign * 270, 730), (MIDDLE + sign * 204, 752), 8, 13, 0.45)
    band(
        scene,
        Arc(278 if not long else 256, base - 2, 26),
        Arc(274 if not long else 254, base + 74, 28),
        params.get("band", "mono"),
        params.get("tone", "self"),
        front=not back,
    )
    if params.get("zip") and not back:
        zipper(scene, 530, base + 98, 556)
    return scene


def _cups(scene: Scene, base: float) -> None:
    left = smooth((330, 560), (372, 700), (468, base - 40), (MIDDLE, base - 62))
    for seam in (left, left.mirrored()):
        scene.seam(seam, 2.2)
        scene.shade_below(seam.moved(1, 6), 20, 0.5)
    for sign in (-1, 1):
        scene.glow(MIDDLE + sign * 118 - 26, 628, 66, 78, 0.85)
        scene.hollow(MIDDLE + sign * 118 + 44, 700, 60, 38, 0.45, sign * -24)
    scene.hollow(MIDDLE, 640, 20, 100, 0.6)
    scene.crease((MIDDLE - 60, 596), (MIDDLE - 4, 640), 8, 9, 0.4)
    scene.crease((MIDDLE + 62, 600), (MIDDLE + 6, 644), -8, 9, 0.4)


def _bra_back(scene: Scene, strap: str) -> None:
    if strap == "racer":
        left = smooth((452, 430), (486, 560), (430, 700), (330, 780))
        for seam in (left, left.mirrored()):
            scene.seam(seam)
            scene.shade_below(seam.moved(2, 5), 14, 0.4)
    else:
        scene.seam(smooth((310, 640), (430, 676), (MIDDLE, 684), (650, 676), (770, 640)), 2.2)
    scene.hollow(MIDDLE, 640, 30, 130, 0.4)
    scene.glow(430, 650, 70, 90, 0.5)
    scene.fold((420, 700), (520, 748), 10, 16, 0.4)
    scene.fold((670, 690), (570, 750), -10, 16, 0.4)


def tank(tones: Tones, view: str, params: Params, uid: str = "a") -> Scene:
    cut = params.get("cut", "muscle")
    scene = Scene(
        tones,
        "rib" if params.get("rib") else "mesh" if cut == "racer" else "jersey",
        uid,
        seed=9,
        wrinkle=0.6 if cut == "crop" else 1.0,
    )
    back, crop = view == "back", cut == "crop"
    hem_y = 800 if crop else 1120
    deep = {"muscle": 610, "racer": 560, "crop": 520}[cut]
    neck_y = {"muscle": 330, "racer": 370, "crop": 380}[cut]
    shoulder = {"muscle": (366, 446), "racer": (400, 446), "crop": (392, 438)}[cut]
    low = 268 if back else neck_y
    neckline = smooth((MIDDLE, low), (484, low - 22), (456, 250), (shoulder[1], 202))
    hole_x = 380 if (back and cut == "racer") else 338
    armhole = smooth((shoulder[0], 208), (shoulder[0] - 10, 330), (hole_x - 20, deep - 120), (272, deep))
    side = smooth((272, deep), (282, (deep + hem_y) / 2), (286 if crop else 262, hem_y))
    hem = smooth(side.end, (400, hem_y + 16), (MIDDLE, hem_y + 20))
    scene.panel(whole(neckline + line(neckline.end, (shoulder[0], 208)) + armhole + side + hem))
    if not back:
        far = smooth((shoulder[1], 202), (470, 244), (MIDDLE, 262))
        inside(scene, whole(far.reversed() + neckline.reversed()))
        neck_label(scene, 268)
    for edge in (neckline, armhole):
        for one in (edge, edge.mirrored()):
            binding(scene, one, 17 if (edge is neckline) == (one is edge) else -17)
    bottom = hem + hem.mirrored().reversed()
    scene.double_stitch(bottom, -24, 9)
    _torso_folds(scene, deep, hem_y)
    if not back:
        printed(scene, params.get("print", "none"), 560 if not crop else 600)
    return scene


def _torso_folds(scene: Scene, pit: float, hem_y: float) -> None:
    for sign in (-1, 1):
        x = MIDDLE + sign * 240
        scene.fold((x + sign * 18, pit + 16), (x - sign * 110, pit + 100), sign * 18, 24, 0.55)
        scene.fold((x + sign * 14, pit + 60), (x - sign * 70, pit + 220), sign * 14, 22, 0.45)
        scene.fold((x - sign * 40, hem_y - 190), (x - sign * 100, hem_y - 26), 10, 26, 0.4)
    scene.glow(430, pit - 60, 100, 120, 0.5)
    scene.glow(420, (pit + hem_y) / 2, 90, 140, 0.35)
    scene.hollow(690, (pit + hem_y) / 2, 70, 180, 0.3)
    scene.fold((470, hem_y - 210), (520, hem_y - 20), 14, 26, 0.35)
    scene.fold((620, hem_y - 260), (600, hem_y - 20), -10, 26, 0.35)


# shoulder point, sleeve end (outer, inner), armpit, hem (half width, y)
TEES: dict[str, tuple[Point, Point, Point, Point, float, float]] = {
    "regular": ((268, 300), (132, 570), (262, 626), (286, 540), 262, 1090),
    "boxy": ((226, 312), (96, 620), (244, 672), (260, 590), 292, 1060),
    "crop": ((276, 300), (150, 540), (270, 592), (290, 520), 254, 800),
    "fitted": ((290, 300), (196, 520), (296, 560), (304, 500), 214, 1050),
    "long": ((268, 300), (108, 1010), (210, 1034), (286, 540), 262, 1090),
}


def tee(tones: Tones, view: str, params: Params, uid: str = "a") -> Scene:
    cut, back = params.get("cut", "regular"), view == "back"
    scene = Scene(
        tones, "rib" if params.get("rib") else "jersey", uid, seed=13, wrinkle=0.7 if cut == "fitted" else 1.0
    )
    shoulder, cuff_out, cuff_in, pit, half, hem_y = TEES[cut]
    neck = (
        smooth((446, 236), (470, 300), (506, 326), (MIDDLE, 332))
        if params.get("neck") != "v"
        else smooth((446, 236), (484, 312), (MIDDLE, 396))
    )
    if back:
        neck = smooth((446, 236), (490, 254), (MIDDLE, 260))
    sleeve = smooth(
        (352, 264), shoulder, ((shoulder[0] + cuff_out[0]) / 2 - 16, (shoulder[1] + cuff_out[1]) / 2 - 24), cuff_out
    )
    cuff = smooth(cuff_out, ((cuff_out[0] + cuff_in[0]) / 2, (cuff_out[1] + cuff_in[1]) / 2 + 8), cuff_in)
    arm = (
        sleeve
        + cuff
        + smooth(cuff_in, ((cuff_in[0] + pit[0]) / 2 + 6, (cuff_in[1] + pit[1]) / 2), pit)
        + line(pit, (352, 330))
    )
    seam = smooth((318, 282), (shoulder[0] + 22, 400), pit)
    for one in (arm, arm.mirrored().reversed()):  # wound like the body, or their overlap would be a hole
        scene.panel(
            one,
            scene.gradient([(0, tones.lit), (1, tones.shade)], (cuff_out[0], 300), (pit[0], 600)) if one is arm else "",
        )
    side = smooth(pit, (pit[0] + (6 if cut != "fitted" else 26), (pit[1] + hem_y) / 2), (MIDDLE - half, hem_y))
    hem = smooth(side.end, (MIDDLE - half / 2, hem_y + 12), (MIDDLE, hem_y + 16))
    scene.panel(whole(neck.reversed() + line((446, 236), (318, 282)) + seam + side + hem))
    for one in (seam, seam.mirrored()):
        scene.seam(one)
        scene.stitch(one.beside(-9 if one is seam else 9))
        scene.shade_below(one.moved(-2, 4), 20, 0.5)
    _sleeve_trim(scene, cuff, ribbed=cut == "long")
    _collar(scene, neck, back=back)
    scene.double_stitch(hem + hem.mirrored().reversed(), -22, 9)
    _torso_folds(scene, pit[1] - 10, hem_y)
    _sleeve_folds(scene, cuff_out, cuff_in, pit, long=cut == "long")
    if not back:
        printed(scene, params.get("print", "none"), 560 if cut != "crop" else 530)
    return scene


def _sleeve_trim(scene: Scene, cuff: Curve, *, ribbed: bool) -> None:
    for one in (cuff, cuff.mirrored().reversed()):
        if ribbed:
            rib(scene, one, one.moved(-14 if one is cuff else 14, 62), 15)
        else:
            scene.double_stitch(one, -20, 8)


def _sleeve_folds(scene: Scene, out: Point, into: Point, pit: Point, *, long: bool) -> None:
    for sign in (1, -1):

        def at(x: float, y: float, sign: int = sign) -> Point:
            return (x if sign == 1 else 2 * MIDDLE - x, y)

        scene.fold(at(pit[0] - 8, pit[1] - 20), at(pit[0] - 76, pit[1] - 120), sign * 10, 20, 0.6)
        scene.fold(at(pit[0] - 14, pit[1] + 6), at((out[0] + pit[0]) / 2, pit[1] - 50), sign * 10, 18, 0.5)
        if long:
            for share, bend in ((0.42, 12), (0.5, -10), (0.86, 10), (0.93, -8)):
                x = out[0] + (250 - out[0]) * (1 - share) + 30
                y = 330 + (out[1] - 330) * share
                scene.crease(at(x - 36, y + 14), at(x + 56, y - 4), bend * sign, 14, 0.7)
            scene.glow(*at((out[0] + pit[0]) / 2 - 4, 720), 22, 170, 0.5, 10 * sign)


def _collar(scene: Scene, neck: Curve, *, back: bool) -> None:
    width = 26
    if not back:
        far = smooth((446, 236), (490, 254), (MIDDLE, 258))
        inside(scene, whole(far.reversed() + neck))
        neck_label(scene, 264)
        top = smooth((446, 236), (490, 250), (MIDDLE, 254))
        strip = shape(
            top + top.mirrored().reversed(), (top.moved(0, -16) + top.mirrored().reversed().moved(0, -16)).reversed()
        )
        scene.panels.insert(
            1,
            f'<path d="{strip.d(close=True)}" fill="{scene.tones.step(-0.06)}" stroke="{scene.tones.edge}" stroke-width="1.6" stroke-opacity=".5"/>',
        )
        scene.outline.append(strip)
    full = neck + neck.mirrored().reversed()
    outer = full.beside(-width, 26)
    rib(scene, outer, full, 46)
    scene.stitch(full.beside(-width - 8, 26))


def jacket(tones: Tones, view: str, params: Params, uid: str = "a") -> Scene:
    """A long-sleeved top that closes with a zip: to the hem, or a quarter down for `cut=quarter`."""
    cut = params.get("cut", "track")
    scene = tee(tones, view, {"cut": "long", "print": params.get("print", "none")}, uid)
    scene.cloth, scene.wrinkle = "jersey", 0.8
    if view != "back":
        bottom = 560 if cut == "quarter" else 1096
        zipper(scene, 318, bottom, 330 if cut != "hoodie" else 420)
        _collar_stand(scene)
        if cut in ("hoodie", "track", "crop"):
            _slanted_pockets(scene)
        if cut == "hoodie":
            drawcord(scene, 330, 150)
    return scene


def _collar_stand(scene: Scene) -> None:
    left = shape(
        line((446, 236), (430, 200)),
        smooth((430, 200), (470, 262), (MIDDLE - 14, 322)),
        line((MIDDLE - 14, 322), (446, 236)),
    )
    for piece in (left, left.mirrored()):
        scene.outline.append(piece)
        scene.trims.append(
            f'<path d="{piece.d(close=True)}" fill="{scene.tones.lit}" stroke="{scene.tones.edge}" stroke-width="2"/>'
        )


def _slanted_pockets(scene: Scene) -> None:
    for side in (-1, 1):
        edge = smooth((MIDDLE + side * 190, 830), (MIDDLE + side * 150, 900), (MIDDLE + side * 132, 960))
        scene.seam(edge)
        scene.stitch(edge.moved(side * -9, 0))
        scene.shade_below(edge.moved(2, 4), 14, 0.5)
