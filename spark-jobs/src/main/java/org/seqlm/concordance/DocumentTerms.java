package org.seqlm.concordance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of each document of a file of an index with the largest tf-idf: occurrences in the
 * document times {@link TermMeasures#idf}. It holds, beside what is asked for, a run's places and
 * the different words of a document. Of a document that is cut between files of the index each has
 * a part of its own.
 */
public final class DocumentTerms {
  /**
   * A word of a document.
   *
   * @param count occurrences in the document
   * @param documents that have it
   * @param tfIdf above 0
   */
  public record Scored(String term, long count, long documents, double tfIdf) {}

  /** Takes documents in the order of the text. */
  @FunctionalInterface
  public interface Sink {
    /**
     * A document.
     *
     * @param document its number
     * @param word its first
     * @param terms by falling tf-idf, then by their code points
     */
    void document(long document, long word, List<Scored> terms) throws IOException;
  }

  private static final Comparator<Scored> ORDER =
      Comparator.comparingDouble(Scored::tfIdf)
          .reversed()
          .thenComparing(
              scored -> scored.term().getBytes(StandardCharsets.UTF_8),
              java.util.Arrays::compareUnsigned);

  private final Map<String, Long> documents;
  private final TermMeasures measures;
  private final int most;
  private final Sink sink;
  private final Map<String, long[]> counts = new HashMap<>(); // of the open document
  private long open = -1;
  private long first;

  private DocumentTerms(Map<String, Long> documents, TermMeasures measures, int most, Sink sink) {
    this.documents = documents;
    this.measures = measures;
    this.most = most;
    this.sink = sink;
  }

  /**
   * Reads a file of an index.
   *
   * @param documents how many have each word; words that are not in it are left out
   * @param most words of a document
   */
  public static void read(
      Index index,
      int part,
      Map<String, Long> documents,
      TermMeasures measures,
      int most,
      Sink sink)
      throws IOException {
    DocumentTerms terms = new DocumentTerms(documents, measures, most, sink);
    for (TermRun run : index.file(part).runs()) {
      terms.run(run, index.wordsBefore(part), index.documentsBefore(part));
    }
    terms.end();
  }

  private void run(TermRun run, long wordsBefore, long documentsBefore) throws IOException {
    List<String> terms = new ArrayList<>();
    int[] at = new int[run.words()]; // the term of each place, from 1; 0 for none
    for (int number = 0; number < run.blocks(); number++) {
      TermRun.Block block = run.next(number);
      for (int i = 0; i < block.size(); i++) {
        String term = new String(block.term(i), StandardCharsets.UTF_8);
        if (documents.containsKey(term)) {
          terms.add(term);
          for (int place : block.places(i)) {
            at[place] = terms.size();
          }
        }
      }
    }
    TermRun.Documents found = run.documents();
    for (int d = 0; d < found.starts().length; d++) {
      long document = documentsBefore + found.numbers()[d];
      int from = found.starts()[d];
      int to = d + 1 < found.starts().length ? found.starts()[d + 1] : at.length;
      if (document != open) {
        end();
        open = document;
        first = wordsBefore + run.firstWord() + from;
      }
      for (int place = from; place < to; place++) {
        if (at[place] > 0) {
          counts.computeIfAbsent(terms.get(at[place] - 1), term -> new long[1])[0]++;
        }
      }
    }
  }

  private void end() throws IOException {
    if (open < 0) {
      return;
    }
    List<Scored> scored = new ArrayList<>();
    counts.forEach(
        (term, count) -> {
          long with = documents.get(term);
          double tfIdf = measures.tfIdf(count[0], with);
          if (tfIdf > 0) {
            scored.add(new Scored(term, count[0], with, tfIdf));
          }
        });
    scored.sort(ORDER);
    counts.clear();
    sink.document(open, first, scored.subList(0, Math.min(most, scored.size())));
  }
}
