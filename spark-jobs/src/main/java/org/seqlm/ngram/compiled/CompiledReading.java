package org.seqlm.ngram.compiled;

import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.Passages;

/**
 * A reading of a compiled model. What was found of a word is also what is known of the contexts
 * that end in it: their weights are kept, and never looked up again. A sum goes from the longest
 * context down, in double, as that of a back-off model in memory does.
 */
final class CompiledReading implements LanguageModel.Reading {
  private static final double LN10 = Math.log(10);
  private static final int NONE = -1;

  private final CompiledModel model;
  private final Passages passages;
  private final Matcher matcher;
  private final int contexts; // words of the longest context

  /** The passage's last words, of which contexts are made, stand from {@code floor} to here. */
  private int at;

  private int floor;
  private int asked = NONE;

  /** Nothing stands before its first token. */
  CompiledReading(CompiledModel model, Matcher matcher) {
    this.model = model;
    this.passages = model.passages();
    this.matcher = matcher;
    this.contexts = model.order() - 1;
  }

  private CompiledReading(CompiledReading other) {
    model = other.model;
    passages = other.passages;
    matcher = other.model.matcher();
    contexts = other.contexts;
    at = other.at;
    floor = other.floor;
    matcher.copy(other.matcher, at);
  }

  void startPassage() {
    at = 0;
    floor = 0;
    asked = NONE;
    int start = passages.passageStart();
    if (start >= 0) {
      find(start);
      push();
    }
  }

  /** Looks a word up, behind what was read. */
  private void find(int word) {
    makeRoom(1);
    put(at, word);
    match(at, at + 1);
    asked = word;
  }

  private void match(int from, int to) {
    try {
      matcher.match(from, to);
    } catch (IndexOutOfBoundsException e) {
      throw model.damaged();
    }
  }

  private void put(int place, int word) {
    matcher.words[place] = word;
    matcher.limits[place] = Math.min(contexts, place - floor) + 1;
  }

  /** Makes room for words, at most {@link Matcher#BLOCK}. */
  private void makeRoom(int more) {
    if (at + more > matcher.words.length) {
      int kept = Math.min(contexts, at - floor);
      matcher.shift(at - kept, kept);
      floor = 0;
      at = kept;
    }
  }

  /** The word that was looked up last is read. */
  private void push() {
    at++;
    asked = NONE;
  }

  /** ln p of what was looked up at a place. */
  private double logProbabilityAt(int place) {
    int matched = matcher.orders[place];
    if (matched == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    double backoff = 0;
    int depth = matcher.limits[place] - 1;
    depth = depth > 0 ? Math.min(matcher.longest[place - 1], depth) : 0;
    for (int n = depth; n >= matched; n--) {
      backoff += matcher.backoffs[n - 1][place - 1];
    }
    return LN10 * (backoff + matcher.logProbabilities[place]);
  }

  @Override
  public double logProbability(int token) {
    if (!passages.reads(token)) {
      return Double.NEGATIVE_INFINITY;
    }
    if (asked != token) {
      find(token);
    }
    return logProbabilityAt(at);
  }

  @Override
  public int matched(int token) {
    if (!passages.reads(token)) {
      return 0;
    }
    if (asked != token) {
      find(token);
    }
    return matcher.orders[at];
  }

  @Override
  public void logProbabilities(float[] into) {
    for (int id = 0; id < passages.vocabularySize(); id++) {
      into[id] = (float) logProbability(id);
    }
  }

  @Override
  public void read(int token) {
    if (!passages.reads(token)) {
      return;
    }
    if (passages.endsPassage(token)) {
      startPassage();
      return;
    }
    if (asked != token) {
      find(token);
    }
    push();
  }

  /** Passages that end within a block are looked up with it: each word knows where its began. */
  @Override
  public void next(int[] tokens, int from, int to, double[] nats, byte[] orders) {
    asked = NONE;
    int start = passages.passageStart();
    int next = from;
    while (next < to) {
      if (!passages.reads(tokens[next])) {
        nats[next - from] = Double.NEGATIVE_INFINITY;
        orders[next - from] = 0;
        next++;
        continue;
      }
      makeRoom((int) Math.min(Matcher.BLOCK, 2L * (to - next)));
      int first = at;
      int most = Math.min(matcher.words.length, first + Matcher.BLOCK);
      int stop = next;
      int end = first;
      // A word, and what may begin a passage behind it.
      for (; stop < to && end + 2 <= most && passages.reads(tokens[stop]); stop++) {
        put(end++, tokens[stop]);
        if (passages.endsPassage(tokens[stop])) {
          floor = end;
          if (start >= 0) {
            put(end++, start);
          }
        }
      }
      match(first, end);
      for (int place = first; next < stop; next++) {
        nats[next - from] = logProbabilityAt(place);
        orders[next - from] = matcher.orders[place];
        place += start >= 0 && passages.endsPassage(tokens[next]) ? 2 : 1;
      }
      at = end;
    }
  }

  @Override
  public void startDocument() {
    if (passages.restartsAtDocuments()) {
      startPassage();
    }
  }

  @Override
  public LanguageModel.Reading copy() {
    return new CompiledReading(this);
  }
}
