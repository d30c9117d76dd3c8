package org.seqlm.terms;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import org.seqlm.Problems;

/**
 * What is looked for near some words.
 *
 * @param nodes the words, as the tokeniser cuts them, at most {@link #MOST_NODES}
 * @param left tokens before a node that are near it, 0 to {@link #WIDEST}
 * @param right tokens behind it; one of both is at least 1
 * @param boundary what a span does not cross
 * @param minCount how often a word must stand near a node
 * @param minDocuments in how many documents it must do so
 * @param tokens which words may be
 */
public record SpanRules(
    List<String> nodes,
    int left,
    int right,
    SpanBoundary boundary,
    long minCount,
    long minDocuments,
    TokenFilter tokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Words that can be looked around at a time. */
  public static final int MOST_NODES = 100;

  /** Tokens of the longest side of a span. */
  public static final int WIDEST = 100;

  /** What a span does not cross. */
  public enum SpanBoundary {
    LINE,
    DOCUMENT
  }

  public SpanRules {
    new Problems()
        .require(
            !nodes.isEmpty() && nodes.size() <= MOST_NODES,
            "around must be 1 to " + MOST_NODES + " words, but is " + nodes.size())
        .require(
            new HashSet<>(nodes).size() == nodes.size(),
            "around must be different words, but is " + String.join(", ", nodes))
        .inRange("span.left", left, 0, WIDEST)
        .inRange("span.right", right, 0, WIDEST)
        .require(left + right > 0, "span.left and span.right are both 0: give one of them")
        .present("span.boundary", boundary, "give line or document")
        .atLeast("min-count", minCount, 1)
        .atLeast("min-documents", minDocuments, 1)
        .present("tokens", tokens, "give words or all")
        .throwIfAny();
    nodes = List.copyOf(nodes);
  }
}
