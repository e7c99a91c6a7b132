package dev.fovea.tensor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Operators that the generated bindings leave out (names with a leading underscore), reached through a few lines of
 * TorchScript compiled at first use.
 */
public final class Scripts {
    private static final Map<String, CompilationUnit> COMPILED = new ConcurrentHashMap<>();

    private Scripts() {}

    /** Calls the function {@code name} of {@code source}; the source is compiled once. */
    public static IValue call(String source, String name, IValue... arguments) {
        CompilationUnit unit = COMPILED.computeIfAbsent(source, Scripts::compile);
        return unit.find_function(new QualifiedName(name)).apply(new IValueVector(arguments));
    }

    /**
     * A TorchScript list of tensors. {@code new IValue(TensorVector)} would become a raw pointer, and an empty list
     * literal a constant shared by all callers, so the list is grown from its first element.
     */
    public static IValue list(Iterable<Tensor> tensors) {
        IValue list = null;
        for (Tensor tensor : tensors) {
            if (list == null) {
                list = call(LISTS, "first", new IValue(tensor));
            } else {
                call(LISTS, "append", list, new IValue(tensor));
            }
        }
        if (list == null) {
            throw new IllegalArgumentException("a TorchScript tensor list needs at least one tensor");
        }
        return list;
    }

    private static final String LISTS =
            """
            def first(t: Tensor):
                return [t]
            def append(l: List[Tensor], t: Tensor):
                l.append(t)
            """;

    private static CompilationUnit compile(String source) {
        Natives.start();
        CompilationUnit unit = torch.compile(source);
        unit.retainReference();
        return unit;
    }
}
