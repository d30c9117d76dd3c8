package org.seqlm.ngram;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;

/**
 * Scores a text under the models of all orders at once, maximum likelihood and add-k. Reads the
 * blocks of one task's part of a stream in the order of their offsets; tokens whose context lies in
 * a neighbour's part are scored by {@link #scoreEdges}. Sums are exact, so the result does not
 * depend on how the stream was cut.
 */
public final class NgramScorer implements RunSink {
  private final Runs runs;
  private final int order;
  private final double k;
  private final int predictable;
  private final Contexts contexts;
  private final ExactSum[] mle; // (order)
  private final ExactSum[] addK; // (order)
  private final long[] zeros; // (order)
  private long tokens;
  private long unknown;
  private EdgeRecorder recorder;
  private long segmentEnd = -1;
  private final List<StreamEdge> edges = new ArrayList<>();

  /**
   * @param k of the add-k models
   */
  public NgramScorer(NgramTrie trie, Runs runs, double k) {
    this.runs = runs;
    this.order = trie.order();
    this.k = k;
    this.predictable = runs.predictable();
    this.contexts = new Contexts(trie, order - 1);
    this.mle = new ExactSum[order];
    this.addK = new ExactSum[order];
    this.zeros = new long[order];
    for (int i = 0; i < order; i++) {
      mle[i] = new ExactSum();
      addK[i] = new ExactSum();
    }
  }

  /** Scores a block. */
  public void score(TokenBlock block) {
    int length = block.tokens().length;
    if (length == 0) {
      return;
    }
    if (block.offset() != segmentEnd) {
      endSegment();
      recorder = new EdgeRecorder(block.offset(), order - 1);
      contexts.startRun(-1);
    }
    segmentEnd = block.offset() + length;
    runs.walk(block, 0, length, this);
  }

  private void endSegment() {
    if (recorder != null) {
      edges.add(recorder.edge());
      recorder = null;
    }
  }

  /** The edges of all segments, once every block is scored. */
  public List<StreamEdge> finish() {
    endSegment();
    segmentEnd = -1;
    return edges;
  }

  /** Scores what lies across the segments of the whole stream. */
  public void scoreEdges(List<StreamEdge> all) {
    new EdgeChain(runs, order, all)
        .heads(
            (context, length, id) -> {
              contexts.startRun(-1);
              for (int i = Math.max(0, length - order + 1); i < length; i++) {
                contexts.read(context[i]);
              }
              scoreToken(id);
            });
  }

  @Override
  public void startRun() {
    recorder.startRun();
    contexts.startRun(-1);
  }

  @Override
  public void token(int id, long position) {
    boolean head = recorder.token(id, position);
    if (!head && id != runs.runStart()) {
      scoreToken(id);
    }
    contexts.read(id);
  }

  private void scoreToken(int id) {
    tokens++;
    if (id == Vocabulary.UNKNOWN) {
      unknown++;
    }
    for (int n = 0; n < order; n++) {
      int m = contexts.length(n);
      long count = contexts.count(m, id);
      long total = contexts.total(m);
      addK[n].add(Estimator.ADD_K.logProbability(count, total, k, predictable));
      if (count == 0) {
        zeros[n]++;
      } else {
        mle[n].add(Estimator.MLE.logProbability(count, total, k, predictable));
      }
    }
  }

  /** The sums so far as numbers that {@link #add} takes: a small message from a task. */
  public long[] sums() {
    long[] sums = new long[2 + 5 * order];
    sums[0] = tokens;
    sums[1] = unknown;
    for (int n = 0; n < order; n++) {
      sums[2 + 5 * n] = zeros[n];
      sums[3 + 5 * n] = mle[n].high();
      sums[4 + 5 * n] = mle[n].low();
      sums[5 + 5 * n] = addK[n].high();
      sums[6 + 5 * n] = addK[n].low();
    }
    return sums;
  }

  /** Adds another task's {@link #sums}. */
  public void add(long[] sums) {
    tokens += sums[0];
    unknown += sums[1];
    for (int n = 0; n < order; n++) {
      zeros[n] += sums[2 + 5 * n];
      mle[n].add(new ExactSum(sums[3 + 5 * n], sums[4 + 5 * n]));
      addK[n].add(new ExactSum(sums[5 + 5 * n], sums[6 + 5 * n]));
    }
  }

  /** What the models make of the text: for each order maximum likelihood, then add-k. */
  public List<NgramScore> scores() {
    List<NgramScore> scores = new ArrayList<>();
    for (int n = 0; n < order; n++) {
      scores.add(NgramScore.of(Estimator.MLE, n + 1, null, tokens, zeros[n], mle[n].value()));
      scores.add(NgramScore.of(Estimator.ADD_K, n + 1, k, tokens, 0, addK[n].value()));
    }
    return scores;
  }

  /** Tokens scored. */
  public long tokens() {
    return tokens;
  }

  /** Scored tokens that the vocabulary does not know. */
  public long unknown() {
    return unknown;
  }
}
