package org.seqlm.corpus.night;

import java.time.LocalDate;
import org.seqlm.Problems;

/**
 * Text that came in at once: a folder {@code dt=YYYY-MM-DD}, or a file outside such folders.
 *
 * @param name its path from its input's own name on, wherever that lies: {@code
 *     news/dt=2026-11-29}; no two of a listing are the same
 * @param date as {@code YYYY-MM-DD}; null for a file
 * @param path of the folder or file, for reading
 * @param files in it
 * @param bytes of them as they are stored
 * @param listing hash of the files' names and lengths
 */
public record InputPartition(
    String name, String date, String path, long files, long bytes, String listing) {
  public InputPartition {
    new Problems()
        .present("name", name, "give the partition's")
        .present("path", path, "give the partition's")
        .present("listing", listing, "give the hash of names and lengths")
        .atLeast("files", files, 0)
        .atLeast("bytes", bytes, 0)
        .throwIfAny();
    if (date != null) {
      LocalDate.parse(date);
    }
  }

  /** What it is one of many of: its name without the last part. */
  public String source() {
    return source(name);
  }

  static String source(String name) {
    return name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : "";
  }

  /** What a later night is to know of it. */
  public SeenPartition seen(PartitionContent content) {
    return new SeenPartition(name, date, files, bytes, listing, content);
  }
}
