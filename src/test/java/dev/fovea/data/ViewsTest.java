package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ViewsTest {
    /** 90 samples of class 0, 9 of class 1, one of class 2; a sample is its own index. */
    private static final class Unbalanced implements Source<Integer> {
        private final AtomicInteger reads = new AtomicInteger();

        @Override
        public int size() {
            return 100;
        }

        @Override
        public String name(int index) {
            return "s" + index;
        }

        @Override
        public Integer read(int index) {
            reads.incrementAndGet();
            return index;
        }

        @Override
        public int label(int index) {
            return index < 90 ? 0 : index < 99 ? 1 : 2;
        }

        @Override
        public List<String> classNames() {
            return List.of("a", "b", "c");
        }
    }

    private static List<String> names(Source<?> source) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            names.add(source.name(i));
        }
        return names;
    }

    @Test
    void fractionKeepsTheShareOfEachClassAndAtLeastOne() {
        Subset<Integer> tenth = Subset.fraction(new Unbalanced(), 0.1, 5);
        int[] counts = new int[3];
        for (int i = 0; i < tenth.size(); i++) {
            counts[tenth.label(i)]++;
        }
        assertThat(counts).containsExactly(9, 1, 1);
        assertThat(tenth.classNames()).containsExactly("a", "b", "c");
        assertThat(names(tenth)).isEqualTo(names(Subset.fraction(new Unbalanced(), 0.1, 5)));
        assertThat(names(tenth)).isNotEqualTo(names(Subset.fraction(new Unbalanced(), 0.1, 6)));
    }

    @Test
    void smallerFractionsAreNestedInLargerOnes() {
        List<String> half = names(Subset.fraction(new Unbalanced(), 0.5, 5));
        assertThat(half).containsAll(names(Subset.fraction(new Unbalanced(), 0.1, 5)));
        assertThat(new HashSet<>(names(Subset.fraction(new Unbalanced(), 1, 5))))
                .hasSize(100);
        assertThatThrownBy(() -> Subset.fraction(new Unbalanced(), 0, 5))
                .hasMessage("fraction 0.0 does not lie in (0, 1]");
    }

    @Test
    void subsetsAndMappedViewsKeepNamesAndLabels() throws IOException {
        Source<String> view = new Subset<>(new Unbalanced(), 95, 3).map(i -> "#" + i);
        assertThat(view.read(0)).isEqualTo("#95");
        assertThat(view.name(0)).isEqualTo("s95");
        assertThat(view.label(0)).isEqualTo(1);
        assertThatThrownBy(() -> new Subset<>(new Unbalanced(), 100))
                .hasMessage("subset index 100 does not lie in a source of 100 samples");
    }

    @Test
    void cacheReadsOnceWhatFitsAndAlwaysWhatDoesNot() throws IOException {
        Unbalanced origin = new Unbalanced();
        Cached<Integer> cached = new Cached<>(origin, 1000, sample -> 100);
        for (int pass = 0; pass < 3; pass++) {
            for (int i = 0; i < 20; i++) {
                assertThat(cached.read(i)).isEqualTo(i);
            }
        }
        assertThat(origin.reads.get()).isEqualTo(10 + 3 * 10);
    }
}
