package dev.fovea.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.backbone.Size;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuerySheetTest {
    private static final QuerySheet.Query LEFT =
            new QuerySheet.Query("road", 0.9, new Size(2, 2), new float[] {1, 0, 1, 0});

    @Test
    void everyQueryHasAColumnAndMasksAreBrightWhereTheyHold() {
        BufferedImage image = new BufferedImage(88, 88, BufferedImage.TYPE_INT_RGB);
        BufferedImage one =
                new QuerySheet(1).add("a", image, List.of(LEFT, LEFT)).draw();
        BufferedImage two =
                new QuerySheet(2).add("a", image, List.of(LEFT, LEFT)).draw();
        assertThat(two.getWidth()).isGreaterThan(one.getWidth());
        assertThat(brightness(one, 0.6)).isGreaterThan(0); // yellow, which neither image nor paper has
        assertThat(brightness(two, 0.6)).isEqualTo(2 * brightness(one, 0.6));
    }

    /** Pixels that are much more red and green than blue. */
    private static long brightness(BufferedImage picture, double share) {
        long found = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                Color colour = new Color(picture.getRGB(x, y));
                found += colour.getBlue() < share * Math.min(colour.getRed(), colour.getGreen()) ? 1 : 0;
            }
        }
        return found;
    }

    @Test
    void aSheetOfNothingIsRefused() {
        assertThatThrownBy(() -> new QuerySheet(0)).hasMessage("a sheet of 0 queries shows none");
    }
}
