"""Class tables of public data sets beside Cityscapes: PASCAL VOC, CamVid and COCO."""

from __future__ import annotations

from segreview.model.ontology import Category, Ontology

_Color = tuple[int, int, int]


def _voc_color(index: int) -> _Color:
    """Colour of an index in the colour map of VOC (the devkit's ``VOClabelcolormap``).

    The bits of the index in threes, the lowest of each colour becoming its highest.
    """
    color = [0, 0, 0]
    for place in range(8):
        for channel in range(3):
            color[channel] |= (index >> (3 * place + channel) & 1) << (7 - place)
    red, green, blue = color
    return red, green, blue


VOC_COLORS: tuple[_Color, ...] = tuple(_voc_color(index) for index in range(256))
"""The palette of VOC's label images."""

VOC_VOID = 255
"""Index of the borders that VOC draws around objects, and of what was too hard to annotate."""

# Not formatted: a line for each would say no more.
_VOC_NAMES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
)  # fmt: skip

VOC = Ontology(
    "voc",
    (
        *(Category(id_, name, VOC_COLORS[id_], id_ > 0) for id_, name in enumerate(_VOC_NAMES)),
        Category(VOC_VOID, "void", VOC_COLORS[VOC_VOID], ignore=True),
    ),
)
"""Background, the 20 classes of PASCAL VOC, and void, with the colours of its colour map."""

_CAMVID_ROWS: tuple[tuple[str, _Color], ...] = (
    ("Animal", (64, 128, 64)),
    ("Archway", (192, 0, 128)),
    ("Bicyclist", (0, 128, 192)),
    ("Bridge", (0, 128, 64)),
    ("Building", (128, 0, 0)),
    ("Car", (64, 0, 128)),
    ("CartLuggagePram", (64, 0, 192)),
    ("Child", (192, 128, 64)),
    ("Column_Pole", (192, 192, 128)),
    ("Fence", (64, 64, 128)),
    ("LaneMkgsDriv", (128, 0, 192)),
    ("LaneMkgsNonDriv", (192, 0, 64)),
    ("Misc_Text", (128, 128, 64)),
    ("MotorcycleScooter", (192, 0, 192)),
    ("OtherMoving", (128, 64, 64)),
    ("ParkingBlock", (64, 192, 128)),
    ("Pedestrian", (64, 64, 0)),
    ("Road", (128, 64, 128)),
    ("RoadShoulder", (128, 128, 192)),
    ("Sidewalk", (0, 0, 192)),
    ("SignSymbol", (192, 128, 128)),
    ("Sky", (128, 128, 128)),
    ("SUVPickupTruck", (64, 128, 192)),
    ("TrafficCone", (0, 0, 64)),
    ("TrafficLight", (0, 64, 64)),
    ("Train", (192, 64, 128)),
    ("Tree", (128, 128, 0)),
    ("Truck_Bus", (192, 128, 192)),
    ("Tunnel", (64, 0, 64)),
    ("VegetationMisc", (192, 192, 0)),
    ("Void", (0, 0, 0)),
    ("Wall", (64, 192, 0)),
)

CAMVID = Ontology(
    "camvid",
    tuple(
        Category(id_, name, color, ignore=name == "Void") for id_, (name, color) in enumerate(_CAMVID_ROWS)
    ),
)
"""The 32 colours of CamVid in the order of its ``label_colors.txt``, from 0 on; Void is ignored."""

_CAMVID11_ROWS: tuple[tuple[str, _Color], ...] = (
    ("Sky", (128, 128, 128)),
    ("Building", (128, 0, 0)),
    ("Pole", (192, 192, 128)),
    ("Road", (128, 64, 128)),
    ("Pavement", (60, 40, 222)),
    ("Tree", (128, 128, 0)),
    ("SignSymbol", (192, 128, 128)),
    ("Fence", (64, 64, 128)),
    ("Car", (64, 0, 128)),
    ("Pedestrian", (64, 64, 0)),
    ("Bicyclist", (0, 128, 192)),
    ("Unlabelled", (0, 0, 0)),
)

