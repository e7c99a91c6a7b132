package dev.fovea.weights;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads pickles of protocols 2 to 5 (CPython, {@code Lib/pickletools.py}) and builds nothing but plain values: null,
 * Boolean, Long (or BigInteger), Double, String, {@code byte[]}, List, Map, Set, and what the table of allowed names
 * makes. No name of the file ever reaches a class loader.
 */
final class Unpickler {
    /** A name of the table: called by the opcodes REDUCE and NEWOBJ, or (without a call) a mere argument. */
    record Global(String name, Function<List<?>, Object> call) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** An instance of a plain class: its attributes. */
    static final class Attributes extends LinkedHashMap<Object, Object> {
        private static final long serialVersionUID = 1L;
    }

    /** Something that takes a state after it was made. */
    interface Buildable {
        void build(Object state);
    }

    /** Real files come to some ten for a tensor; a copied entry of a dictionary takes tens of bytes. */
    private static final long MOST_COPIED = 1L << 22;

    private final Budget copies = new Budget("copied elements and joined characters", MOST_COPIED);
    private final PickleInput in;
    private final Function<String, Global> globals;
    private final Function<List<?>, Object> persistent;
    private final PickleStack stack;

    /**
     * @param globals the allowed thing of a name {@code module.name}, or null
     * @param persistent the object of a persistent id
     */
    Unpickler(PickleInput in, Function<String, Global> globals, Function<List<?>, Object> persistent) {
        this.in = in;
        this.globals = globals;
        this.persistent = persistent;
        this.stack = new PickleStack(in);
    }

    /** The object of the next pickle; the input stands behind its STOP afterwards. */
    Object read() {
        while (true) {
            long at = in.position();
            int opcode = in.unsignedByte();
            if (opcode == '.') {
                return stack.last();
            }
            if (!constant(opcode) && !container(opcode) && !memory(opcode)) {
                step(opcode, at);
            }
        }
    }

