"""Boxers and briefs."""

from __future__ import annotations

from devtools.demo.garments.curves import MIDDLE, Curve, line, shape, smooth, whole
from devtools.demo.garments.scene import Scene
from devtools.demo.garments.tones import Tones
from devtools.demo.garments.trims import Arc, band, binding, scallops

Params = dict[str, str]


def boxer(tones: Tones, view: str, params: Params, uid: str = "a") -> Scene:
    mesh = params.get("panel") == "mesh"
    scene = Scene(tones, "rib" if params.get("rib") else "jersey", uid, seed=4)
    hem = {"trunk": 846, "mid": 930, "long": 1062}[params.get("len", "trunk")]
    reach = (hem - 846) * 0.12
    top, low = Arc(278, 330, 34), Arc(284, 414, 36)
    side = smooth((256, 414), (240, 540), (224, 690), (206 - reach, hem - 36))
    leg = smooth(side.end, (352 - reach, hem - 2), (504 - reach * 0.8, hem + 8))
    inseam = smooth(leg.end, (521, 812), (MIDDLE, 766))
    scene.panel(whole(smooth((MIDDLE, 440), (400, 432), (256, 414)) + side + leg + inseam))
    if mesh or params.get("panel") == "side":
        _side_panels(scene, side, leg, mesh=mesh)
    front = view != "back"
    if front:
        _pouch(scene)
    else:
        _seat(scene)
    for flip in (False, True):
        edge = leg.mirrored().reversed() if flip else leg
        scene.double_stitch(edge, -30)
        scene.shade_below(edge.beside(-44), 14, 0.35)
    scene.fold((300, 520), (262, 690), -14, 22, 0.5)
    scene.fold((790, 500), (842, 700), 16, 26, 0.6)
    scene.fold((470, 790), (300, hem - 60), 22, 24, 0.55)
    scene.fold((612, 790), (760, hem - 70), -22, 26, 0.65)
    scene.crease((520, 770), (400, 850), 12, 9, 0.6)
    scene.crease((560, 770), (690, 846), -12, 9, 0.7)
    scene.glow(330, 640, 70, 150, 0.5, 6)
    scene.glow(720, 620, 60, 140, 0.3, -6)
    band(scene, top, low, params.get("band", "mono"), params.get("tone", "self"), back=46, front=front)
    return scene


def _pouch(scene: Scene) -> None:
    left = smooth((424, 444), (392, 560), (404, 672), (470, 745), (530, 768))
    for seam in (left, left.mirrored()):
        scene.seam(seam)
        scene.shade_below(seam.moved(2, 4), 16, 0.45)
    scene.stitch(left.beside(11))
    scene.stitch(left.mirrored().beside(-11))
    scene.seam(smooth((MIDDLE, 452), (552, 560), (548, 680), (MIDDLE, 766)), 2.2)
    scene.stitch(smooth((550, 456), (563, 560), (558, 680), (548, 750)))
    scene.glow(492, 590, 62, 110, 0.75)
    scene.hollow(556, 722, 96, 36, 0.5)
    scene.hollow(650, 610, 26, 110, 0.3)


def _seat(scene: Scene) -> None:
    scene.seam(smooth((MIDDLE, 452), (MIDDLE, 620), (MIDDLE, 766)), 2.4)
    scene.stitch(smooth((551, 456), (551, 750)))
    for side in (-1, 1):
        scene.glow(MIDDLE + side * 140 - 14, 610, 96, 110, 0.6)
        scene.hollow(MIDDLE + side * 130 + 10, 752, 110, 22, 0.55, side * -8)
    scene.hollow(MIDDLE, 640, 20, 120, 0.5)
    scene.fold((MIDDLE, 690), (450, 742), 12, 15, 0.5)
    scene.fold((MIDDLE, 690), (636, 744), -12, 15, 0.5)


def _side_panels(scene: Scene, side: Curve, leg: Curve, *, mesh: bool) -> None:
    """Set into the sides: of mesh, or of the cloth a tone darker."""
    inner = smooth((330, 430), (320, 560), (326, 700), leg.at(0.42))
    piece = shape(line((256, 414), (330, 430)), inner, leg.part(0, 0.42).reversed(), side.reversed())
    dots = f"{scene.uid}m"
    if mesh:
        scene.defs.append(
            f'<pattern id="{dots}" width="11" height="11" patternUnits="userSpaceOnUse"><circle cx="3" cy="3" r="2.1" fill="#000" '
            f'fill-opacity=".38"/><circle cx="8.5" cy="8.5" r="2.1" fill="#000" fill-opacity=".38"/></pattern>'
        )
    for one, seam in ((piece, inner), (piece.mirrored(), inner.mirrored())):
        scene.panels.append(f'<path d="{one.d(close=True)}" fill="{scene.tones.step(-0.07 if not mesh else 0.03)}"/>')
        if mesh:
            scene.panels.append(f'<path d="{one.d(close=True)}" fill="url(#{dots})"/>')
        scene.seam(seam)
        scene.stitch(seam.beside(9 if seam is inner else -9))


