package org.seqlm.concordance;

/**
 * How often a term stands in consecutive parts of a text.
 *
 * @param count occurrences
 * @param documents that have it
 * @param first of these documents, by its number
 * @param last of them
 */
public record TermCount(long count, long documents, long first, long last) {
  /** With what a later part has; a document that goes on from part to part counts once. */
  public TermCount plus(TermCount later) {
    return new TermCount(
        count + later.count,
        documents + later.documents - (last == later.first ? 1 : 0),
        first,
        later.last);
  }
}