    private boolean constant(int opcode) {
        switch (opcode) {
            case 'N' -> stack.push(null);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'J' -> stack.push((long) in.signedInt());
            case 'K' -> stack.push((long) in.unsignedByte());
            case 'M' -> stack.push((long) in.unsignedShort());
            case 0x8a -> stack.push(in.integer(in.unsignedByte()));
            case 0x8b -> stack.push(in.integer(in.signedInt()));
            case 'G' -> stack.push(in.bigEndianDouble());
            case 'T', 'X' -> stack.push(in.text(in.signedInt())); // T, U: str of Python 2
            case 'U', 0x8c -> stack.push(in.text(in.unsignedByte()));
            case 0x8d -> stack.push(in.text(in.signedLong()));
            case 'B' -> stack.push(in.bytes(in.signedInt()));
            case 'C' -> stack.push(in.bytes(in.unsignedByte()));
            case 0x8e, 0x96 -> stack.push(in.bytes(in.signedLong()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean container(int opcode) {
        switch (opcode) {
            case '(' -> stack.mark();
            case ']' -> stack.push(new ArrayList<>());
            case '}' -> stack.push(new LinkedHashMap<>());
            case 0x8f -> stack.push(new LinkedHashSet<>());
            case ')' -> stack.push(List.of());
            case 't' -> stack.push(tuple(stack.popGroup()));
            case 0x85 -> stack.push(tuple(stack.pop(1)));
            case 0x86 -> stack.push(tuple(stack.pop(2)));
            case 0x87 -> stack.push(tuple(stack.pop(3)));
            case 'l' -> stack.push(stack.popGroup());
            case 'd' -> stack.push(putAll(new LinkedHashMap<>(), stack.popGroup()));
            case 0x91 -> stack.push(addAll(new LinkedHashSet<>(), stack.popGroup()));
            case 'a' -> append(stack.pop(1));
            case 'e' -> append(stack.popGroup());
            case 's' -> setItems(stack.pop(2));
            case 'u' -> setItems(stack.popGroup());
            case 0x90 -> addItems(stack.popGroup());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memory(int opcode) {
        switch (opcode) {
            case 'q' -> stack.store(in.unsignedByte());
            case 'r' -> stack.store(in.signedInt());
            case 0x94 -> stack.storeNext();
            case 'h' -> stack.recall(in.unsignedByte());
            case 'j' -> stack.recall(in.signedInt());
            case '0' -> stack.pop();
            case '1' -> stack.popGroup();
            case '2' -> stack.push(stack.peek());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void step(int opcode, long at) {
        switch (opcode) {
            case 0x80 -> requireProtocol(in.unsignedByte(), at);
            case 0x95 -> in.signedLong(); // the length of a frame: nothing is prefetched here
            case 'c' -> stack.push(global(in.line() + "." + in.line(), at));
            case 0x93 -> {
                List<Object> names = stack.pop(2);
                charge(names, at);
                stack.push(global(in.scalarText(names.get(0)) + "." + in.scalarText(names.get(1)), at));
            }
            case 'R', 0x81 -> {
                List<Object> call = stack.pop(2);
                stack.push(call(call.get(0), call.get(1), at));
            }
            case 'b' -> {
                Object state = stack.pop();
                build(stack.peek(), state, at);
            }
            case 'Q' -> stack.push(persistent.apply(arguments(stack.pop(), at)));
            default -> throw in.refuseAt(at, "pickle opcode 0x%02x is not read", opcode);
        }
    }

    private void requireProtocol(int protocol, long at) {
        if (protocol < 2 || protocol > 5) {
            throw in.refuseAt(at, "pickle protocol %d; 2 to 5 are read", protocol);
        }
    }

    private Global global(String name, long at) {
        Global global = globals.apply(name);
        if (global == null) {
            throw in.refuseAt(at, "refused: the pickle asks for %s; only tensors and plain containers are built", name);
        }
        return global;
    }

    private Object call(Object callee, Object arguments, long at) {
        if (!(callee instanceof Global global) || global.call() == null) {
            String name = callee instanceof Global mute ? mute.name() : "a plain value";
            throw in.refuseAt(at, "refused: the pickle calls %s", name);
        }
        List<?> given = arguments(arguments, at);
        charge(given, at);
        try {
            return global.call().apply(given);
        } catch (IllegalArgumentException
                | ClassCastException
                | IndexOutOfBoundsException
                | ArithmeticException
                | NullPointerException e) {
            throw in.refuseAt(at, "%s was given wrong arguments: %s", global.name(), e.getMessage());
        }
    }

    /** What is made of values can be as large as they are: lists are copied, texts are joined. */
    private void charge(List<?> values, long at) {
        for (Object value : values) {
            charge(1 + sizeOf(value), at);
        }
    }

    private void charge(long count, long at) {
        try {
            copies.take(count);
        } catch (IllegalArgumentException e) {
            throw in.refuseAt(at, "refused: the pickle asks for %s", e.getMessage());
        }
    }

    private static long sizeOf(Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        if (value instanceof Collection<?> items) {
            return items.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof BigInteger number) {
            return number.bitLength() / 3; // digits
        }
        return 0;
    }

    private List<?> arguments(Object value, long at) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw in.refuseAt(at, "the pickle passes no tuple of arguments");
    }

    /** The state of a dictionary ({@code state_dict._metadata}) carries nothing that is needed. */
    private void build(Object target, Object state, long at) {
        if (target instanceof Attributes attributes) {
            for (Object part : state instanceof List<?> parts ? parts : Collections.singletonList(state)) {
                if (part instanceof Map<?, ?> values) {
                    charge(values.size(), at);
                    attributes.putAll(values);
                } else if (part != null) {
                    attributes.put("state", part);
                }
            }
        } else if (target instanceof Buildable buildable) {
            buildable.build(state);
        } else if (!(target instanceof Map)) {
            throw in.refuseAt(at, "the pickle gives a state to a value that has none");
        }
    }

    private void append(List<Object> values) {
        if (!(stack.peek() instanceof ArrayList<?> list)) {
            throw in.refuse("the pickle appends to something that is no list");
        }
        @SuppressWarnings("unchecked")
        ArrayList<Object> items = (ArrayList<Object>) list;
        items.addAll(values);
    }

    private void setItems(List<Object> pairs) {
        if (!(stack.peek() instanceof Map<?, ?> map)) {
            throw in.refuse("the pickle sets items of something that is no dictionary");
        }
        @SuppressWarnings("unchecked")
        Map<Object, Object> target = (Map<Object, Object>) map;
        putAll(target, pairs);
    }

    private void addItems(List<Object> values) {
        if (!(stack.peek() instanceof Set<?> set)) {
            throw in.refuse("the pickle adds items to something that is no set");
        }
        @SuppressWarnings("unchecked")
        Set<Object> target = (Set<Object>) set;
        addAll(target, values);
    }

    private Map<Object, Object> putAll(Map<Object, Object> target, List<Object> pairs) {
        if (pairs.size() % 2 != 0) {
            throw in.refuse("the pickle gives a dictionary key without a value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            target.put(key(pairs.get(i)), pairs.get(i + 1));
        }
        return target;
    }

    private Set<Object> addAll(Set<Object> target, List<Object> values) {
        values.forEach(value -> target.add(key(value)));
        return target;
    }

    /** A container as a key could contain itself, now or later, and hashing it would not end. */
    private Object key(Object key) {
        if (key instanceof List<?> list) {
            charge(list.size(), in.position()); // it is walked through at each of its uses
        }
        boolean tuple = key instanceof List<?> list
                && !(list instanceof ArrayList)
                && list.stream().allMatch(Unpickler::isScalar);
        if (!isScalar(key) && !tuple) {
            throw in.refuse("a dictionary key or set item must be a number, a text or a tuple of them");
        }
        return key;
    }

    private static boolean isScalar(Object value) {
        return value == null || value instanceof Number || value instanceof String || value instanceof Boolean;
    }

    private static List<Object> tuple(List<Object> values) {
        return Collections.unmodifiableList(values);
    }
}
