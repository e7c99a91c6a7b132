package dev.fovea.optim;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Moves parameters along their gradients, and keeps state tensors per parameter. Parameters without a gradient are left
 * as they are, and so is their state.
 *
 * <p>Build it outside any {@code PointerScope}: it lives as long as the run.
 */
public abstract class Optimizer {
    private final List<ParamGroup> groups;
    private final List<TensorLists> lists;
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    /** One tensor of zeros per parameter: of its shape, or a scalar. */
    protected record Slot(String name, boolean scalar) {
        public static Slot full(String name) {
            return new Slot(name, false);
        }

        public static Slot scalar(String name) {
            return new Slot(name, true);
        }
    }

    protected Optimizer(List<ParamGroup> groups, Slot... slots) {
        this.groups = List.copyOf(groups);
        requireEachOnce();
        lists = this.groups.stream().map(group -> listsOf(group, slots)).toList();
    }

    public final List<ParamGroup> groups() {
        return groups;
    }

    /** One update; each group trains with {@code lr} times its scale. */
    public final void step(double lr) {
        try (PointerScope scope = new PointerScope();
                NoGrad guard = new NoGrad()) {
            for (int i = 0; i < groups.size(); i++) {
                TensorLists tensors = lists.get(i);
                if (tensors.collectGradients()) {
                    update(groups.get(i), tensors, lr * groups.get(i).lrScale());
                }
            }
        }
    }

    /** Updates the parameters of a group that have gradients; {@code lr} is the group's own. */
    protected abstract void update(ParamGroup group, TensorLists tensors, double lr);

    /**
     * Drops all gradients. The next backward pass then stores its own tensors instead of adding to zeros, which saves
     * a read and a write of every gradient.
     */
    public final void zeroGrad() {
        try (PointerScope scope = new PointerScope()) {
            for (Tensor parameter : parameters()) {
                parameter.mutable_grad().reset();
            }
        }
    }

    /** All parameters, group by group. */
    public final List<Tensor> parameters() {
        return groups.stream().flatMap(g -> g.parameters().values().stream()).toList();
    }

    /**
     * The live state tensors by {@code slot.parameter}. Written to a file and given to {@link #load}, training goes on
     * as if it had not stopped.
     */
    public final Map<String, Tensor> state() {
        return Collections.unmodifiableMap(state);
    }

    /** Copies the values in; every name and shape must be that of {@link #state}. */
    public final void load(Map<String, Tensor> saved) {
        StateCopy.into(state, saved, "optimizer state");
    }

    private TensorLists listsOf(ParamGroup group, Slot... slots) {
        List<List<Tensor>> tensors = new ArrayList<>();
        for (Slot slot : slots) {
            List<Tensor> ofSlot = new ArrayList<>();
            group.parameters().forEach((name, parameter) -> {
                Tensor zeros = parameter.new_zeros(slot.scalar() ? new long[0] : Shapes.of(parameter));
                state.put(slot.name() + "." + name, zeros);
                ofSlot.add(zeros);
            });
            tensors.add(ofSlot);
        }
        return new TensorLists(List.copyOf(group.parameters().values()), tensors);
    }

    private void requireEachOnce() {
        TreeSet<String> seen = new TreeSet<>();
        for (ParamGroup group : groups) {
            for (String name : group.names()) {
                if (!seen.add(name)) {
                    throw new IllegalArgumentException("parameter '%s' stands in two groups".formatted(name));
                }
            }
        }
    }
}
