package org.seqlm.duplicates;

import java.io.Serializable;
import java.util.List;
import org.seqlm.Problems;

/**
 * What is looked for, and when it counts.
 *
 * @param find kinds, one or more
 * @param shingles what documents are compared by
 * @param bands of their signatures
 * @param threshold Jaccard similarity from which two documents are near, above 0, at most 1
 * @param bucket documents of which each two are compared that agree in a band; of those that come
 *     after them each is compared with the first one and the one before it only; documents that
 *     were known before are counted apart
 * @param lineCount how often a line stands at least
 * @param lineBytes how long it is at least
 * @param spanWords words of a span at least
 * @param seed of the functions of MinHash, and of the hashes of spans
 */
public record DuplicateSettings(
    List<Find> find,
    ShingleRules shingles,
    Bands bands,
    double threshold,
    int bucket,
    int lineCount,
    int lineBytes,
    int spanWords,
    long seed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What is looked for. */
  public enum Find {
    /** Documents whose lines are equal, byte by byte. */
    EXACT_DOCUMENTS,
    /** Documents of much the same words; equal ones are among them. */
    NEAR,
    /** Lines that are equal, byte by byte. */
    EXACT_LINES,
    /** Consecutive words, equal byte by byte but for the white space between them. */
    SPANS
  }

  /** Checks the values. */
  public DuplicateSettings {
    new Problems()
        .present("find", find, "give exact-documents, near, exact-lines, spans, one or more")
        .present("near", shingles, "give unit and shingle")
        .present("near", bands, "give bands and rows")
        .require(
            threshold > 0 && threshold <= 1,
            "near.threshold must be above 0 and at most 1, but is " + threshold)
        .inRange("near.bucket", bucket, 2, 10_000)
        .inRange("lines.count", lineCount, 2, 1 << 20)
        .inRange("lines.bytes", lineBytes, 1, 1 << 20)
        .inRange("spans.words", spanWords, 2, 1 << 16)
        .throwIfAny();
    find = List.copyOf(find);
  }

  /** Whether a kind is looked for. */
  public boolean finds(Find kind) {
    return find.contains(kind);
  }

  /** Whether whole documents are looked for. */
  public boolean findsDocuments() {
    return finds(Find.EXACT_DOCUMENTS) || finds(Find.NEAR);
  }

  /** Words of the windows of which some are chosen; see {@link SpanWindows}. */
  public int chosenWords() {
    return Math.max(1, spanWords / 2);
  }

  /**
   * Of so many windows one is chosen at least: a span has a chosen one, and equal spans the same.
   */
  public int choose() {
    return spanWords - chosenWords() + 1;
  }
}
