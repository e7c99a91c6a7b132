package dev.fovea.nn;

/** Something that a loss is made of is not a finite number, and what comes next cannot go on with it. */
public final class NotFiniteException extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    public NotFiniteException(String what) {
        super(what);
    }
}
