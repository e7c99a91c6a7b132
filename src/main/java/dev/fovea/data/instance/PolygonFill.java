package dev.fovea.data.instance;

import java.util.Arrays;

/**
 * Fills one polygon to the bit as cocoapi's rleFrPoly: the outline is walked on a grid five times as fine, and where it
 * enters a column of pixels the first row below it becomes a change between inside and outside.
 */
final class PolygonFill {
    private static final double SCALE = 5;

    private final int height;
    private final int width;
    private int[] changes = new int[64];
    private int size;
    private int lastX;
    private int lastY;
    private boolean started;

    PolygonFill(int height, int width) {
        this.height = height;
        this.width = width;
    }

    Rle fill(double[] xy) {
        int corners = xy.length / 2;
        for (int j = 0; j < corners; j++) {
            int next = (j + 1) % corners;
            edge(fine(xy[2 * j]), fine(xy[2 * j + 1]), fine(xy[2 * next]), fine(xy[2 * next + 1]));
        }
        record(height * width);
        Arrays.sort(changes, 0, size);
        return new Rle(height, width, runs());
    }

    /** The cast cuts towards zero, below zero as well: so does the reference. */
    private static int fine(double pixel) {
        return (int) (SCALE * pixel + .5);
    }

    /** Walks along the longer axis; always from its lower end in computing, from the first corner in order. */
    private void edge(int x0, int y0, int x1, int y1) {
        int dx = Math.abs(x1 - x0), dy = Math.abs(y1 - y0);
        boolean flat = dx >= dy;
        boolean flip = flat ? x0 > x1 : y0 > y1;
        int fromX = flip ? x1 : x0, fromY = flip ? y1 : y0;
        int steps = flat ? dx : dy;
        double rise = (flat ? y1 - y0 : x1 - x0) * (flip ? -1 : 1);
        double slope = rise / steps;
        for (int d = 0; d <= steps; d++) {
            int t = flip ? steps - d : d;
            int x = flat ? fromX + t : (int) (fromX + slope * t + .5);
            int y = flat ? (int) (fromY + slope * t + .5) : fromY + t;
            visit(x, y);
        }
    }

    private void visit(int x, int y) {
        if (started && x != lastX) {
            double column = ((x < lastX ? x : x - 1) + .5) / SCALE - .5;
            if (Math.floor(column) == column && column >= 0 && column <= width - 1) {
                double row = (Math.min(y, lastY) + .5) / SCALE - .5;
                record((int) column * height + (int) Math.ceil(Math.max(0, Math.min(height, row))));
            }
        }
        started = true;
        lastX = x;
        lastY = y;
    }

    private void record(int position) {
        if (size == changes.length) {
            changes = Arrays.copyOf(changes, 2 * size);
        }
        changes[size++] = position;
    }

    /** Two changes at one place cancel each other. */
    private int[] runs() {
        RunList runs = new RunList();
        boolean inside = false;
        int from = 0;
        for (int i = 0; i < size; i++) {
            if (changes[i] > from) {
                runs.add(changes[i] - from, inside);
                from = changes[i];
            }
            inside = !inside;
        }
        return runs.counts();
    }
}
