package org.seqlm.ngram.heldout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.lm.Score;

/**
 * What several models make of a text, as sums that are exact: they depend neither on how the text
 * was cut nor on the order in which the parts are added.
 */
public final class HeldOutSums {
  private final ModelSum[] models;
  private long tokens;
  private long unknown;

  /** The sums of one model. */
  private static final class ModelSum {
    private long zero;
    private long unknownZero;
    private final ExactSum nats = new ExactSum();
    private final ExactSum unknownNats = new ExactSum();
    private final long[] orderTokens;
    private final ExactSum[] orderNats;

    ModelSum(int orders) {
      orderTokens = new long[orders];
      orderNats = new ExactSum[orders];
      Arrays.setAll(orderNats, n -> new ExactSum());
    }
  }

  /**
   * @param orders of each model: how many orders its probabilities may come from, 0 where it does
   *     not back off // (models)
   */
  public HeldOutSums(int... orders) {
    models = Arrays.stream(orders).mapToObj(ModelSum::new).toArray(ModelSum[]::new);
  }

  /** Counts a token that appears so many times; each model's {@link #add} goes with it. */
  void token(boolean isUnknown, long times) {
    tokens += times;
    unknown += isUnknown ? times : 0;
  }

  /**
   * Adds a token's probability after one model.
   *
   * @param logProbability natural
   * @param matched the order it comes from, 0 where the model knows none
   */
  void add(int model, double logProbability, boolean isUnknown, int matched, long times) {
    ModelSum sum = models[model];
    if (logProbability == Double.NEGATIVE_INFINITY) {
      sum.zero += times;
      sum.unknownZero += isUnknown ? times : 0;
      return;
    }
    sum.nats.add(-logProbability, times);
    if (isUnknown) {
      sum.unknownNats.add(-logProbability, times);
    }
    if (matched > 0) {
      sum.orderTokens[matched - 1] += times;
      sum.orderNats[matched - 1].add(-logProbability, times);
    }
  }

  /** As numbers that {@link #add(long[])} takes: a small message from a task. */
  public long[] packed() {
    List<Long> packed = new ArrayList<>(List.of(tokens, unknown));
    for (ModelSum sum : models) {
      packed.addAll(List.of(sum.zero, sum.unknownZero));
      packed.addAll(List.of(sum.nats.high(), sum.nats.low()));
      packed.addAll(List.of(sum.unknownNats.high(), sum.unknownNats.low()));
      for (int n = 0; n < sum.orderTokens.length; n++) {
        packed.addAll(List.of(sum.orderTokens[n], sum.orderNats[n].high(), sum.orderNats[n].low()));
      }
    }
    return packed.stream().mapToLong(Long::longValue).toArray();
  }

  /** Adds what another one of the same models {@linkplain #packed packed}. */
  public void add(long[] packed) {
    int at = 0;
    tokens += packed[at++];
    unknown += packed[at++];
    for (ModelSum sum : models) {
      sum.zero += packed[at++];
      sum.unknownZero += packed[at++];
      sum.nats.add(new ExactSum(packed[at++], packed[at++]));
      sum.unknownNats.add(new ExactSum(packed[at++], packed[at++]));
      for (int n = 0; n < sum.orderTokens.length; n++) {
        sum.orderTokens[n] += packed[at++];
        sum.orderNats[n].add(new ExactSum(packed[at++], packed[at++]));
      }
    }
  }

  /** Tokens of the text. */
  public long tokens() {
    return tokens;
  }

  /** Of them, those that the models do not know. */
  public long unknown() {
    return unknown;
  }

  /** What one model makes of the text. */
  public Score score(int model) {
    ModelSum sum = models[model];
    List<Score.Hits> hits = new ArrayList<>();
    for (int n = 0; n < sum.orderTokens.length; n++) {
      hits.add(new Score.Hits(sum.orderTokens[n], sum.orderNats[n].value()));
    }
    return new Score(
        tokens,
        unknown,
        sum.zero,
        sum.nats.value(),
        sum.unknownZero,
        sum.unknownNats.value(),
        hits);
  }
}
