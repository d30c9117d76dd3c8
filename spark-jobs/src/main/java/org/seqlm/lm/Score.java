package org.seqlm.lm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.vocab.Vocabulary;

/**
 * What a model makes of some tokens.
 *
 * @param tokens scored
 * @param unknown of them outside the model's vocabulary, scored as {@code <unk>}
 * @param zeroProbability of them excluded by the model; their infinite cost is not in {@code nats}
 * @param nats total cross-entropy, {@code -sum ln P(token | all before)}
 * @param unknownZeroProbability of the unknown ones excluded
 * @param unknownNats of {@code nats} what the unknown ones cost
 * @param orders by the order of the n-gram that a probability came from, 1 first; empty where the
 *     model knows no such thing
 */
public record Score(
    long tokens,
    long unknown,
    long zeroProbability,
    double nats,
    long unknownZeroProbability,
    double unknownNats,
    List<Hits> orders) {
  /** Nothing scored yet. */
  public static final Score NONE = new Score(0, 0, 0, 0);

  /**
   * The tokens of which n-grams of one order say how likely they are; none that the model excludes.
   *
   * @param tokens so many
   * @param nats their cross-entropy
   */
  public record Hits(long tokens, double nats) {}

  public Score {
    orders = List.copyOf(orders);
  }

  /** A score whose unknown tokens cost nothing, of a model that knows no orders. */
  public Score(long tokens, long unknown, long zeroProbability, double nats) {
    this(tokens, unknown, zeroProbability, nats, 0, 0, List.of());
  }

  /** Both together. */
  public Score plus(Score other) {
    List<Hits> sum = new ArrayList<>();
    for (int i = 0; i < Math.max(orders.size(), other.orders.size()); i++) {
      Hits a = i < orders.size() ? orders.get(i) : new Hits(0, 0);
      Hits b = i < other.orders.size() ? other.orders.get(i) : new Hits(0, 0);
      sum.add(new Hits(a.tokens + b.tokens, a.nats + b.nats));
    }
    return new Score(
        tokens + other.tokens,
        unknown + other.unknown,
        zeroProbability + other.zeroProbability,
        nats + other.nats,
        unknownZeroProbability + other.unknownZeroProbability,
        unknownNats + other.unknownNats,
        sum);
  }

  /**
   * Mean cross-entropy in nats a token; infinite if the model excluded any, NaN if nothing was
   * scored.
   */
  public double natsPerToken() {
    return zeroProbability > 0 ? Double.POSITIVE_INFINITY : nats / tokens;
  }

  /** Mean cross-entropy in bits a token. */
  public double bitsPerToken() {
    return natsPerToken() / Math.log(2);
  }

  /** {@code exp} of the mean cross-entropy in nats. */
  public double perplexity() {
    return Math.exp(natsPerToken());
  }

  /**
   * Perplexity of the known tokens alone: it leaves out the unknown tokens' own terms, as KenLM's
   * 'excluding OOVs' does, and still scores what follows them; NaN if none is known.
   */
  public double perplexityWithoutUnknown() {
    return zeroProbability > unknownZeroProbability
        ? Double.POSITIVE_INFINITY
        : Math.exp((nats - unknownNats) / (tokens - unknown));
  }

  /**
   * As numbers, to be sent: tokens, unknown, zeroProbability, nats, unknownZeroProbability,
   * unknownNats, then tokens and nats of each order. Counts below 2^53 stay exact.
   */
  public double[] packed() {
    double[] packed = new double[6 + 2 * orders.size()];
    packed[0] = tokens;
    packed[1] = unknown;
    packed[2] = zeroProbability;
    packed[3] = nats;
    packed[4] = unknownZeroProbability;
    packed[5] = unknownNats;
    for (int i = 0; i < orders.size(); i++) {
      packed[6 + 2 * i] = orders.get(i).tokens;
      packed[7 + 2 * i] = orders.get(i).nats;
    }
    return packed;
  }

  /** What {@link #packed} packed. */
  public static Score unpack(double[] packed) {
    List<Hits> orders = new ArrayList<>();
    for (int i = 6; i < packed.length; i += 2) {
      orders.add(new Hits((long) packed[i], packed[i + 1]));
    }
    return new Score(
        (long) packed[0],
        (long) packed[1],
        (long) packed[2],
        packed[3],
        (long) packed[4],
        packed[5],
        orders);
  }

  /** Adds up a score token by token. */
  public static final class Sum {
    private long tokens;
    private long unknown;
    private long zero;
    private double nats;
    private long unknownZero;
    private double unknownNats;
    private long[] orderTokens = new long[0];
    private double[] orderNats = new double[0];

    /**
     * Asks for a token's probability and adds it; does not read the token.
     *
     * @return ln P(token | all before)
     */
    public double add(LanguageModel.Reading reading, int token) {
      double logProbability = reading.logProbability(token);
      boolean excluded = logProbability == Double.NEGATIVE_INFINITY;
      add(token, logProbability, excluded ? 0 : reading.matched(token));
      return logProbability;
    }

    /**
     * Adds a token whose probability is known.
     *
     * @param logProbability ln P(token | all before)
     * @param order how many words its n-gram has; 0 where the model knows no such thing
     */
    public void add(int token, double logProbability, int order) {
      boolean isUnknown = token == Vocabulary.UNKNOWN;
      tokens++;
      unknown += isUnknown ? 1 : 0;
      if (logProbability == Double.NEGATIVE_INFINITY) {
        zero++;
        unknownZero += isUnknown ? 1 : 0;
        return;
      }
      nats -= logProbability;
      unknownNats -= isUnknown ? logProbability : 0;
      if (order > 0) {
        if (order > orderTokens.length) {
          orderTokens = Arrays.copyOf(orderTokens, order);
          orderNats = Arrays.copyOf(orderNats, order);
        }
        orderTokens[order - 1]++;
        orderNats[order - 1] -= logProbability;
      }
    }

    /** What was added. */
    public Score score() {
      List<Hits> orders = new ArrayList<>();
      for (int i = 0; i < orderTokens.length; i++) {
        orders.add(new Hits(orderTokens[i], orderNats[i]));
      }
      return new Score(tokens, unknown, zero, nats, unknownZero, unknownNats, orders);
    }
  }
}
