package dev.fovea.data.scenes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A landscape as layers from back to front: sky, one to three ridges of hills, a field, perhaps water in it, and houses and
 * trees that stand on the field, smaller the farther away.
 */
final class Landscape {
    private static final double WATER_CHANCE = 0.6;
    private static final int MOST_HOUSES = 3;
    private static final int MOST_TREES = 5;

    private final SceneRandom random;
    private final SceneColours colours;
    private final double horizon;

    Landscape(SceneRandom random) {
        this.random = random;
        colours = SceneColours.draw(random);
        horizon = random.between(0.3, 0.55);
    }

    List<SceneLayer> layers() {
        List<SceneLayer> layers = new ArrayList<>();
        layers.add(new Ground.Sky(colours, horizon, new Noise(random.next()), random.between(2, 4)));
        int ridges = 1 + random.below(3);
        for (int i = 0; i < ridges; i++) {
            double near = (i + 1.0) / ridges;
            layers.add(new Ground.Ridge(
                    colours.hills().mix(colours.sky(), 0.55 * (1 - near)),
                    horizon + 0.01,
                    random.between(0.12, 0.28) * (1.25 - 0.5 * near),
                    random.between(1.5, 4),
                    new Noise(random.next())));
        }
        layers.add(new Ground.Field(colours.field(), horizon, random.between(0, 0.3), new Noise(random.next())));
        if (random.chance(WATER_CHANCE)) {
            layers.add(water());
        }
        layers.addAll(objects());
        return layers;
    }

    private SceneLayer water() {
        double middle = horizon + (1 - horizon) * random.between(0.25, 0.8);
        return new Ground.Water(
                colours.water(),
                colours.sky(),
                random.between(0.1, 0.9),
                middle,
                random.between(0.25, 0.7),
                random.between(0.05, 0.14),
                new Noise(random.next()));
    }

    /** The nearer an object stands to the viewer, the later it is painted. */
    private List<SceneLayer> objects() {
        List<Standing> standing = new ArrayList<>();
        int houses = random.below(MOST_HOUSES + 1);
        int trees = (houses == 0 ? 1 : 0) + random.below(MOST_TREES + 1);
        for (int i = 0; i < houses + trees; i++) {
            double foot = horizon + (1 - horizon) * random.between(0.06, 0.95);
            double size = 0.6 + 0.9 * (foot - horizon) / (1 - horizon);
            double x = random.between(0.02, 0.98);
            standing.add(
                    i < houses
                            ? House.draw(colours, x, foot, size, random)
                            : Tree.draw(colours, x, foot, size, random));
        }
        standing.sort(Comparator.comparingDouble(Standing::foot));
        return List.copyOf(standing);
    }

    /** A layer that stands on the field. */
    interface Standing extends SceneLayer {
        /** Where it touches the ground. */
        double foot();

        @Override
        default double bottom() {
            return foot() + 0.03;
        }
    }
}
