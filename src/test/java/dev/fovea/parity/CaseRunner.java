package dev.fovea.parity;

/** Computes what a case records and gives every output to {@link Case#check} or its neighbours. */
@FunctionalInterface
interface CaseRunner {
    void run(Case given) throws Exception;
}
