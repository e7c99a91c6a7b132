package dev.fovea.weights;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stack, open groups and memo of a pickle; every access that a damaged pickle could get wrong is refused. */
final class PickleStack {
    private static final int DEEPEST = 1 << 22;

    private final PickleInput in;
    private final List<Object> objects = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    PickleStack(PickleInput in) {
        this.in = in;
    }

    void push(Object value) {
        if (objects.size() >= DEEPEST) {
            throw in.refuse("more than %d objects on the pickle's stack", DEEPEST);
        }
        objects.add(value);
    }

    /** Opens a group. */
    void mark() {
        marks.push(objects.size());
    }

    Object pop() {
        return pop(1).get(0);
    }

    List<Object> pop(int count) {
        int floor = marks.isEmpty() ? 0 : marks.peek();
        if (objects.size() - floor < count) {
            throw in.refuse("the pickle takes more from its stack than is there");
        }
        return cut(objects.size() - count);
    }

    /** Closes the innermost group and takes its objects. */
    List<Object> popGroup() {
        if (marks.isEmpty()) {
            throw in.refuse("the pickle closes a group that it never opened");
        }
        return cut(marks.pop());
    }

    private List<Object> cut(int from) {
        List<Object> tail = objects.subList(from, objects.size());
        List<Object> values = new ArrayList<>(tail);
        tail.clear();
        return values;
    }

    Object peek() {
        if (objects.isEmpty()) {
            throw in.refuse("the pickle looks at an empty stack");
        }
        return objects.get(objects.size() - 1);
    }

    void store(int key) {
        memo.put(key, peek());
    }

    void storeNext() {
        store(memo.size());
    }

    void recall(int key) {
        if (!memo.containsKey(key)) {
            throw in.refuse("the pickle recalls object %d that it never stored", key);
        }
        push(memo.get(key));
    }

    /** The one object that is left at the end. */
    Object last() {
        Object value = pop();
        if (!objects.isEmpty() || !marks.isEmpty()) {
            throw in.refuse("the pickle stops with %d objects left over", objects.size());
        }
        return value;
    }
}
