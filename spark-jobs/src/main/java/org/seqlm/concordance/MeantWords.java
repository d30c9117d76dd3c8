package org.seqlm.concordance;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;

/**
 * The words of one file of an index that a query stands for without naming them alone: by a star,
 * or as one of several. Run by run, so that it holds those of a run; each word of a run comes once,
 * with what the run has of it.
 */
public final class MeantWords {
  /**
   * A word.
   *
   * @param term in UTF-8
   * @param from the first word of its run, among all of the index
   * @param count how often it stands in the run; documents by their numbers among all of the index
   */
  public record Meant(byte[] term, long from, TermCount count) {}

  private final Index index;
  private final int part;
  private final List<WordPattern> patterns = new ArrayList<>();
  private final Queue<Meant> ready = new ArrayDeque<>();
  private int run;

  /** The words of a file, before the first one. */
  public MeantWords(Index index, int part, Query query) {
    this.index = index;
    this.part = part;
    for (Query.Phrase phrase : query.phrases()) {
      for (Query.Step step : phrase.steps()) {
        if (query.standsForMore(step)) {
          patterns.addAll(step.any());
        }
      }
    }
  }

  /** The next word, or null behind the last one. */
  public Meant next() throws IOException {
    TermRun[] runs = index.file(part).runs();
    while (ready.isEmpty() && run < runs.length) {
      read(runs[run++]);
    }
    return ready.poll();
  }

  private void read(TermRun terms) throws IOException {
    long documents = index.documentsBefore(part) + terms.documents().numbers()[0];
    long from = index.wordsBefore(part) + terms.firstWord();
    // Several patterns may mean one word, which is told once.
    TreeMap<byte[], Meant> found = new TreeMap<>(BYTES);
    for (WordPattern pattern : patterns) {
      pattern.read(
          terms,
          (block, i) ->
              found.put(
                  block.term(i),
                  new Meant(
                      block.term(i),
                      from,
                      new TermCount(
                          block.count(i),
                          block.documents(i),
                          documents + block.first(i),
                          documents + block.last(i)))));
    }
    ready.addAll(found.values());
  }

  private static final Comparator<byte[]> BYTES = java.util.Arrays::compareUnsigned;
}
