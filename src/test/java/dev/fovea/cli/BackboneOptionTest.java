package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Size;
import dev.fovea.recipe.Methods;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackboneOptionTest {
    private static final Path SEGMENT = Path.of("recipes/mae/vit-t16_camvid11_upernet.yaml");
    private static final Path DETECT = Path.of("recipes/detect/convvit-t16_nuclei256_mask-rcnn.yaml");

    private static Recipe with(Path recipe, String... sets) {
        return RecipeReader.read(recipe, new RecipeReader.Overrides(false, List.of(sets)));
    }

    @Test
    void everyBackboneComesAtTheRecipesImageSize() {
        for (Path recipe : List.of(SEGMENT, DETECT)) {
            Size size = with(recipe).backbone().imageSize();
            for (String type : Methods.names(BackboneSpec.class)) {
                BackboneSpec tiny = with(recipe, BackboneOption.setting(type + ":tiny", size))
                        .backbone();
                BackboneSpec base =
                        with(recipe, BackboneOption.setting(type, size)).backbone();
                assertThat(Methods.nameOf(tiny)).isEqualTo(type);
                assertThat(tiny.imageSize()).isEqualTo(size);
                assertThat(base.imageSize()).isEqualTo(size);
                assertThat(base.dim()).isGreaterThan(tiny.dim());
            }
        }
    }

    @Test
    void severalPresetsAreAFormBesideASize() {
        Size size = Size.square(256);
        assertThat(with(DETECT, BackboneOption.setting("convvit:small,det", size))
                        .backbone())
                .isEqualTo(with(DETECT, "backbone={type: convvit, preset: [small, det], imageSize: 256}")
                        .backbone());
    }

    @Test
    void anUnknownTypeIsToldTheKnownOnes() {
        String told = Outcome.refused("train", "segment", SEGMENT, "--smoke", "--backbone", "vitt:tiny");
        assertThat(told)
                .contains("--backbone vitt:tiny: 'vitt' is none of vit, convvit, hivit, beit, vit-adapter, each with"
                        + " presets after a colon");
        told = Outcome.refused("train", "segment", SEGMENT, "--smoke", "--backbone", "vit:big");
        assertThat(told).contains("backbone.preset: 'big' is none of base, huge, large, simple-pyramid, small, tiny");
    }

    @Test
    void helpListsTheTypes() {
        assertThat(Outcome.printed("train", "segment", "--help").replaceAll("\\s+", " "))
                .contains("--backbone=TYPE[:PRESET]", "vit, convvit, hivit, beit, vit-adapter");
    }
}
