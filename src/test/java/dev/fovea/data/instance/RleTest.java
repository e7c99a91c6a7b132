package dev.fovea.data.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RleTest {
    private static final int HEIGHT = 7;
    private static final int WIDTH = 9;

    private static byte[] mask(long seed, double share) {
        Random random = new Random(seed);
        byte[] mask = new byte[HEIGHT * WIDTH];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (random.nextDouble() < share ? 1 : 0);
        }
        return mask;
    }

    private static Rle rle(long seed, double share) {
        return Rle.encode(HEIGHT, WIDTH, mask(seed, share));
    }

    @Test
    void decodingUndoesEncodingAndParsingUndoesWriting() {
        for (int seed = 0; seed < 50; seed++) {
            byte[] mask = mask(seed, seed / 49.0);
            Rle rle = Rle.encode(HEIGHT, WIDTH, mask);
            assertThat(rle.decode()).isEqualTo(mask);
            assertThat(Rle.parse(HEIGHT, WIDTH, rle.text())).isEqualTo(rle);
        }
    }

    @Test
    void longRunsSurviveTheText() {
        Rle rle = new Rle(30000, 40000, new int[] {5, 1, 600_000_000, 3, 1, 599_999_990});
        assertThat(Rle.parse(30000, 40000, rle.text())).isEqualTo(rle);
    }

    @Test
    void runsGoDownTheColumnsAndStartWithZeros() {
        byte[] mask = {1, 0, 0, 0, 1, 0};
        assertThat(Rle.encode(2, 3, mask).counts()).containsExactly(0, 1, 2, 1, 2);
    }

    @Test
    void unionIntersectionAreaAndIouAreThoseOfThePixels() {
        for (int seed = 0; seed < 30; seed++) {
            Rle a = rle(seed, 0.6), b = rle(seed + 100, 0.3);
            byte[] left = a.decode(), right = b.decode();
            byte[] any = new byte[left.length], both = new byte[left.length];
            for (int i = 0; i < left.length; i++) {
                any[i] = (byte) (left[i] | right[i]);
                both[i] = (byte) (left[i] & right[i]);
            }
            Rle union = Rle.union(List.of(a, b)), shared = Rle.intersection(List.of(a, b));
            assertThat(union).isEqualTo(Rle.encode(HEIGHT, WIDTH, any));
            assertThat(shared).isEqualTo(Rle.encode(HEIGHT, WIDTH, both));
            assertThat(a.iou(b, false)).isEqualTo((double) shared.area() / union.area());
            assertThat(a.iou(b, true)).isEqualTo((double) shared.area() / a.area());
        }
    }

    @Test
    void theBoxIsTheSmallestAroundThePixels() {
        assertThat(new Rle(4, 5, new int[] {5, 2, 13}).box()).isEqualTo(new BoundingBox(1, 1, 1, 2));
        assertThat(new Rle(4, 5, new int[] {6, 4, 10}).box()).isEqualTo(new BoundingBox(1, 0, 2, 4));
        assertThat(new Rle(4, 5, new int[] {6, 0, 8, 1, 5}).box()).isEqualTo(new BoundingBox(3, 2, 1, 1));
        assertThat(new Rle(4, 5, new int[] {20}).box()).isEqualTo(new BoundingBox(0, 0, 0, 0));
        assertThat(new Rle(4, 5, new int[] {0, 20}).box()).isEqualTo(new BoundingBox(0, 0, 5, 4));
    }

    @Test
    void aBoxOfWholePixelsFillsExactlyThem() {
        Rle filled = Polygons.of(new BoundingBox(2, 1, 4, 3)).rle(HEIGHT, WIDTH);
        assertThat(filled.area()).isEqualTo(12);
        assertThat(filled.box()).isEqualTo(new BoundingBox(2, 1, 4, 3));
    }

    @Test
    void aPolygonThatLeavesTheImageIsCutAtItsEdge() {
        assertThat(Polygons.of(new BoundingBox(-5, -5, 30, 30))
                        .rle(HEIGHT, WIDTH)
                        .area())
                .isEqualTo(HEIGHT * WIDTH);
        assertThat(Polygons.of(new BoundingBox(20, 20, 5, 5)).rle(HEIGHT, WIDTH).area())
                .isZero();
    }

    @Test
    void theAreaOfALargePolygonIsNearlyThatOfItsPlane() {
        double[] triangle = {10, 10, 210, 30, 90, 180};
        double area = Math.abs((210 - 10) * (180 - 10) - (90 - 10) * (30 - 10)) / 2.0;
        assertThat((double) new Polygons(List.of(triangle)).rle(256, 256).area())
                .isCloseTo(area, within(0.01 * area));
    }

    @Test
    void aDetectionInsideACrowdHasAnIouOfOne() {
        BoundingBox small = new BoundingBox(2, 2, 2, 2), crowd = new BoundingBox(0, 0, 10, 10);
        assertThat(small.iou(crowd, true)).isEqualTo(1);
        assertThat(small.iou(crowd, false)).isEqualTo(0.04);
        assertThat(small.iou(new BoundingBox(4, 2, 2, 2), false)).isZero();
    }

    @Test
    void whatIsNoMaskIsRefused() {
        assertThatThrownBy(() -> new Rle(4, 5, new int[] {3, 4}))
                .hasMessage("run lengths sum to 7, not to the 20 pixels of 4 x 5 (height x width)");
        assertThatThrownBy(() -> new Rle(4, 5, new int[] {30, -10})).hasMessage("run length -10 is negative");
        assertThatThrownBy(() -> Rle.parse(4, 5, "0 1"))
                .hasMessage("compressed run lengths: character 1 is ' ', not one of '0' to 'o'");
        assertThatThrownBy(() -> Rle.parse(4, 5, "0`")).hasMessage("compressed run lengths end within a number");
        assertThatThrownBy(() -> Rle.parse(4, 5, "0oooooooo0"))
                .hasMessage("compressed run lengths: number 1, before character 8, is no length");
        assertThatThrownBy(() -> rle(1, 0.5).iou(new Rle(4, 5, new int[] {20}), false))
                .hasMessage("a mask of 4 x 5 does not fit an image of 7 x 9 (height x width)");
        assertThatThrownBy(() -> new Polygons(List.of(new double[] {1, 2, 3, 4})))
                .hasMessage("a polygon of 4 numbers is not at least 3 pairs");
        assertThatThrownBy(() -> new Polygons(List.of(new double[] {1, 2, 3, Double.NaN, 5, 6})))
                .hasMessage("polygon coordinate NaN is not within 1.0E8");
    }
}
