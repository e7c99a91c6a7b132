/** Data sets on disk, each a {@link dev.fovea.data.Source}: folders, binary files, tar shards. */
package dev.fovea.data.source;
