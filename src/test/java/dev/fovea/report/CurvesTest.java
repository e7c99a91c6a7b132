package dev.fovea.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CurvesTest {
    @Test
    void smoothingLeavesAConstantAsItIsFromTheFirstPoint() {
        Series constant = new Series("c", new double[] {1, 2, 3}, new double[] {5, 5, 5});
        assertThat(constant.smoothed(0.9).y()).containsExactly(new double[] {5, 5, 5}, within(1e-12));
    }

    @Test
    void smoothingSkipsValuesThatAreNotFinite() {
        Series curve = new Series("c", new double[] {1, 2, 3}, new double[] {4, Double.NaN, 4});
        assertThat(curve.smoothed(0.5).y()).containsExactly(4, Double.NaN, 4);
    }

    @Test
    void smoothingFollowsTheMovingAverage() {
        Series curve = new Series("c", new double[] {1, 2}, new double[] {0, 3});
        assertThat(curve.smoothed(0.5).y()).containsExactly(0, 2);
        assertThatThrownBy(() -> curve.smoothed(1)).hasMessage("smoothing 1.0 is not in [0, 1)");
    }

    @Test
    void thinningKeepsBothEnds() {
        double[] x = new double[1001];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        Series thin = new Series("c", x, x).thinned(11);
        assertThat(thin.x()).containsExactly(0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000);
    }

    @Test
    void aCurveNeedsAValueAtEachPlace() {
        assertThatThrownBy(() -> new Series("loss", new double[2], new double[3]))
                .hasMessage("curve 'loss' has 2 places for 3 values");
    }

    @Test
    void curvesGoFromEndToEndAndLeaveGaps() {
        double[] x = {0, 1, 2, 3, 4};
        BufferedImage drawn = new Curves("", "", "")
                .add(new Series("a", x, new double[] {1, 1, Double.NaN, 1, 1}))
                .draw(400, 300);
        assertThat(colours(drawn, 0.05)).contains(Palette.series(0));
        assertThat(colours(drawn, 0.5)).doesNotContain(Palette.series(0));
        assertThat(colours(drawn, 0.9)).contains(Palette.series(0));
    }

    /** The colours in the column at this share of the plot's width, which begins and ends 60 and 20 pixels inside. */
    private static Set<Color> colours(BufferedImage drawn, double share) {
        int x = (int) (60 + share * (drawn.getWidth() - 80));
        Set<Color> colours = new HashSet<>();
        for (int y = 0; y < drawn.getHeight(); y++) {
            colours.add(new Color(drawn.getRGB(x, y)));
        }
        return colours;
    }
}
