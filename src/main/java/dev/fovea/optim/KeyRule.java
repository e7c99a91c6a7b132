package dev.fovea.optim;

import java.util.Comparator;
import java.util.List;

/**
 * What holds for parameters with a text anywhere in their name (mmcv's custom_keys). Of several, the longest text holds
 * alone; of equally long ones the first in the alphabet.
 *
 * @param lr factor of the learning rate
 * @param decay factor of the weight decay
 */
public record KeyRule(String contains, double lr, double decay) {
    private static final KeyRule OTHERS = new KeyRule("", 1, 1);
    private static final Comparator<KeyRule> LONGEST_FIRST =
            Comparator.comparing((KeyRule rule) -> -rule.contains.length()).thenComparing(KeyRule::contains);

    public KeyRule {
        if (lr < 0 || decay < 0) {
            throw new IllegalArgumentException(
                    "contains %s: factors lr %s and decay %s must not be below 0".formatted(contains, lr, decay));
        }
    }

    /** The rule for a parameter; one that changes nothing where none is given. */
    static KeyRule of(String name, List<KeyRule> rules) {
        return rules.stream()
                .sorted(LONGEST_FIRST)
                .filter(rule -> name.contains(rule.contains))
                .findFirst()
                .orElse(OTHERS);
    }

    String group() {
        return contains.isEmpty() ? "others" : contains;
    }
}
