package org.seqlm.spark.duplicates;

import java.util.List;

/**
 * How much of a source is there twice, the first occurrences not counted.
 *
 * @param source the folder of its files, as {@link org.seqlm.corpus.plan.DocumentFields#source}
 *     names it; empty for none
 * @param documents of it
 * @param bytes of their text
 * @param lines of them
 * @param words of them, as white space parts them
 * @param exactDocuments with the text of an earlier one
 * @param nearDocuments that are near another, of those that are not equal to an earlier one
 * @param duplicateBytes of both
 * @param duplicateLines that stood before
 * @param spanWords in spans that stood before, each counted once
 */
public record SourceShare(
    String source,
    long documents,
    long bytes,
    long lines,
    long words,
    long exactDocuments,
    long nearDocuments,
    long duplicateBytes,
    long duplicateLines,
    long spanWords) {
  /** All of them together. */
  public static SourceShare sum(List<SourceShare> sources) {
    SourceShare sum = new SourceShare("", 0, 0, 0, 0, 0, 0, 0, 0, 0);
    for (SourceShare source : sources) {
      sum =
          new SourceShare(
              "",
              sum.documents + source.documents,
              sum.bytes + source.bytes,
              sum.lines + source.lines,
              sum.words + source.words,
              sum.exactDocuments + source.exactDocuments,
              sum.nearDocuments + source.nearDocuments,
              sum.duplicateBytes + source.duplicateBytes,
              sum.duplicateLines + source.duplicateLines,
              sum.spanWords + source.spanWords);
    }
    return sum;
  }
}