CAMVID11 = Ontology(
    "camvid11",
    tuple(
        Category(id_, name, color, ignore=name == "Unlabelled")
        for id_, (name, color) in enumerate(_CAMVID11_ROWS)
    ),
)
"""The 11 classes that CamVid is usually trained on (SegNet's), as indices; 11 is void."""

_COCO_THINGS: tuple[tuple[int, str, _Color], ...] = (
    (1, "person", (220, 20, 60)),
    (2, "bicycle", (119, 11, 32)),
    (3, "car", (0, 0, 142)),
    (4, "motorcycle", (0, 0, 230)),
    (5, "airplane", (106, 0, 228)),
    (6, "bus", (0, 60, 100)),
    (7, "train", (0, 80, 100)),
    (8, "truck", (0, 0, 70)),
    (9, "boat", (0, 0, 192)),
    (10, "traffic light", (250, 170, 30)),
    (11, "fire hydrant", (100, 170, 30)),
    (13, "stop sign", (220, 220, 0)),
    (14, "parking meter", (175, 116, 175)),
    (15, "bench", (250, 0, 30)),
    (16, "bird", (165, 42, 42)),
    (17, "cat", (255, 77, 255)),
    (18, "dog", (0, 226, 252)),
    (19, "horse", (182, 182, 255)),
    (20, "sheep", (0, 82, 0)),
    (21, "cow", (120, 166, 157)),
    (22, "elephant", (110, 76, 0)),
    (23, "bear", (174, 57, 255)),
    (24, "zebra", (199, 100, 0)),
    (25, "giraffe", (72, 0, 118)),
    (27, "backpack", (255, 179, 240)),
    (28, "umbrella", (0, 125, 92)),
    (31, "handbag", (209, 0, 151)),
    (32, "tie", (188, 208, 182)),
    (33, "suitcase", (0, 220, 176)),
    (34, "frisbee", (255, 99, 164)),
    (35, "skis", (92, 0, 73)),
    (36, "snowboard", (133, 129, 255)),
    (37, "sports ball", (78, 180, 255)),
    (38, "kite", (0, 228, 0)),
    (39, "baseball bat", (174, 255, 243)),
    (40, "baseball glove", (45, 89, 255)),
    (41, "skateboard", (134, 134, 103)),
    (42, "surfboard", (145, 148, 174)),
    (43, "tennis racket", (255, 208, 186)),
    (44, "bottle", (197, 226, 255)),
    (46, "wine glass", (171, 134, 1)),
    (47, "cup", (109, 63, 54)),
    (48, "fork", (207, 138, 255)),
    (49, "knife", (151, 0, 95)),
    (50, "spoon", (9, 80, 61)),
    (51, "bowl", (84, 105, 51)),
    (52, "banana", (74, 65, 105)),
    (53, "apple", (166, 196, 102)),
    (54, "sandwich", (208, 195, 210)),
    (55, "orange", (255, 109, 65)),
    (56, "broccoli", (0, 143, 149)),
    (57, "carrot", (179, 0, 194)),
    (58, "hot dog", (209, 99, 106)),
    (59, "pizza", (5, 121, 0)),
    (60, "donut", (227, 255, 205)),
    (61, "cake", (147, 186, 208)),
    (62, "chair", (153, 69, 1)),
    (63, "couch", (3, 95, 161)),
    (64, "potted plant", (163, 255, 0)),
    (65, "bed", (119, 0, 170)),
    (67, "dining table", (0, 182, 199)),
    (70, "toilet", (0, 165, 120)),
    (72, "tv", (183, 130, 88)),
    (73, "laptop", (95, 32, 0)),
    (74, "mouse", (130, 114, 135)),
    (75, "remote", (110, 129, 133)),
    (76, "keyboard", (166, 74, 118)),
    (77, "cell phone", (219, 142, 185)),
    (78, "microwave", (79, 210, 114)),
    (79, "oven", (178, 90, 62)),
    (80, "toaster", (65, 70, 15)),
    (81, "sink", (127, 167, 115)),
    (82, "refrigerator", (59, 105, 106)),
    (84, "book", (142, 108, 45)),
    (85, "clock", (196, 172, 0)),
    (86, "vase", (95, 54, 80)),
    (87, "scissors", (128, 76, 255)),
    (88, "teddy bear", (201, 57, 1)),
    (89, "hair drier", (246, 0, 122)),
    (90, "toothbrush", (191, 162, 208)),
)

