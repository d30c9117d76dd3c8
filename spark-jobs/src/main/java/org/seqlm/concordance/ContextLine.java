package org.seqlm.concordance;

import java.util.List;

/**
 * A place that was found, with the words around it. Spaces, line ends and control characters are
 * one space each run, and what embeds or overrides a direction is left out; a space between the
 * parts is at the end of {@code left} and the beginning of {@code right}.
 *
 * @param word the place of its first word among all of the index
 * @param left the text before it, of its document
 * @param keyword what was found
 * @param right the text behind it
 * @param path of its file
 * @param record the place of its record in the file, from 1; of text the line
 * @param document its number among all documents, from 1
 * @param leftWords before it, the nearest first, folded
 * @param keyWords what was found, folded
 * @param rightWords behind it, the nearest first, folded
 */
public record ContextLine(
    long word,
    String left,
    String keyword,
    String right,
    String path,
    long record,
    long document,
    List<String> leftWords,
    List<String> keyWords,
    List<String> rightWords)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;
}
