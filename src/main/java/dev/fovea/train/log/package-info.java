/** What a run tells while it goes on: metrics as JSON lines, TensorBoard event files, progress on the terminal, memory. */
package dev.fovea.train.log;
