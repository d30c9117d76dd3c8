package org.seqlm.quality;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What rules have done, by source: sums, so that those of parts add up to those of the whole in any
 * order. It does not grow with the documents.
 */
public final class FilterCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of one source. */
  public static final class OfSource implements Serializable {
    private static final long serialVersionUID = 1L;

    private long documents;
    private long kept;
    private long judgedByBeginning;
    private long bytes;
    private long keptBytes;
    private long lines;
    private long editedDocuments;
    private long[] first = {};
    private long[] any = {};
    private long[] unmeasured = {};
    private long[] dropped = {};
    private long[][] histograms = {};

    /** For Kryo. */
    OfSource() {}

    OfSource(List<Rule> rules, int lineReasons) {
      first = new long[rules.size()];
      any = new long[rules.size()];
      unmeasured = new long[rules.size()];
      dropped = new long[lineReasons];
      histograms = rules.stream().map(r -> new long[r.scale().bins()]).toArray(long[][]::new);
    }

    void add(OfSource other) {
      documents += other.documents;
      kept += other.kept;
      judgedByBeginning += other.judgedByBeginning;
      bytes += other.bytes;
      keptBytes += other.keptBytes;
      lines += other.lines;
      editedDocuments += other.editedDocuments;
      add(first, other.first);
      add(any, other.any);
      add(unmeasured, other.unmeasured);
      add(dropped, other.dropped);
      for (int i = 0; i < histograms.length; i++) {
        add(histograms[i], other.histograms[i]);
      }
    }

    private static void add(long[] sum, long[] more) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += more[i];
      }
    }

    /** Documents that were judged. */
    public long documents() {
      return documents;
    }

    /** Of these, those that stay. */
    public long kept() {
      return kept;
    }

    /** Of these, those that were longer than what is judged. */
    public long judgedByBeginning() {
      return judgedByBeginning;
    }

    /** Of the text of all documents, in UTF-8. */
    public long bytes() {
      return bytes;
    }

    /** Of the text of those that stay, as filters of lines leave it. */
    public long keptBytes() {
      return keptBytes;
    }

    /** Lines of the documents that stay, which filters of lines were asked about. */
    public long lines() {
      return lines;
    }

    /** Documents that stay, but not all of their lines as they were. */
    public long editedDocuments() {
      return editedDocuments;
    }

    /** Documents that a rule was the first to remove. */
    public long first(int rule) {
      return first[rule];
    }

    /** Documents that a rule removes, whether or not one before it does, too. */
    public long any(int rule) {
      return any[rule];
    }

    /** Documents that have nothing that a rule measures. */
    public long unmeasured(int rule) {
      return unmeasured[rule];
    }

    /** Lines of documents that stay that were dropped for a reason. */
    public long dropped(int reason) {
      return dropped[reason];
    }

    /** Documents whose figure is in a bin. */
    public long histogram(int rule, int bin) {
      return histograms[rule][bin];
    }
  }

  private final TreeMap<String, OfSource> sources = new TreeMap<>();

  /**
   * Counts a document.
   *
   * @param source empty for none
   * @param document its size
   */
  public void add(
      String source, List<Rule> rules, FilterChain.Verdict verdict, DocumentSize document) {
    OfSource of =
        sources.computeIfAbsent(source, s -> new OfSource(rules, verdict.dropped().length));
    of.documents++;
    of.bytes += document.bytes();
    of.judgedByBeginning += document.beginningOnly() ? 1 : 0;
    if (verdict.keeps()) {
      of.kept++;
      of.keptBytes += document.keptBytes();
      of.lines += document.lines();
      of.editedDocuments += document.edited() ? 1 : 0;
      OfSource.add(of.dropped, verdict.dropped());
    } else {
      of.first[verdict.removedBy()]++;
    }
    for (int i = 0; i < rules.size(); i++) {
      double value = verdict.values()[i];
      if (Double.isNaN(value)) {
        of.unmeasured[i]++;
      } else {
        of.any[i] += rules.get(i).removes(value) ? 1 : 0;
        of.histograms[i][rules.get(i).scale().bin(value)]++;
      }
    }
  }

  /**
   * How large a document is.
   *
   * @param bytes of its text
   * @param keptBytes of what filters of lines leave of it
   * @param lines of its text
   * @param edited whether these are not all of it
   * @param beginningOnly whether it was judged by its beginning
   */
  public record DocumentSize(
      long bytes, long keptBytes, long lines, boolean edited, boolean beginningOnly) {}

  /** Adds what others have counted with the same rules. */
  public FilterCounts add(FilterCounts other) {
    other.sources.forEach(
        (source, counts) -> {
          OfSource known = sources.get(source);
          if (known == null) {
            sources.put(source, counts);
          } else {
            known.add(counts);
          }
        });
    return this;
  }

  /** By source, in the order of their names. */
  public Map<String, OfSource> sources() {
    return java.util.Collections.unmodifiableMap(sources);
  }

  /** Of all sources together. */
  public OfSource total(FilterChain chain) {
    OfSource total = new OfSource(chain.rules(), chain.lineReasons().size());
    sources.values().forEach(total::add);
    return total;
  }
}
