package dev.fovea.dense.mask2former;

import dev.fovea.nn.NotFiniteException;
import java.util.Arrays;

/**
 * The cheapest one-to-one assignment of rows to columns, by shortest augmenting paths (Crouse 2016, "On implementing 2D
 * rectangular assignment algorithms"). Of several equally cheap ones the same is found as by scipy's
 * linear_sum_assignment: columns are tried from the last to the first, and a free one ends a path.
 */
final class LinearAssignment {
    private static final int NONE = -1;

    private final double[] cost;
    private final int rows;
    private final int columns;
    private final double[] rowPrice;
    private final double[] columnPrice;
    private final int[] columnOf;
    private final int[] rowOf;
    private final double[] shortest;
    private final int[] cameFrom;
    private final boolean[] rowSeen;
    private final boolean[] columnSeen;

    private LinearAssignment(double[] cost, int rows, int columns) {
        this.cost = cost;
        this.rows = rows;
        this.columns = columns;
        rowPrice = new double[rows];
        columnPrice = new double[columns];
        columnOf = filled(rows);
        rowOf = filled(columns);
        shortest = new double[columns];
        cameFrom = new int[columns];
        rowSeen = new boolean[rows];
        columnSeen = new boolean[columns];
    }

    /**
     * @param cost row-major; positive infinity forbids a pair
     * @return the column of each row, -1 for rows without one when there are more rows than columns
     */
    static int[] solve(double[] cost, int rows, int columns) {
        requireNumbers(cost, rows, columns);
        if (rows <= columns) {
            return new LinearAssignment(cost, rows, columns).columns();
        }
        double[] turned = new double[cost.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                turned[c * rows + r] = cost[r * columns + c];
            }
        }
        int[] rowOfColumn = new LinearAssignment(turned, columns, rows).columns();
        int[] columnOfRow = filled(rows);
        for (int c = 0; c < columns; c++) {
            columnOfRow[rowOfColumn[c]] = c;
        }
        return columnOfRow;
    }

    private static void requireNumbers(double[] cost, int rows, int columns) {
        if (cost.length != rows * columns) {
            throw new IllegalArgumentException("%d costs are no %d x %d matrix".formatted(cost.length, rows, columns));
        }
        for (int i = 0; i < cost.length; i++) {
            if (Double.isNaN(cost[i]) || cost[i] == Double.NEGATIVE_INFINITY) {
                throw new NotFiniteException("the cost of row %d and column %d is %s: no assignment is cheapest"
                        .formatted(i / columns, i % columns, cost[i]));
            }
        }
    }

    private static int[] filled(int length) {
        int[] none = new int[length];
        Arrays.fill(none, NONE);
        return none;
    }

    private int[] columns() {
        for (int row = 0; row < rows; row++) {
            augment(row);
        }
        return columnOf;
    }

    /** Gives one more row a column, moving others where that is cheaper. */
    private void augment(int row) {
        Arrays.fill(shortest, Double.POSITIVE_INFINITY);
        Arrays.fill(cameFrom, NONE);
        Arrays.fill(rowSeen, false);
        Arrays.fill(columnSeen, false);
        int[] open = new int[columns];
        for (int i = 0; i < columns; i++) {
            open[i] = columns - 1 - i;
        }
        int left = columns, at = row, sink = NONE;
        double length = 0;
        while (sink == NONE) {
            rowSeen[at] = true;
            int next = relax(at, length, open, left);
            int column = open[next];
            length = shortest[column];
            if (length == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("row %d cannot be assigned: its costs are infinite".formatted(row));
            }
            columnSeen[column] = true;
            open[next] = open[--left];
            if (rowOf[column] == NONE) {
                sink = column;
            } else {
                at = rowOf[column];
            }
        }
        price(row, length);
        follow(row, sink);
    }

    /** Shortens paths through row {@code at}; the place in {@code open} of the nearest column. */
    private int relax(int at, double length, int[] open, int left) {
        int nearest = NONE;
        double lowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < left; i++) {
            int column = open[i];
            double through = length + cost[at * columns + column] - rowPrice[at] - columnPrice[column];
            if (through < shortest[column]) {
                shortest[column] = through;
                cameFrom[column] = at;
            }
            boolean ties = shortest[column] == lowest && rowOf[column] == NONE;
            if (nearest == NONE || shortest[column] < lowest || ties) {
                lowest = shortest[column];
                nearest = i;
            }
        }
        return nearest;
    }

    private void price(int start, double length) {
        rowPrice[start] += length;
        for (int r = 0; r < rows; r++) {
            if (rowSeen[r] && r != start) {
                rowPrice[r] += length - shortest[columnOf[r]];
            }
        }
        for (int c = 0; c < columns; c++) {
            if (columnSeen[c]) {
                columnPrice[c] -= length - shortest[c];
            }
        }
    }

    private void follow(int start, int sink) {
        int column = sink, row;
        do {
            row = cameFrom[column];
            rowOf[column] = row;
            int before = columnOf[row];
            columnOf[row] = column;
            column = before;
        } while (row != start);
    }
}
