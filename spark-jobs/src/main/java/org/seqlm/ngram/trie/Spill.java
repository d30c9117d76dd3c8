package org.seqlm.ngram.trie;

import java.nio.file.Path;

/**
 * How much of something a task holds in memory, and where the rest goes.
 *
 * @param memory bytes, more or less
 * @param folder on the local disk, the task's own; need not exist
 */
public record Spill(long memory, Path folder) {}
