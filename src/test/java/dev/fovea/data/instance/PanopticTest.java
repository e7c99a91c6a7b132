package dev.fovea.data.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.scenes.SceneGenerator;
import java.util.List;
import org.junit.jupiter.api.Test;

class PanopticTest {
    private static final int[] IDS = {
        7, 7, 0, 9,
        7, 3, 3, 9,
        7, 3, 0, 7
    };
    private static final Panoptic CUT = new Panoptic(
            3, 4, IDS, List.of(new Segment(3, 1, false), new Segment(7, 0, false), new Segment(9, 0, true)));

    @Test
    void segmentsBecomeObjectsWithTheirPixels() {
        List<Instance> objects = CUT.instances();
        assertThat(objects).extracting(Instance::id).containsExactly(3L, 7L, 9L);
        assertThat(objects).extracting(Instance::label).containsExactly(1, 0, 0);
        assertThat(objects).extracting(Instance::crowd).containsExactly(false, false, true);
        assertThat(objects).extracting(Instance::area).containsExactly(3.0, 5.0, 2.0);
        assertThat(objects.get(1).box()).isEqualTo(new BoundingBox(0, 0, 4, 3));
        assertThat(objects.get(0).region().rle(3, 4).decode()).containsExactly(0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0);
    }

    @Test
    void objectsThatDoNotOverlapBecomeSegmentsAgain() {
        Panoptic back = Panoptic.of(3, 4, CUT.instances());
        assertThat(back.ids()).containsExactly(2, 2, 0, 3, 2, 1, 1, 3, 2, 1, 0, 2);
        assertThat(back.segments())
                .containsExactly(new Segment(1, 1, false), new Segment(2, 0, false), new Segment(3, 0, true));
    }

    @Test
    void objectsThatShareAPixelAreNoSegments() {
        Rle all = Rle.encode(1, 2, new byte[] {1, 1}), one = Rle.encode(1, 2, new byte[] {0, 1});
        List<Instance> two =
                List.of(new Instance(4, 0, all.box(), 2, false, all), new Instance(5, 0, one.box(), 1, false, one));
        assertThatThrownBy(() -> Panoptic.of(1, 2, two)).hasMessage("segments 4 and 5 share pixels");
    }

    @Test
    void aSceneIsCutWholeAndEachHouseAndTreeIsASegmentOfItsOwn() {
        SceneGenerator scenes = new SceneGenerator(64);
        for (int i = 0; i < 8; i++) {
            Annotated<?> scene = scenes.segments(3, i);
            Panoptic cut = Panoptic.of(64, 64, scene.instances());
            assertThat(cut.ids()).doesNotContain(Panoptic.VOID);
            byte[] classes = scenes.generate(3, i).mask().labels();
            int[] places = cut.places();
            for (int at = 0; at < places.length; at++) {
                assertThat(cut.segments().get(places[at] - 1).label()).isEqualTo(classes[at]);
            }
            assertThat(cut.segments().size())
                    .isGreaterThanOrEqualTo(scenes.objects(3, i).instances().size() + 2);
        }
    }
}
