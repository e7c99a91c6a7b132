package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code |actual - expected| <= atol + rtol * |expected|}. */
record Tolerance(double atol, double rtol) {
    static final Tolerance DEFAULT = new Tolerance(1e-4, 1e-4);
    static final Tolerance EXACT = new Tolerance(0, 0);

    /** What a case file says about ordinary outputs. */
    static Tolerance ofValues(JsonNode tolerance) {
        if (saysExact(tolerance)) {
            return EXACT;
        }
        return new Tolerance(
                tolerance.path("atol").asDouble(DEFAULT.atol),
                tolerance.path("rtol").asDouble(DEFAULT.rtol));
    }

    /** What it says about outputs named {@code grad.…}: the ordinary tolerance unless there is a special one. */
    static Tolerance ofGradients(JsonNode tolerance) {
        Tolerance values = ofValues(tolerance);
        return new Tolerance(
                tolerance.path("grad_atol").asDouble(values.atol),
                tolerance.path("grad_rtol").asDouble(values.rtol));
    }

    private static boolean saysExact(JsonNode tolerance) {
        return tolerance.asText().equals("exact") || tolerance.path("exact").asBoolean();
    }

    boolean accepts(double actual, double expected) {
        if (Double.isNaN(expected)) {
            return Double.isNaN(actual);
        }
        if (actual == expected) {
            return true; // infinities, and zero of either sign
        }
        return Math.abs(actual - expected) <= atol + rtol * Math.abs(expected);
    }
}