CUTS = {
    # waist (half width, y, depth of the band), side, points of the leg opening, half width at the crotch
    "classic": ((272, 330, 82), 590, ((330, 670), (424, 790)), (470, 880)),
    "hipster": ((276, 360, 78), 604, ((330, 672), (430, 786)), (474, 866)),
    "bikini": ((280, 430, 40), 524, ((352, 626), (450, 760)), (488, 868)),
    "high": ((238, 300, 62), 690, ((330, 762), (440, 880)), (484, 968)),
}


def brief(tones: Tones, view: str, params: Params, uid: str = "a") -> Scene:
    cut = params.get("cut", "classic")
    scene = Scene(tones, "rib" if params.get("rib") else "modal", uid, seed=11)
    (half, y, deep), side_y, opening, crotch = CUTS[cut]
    back = view == "back"
    if back:  # fuller behind: the leg opening runs lower
        opening = tuple((x - 26, py + 46) for x, py in opening)
    top, low = Arc(half, y, 30), Arc(half + 6, y + deep, 32)
    hip = (MIDDLE - half - 26 if cut != "high" else MIDDLE - 312, side_y)
    side = smooth(
        (MIDDLE - half - 6, y + deep),
        ((MIDDLE - half - 6 + hip[0]) / 2 - (14 if cut == "high" else 4), (y + deep + side_y) / 2),
        hip,
    )
    leg = smooth(hip, *opening, crotch)
    bottom = smooth(crotch, ((crotch[0] + MIDDLE) / 2, crotch[1] + 13), (MIDDLE, crotch[1] + 16))
    scene.panel(whole(smooth((MIDDLE, y + deep + 32), (MIDDLE - half - 6, y + deep)) + side + leg + bottom))
    women = cut in ("bikini", "high")
    if not back and not women:
        _front(scene, y + deep, crotch)
    elif women:
        gusset = crotch[1] - 120
        scene.seam(smooth((MIDDLE - 92, gusset + 6), (MIDDLE, gusset + 26), (MIDDLE + 92, gusset + 6)), 2.2)
    if back:
        scene.seam(smooth((MIDDLE, y + deep + 34), (MIDDLE, crotch[1] - 100)), 2.2)
        for sign in (-1, 1):
            scene.hollow(MIDDLE + sign * 110, crotch[1] - 140, 90, 26, 0.4, sign * -34)
    for one in (leg, leg.mirrored()):
        edge = one if one is leg else one.reversed()
        if params.get("band") == "lace":
            scallops(scene, one, 19, 15)
        elif cut == "high" or women:
            scene.double_stitch(edge, -12, 8)
        else:
            binding(scene, edge, -24)
    middle = (y + deep + crotch[1]) / 2
    scene.glow(420, middle - 60, 120, 130, 0.55)
    scene.hollow(690, middle + 20, 70, 120, 0.3, 20)
    scene.fold((hip[0] + 30, hip[1] - 20), (430, middle + 70), 26, 22, 0.5)
    scene.fold((2 * MIDDLE - hip[0] - 30, hip[1] - 24), (650, middle + 80), -26, 24, 0.6)
    scene.fold((300, y + deep + 40), (350, middle - 10), -10, 20, 0.4)
    scene.fold((790, y + deep + 40), (736, middle), 10, 22, 0.5)
    scene.crease((crotch[0] + 8, crotch[1] - 40), (MIDDLE - 30, crotch[1] - 130), 8, 9, 0.5)
    scene.crease((2 * MIDDLE - crotch[0] - 8, crotch[1] - 40), (MIDDLE + 34, crotch[1] - 140), -8, 9, 0.6)
    style = params.get("band", "mono")
    band(
        scene,
        top,
        low,
        "plain" if style == "lace" else style,
        params.get("tone", "self"),
        back=min(44, deep + 4),
        front=not back,
    )
    if style == "lace":
        scallops(scene, top.curve, 25, 13)
    return scene


def _front(scene: Scene, y: float, crotch: tuple[float, float]) -> None:
    left = smooth(
        (430, y + 24), (398, (y + crotch[1]) / 2 - 40), (424, crotch[1] - 170), (crotch[0] + 12, crotch[1] - 12)
    )
    for seam, aside in ((left, 11), (left.mirrored(), -11)):
        scene.seam(seam)
        scene.stitch(seam.beside(aside))
        scene.shade_below(seam.moved(2, 4), 15, 0.4)
    scene.seam(smooth((MIDDLE, y + 34), (553, (y + crotch[1]) / 2), (MIDDLE, crotch[1] - 30)), 2.2)
    scene.glow(494, (y + crotch[1]) / 2 - 20, 60, 120, 0.6)
    scene.hollow(560, crotch[1] - 120, 80, 40, 0.4)
