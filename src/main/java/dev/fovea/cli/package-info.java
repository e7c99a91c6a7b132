/** The command line: it parses arguments, loads a recipe and calls one class. */
package dev.fovea.cli;
