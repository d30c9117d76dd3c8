package org.seqlm.spark.subword;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.text.subword.TextShape;

/**
 * What is kept beside the counts of all stretches, so that more text can be added.
 *
 * @param format of this file and of the counts'
 * @param fingerprints of the texts, in the order in which they were added
 * @param shape by which they were cut
 * @param lines of them
 * @param stretches of them
 * @param bytes of these, as normalised
 * @param cut how often a stretch was cut
 * @param parts files of counts
 */
public record StretchState(
    int format,
    List<String> fingerprints,
    TextShape shape,
    long lines,
    long stretches,
    long bytes,
    long cut,
    List<String> parts) {
  /** The format that is written, and read. */
  public static final int FORMAT = 1;

  /** Where it is, below the artifact's folder of files. */
  public static final String FILE = "counts/state.json";

  public StretchState {
    new Problems()
        .require(format == FORMAT, "format is " + format + ", but " + FORMAT + " is read")
        .present("fingerprints", fingerprints, "of the texts")
        .present("shape", shape, "by which stretches are cut")
        .require(parts != null, "parts is missing: files of counts")
        .atLeast("stretches", stretches, 0)
        .throwIfAny();
    fingerprints = List.copyOf(fingerprints);
    parts = List.copyOf(parts);
  }
}
