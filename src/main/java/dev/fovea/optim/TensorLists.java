package dev.fovea.optim;

import dev.fovea.tensor.Scripts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;

/**
 * A group's parameters, their gradients and their states as TorchScript lists. Gradients are new tensors in each step;
 * the other lists are rebuilt only when another set of parameters has gradients than in the step before.
 */
final class TensorLists {
    private final List<Tensor> parameters;
    private final List<List<Tensor>> slots;
    private BitSet present = new BitSet();
    private IValue parameterList;
    private IValue gradientList;
    private List<IValue> slotLists;

    TensorLists(List<Tensor> parameters, List<List<Tensor>> slots) {
        this.parameters = List.copyOf(parameters);
        this.slots = List.copyOf(slots);
    }

    /** Looks which parameters have gradients; says whether any has. */
    boolean collectGradients() {
        List<Tensor> gradients = new ArrayList<>();
        BitSet found = new BitSet();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor gradient = parameters.get(i).grad();
            if (gradient.defined()) {
                gradients.add(gradient);
                found.set(i);
            }
        }
        if (gradients.isEmpty()) {
            return false;
        }
        if (!found.equals(present)) {
            rebuild(found);
        }
        gradientList = Scripts.list(gradients);
        return true;
    }

    /** The parameters with a gradient, as of the last {@link #collectGradients}. */
    IValue parameters() {
        return parameterList;
    }

    IValue gradients() {
        return gradientList;
    }

    IValue slot(int index) {
        return slotLists.get(index);
    }

    private void rebuild(BitSet found) {
        present = found;
        parameterList = listOf(parameters);
        slotLists = slots.stream().map(this::listOf).toList();
    }

    /** The list outlives the scope of the step that happens to build it. */
    private IValue listOf(List<Tensor> tensors) {
        IValue list = Scripts.list(present.stream().mapToObj(tensors::get).toList());
        list.retainReference();
        return list;
    }
}
