package org.seqlm.corpus.night;

import java.time.LocalDate;
import org.seqlm.Problems;

/**
 * A partition that an earlier night has taken.
 *
 * @param name see {@link InputPartition}
 * @param date as {@code YYYY-MM-DD}; null for a file
 * @param files that it had
 * @param bytes that they had
 * @param listing hash of their names and lengths
 * @param content what reading it has shown; null if that is not known
 */
public record SeenPartition(
    String name, String date, long files, long bytes, String listing, PartitionContent content) {
  public SeenPartition {
    new Problems()
        .present("name", name, "give the partition's")
        .present("listing", listing, "give the hash of names and lengths")
        .atLeast("files", files, 0)
        .atLeast("bytes", bytes, 0)
        .throwIfAny();
    if (date != null) {
      LocalDate.parse(date);
    }
  }
}
