package dev.fovea.data.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Rng;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Offset<Double> CLOSE = Offset.offset(1e-9);

    @Test
    void scalingCroppingAndMirroringFollowEachOther() {
        Placement placement = Placement.UNCHANGED.scaled(2, 3).cropped(10, 6).mirrored(40);
        assertThat(placement.of(new BoundingBox(7, 4, 5, 2))).isEqualTo(new BoundingBox(26, 6, 10, 6));
    }

    @Test
    void undoingGivesTheSourcesBoxBack() {
        BoundingBox box = new BoundingBox(7.5, 4.25, 5, 2);
        for (int i = 0; i < 50; i++) {
            Rng rng = Rng.of(1, 0, i);
            Placement placement = Placement.UNCHANGED
                    .scaled(rng.uniform(0.1, 3), rng.uniform(0.1, 3))
                    .cropped(rng.integer(0, 30), rng.integer(0, 30))
                    .mirrored(50);
            BoundingBox back = placement.undo(placement.of(box));
            assertThat(back.x()).isCloseTo(box.x(), CLOSE);
            assertThat(back.y()).isCloseTo(box.y(), CLOSE);
            assertThat(back.width()).isCloseTo(box.width(), CLOSE);
            assertThat(back.height()).isCloseTo(box.height(), CLOSE);
        }
    }

    /** A box as polygon and as run lengths must cover the same pixels wherever it goes, and those that its box says. */
    @Test
    void polygonsAndRunLengthsOfOneShapeStayTogether() {
        BoundingBox box = new BoundingBox(6, 3, 12, 9);
        Polygons polygons = Polygons.of(box);
        Rle rle = polygons.rle(24, 32);
        for (int i = 0; i < 100; i++) {
            Rng rng = Rng.of(2, 0, i);
            Placement placement = Placement.UNCHANGED
                    .scaled(rng.integer(1, 4), rng.integer(1, 4))
                    .cropped(rng.integer(0, 20), rng.integer(0, 20));
            placement = rng.chance(0.5) ? placement.mirrored(64) : placement;
            byte[] ofPolygons = placement.raster(polygons, 48, 64);
            assertThat(placement.raster(rle, 48, 64)).isEqualTo(ofPolygons);
            BoundingBox moved = placement.of(box);
            double inside = moved.intersection(new BoundingBox(0, 0, 64, 48));
            assertThat((double) Rle.encode(48, 64, ofPolygons).area()).isEqualTo(inside);
        }
    }

    /** What a file may state far outside of its image lies farther still in a larger picture. */
    @Test
    void anOutlineThatWasReadCanBeMovedAsFarAsPicturesGo() {
        Polygons far = new Polygons(List.of(new double[] {0, 0, 9e5, 0, 9e5, 9e5}));
        Polygons near = new Polygons(List.of(new double[] {0, 0, 9, 0, 9, 9}));
        assertThat(Placement.UNCHANGED.scaled(4, 4).raster(far, 3, 4))
                .isEqualTo(Placement.UNCHANGED.raster(near, 3, 4))
                .contains(0, 1);
    }

    @Test
    void aMaskUnchangedIsItself() {
        byte[] mask = new byte[7 * 5];
        mask[3] = mask[8] = mask[34] = mask[29] = 1;
        Rle rle = Rle.encode(7, 5, mask);
        assertThat(rle.decode()).isEqualTo(mask);
        assertThat(Placement.UNCHANGED.raster(rle, 7, 5)).isEqualTo(mask);
        assertThat(Placement.UNCHANGED.mirrored(5).mirrored(5).raster(rle, 7, 5))
                .isEqualTo(mask);
    }

    @Test
    void aPlacementThatFlattensIsRefused() {
        assertThatThrownBy(() -> Placement.UNCHANGED.scaled(0, 1))
                .hasMessage("placement of scales 0.0, 1.0 and offsets 0.0, 0.0 cannot be undone");
    }
}
