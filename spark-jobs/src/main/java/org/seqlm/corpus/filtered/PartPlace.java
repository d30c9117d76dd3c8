package org.seqlm.corpus.filtered;

import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.corpus.file.FileFinder;
import org.seqlm.store.HashedFile;

/**
 * Where the files of one part of a corpus go; in each folder their names rise in the order of what
 * they hold.
 *
 * @param folder of the artifact
 * @param part number of the range
 * @param cut number of a document that other ranges hold, too, from 1; 0 for all others of a range
 * @param attempt distinguishes concurrent writers of the same files
 */
public record PartPlace(FileSystem fs, Path folder, int part, int cut, long attempt) {
  /** The folder of documents that stay, below that of the artifact. */
  public static final String KEPT = FileFinder.KEPT;

  /** The folder of documents that were removed. */
  public static final String REMOVED = "removed/";

  /**
   * Begins a file, for instance {@code text/part-00007.jsonl}; a part's later ones are {@code
   * part-00007_000001.jsonl}, and those of cut documents {@code part-00007_c00001.txt}.
   *
   * @param below the folders that its documents' files lie in, as {@link
   *     org.seqlm.corpus.plan.DocumentFields#folders} has them
   * @param number of the file in the part, from 0
   */
  HashedFile.Open open(String kind, String below, int number, String extension) throws IOException {
    String name = String.format(Locale.ROOT, "%s%spart-%05d", kind, below, part);
    if (cut > 0) {
      name += String.format(Locale.ROOT, "_c%05d", cut);
    }
    if (number > 0) {
      name += String.format(Locale.ROOT, "_%06d", number);
    }
    return HashedFile.open(fs, folder, name + extension, attempt);
  }
}