_COCO_STUFF: tuple[tuple[int, str, _Color], ...] = (
    (92, "banner", (255, 255, 128)),
    (93, "blanket", (147, 211, 203)),
    (95, "bridge", (150, 100, 100)),
    (100, "cardboard", (168, 171, 172)),
    (107, "counter", (146, 112, 198)),
    (109, "curtain", (210, 170, 100)),
    (112, "door-stuff", (92, 136, 89)),
    (118, "floor-wood", (218, 88, 184)),
    (119, "flower", (241, 129, 0)),
    (122, "fruit", (217, 17, 255)),
    (125, "gravel", (124, 74, 181)),
    (128, "house", (70, 70, 70)),
    (130, "light", (255, 228, 255)),
    (133, "mirror-stuff", (154, 208, 0)),
    (138, "net", (193, 0, 92)),
    (141, "pillow", (76, 91, 113)),
    (144, "platform", (255, 180, 195)),
    (145, "playingfield", (106, 154, 176)),
    (147, "railroad", (230, 150, 140)),
    (148, "river", (60, 143, 255)),
    (149, "road", (128, 64, 128)),
    (151, "roof", (92, 82, 55)),
    (154, "sand", (254, 212, 124)),
    (155, "sea", (73, 77, 174)),
    (156, "shelf", (255, 160, 98)),
    (159, "snow", (255, 255, 255)),
    (161, "stairs", (104, 84, 109)),
    (166, "tent", (169, 164, 131)),
    (168, "towel", (225, 199, 255)),
    (171, "wall-brick", (137, 54, 74)),
    (175, "wall-stone", (135, 158, 223)),
    (176, "wall-tile", (7, 246, 231)),
    (177, "wall-wood", (107, 255, 200)),
    (178, "water-other", (58, 41, 149)),
    (180, "window-blind", (183, 121, 142)),
    (181, "window-other", (255, 73, 97)),
    (184, "tree-merged", (107, 142, 35)),
    (185, "fence-merged", (190, 153, 153)),
    (186, "ceiling-merged", (146, 139, 141)),
    (187, "sky-other-merged", (70, 130, 180)),
    (188, "cabinet-merged", (134, 199, 156)),
    (189, "table-merged", (209, 226, 140)),
    (190, "floor-other-merged", (96, 36, 108)),
    (191, "pavement-merged", (96, 96, 96)),
    (192, "mountain-merged", (64, 170, 64)),
    (193, "grass-merged", (152, 251, 152)),
    (194, "dirt-merged", (208, 229, 228)),
    (195, "paper-merged", (206, 186, 171)),
    (196, "food-other-merged", (152, 161, 64)),
    (197, "building-other-merged", (116, 112, 0)),
    (198, "rock-merged", (0, 114, 143)),
    (199, "wall-other-merged", (102, 102, 156)),
    (200, "rug-merged", (250, 141, 255)),
)

_THINGS = tuple(Category(id_, name, color, isthing=True) for id_, name, color in _COCO_THINGS)

COCO = Ontology("coco", _THINGS)
"""The 80 things of COCO, whose ids leave gaps up to 90."""

COCO_PANOPTIC = Ontology("coco_panoptic", (*_THINGS, *(Category(*row) for row in _COCO_STUFF)))
"""The 80 things and 53 merged classes of stuff of COCO's panoptic files."""
