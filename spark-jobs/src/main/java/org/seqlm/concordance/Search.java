package org.seqlm.concordance;

import java.io.IOException;
import java.util.BitSet;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds the places of a query that begin in one file of an index, in the order of the text. It goes
 * from run to run, and holds, of each word of the query, a bit for each place of a run or two: 128
 * KiB a word and run, however often it stands there. A phrase may go on in the next file, but lies
 * in one document.
 */
public final class Search {
  /** Takes what was found. */
  @FunctionalInterface
  public interface Sink {
    /**
     * A place.
     *
     * @param word its first
     * @param length in words
     * @param document it is in
     */
    void found(long word, int length, long document) throws IOException;
  }

  /** Is told of each word that a pattern stands for, run by run. */
  @FunctionalInterface
  public interface Forms {
    /** A word that stands so often in a run. */
    void form(byte[] term, long count);
  }

  private final Index index;
  private final Query query;
  private final Predicate<byte[]> terms;
  private final Forms forms;
  private final int part;
  private final Query.Step[][] steps;
  private final TreeMap<Long, LoadedRun> runs = new TreeMap<>(); // by their first word
  private int nextPart;
  private int nextRun;
  private long loadedTo; // the word behind the last loaded run

  private Search(Index index, int part, Query query, Predicate<byte[]> terms, Forms forms) {
    this.index = index;
    this.part = part;
    this.query = query;
    this.terms = terms;
    this.forms = forms;
    this.nextPart = part;
    steps =
        query.phrases().stream()
            .map(phrase -> phrase.steps().toArray(Query.Step[]::new))
            .toArray(Query.Step[][]::new);
    loadedTo = index.wordsBefore(part);
  }

  /**
   * Finds them. Where several begin at one word, the shortest is taken.
   *
   * @param part the file's number
   * @param terms which words may stand for what means more than one
   * @param forms is told of the words that stand for a query of single words
   */
  public static void run(
      Index index, int part, Query query, Predicate<byte[]> terms, Forms forms, Sink sink)
      throws IOException {
    new Search(index, part, query, terms, forms).run(sink);
  }

  /** A run, and where in it each word of the query stands. */
  private static final class LoadedRun {
    long firstWord;
    int words;
    long documentsBefore;
    TermRun.Documents documents;
    BitSet[][] steps; // (phrase, step)
  }

  private void run(Sink sink) throws IOException {
    long end = index.wordsBefore(part + 1);
    long from = loadedTo;
    while (from < end) {
      if (!load()) {
        throw index.file(part).damaged("it ends before its words");
      }
      LoadedRun run = runs.get(from);
      from += run.words;
      begin(run, sink);
      runs.headMap(from).clear();
    }
  }

  /** Whether there was one more run, which is loaded now unless it is. */
  private boolean load() throws IOException {
    if (!runs.isEmpty()) {
      return true;
    }
    return loadNext();
  }

  private boolean loadNext() throws IOException {
    while (nextPart < index.parts() && nextRun >= index.file(nextPart).runs().length) {
      nextPart++;
      nextRun = 0;
    }
    if (nextPart >= index.parts()) {
      return false;
    }
    TermRun read = index.file(nextPart).runs()[nextRun++];
    LoadedRun run = new LoadedRun();
    run.firstWord = index.wordsBefore(nextPart) + read.firstWord();
    if (run.firstWord != loadedTo) {
      throw index.file(nextPart).damaged("its runs do not follow each other");
    }
    run.words = read.words();
    run.documentsBefore = index.documentsBefore(nextPart);
    run.documents = read.documents();
    run.steps = new BitSet[steps.length][];
    BitSet told = nextPart > part || !query.isOfSingleWords() ? null : new BitSet(run.words);
    for (int p = 0; p < steps.length; p++) {
      run.steps[p] = new BitSet[steps[p].length];
      for (int s = 0; s < steps[p].length; s++) {
        run.steps[p][s] = places(read, steps[p][s], told);
      }
    }
    runs.put(run.firstWord, run);
    loadedTo += run.words;
    return true;
  }

  /**
   * Where one of a step's words stands.
   *
   * @param told where words stand that were told of, or null where none are
   */
  private BitSet places(TermRun run, Query.Step step, BitSet told) throws IOException {
    BitSet places = new BitSet(run.words());
    boolean bounded = query.standsForMore(step);
    TermRun.TermSink take =
        (block, i) -> {
          if (bounded && !terms.test(block.term(i))) {
            return;
          }
          int[] all = block.places(i);
          for (int place : all) {
            places.set(place);
          }
          // Several patterns may mean one word, which is told once.
          if (told != null && !told.get(all[0])) {
            told.set(all[0]);
            forms.form(block.term(i), all.length);
          }
        };
    for (WordPattern pattern : step.any()) {
      pattern.read(run, take);
    }
    return places;
  }

  /** Looks at every place of a run at which a phrase may begin. */
  private void begin(LoadedRun run, Sink sink) throws IOException {
    BitSet first = new BitSet(run.words);
    for (BitSet[] phrase : run.steps) {
      first.or(phrase[0]);
    }
    for (int place = first.nextSetBit(0); place >= 0; place = first.nextSetBit(place + 1)) {
      long word = run.firstWord + place;
      long document = run.documentsBefore + run.documents.of(place);
      long shortest = Long.MAX_VALUE;
      for (int p = 0; p < steps.length; p++) {
        if (run.steps[p][0].get(place)) {
          long end = steps[p].length == 1 ? word + 1 : end(p, word);
          if (end > 0 && (end == word + 1 || document(end - 1) == document)) {
            shortest = Math.min(shortest, end);
          }
        }
      }
      if (shortest < Long.MAX_VALUE) {
        sink.found(word, (int) (shortest - word), document);
      }
    }
  }

  /**
   * The word behind the shortest way through a phrase from its first word on; 0 if there is none.
   */
  private long end(int phrase, long word) throws IOException {
    // The places that can be reached are a window of bits: all steps together span few words.
    BitSet reached = new BitSet();
    reached.set(0);
    for (int s = 1; s < steps[phrase].length; s++) {
      BitSet next = new BitSet();
      Query.Step step = steps[phrase][s];
      for (int r = reached.nextSetBit(0); r >= 0; r = reached.nextSetBit(r + 1)) {
        for (int q = r + 1 + step.least(); q <= r + 1 + step.most(); q++) {
          if (!next.get(q) && stands(phrase, s, word + q)) {
            next.set(q);
          }
        }
      }
      if (next.isEmpty()) {
        return 0;
      }
      reached = next;
    }
    return word + reached.nextSetBit(0) + 1;
  }

  private boolean stands(int phrase, int step, long word) throws IOException {
    LoadedRun run = runOf(word);
    return run != null && run.steps[phrase][step].get((int) (word - run.firstWord));
  }

  private long document(long word) throws IOException {
    LoadedRun run = runOf(word);
    return run.documentsBefore + run.documents.of((int) (word - run.firstWord));
  }

  /** The run of a word, or null behind the last word. */
  private LoadedRun runOf(long word) throws IOException {
    while (word >= loadedTo) {
      if (!loadNext()) {
        return null;
      }
    }
    return runs.floorEntry(word).getValue();
  }
}
