package org.seqlm.job.corpus.filter;

import java.util.List;
import java.util.Map;

/**
 * What filtering a text came to.
 *
 * @param output the folder of the analysis
 * @param fingerprint of its manifest
 * @param text the folder of the documents that stay, whole or not at all
 * @param removed the folder of those that do not; null where they were not asked for, and where
 *     there are none
 * @param records read, bad ones among them
 * @param documents judged
 * @param kept of them
 * @param edited of these, those that lost lines
 * @param judgedByBeginning of all, those longer than what is judged
 * @param bytes of the text of all
 * @param keptBytes of the text of those that stay, as filters of lines leave it
 * @param badRecords left out, by kind
 * @param rules in the order in which they remove
 * @param lines why lines of documents that stay were dropped
 * @param sources by name; the empty one has what has no source
 */
record FilterResult(
    String output,
    String fingerprint,
    String text,
    String removed,
    long records,
    long documents,
    long kept,
    long edited,
    long judgedByBeginning,
    long bytes,
    long keptBytes,
    Map<String, Long> badRecords,
    List<OfRule> rules,
    Map<String, Long> lines,
    Map<String, OfSource> sources) {
  /** The same once its manifest is there. */
  FilterResult published(String manifest) {
    return new FilterResult(
        output,
        manifest,
        text,
        removed,
        records,
        documents,
        kept,
        edited,
        judgedByBeginning,
        bytes,
        keptBytes,
        badRecords,
        rules,
        lines,
        sources);
  }

  /**
   * What a rule did.
   *
   * @param rule its name
   * @param measures what its figure is
   * @param keeps the figures that stay
   * @param source who has described it where
   * @param first documents that it was the first to remove
   * @param any documents that it removes, whether or not one before it does, too
   * @param unmeasured documents that have nothing that it measures, and stay for it
   * @param examples of those that it was the first to remove, where they were asked for
   */
  record OfRule(
      String rule,
      String measures,
      String keeps,
      String source,
      long first,
      long any,
      long unmeasured,
      List<Example> examples) {}

  /**
   * A removed document.
   *
   * @param path of its file
   * @param record its first record's place in it, from 1
   * @param value the figure that the rule found
   * @param text its beginning
   */
  record Example(String path, long record, double value, String text) {}

  /** How many documents of a source there are, and how many of them stay. */
  record OfSource(long documents, long kept, long bytes, long keptBytes) {}
}
