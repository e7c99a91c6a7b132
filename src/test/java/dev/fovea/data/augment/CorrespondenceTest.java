package dev.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.Rng;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorrespondenceTest {
    private static final Box BOX = new Box(7, 11, 60, 45);
    private static final Range SOME = new Range(0.05, 1);

    private static PlacedView view(Box box, int cells, boolean flipped) {
        return new PlacedView(box, 16 * cells, 16 * cells, cells, cells, flipped);
    }

    private static PlacedView view(Box box, int cells) {
        return view(box, cells, false);
    }

    @Test
    void theSameCropMapsToItself() {
        for (int cells : new int[] {1, 3, 6, 14}) {
            assertThat(Correspondence.targets(view(BOX, cells), view(BOX, cells)))
                    .isEqualTo(IntStream.range(0, cells * cells).toArray());
        }
    }

    @Test
    void aMirroredQueryHasMirroredTargets() {
        Rng rng = Rng.of(1, 2, 3);
        AreaCrop crop = new AreaCrop(SOME, AreaCrop.USUAL_RATIO);
        for (int i = 0; i < 50; i++) {
            Box reference = crop.draw(90, 120, rng), query = crop.draw(90, 120, rng);
            int[] plain = Correspondence.targets(view(reference, 6), view(query, 4));
            int[] mirrored = Correspondence.targets(view(reference, 6), view(query, 4, true));
            for (int row = 0; row < 4; row++) {
                for (int column = 0; column < 4; column++) {
                    assertThat(mirrored[row * 4 + column]).isEqualTo(plain[row * 4 + 3 - column]);
                }
            }
        }
    }

    @Test
    void aMirroredReferenceCountsItsColumnsFromTheOtherSide() {
        int[] plain = Correspondence.targets(view(BOX, 6), view(BOX, 6));
        int[] mirrored = Correspondence.targets(view(BOX, 6, true), view(BOX, 6));
        assertThat(mirrored[0]).isEqualTo(5);
        assertThat(Arrays.stream(mirrored).sorted().toArray()).isEqualTo(plain);
        assertThat(Correspondence.targets(view(BOX, 6, true), view(BOX, 6, true)))
                .isEqualTo(plain);
    }

    @Test
    void viewsWithoutOverlapHaveNoTargets() {
        int[] targets = Correspondence.targets(view(BOX, 6), view(new Box(67, 11, 20, 20), 6));
        assertThat(targets).containsOnly(Correspondence.NONE);
        assertThat(RelativeBox.of(BOX, new Box(67, 11, 20, 20)).valid()).isFalse();
    }

    @Test
    void aTargetHoldsThePixelUnderTheMiddleOfItsPatch() {
        Rng rng = Rng.of(4, 5, 6);
        AreaCrop crop = new AreaCrop(SOME, AreaCrop.USUAL_RATIO);
        for (int i = 0; i < 50; i++) {
            Box reference = crop.draw(200, 300, rng), query = crop.draw(200, 300, rng);
            int[] targets = Correspondence.targets(view(reference, 7), view(query, 5));
            int[] map = Correspondence.map(view(reference, 7), 200, 300);
            for (int t = 0; t < targets.length; t++) {
                double y = query.top() + (t / 5 + 0.5) * query.height() / 5;
                double x = query.left() + (t % 5 + 0.5) * query.width() / 5;
                assertThat(isNear(map, (int) y, (int) x, targets[t])).isTrue();
            }
        }
    }

    /** Two roundings may go one pixel or two further than the middle, never more for boxes of this size. */
    private static boolean isNear(int[] map, int y, int x, int target) {
        for (int dy = -2; dy <= 2; dy++) {
            for (int dx = -2; dx <= 2; dx++) {
                int row = Math.max(0, Math.min(199, y + dy)), column = Math.max(0, Math.min(299, x + dx));
                if (map[row * 300 + column] == target) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void theRelativeBoxIsTheCommonPart() {
        RelativeBox whole = RelativeBox.of(BOX, BOX);
        assertThat(whole).isEqualTo(new RelativeBox(true, 0, 0, 1, 1));
        RelativeBox quarter = RelativeBox.of(new Box(0, 0, 40, 80), new Box(20, 40, 100, 100));
        assertThat(quarter.top()).isCloseTo(0.5f, within(1e-6f));
        assertThat(quarter.height()).isCloseTo(0.5f, within(1e-6f));
        assertThat(quarter.width()).isCloseTo(0.5f, within(1e-6f));
        assertThat(quarter.valid()).isTrue();
    }

    @Test
    void cropsHaveTheWantedAreasAndShapes() {
        Rng rng = Rng.of(7, 8, 9);
        AreaCrop crop = new AreaCrop(new Range(0.32, 1), AreaCrop.USUAL_RATIO);
        double least = 1, greatest = 0;
        for (int i = 0; i < 2000; i++) {
            Box box = crop.draw(240, 320, rng);
            double area = box.height() * box.width() / (240.0 * 320);
            assertThat((double) box.width() / box.height()).isBetween(0.74, 1.35);
            least = Math.min(least, area);
            greatest = Math.max(greatest, area);
        }
        assertThat(least).isBetween(0.315, 0.34);
        assertThat(greatest).isBetween(0.95, 1.0);
        assertThat(new AreaCrop(new Range(0.9, 1), AreaCrop.USUAL_RATIO).draw(10, 1000, rng))
                .isEqualTo(Box.all(1000, 10));
    }
}
