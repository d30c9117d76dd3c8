package org.seqlm.corpus.night;

import org.seqlm.Problems;

/**
 * What reading a partition has shown.
 *
 * @param fingerprint of its text, whatever its files are called; partitions with the same one are
 *     copies
 * @param documents in it
 * @param lines in it
 */
public record PartitionContent(String fingerprint, long documents, long lines) {
  public PartitionContent {
    new Problems()
        .present("fingerprint", fingerprint, "give that of the text")
        .atLeast("documents", documents, 0)
        .atLeast("lines", lines, 0)
        .throwIfAny();
  }
}
