package dev.fovea.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/** Rename rules from a foreign file's parameter names to the names here; a rule gives null to leave a tensor out. */
public final class Names {
    private Names() {}

    public static UnaryOperator<String> same() {
        return name -> name;
    }

    /** Removes a prefix where it stands: {@code module.} of data-parallel training, {@code backbone.} of mmseg. */
    public static UnaryOperator<String> stripped(String prefix) {
        return name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /** Keeps only names with the prefix, without it. */
    public static UnaryOperator<String> below(String prefix) {
        return name -> name.startsWith(prefix) ? name.substring(prefix.length()) : null;
    }

    /** Puts a prefix in front of every name. */
    public static UnaryOperator<String> prefixed(String prefix) {
        return name -> prefix + name;
    }

    /** Leaves out names that match the whole expression. */
    public static UnaryOperator<String> without(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return name -> pattern.matcher(name).matches() ? null : name;
    }

    /** Replaces every match of the expression; {@code $1} stands for its first group. */
    public static UnaryOperator<String> replaced(String regex, String replacement) {
        Pattern pattern = Pattern.compile(regex);
        return name -> pattern.matcher(name).replaceAll(replacement);
    }

    /** The tensors under the names that a rule gives; those it leaves out are not there. */
    public static Map<String, Tensor> renamed(Map<String, Tensor> tensors, UnaryOperator<String> rule) {
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            String own = rule.apply(name);
            if (own != null && renamed.put(own, tensor) != null) {
                throw new IllegalArgumentException("two tensors of the file are renamed to " + own);
            }
        });
        return renamed;
    }

    /** One rule after the other; a tensor that one leaves out stays out. */
    @SafeVarargs
    public static UnaryOperator<String> inOrder(UnaryOperator<String>... rules) {
        return name -> {
            String renamed = name;
            for (UnaryOperator<String> rule : rules) {
                renamed = renamed == null ? null : rule.apply(renamed);
            }
            return renamed;
        };
    }
}
