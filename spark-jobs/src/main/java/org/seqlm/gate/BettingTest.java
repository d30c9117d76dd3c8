package org.seqlm.gate;

/**
 * A test of "the mean gain is at most the margin" that may be looked at after every cluster, by
 * betting against it (Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables
 * by betting", JRSS B 86, section 4).
 *
 * <p>With S and W of a cluster as in {@link ClusterGain}, w̄ the mean weight of the clusters before
 * it, m the margin and κ the allowance of {@link Clip}, an observation is
 *
 * <pre>  D = clip((S − (m + κ)·W) / w̄, −b, b)</pre>
 *
 * and the capital, 1 at first, is multiplied by 1 + λ·D. The bound b ({@link Clip}) and the stake λ
 * ≥ 0 follow from what went before alone, and λ is at most {@link #BOLDEST} / b, so capital stays
 * positive. Where the mean of D is at most 0 given what went before, capital is a supermartingale
 * that begins at 1, and the probability that it ever reaches 1/α is at most α (Ville 1939). It is
 * so where the mean gain without clipping is at most m and losses beyond the bound take at most κ
 * from it in the mean.
 *
 * <p>The stake is aGRAPA's (the same paper, appendix B): λ = μ / (σ² + μ²), with mean μ and
 * variance σ² of the observations before, and one that was never seen: 0, with a standard deviation
 * of a tenth of the largest bound. So the first cluster is never bet on, and its own weight serves
 * as w̄.
 *
 * <p>O(1) in time and memory for a cluster. Not thread-safe.
 */
public final class BettingTest {
  /** The part of the capital that one cluster may cost at most. */
  public static final double BOLDEST = 0.75;

  private final double threshold; // margin + allowance
  private final Clip clip;

  private double logCapital;
  private double peak;
  private long clusters;
  private long documents;

  // What the next stake and scale follow from.
  private double sum;
  private double squares;
  private double weight;

  // What clipping took, in bits.
  private double gain;
  private long gains;
  private long losses;
  private double gainsTaken;
  private double lossesTaken;

  /**
   * A test that has seen nothing.
   *
   * @param margin bits a character
   * @param logCapital natural logarithm of the capital to begin with: 0, or what the test of the
   *     same two models has ended with before
   */
  public BettingTest(double margin, Clip clip, double logCapital) {
    this.threshold = margin + clip.allowance();
    this.clip = clip;
    this.logCapital = logCapital;
    this.peak = logCapital;
    this.squares = clip.priorVariance();
  }

  /** Takes the next cluster. */
  public void observe(ClusterGain cluster) {
    observe(cluster.gain(), cluster.weight(), cluster.documents());
  }

  /**
   * Takes the next cluster.
   *
   * @param clusterGain Σ w·gain of its documents
   * @param clusterWeight Σ w of them, greater than 0
   * @param clusterDocuments how many they are
   */
  public void observe(double clusterGain, double clusterWeight, int clusterDocuments) {
    double scale = clusters == 0 ? clusterWeight : weight / clusters;
    double whole = (clusterGain - threshold * clusterWeight) / scale;
    double variance = squares / (clusters + 1);
    double bound = clip.bound(variance);
    double value = whole;
    if (whole > bound) {
      value = bound;
      gains++;
      gainsTaken += (whole - value) * scale;
    } else if (whole < -bound) {
      value = -bound;
      losses++;
      lossesTaken += (value - whole) * scale;
    }
    double stake = stake(sum / (clusters + 1), variance, bound);
    if (stake > 0) {
      logCapital += Math.log(1 + stake * value);
      peak = Math.max(peak, logCapital);
    }
    clusters++;
    documents += clusterDocuments;
    gain += clusterGain;
    weight += clusterWeight;
    sum += value;
    double deviation = value - sum / (clusters + 1);
    squares += deviation * deviation;
  }

  /** λ, in 1 / (bits a character). */
  private static double stake(double mean, double variance, double bound) {
    return mean <= 0 ? 0 : Math.min(mean / (variance + mean * mean), BOLDEST / bound);
  }

  /** Natural logarithm of the capital now: what may be carried on. */
  public double logCapital() {
    return logCapital;
  }

  /** Natural logarithm of the highest capital so far: what is compared with 1/α. */
  public double peakLogCapital() {
    return peak;
  }

  /** A p-value that holds whenever it is looked at: 1 / the highest capital, at most 1. */
  public double pValue() {
    return Math.min(1, Math.exp(-peak));
  }

  /** How many were observed. */
  public long clusters() {
    return clusters;
  }

  /** How many documents they have. */
  public long documents() {
    return documents;
  }

  /** Bits a character by which clipping losses has flattered the mean; 0 for no cluster. */
  public double lossesTaken() {
    return weight == 0 ? 0 : lossesTaken / weight;
  }

  /** What clipping took so far; of at least one cluster. */
  public Clipped clipped() {
    double mean = gain / weight;
    return new Clipped(
        mean,
        mean - gainsTaken / weight + lossesTaken / weight,
        gains,
        losses,
        gainsTaken / weight,
        lossesTaken / weight);
  }
}
