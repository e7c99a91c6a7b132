package dev.fovea.data;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/** Samples by index. Implementations are safe for use by several threads and hold no position. */
public interface Source<S> {
    /** The label of a sample without one. */
    int NO_LABEL = -1;

    int size();

    /** A name that tells a person where the sample comes from, such as a path relative to the data set's folder. */
    String name(int index);

    /** Reads and decodes one sample; an {@link IOException} counts it as a bad file. */
    S read(int index) throws IOException;

    /** The class of a sample without reading it, or {@link #NO_LABEL}. */
    default int label(int index) {
        return NO_LABEL;
    }

    /** Samples of one group are alike in shape, so that a batch of them takes little padding; told without reading. */
    default int group(int index) {
        return 0;
    }

    /** Names by class number; empty when the data set has no classes or no names for them. */
    default List<String> classNames() {
        return List.of();
    }

    /** The same samples seen through a function, for instance labelled images without their labels. */
    default <T> Source<T> map(Function<? super S, ? extends T> view) {
        Source<S> origin = this;
        return new Source<T>() {
            @Override
            public int size() {
                return origin.size();
            }

            @Override
            public String name(int index) {
                return origin.name(index);
            }

            @Override
            public T read(int index) throws IOException {
                return view.apply(origin.read(index));
            }

            @Override
            public int label(int index) {
                return origin.label(index);
            }

            @Override
            public int group(int index) {
                return origin.group(index);
            }

            @Override
            public List<String> classNames() {
                return origin.classNames();
            }
        };
    }
}
