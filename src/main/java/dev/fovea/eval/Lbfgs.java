package dev.fovea.eval;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Limited-memory BFGS with backtracking (Nocedal and Wright 2006, algorithms 7.4 and 3.1) for smooth convex functions.
 * Nothing in it is random; vectors are Java arrays, so that hundreds of steps leave no native memory behind.
 *
 * @param gradientTolerance stop when no entry of the gradient is larger
 */
record Lbfgs(int steps, double gradientTolerance) {
    private static final int MEMORY = 10;
    private static final double ARMIJO = 1e-4;
    private static final int BACKTRACKS = 25;

    /** Value and gradient at one point. */
    record Evaluation(double value, double[] gradient) {}

    /** The function to minimise. */
    @FunctionalInterface
    interface Objective {
        Evaluation at(double[] point);
    }

    private record Move(double[] point, Evaluation there) {}

    private record Pair(double[] step, double[] change, double curvature) {}

    /** A point near the minimum, by way of descent from {@code start}. */
    double[] minimise(Objective objective, double[] start) {
        Deque<Pair> pairs = new ArrayDeque<>(); // newest first
        double[] point = start;
        Evaluation here = objective.at(point);
        for (int i = 0; i < steps && largest(here.gradient()) > gradientTolerance; i++) {
            double[] direction = direction(here.gradient(), new ArrayList<>(pairs));
            // without curvature pairs the scale of the function is unknown: start with a step of at most 1
            double rate = pairs.isEmpty() ? Math.min(1, 1 / largest(here.gradient())) : 1;
            Move move = search(objective, point, here, direction, rate);
            if (move == null) {
                break; // the arithmetic of the objective resolves no further descent
            }
            remember(pairs, move.point(), point, move.there().gradient(), here.gradient());
            point = move.point();
            here = move.there();
        }
        return point;
    }

    private static Move search(
            Objective objective, double[] point, Evaluation here, double[] direction, double firstRate) {
        double slope = dot(direction, here.gradient());
        double rate = firstRate;
        for (int i = 0; i < BACKTRACKS; i++, rate /= 2) {
            double[] candidate = point.clone();
            addScaled(candidate, rate, direction);
            Evaluation there = objective.at(candidate);
            if (there.value() <= here.value() + ARMIJO * rate * slope) {
                return new Move(candidate, there);
            }
        }
        return null;
    }

    private static void remember(Deque<Pair> pairs, double[] to, double[] from, double[] after, double[] before) {
        double[] step = to.clone(), change = after.clone();
        addScaled(step, -1, from);
        addScaled(change, -1, before);
        double curvature = dot(step, change);
        if (curvature <= 0) {
            return; // rounding only: the function is convex
        }
        pairs.addFirst(new Pair(step, change, curvature));
        if (pairs.size() > MEMORY) {
            pairs.removeLast();
        }
    }

    private static double[] direction(double[] gradient, List<Pair> newestFirst) {
        double[] q = gradient.clone();
        double[] alphas = new double[newestFirst.size()];
        for (int i = 0; i < alphas.length; i++) {
            Pair pair = newestFirst.get(i);
            alphas[i] = dot(pair.step(), q) / pair.curvature();
            addScaled(q, -alphas[i], pair.change());
        }
        double scale = -1;
        if (alphas.length > 0) {
            Pair last = newestFirst.get(0);
            scale = -last.curvature() / dot(last.change(), last.change());
        }
        for (int i = 0; i < q.length; i++) {
            q[i] *= scale;
        }
        for (int i = alphas.length - 1; i >= 0; i--) {
            Pair pair = newestFirst.get(i);
            double beta = dot(pair.change(), q) / pair.curvature();
            addScaled(q, -alphas[i] - beta, pair.step());
        }
        return q;
    }

    private static void addScaled(double[] x, double factor, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += factor * y[i];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double largest(double[] x) {
        double largest = 0;
        for (double value : x) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
