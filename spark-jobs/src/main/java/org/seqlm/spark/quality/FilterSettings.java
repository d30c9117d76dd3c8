package org.seqlm.spark.quality;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.seqlm.quality.FilterSpec;

/**
 * How a corpus is filtered.
 *
 * @param filters in their order
 * @param mostJudged bytes of a document that are judged, from the first on
 * @param removed whether removed documents are written, too
 * @param examples that are kept of each rule, of the documents that it was the first to remove
 * @param seed of the examples
 */
public record FilterSettings(
    List<FilterSpec> filters, int mostJudged, Removed removed, int examples, long seed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What becomes of documents that are removed. */
  public enum Removed {
    COUNTED,
    WRITTEN
  }

  public FilterSettings {
    filters = List.copyOf(filters);
  }

  /**
   * Where tasks write, and what they know of the corpus.
   *
   * @param folder of the artifact
   * @param textField of records
   * @param sources that are told apart; all others are one
   */
  record Task(FilterSettings settings, String folder, String textField, Set<String> sources)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Stands for the sources that are not told apart. */
    static final String OTHERS = "(others)";

    String source(String found) {
      return found == null ? "" : sources.contains(found) ? found : OTHERS;
    }
  }
}
