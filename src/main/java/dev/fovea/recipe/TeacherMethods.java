package dev.fovea.recipe;

import dev.fovea.recipe.Methods.Method;
import dev.fovea.teacher.ClipSpec;
import dev.fovea.teacher.DinoSpec;
import dev.fovea.teacher.EmaSpec;
import dev.fovea.teacher.PixelSpec;
import java.util.List;
import java.util.Map;

/** The teachers that a recipe can name. */
final class TeacherMethods {
    private static final Method CLIP = new Method(
            "clip",
            ClipSpec.class,
            "{imageSize: 224, quickGelu: true}",
            Map.of(
                    "b32", "{patchSize: 32, width: 768, depth: 12, heads: 12, dim: 512}",
                    "b16", "{patchSize: 16, width: 768, depth: 12, heads: 12, dim: 512}",
                    "l14", "{patchSize: 14, width: 1024, depth: 24, heads: 16, dim: 768}"));

    private static final Method DINO = new Method(
            "dino",
            DinoSpec.class,
            "{imageSize: 224, mlpRatio: 4}",
            Map.of(
                    "s16", "{patchSize: 16, dim: 384, depth: 12, heads: 6}",
                    "s8", "{patchSize: 8, dim: 384, depth: 12, heads: 6}",
                    "b16", "{patchSize: 16, dim: 768, depth: 12, heads: 12}",
                    "b8", "{patchSize: 8, dim: 768, depth: 12, heads: 12}"));

    private static final Method PIXEL_TEACHER =
            new Method("pixels", PixelSpec.class, "{imageSize: 224, patchSize: 16}", Map.of());
    private static final Method RUN = Method.of("run", RunTeacher.class);
    private static final Method EMA = new Method("ema", EmaSpec.class, "{coefficient: 0.996}", Map.of());

    /** Networks that are read from files. */
    static final List<Method> FROZEN = List.of(CLIP, DINO, RUN, PIXEL_TEACHER);

    static final List<Method> ALL = List.of(EMA, CLIP, DINO, RUN, PIXEL_TEACHER);

    private TeacherMethods() {}
}
