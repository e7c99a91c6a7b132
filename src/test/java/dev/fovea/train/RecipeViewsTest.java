package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.augment.ScaleBox;
import dev.fovea.data.augment.SegmentEval;
import dev.fovea.recipe.RecipeException;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeReader.Overrides;
import dev.fovea.recipe.SegmentRecipe;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecipeViewsTest {
    private static SegmentEval measured(String... sets) {
        Path file = Path.of("recipes/vitadapter/vit-adapter-t16_camvid11_upernet.yaml");
        SegmentRecipe recipe = (SegmentRecipe) RecipeReader.read(file, new Overrides(false, List.of(sets)));
        return new RecipeViews(recipe.backbone().imageSize(), recipe.data()).segmentEval(recipe);
    }

    @Test
    void imagesAreMeasuredAtTheScaleOfTrainingUnlessAnotherIsGiven() {
        String train = "augment.imageScale=[520, 520]";
        assertThat(measured().base()).isEmpty();
        assertThat(measured(train).base()).contains(new ScaleBox(520, 520));
        assertThat(measured(train, "inference.imageScale=[4096, 520]").base()).contains(new ScaleBox(4096, 520));
    }

    @Test
    void sidesAreLeftAsTheyAreUnlessARuleIsGiven() {
        SegmentEval plain = measured(), ruled = measured("inference.multiple=32", "inference.leastShort=480");
        assertThat(List.of(plain.multiple(), plain.leastShort())).containsExactly(1, 0);
        assertThat(List.of(ruled.multiple(), ruled.leastShort())).containsExactly(32, 480);
    }

    @Test
    void aBoxIsWrittenLongSideFirst() {
        assertThatThrownBy(() -> measured("inference.imageScale=[520, 4096]"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("inference.imageScale: [520, 4096] is not a box [long, short]");
    }
}
