package dev.fovea.data.source;

import java.util.List;

/** Names of the classes of published data sets, by class number. */
final class SegmentationClasses {
    private SegmentationClasses() {}

    static List<String> cityscapes() {
        return names(
                "road, sidewalk, building, wall, fence, pole, traffic light, traffic sign, vegetation, terrain, sky,"
                        + " person, rider, car, truck, bus, train, motorcycle, bicycle");
    }

    static List<String> camvid() {
        return names("sky, building, pole, road, pavement, tree, sign, fence, car, pedestrian, bicyclist");
    }

    static List<String> idd() {
        return names("road, drivable fallback, sidewalk, non-drivable fallback, person or animal, rider, motorcycle,"
                + " bicycle, autorickshaw, car, truck, bus, vehicle fallback, curb, wall, fence, guard rail, billboard,"
                + " traffic sign, traffic light, pole, obstacle fallback, building, bridge or tunnel, vegetation, sky");
    }

    static List<String> pascalVoc() {
        return names("background, aeroplane, bicycle, bird, boat, bottle, bus, car, cat, chair, cow, diningtable, dog,"
                + " horse, motorbike, person, pottedplant, sheep, sofa, train, tvmonitor");
    }

    static List<String> pascalContext() {
        return names(
                "aeroplane, bag, bed, bedclothes, bench, bicycle, bird, boat, book, bottle, building, bus, cabinet,"
                        + " car, cat, ceiling, chair, cloth, computer, cow, cup, curtain, dog, door, fence, floor, flower,"
                        + " food, grass, ground, horse, keyboard, light, motorbike, mountain, mouse, person, plate, platform,"
                        + " pottedplant, road, rock, sheep, shelves, sidewalk, sign, sky, snow, sofa, table, track, train,"
                        + " tree, truck, tvmonitor, wall, water, window, wood");
    }

    static List<String> sunRgbd() {
        return names("wall, floor, cabinet, bed, chair, sofa, table, door, window, bookshelf, picture, counter, blinds,"
                + " desk, shelves, curtain, dresser, pillow, mirror, floor mat, clothes, ceiling, books, fridge, tv,"
                + " paper, towel, shower curtain, box, whiteboard, person, night stand, toilet, sink, lamp, bathtub,"
                + " bag");
    }

    static List<String> isprs() {
        return names("background, impervious surfaces, building, low vegetation, tree, car");
    }

    static List<String> suim() {
        return names("water, divers, plants, wrecks, robots, reefs, fish, sea floor");
    }

    private static List<String> names(String list) {
        return List.of(list.split(", "));
    }
}
