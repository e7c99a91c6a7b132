package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.Size;
import java.util.List;

/** The hyper-parameters of a case under the reference's own names; a key may contain dots ({@code run.mask_ratio}). */
final class Config {
    private final String place;
    private final JsonNode root;

    Config(String place, JsonNode root) {
        this.place = place;
        this.root = root;
    }

    /** Whether the key is there and not null. */
    boolean has(String key) {
        return root.hasNonNull(key);
    }

    /** The raw value; fails when the key is missing. */
    JsonNode at(String key) {
        JsonNode value = root.get(key);
        if (value == null) {
            List<String> keys = root.properties().stream().map(e -> e.getKey()).toList();
            throw new AssertionError("%s: no key '%s' among %s".formatted(place, key, keys));
        }
        return value;
    }

    /** The object under a key, as a configuration of its own. */
    Config in(String key) {
        return new Config(place + "." + key, at(key));
    }

    @Override
    public String toString() {
        return place + " " + root;
    }

    int intAt(String key) {
        return number(key).intValue();
    }

    int intAt(String key, int otherwise) {
        return has(key) ? intAt(key) : otherwise;
    }

    double doubleAt(String key) {
        return number(key).doubleValue();
    }

    double doubleAt(String key, double otherwise) {
        return has(key) ? doubleAt(key) : otherwise;
    }

    boolean boolAt(String key) {
        JsonNode value = at(key);
        require(value.isBoolean(), key, value, "true or false");
        return value.booleanValue();
    }

    boolean boolAt(String key, boolean otherwise) {
        return has(key) ? boolAt(key) : otherwise;
    }

    String textAt(String key) {
        JsonNode value = at(key);
        require(value.isTextual(), key, value, "a text");
        return value.textValue();
    }

    int[] intsAt(String key) {
        JsonNode values = list(key);
        int[] ints = new int[values.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = values.get(i).asInt();
        }
        return ints;
    }

    double[] doublesAt(String key) {
        JsonNode values = list(key);
        double[] doubles = new double[values.size()];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = values.get(i).asDouble();
        }
        return doubles;
    }

    /** A side, or a pair of height and width. */
    Size sizeAt(String key) {
        return size(at(key));
    }

    /** The same for a value that was looked up already. */
    static Size size(JsonNode value) {
        return value.isArray() ? new Size(value.get(0).asInt(), value.get(1).asInt()) : Size.square(value.asInt());
    }

    private JsonNode number(String key) {
        JsonNode value = at(key);
        require(value.isNumber(), key, value, "a number");
        return value;
    }

    private JsonNode list(String key) {
        JsonNode value = at(key);
        require(value.isArray(), key, value, "a list");
        return value;
    }

    private void require(boolean holds, String key, JsonNode value, String wanted) {
        if (!holds) {
            throw new AssertionError("%s: '%s' is %s, not %s".formatted(place, key, value, wanted));
        }
    }
}
