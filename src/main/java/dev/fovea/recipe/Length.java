package dev.fovea.recipe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A stretch of training, written {@code 40 epochs} or {@code 160000 steps}. */
public record Length(double amount, Unit unit) {
    /** What is counted. */
    public enum Unit {
        EPOCHS,
        STEPS
    }

    private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?) (epoch|step)s?");

    public Length {
        Rule.notNegative("amount", amount);
        Rule.that(unit == Unit.EPOCHS || amount == Math.rint(amount), "%s steps are not a whole number", amount);
    }

    public static Length ofEpochs(double epochs) {
        return new Length(epochs, Unit.EPOCHS);
    }

    public static Length ofSteps(long steps) {
        return new Length(steps, Unit.STEPS);
    }

    static Length parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        Rule.that(matcher.matches(), "'%s' is not a length such as '40 epochs' or '1000 steps'", text);
        double amount = Double.parseDouble(matcher.group(1));
        return new Length(amount, matcher.group(2).equals("epoch") ? Unit.EPOCHS : Unit.STEPS);
    }

    /** Optimizer steps, rounded; at least one unless the length is zero. */
    public long steps(long stepsPerEpoch) {
        if (amount == 0) {
            return 0;
        }
        double steps = unit == Unit.STEPS ? amount : amount * stepsPerEpoch;
        return Math.max(1, Math.round(steps));
    }

    /** As a recipe writes it; {@link #parse} reads it back. */
    @Override
    public String toString() {
        String number = amount == Math.rint(amount) ? Long.toString((long) amount) : Double.toString(amount);
        return number + (unit == Unit.EPOCHS ? " epochs" : " steps");
    }
}
