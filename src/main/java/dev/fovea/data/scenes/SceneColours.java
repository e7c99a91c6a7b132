package dev.fovea.data.scenes;

/**
 * The colours of one landscape. They differ from scene to scene so much that no colour belongs to a class, but within a scene
 * all trees look alike, all houses look alike, and water mirrors the sky: what a thing is can be told from what else is there.
 */
record SceneColours(
        Colour sky, Colour cloud, Colour hills, Colour field, Colour water, Colour wall, Colour roof, Colour crown) {
    static SceneColours draw(SceneRandom random) {
        Colour sky = Colour.draw(random, 0.4, 1);
        Colour hills = sky.contrast(random, random.between(0.15, 0.45));
        Colour field = hills.contrast(random, random.between(0.12, 0.4));
        Colour wall = field.contrast(random, random.between(0.2, 0.5));
        return new SceneColours(
                sky,
                sky.mix(new Colour(1, 1, 1), random.between(0.2, 0.7)),
                hills,
                field,
                sky.mix(Colour.draw(random, 0.2, 0.8), 0.25).times(random.between(0.7, 0.95)),
                wall,
                wall.contrast(random, random.between(0.2, 0.5)),
                field.contrast(random, random.between(0.15, 0.45)));
    }
}
