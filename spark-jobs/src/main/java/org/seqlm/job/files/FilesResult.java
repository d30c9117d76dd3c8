package org.seqlm.job.files;

import java.util.List;

/**
 * The result of {@code files}.
 *
 * @param input the folder
 * @param kind of the artifact; null if there is none
 * @param manifest the file that says what it holds; null if there is none
 * @param data the folder of its files, of a run those of its model: what other programs read
 * @param files that count, with the manifest
 * @param bytes of these together
 * @param orphans what no manifest lists
 * @param removed how many of these were removed
 */
record FilesResult(
    String input,
    String kind,
    String manifest,
    String data,
    long files,
    long bytes,
    List<Orphan> orphans,
    int removed) {

  /**
   * What no manifest lists.
   *
   * @param path a file or a folder, below the input
   * @param files how many
   * @param bytes of them together
   * @param hours since anything of it was written; of an empty folder, since it was made
   */
  record Orphan(String path, long files, long bytes, double hours) {}
}
