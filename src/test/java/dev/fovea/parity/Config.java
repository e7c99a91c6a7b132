package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.Size;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hyper-parameters of a case under the reference's own names; a key may contain dots ({@code run.mask_ratio}). */
final class Config {
    private static final double TORCH_EPS = 1e-5;
    private static final Pattern PARTIAL =
            Pattern.compile("partial\\((?:torch\\.)?(?:nn\\.)?LayerNorm, *eps=([0-9.e+-]+)\\)");

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

    /** Whether the key is there, be it null. */
    boolean mentions(String key) {
        return root.has(key);
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

    /**
     * The start of layer scales: null in a case means none, and a start of 0 that they are there all the same.
     *
     * @param otherwise the reference's default, where the key is not given; 0 = none
     */
    double layerScaleAt(String key, double otherwise) {
        if (mentions(key)) {
            return has(key) ? Math.max(doubleAt(key), Double.MIN_NORMAL) : 0;
        }
        return otherwise;
    }

    /**
     * The eps of a norm layer: {@code partial(torch.nn.LayerNorm, eps=1e-6)}, {@code {type: LayerNorm, eps: 1e-6}}, or the
     * layer's name alone, whose eps is PyTorch's.
     */
    double epsAt(String key, double otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = at(key);
        if (value.isObject()) {
            return in(key).doubleAt("eps", TORCH_EPS);
        }
        Matcher partial = PARTIAL.matcher(value.asText());
        if (partial.matches()) {
            return Double.parseDouble(partial.group(1));
        }
        require(value.asText().matches("(torch\\.)?(nn\\.)?LayerNorm"), key, value, "a LayerNorm");
        return TORCH_EPS;
    }

    /** Fails where an option of the reference has a value for which there is no counterpart; null and absence are its default. */
    void requireOnly(String key, String only) {
        if (has(key) && !at(key).asText().equals(only)) {
            throw new AssertionError("%s: '%s' is %s; only %s has a counterpart".formatted(place, key, at(key), only));
        }
    }

    /** The same for rates of dropout, and for logits that are scaled otherwise than by the width of a head. */
    void requireNoDropout() {
        for (String key : List.of("drop_rate", "attn_drop_rate")) {
            if (doubleAt(key, 0) != 0) {
                throw new AssertionError("%s: '%s' is %s; there is no dropout here".formatted(place, key, at(key)));
            }
        }
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
