package org.seqlm.ngram.heldout;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.WindowMerger;
import org.seqlm.ngram.smooth.JelinekMercer;
import org.seqlm.ngram.smooth.Pruning;

/**
 * What {@link JelinekMercerTuning} needs of the windows of a held-out text that belong to one
 * slice, found once: each step then reads small arrays instead of the counts.
 *
 * <p>A window is written as how often it appears, the number of its contexts that were seen, the
 * empty one among them, and for each from the shortest on: n, the bucket, c(hw) / Σ c(hv) or 0
 * where the n-gram is not in the model, and the share of Σ c(hv) that pruning leaves out.
 */
public final class HeldOutEvents implements WindowMerger.Sink {
  private static final int CHUNK = 1 << 14;
  private static final int HEAD = 2;
  private static final int EVENT = 4;

  private final KeyLayout layout;
  private final int order;
  private final ContextCursor slice;
  private final HeldOutUnigrams unigrams;
  private final BitSet prunedUnigrams;
  private final Pruning pruning;
  private final Passages passages;
  private final Consumer<double[]> sink;
  private final long tokens;
  private final double prunedShare;
  private final int[] context; // reversed, from 1
  private final double[] chunk;
  private int size;

  /**
   * @param order of the model, 1 to the layout's
   * @param slice counts
   * @param unigrams with their counts
   * @param prunedUnigrams ids that are not in the model, which the text does not hold
   * @param sink takes arrays of whole windows
   */
  public HeldOutEvents(
      KeyLayout layout,
      int order,
      ContextCursor slice,
      HeldOutUnigrams unigrams,
      BitSet prunedUnigrams,
      Pruning pruning,
      Passages passages,
      Consumer<double[]> sink) {
    this.layout = layout;
    this.order = order;
    this.slice = slice;
    this.unigrams = unigrams;
    this.prunedUnigrams = prunedUnigrams;
    this.pruning = pruning;
    this.passages = passages;
    this.sink = sink;
    this.tokens = unigrams.tokens();
    this.prunedShare = (double) unigrams.prunedTokens() / tokens;
    this.context = new int[layout.order()];
    this.chunk = new double[CHUNK];
  }

  @Override
  public void window(long[] key, long count) throws IOException {
    int word = layout.stored(key, layout.order() - 1) - 1;
    if (word < 0) {
      return; // the end of a passage without a mark
    }
    int length = layout.context(key, order - 1, context);
    if (size + HEAD + EVENT * (length + 1) > chunk.length) {
      finish();
    }
    int start = size;
    size += HEAD;
    if (prunedShare < 1) {
      long raw = prunedUnigrams.get(word) ? 0 : unigrams.count(word);
      event(1, tokens, raw, prunedShare);
    }
    int seen = length == 0 ? 0 : slice.seek(context, length);
    for (int m = 1; m <= seen; m++) {
      ContextCursor.Context here = slice.context(m);
      if (!keeps(m, here)) {
        break;
      }
      long total = here.total();
      long pruned = here.pruned(m + 1, pruning, passages);
      if (pruned < total) {
        int at = here.find(word);
        boolean kept = at >= 0 && pruning.keeps(m + 1, word, here.count(at), passages);
        event(m + 1, total, kept ? here.count(at) : 0, (double) pruned / total);
      }
    }
    chunk[start] = count;
    chunk[start + 1] = (size - start - HEAD) / EVENT;
  }

  /** Whether a context, as an n-gram of its own, is in the model. */
  private boolean keeps(int length, ContextCursor.Context here) {
    return (length == 1 && passages.reserved(here.farthest()))
        || pruning.keeps(length, here.farthest(), here.total() + here.ends(), passages);
  }

  private void event(int n, long total, long count, double share) {
    chunk[size++] = n;
    chunk[size++] = JelinekMercer.bucket(total);
    chunk[size++] = (double) count / total;
    chunk[size++] = share;
  }

  /** Gives what was found last. */
  public void finish() {
    if (size > 0) {
      sink.accept(Arrays.copyOf(chunk, size));
      size = 0;
    }
  }

  /**
   * The sums of one step over some windows.
   *
   * @param predictable V
   * @return what {@link #maximise} takes
   */
  public static long[] expect(
      Iterator<double[]> chunks, JelinekMercer current, double prior, int predictable) {
    JelinekMercerTuning tuning = new JelinekMercerTuning(current, prior);
    ExactSum nats = new ExactSum();
    long tokens = 0;
    double[] likelihoods = new double[current.order()];
    double[] lowers = new double[current.order()];
    while (chunks.hasNext()) {
      double[] chunk = chunks.next();
      for (int at = 0; at < chunk.length; ) {
        long times = (long) chunk[at];
        int events = (int) chunk[at + 1];
        int first = at + HEAD;
        at = first + EVENT * events;
        double p = 1.0 / predictable;
        for (int i = 0; i < events; i++) {
          int here = first + EVENT * i;
          double lambda = current.lambda((int) chunk[here], (int) chunk[here + 1]);
          lowers[i] = p;
          // What pruning left out goes to the shorter context, as if it had been drawn here.
          likelihoods[i] = chunk[here + 2] + chunk[here + 3] * p;
          p = lambda * likelihoods[i] + (1 - lambda) * p;
        }
        tokens += times;
        nats.add(-Math.log(p), times);
        double weight = 1;
        for (int i = events - 1; i >= 0; i--) {
          int here = first + EVENT * i;
          weight =
              tuning.event(
                  (int) chunk[here],
                  (int) chunk[here + 1],
                  weight,
                  likelihoods[i],
                  lowers[i],
                  times);
        }
      }
    }
    long[] sums = tuning.sums();
    long[] all = Arrays.copyOf(sums, sums.length + 3);
    all[sums.length] = tokens;
    all[sums.length + 1] = nats.high();
    all[sums.length + 2] = nats.low();
    return all;
  }

  /**
   * What a step gives.
   *
   * @param tokens of the text
   * @param natsPerToken cross-entropy of the text under the λ that the step began with
   * @param next λ
   */
  public record Step(long tokens, double natsPerToken, JelinekMercer next) {}

  /** Puts the sums of all windows together. */
  public static Step maximise(List<long[]> parts, JelinekMercer current, double prior) {
    JelinekMercerTuning tuning = new JelinekMercerTuning(current, prior);
    ExactSum nats = new ExactSum();
    long tokens = 0;
    for (long[] part : parts) {
      int end = part.length - 3;
      tuning.add(Arrays.copyOf(part, end));
      tokens += part[end];
      nats.add(new ExactSum(part[end + 1], part[end + 2]));
    }
    return new Step(tokens, nats.value() / tokens, tuning.maximised());
  }
}
