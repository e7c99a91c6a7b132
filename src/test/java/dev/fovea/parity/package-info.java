/**
 * Recorded behaviour of the reference implementations, and the one test that holds this project to it. A case is a
 * folder {@code system/case}; each system has one runner file, listed in {@link dev.fovea.parity.Runners}.
 */
package dev.fovea.parity;
